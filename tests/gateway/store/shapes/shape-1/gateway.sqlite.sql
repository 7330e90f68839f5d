
PRAGMA page_size=4096;

BEGIN TRANSACTION;

DROP TABLE IF EXISTS account;
CREATE TABLE account (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    channel    TEXT NOT NULL,
    active     INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    greeting   TEXT NOT NULL DEFAULT '',
    avatar_url TEXT NOT NULL DEFAULT '',
    manager_id TEXT REFERENCES manager (id) ON DELETE SET NULL,
    available  INTEGER NOT NULL DEFAULT 0     -- until when somebody is there to answer
) WITHOUT ROWID;
INSERT INTO account VALUES('vm9j3ujphu','Shop','facebook',1,1796046958,'','',NULL,0);
CREATE INDEX account_by_manager ON account (manager_id) WHERE manager_id IS NOT NULL;

DROP TABLE IF EXISTS account_token;
CREATE TABLE account_token (
    hash       BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    ends       INTEGER                        -- NULL: it has not been replaced
) WITHOUT ROWID;
INSERT INTO account_token VALUES(X'4A50B5DE95E582E97C386262E78A247B17D64C7D061784F699733C82D0503813','vm9j3ujphu','fbt',NULL);
CREATE INDEX account_token_by_account ON account_token (account_id);

DROP TABLE IF EXISTS aside;
CREATE TABLE aside (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL
);

