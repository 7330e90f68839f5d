-- An item is recognised by its fingerprint alone: a repetition may claim another time. Times come nearly in their order,
-- so a block range index is enough to forget the old ones.
DELETE FROM seen older USING seen later
WHERE older.fingerprint = later.fingerprint AND older.item_ms < later.item_ms;
ALTER TABLE seen DROP CONSTRAINT seen_pkey, ADD PRIMARY KEY (fingerprint);
CREATE INDEX seen_by_time ON seen USING brin (item_ms);