DROP TABLE IF EXISTS facebook_deletion;
CREATE TABLE facebook_deletion (
    code    TEXT PRIMARY KEY,
    done    INTEGER NOT NULL,   -- milliseconds
    tokens  INTEGER NOT NULL,
    pages   INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS facebook_holder;
CREATE TABLE facebook_holder (
    page_id                TEXT NOT NULL REFERENCES facebook_link (page_id) ON DELETE CASCADE,
    person_id              TEXT NOT NULL,
    rank                   INTEGER NOT NULL, -- 0 is the latest sign-in
    person                 TEXT NOT NULL,
    token                  BLOB NOT NULL,    -- empty once it was taken back
    linked_at              INTEGER NOT NULL,
    token_expires_at       INTEGER NOT NULL,
    data_access_expires_at INTEGER NOT NULL,
    reason                 TEXT,
    PRIMARY KEY (page_id, person_id)
) WITHOUT ROWID;
INSERT INTO facebook_holder VALUES('100000000000011','1',0,'',X'50244CAB32744DD95736B4C5D0CFC6889F7FD5CDD3AE358923A3E7B8ABCCB4D105D631B114',1796046958,0,1802776000,NULL);
CREATE INDEX facebook_holder_by_person ON facebook_holder (person_id);

DROP TABLE IF EXISTS facebook_link;
CREATE TABLE facebook_link (
    page_id           TEXT PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    linked_at         INTEGER NOT NULL,
    subscribed_fields TEXT NOT NULL,
    reason            TEXT,             -- why a person has to sign in; NULL while a holder's token lives
    reminded_of       INTEGER NOT NULL,
    check_at          INTEGER NOT NULL, -- milliseconds
    version           INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO facebook_link VALUES('100000000000011',1796046958,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796119034167,1);
CREATE INDEX facebook_link_by_check ON facebook_link (check_at);

DROP TABLE IF EXISTS facebook_pending_unsubscribe;
CREATE TABLE facebook_pending_unsubscribe (
    page_id   TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    token     BLOB NOT NULL,    -- empty: only the app's own token is left to ask with
    since     INTEGER NOT NULL, -- milliseconds
    due       INTEGER NOT NULL,
    tries     INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS greeted;
CREATE TABLE greeted (
    conversation BLOB PRIMARY KEY,
    source_id    TEXT NOT NULL,
    since        INTEGER NOT NULL,
    due          TEXT
) WITHOUT ROWID;
CREATE INDEX greeted_due ON greeted (since) WHERE due IS NOT NULL;

DROP TABLE IF EXISTS inbox;
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    source_id  TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
INSERT INTO inbox VALUES(1,'vm9j3ujphu','100000000000011',1796046958658,X'479E31CF61F99F05F29A1FD2DEACC93EBC13D3E7558B6BCF8F42A9ABE0C8F45AA4493E82D0986DFE62719DB7031B9688F050F04F449F281A3DF8D9131EDFA32204AAF0B1E593466ADFB15583249F2E93B6C9836B8C02B1188B238926B20DD33C5F7416E746D4FA4FC0186E220C38C0FA3563C645DE681B644A721276073570F01B1CC7C19B43D795819C40A4D74DBF333818402AB5CF8F7C320F398B914BA1078A28A8D4D586D0E67621F8F0F82FF5C37BDA9BD5C23E6F9420D10D99133B1A15E121001D5A2A1975841C1A2B5A0730FDCE9535F828C4E9856C4CD23CC4FADE63B55BD791A59591E63631673FDA7520591689151D080AC5190420F0FDE410762B0E51B10E2E998C9C27D5217D3974079793794D744B798ABB17126013942DA6793650C1D98FCE');
CREATE INDEX inbox_by_account ON inbox (account_id, sequence);

DROP TABLE IF EXISTS manager;
CREATE TABLE manager (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    token_hash BLOB NOT NULL,
    created    INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS outbox;
CREATE TABLE outbox (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    account_id   TEXT NOT NULL,
    source_id    TEXT NOT NULL,
    conversation BLOB NOT NULL,
    human        INTEGER NOT NULL,
    body         BLOB,              -- NULL once its fate is known
    state        TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unclear', 'done')),
    due          INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    tries        INTEGER NOT NULL DEFAULT 0,
    key          BLOB NOT NULL,     -- fingerprint of the Idempotency-Key
    digest       BLOB NOT NULL,     -- fingerprint of the message it was used for
    created      INTEGER NOT NULL,
    UNIQUE (account_id, key)
);
INSERT INTO outbox VALUES(1,'1a22cbdb047-cc6f1d19089b49b8','vm9j3ujphu','100000000000011',X'F7A7C6299283DA05022647080B9D51C5',1,X'54F23F4170E7DA12FBD317D05ABB785D07AC70825867E0623726005E327A360A5AA1F9444273C9DEE37C9609C0ABE3B8A9CB074AE6B4B2A4DD15D2A5383087128DB743B5247785D65AE3','queued',1796046960619,1796651758655,1,X'315A73763D64686FD659FD29910102A8',X'ADBDA768F7800875974D475D4A392E72',1796046958663);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_source ON outbox (source_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    source_id     TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'F7A7C6299283DA05022647080B9D51C5','100000000000011',1796046958655);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796046958655,X'688789C81634576448D541F9C11DCF63');

DROP TABLE IF EXISTS sent;
CREATE TABLE sent (
    mid          BLOB PRIMARY KEY,
    message_id   TEXT NOT NULL,
    conversation BLOB NOT NULL,
    source_id    TEXT NOT NULL,
    at           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sent_by_conversation ON sent (conversation, at);

DROP TABLE IF EXISTS shape;
CREATE TABLE shape (owner TEXT, step INTEGER, hash TEXT NOT NULL, PRIMARY KEY (owner, step))
    WITHOUT ROWID;
INSERT INTO shape VALUES('core',1,'3407d1aac6d7b3ebdc3b9ce6adb5b52c98ff6a12bdf522323db8ee70a77d0cc7');
INSERT INTO shape VALUES('facebook',1,'2b08ae14b7729a490be40f691b8d4e21267129d1690f8a4f7579d28c1ddbee0e');

DROP TABLE IF EXISTS source;
CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO source VALUES('100000000000011','vm9j3ujphu','Blumen Beispiel',0);
CREATE INDEX source_by_account ON source (account_id);

DROP TABLE IF EXISTS vault;
CREATE TABLE vault (data_key BLOB NOT NULL);
INSERT INTO vault VALUES(X'DA241268BD5060CA7F49BD4707D50E1EE75367E0182C24DCE61289578A407F2A0F6324D00169F6018C6396E1324CD0487DA6ED6A6E75FAE305EE0A6E');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=1;

COMMIT TRANSACTION;
PRAGMA user_version=1;
