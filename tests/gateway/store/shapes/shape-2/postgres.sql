CREATE SCHEMA fbtool;
CREATE TABLE fbtool.account (
    id text NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    active boolean NOT NULL,
    token_hash bytea NOT NULL,
    created bigint NOT NULL,
    greeting text DEFAULT ''::text NOT NULL,
    avatar_url text DEFAULT ''::text NOT NULL,
    available bigint DEFAULT 0 NOT NULL
);
CREATE TABLE fbtool.aside (
    sequence bigint NOT NULL,
    received bigint NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE fbtool.aside ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fbtool.aside_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE fbtool.consumer (
    account_id text NOT NULL,
    name text NOT NULL,
    ticket text NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE fbtool.deletion (
    code text NOT NULL,
    done bigint NOT NULL,
    tokens integer NOT NULL,
    pages integer NOT NULL
);
CREATE TABLE fbtool.farewell (
    page_id text NOT NULL,
    person_id text NOT NULL,
    token bytea NOT NULL,
    since bigint NOT NULL,
    due bigint NOT NULL,
    tries integer NOT NULL
);
CREATE TABLE fbtool.greeted (
    conversation bytea NOT NULL,
    page_id text NOT NULL,
    since bigint NOT NULL,
    due text
);
CREATE TABLE fbtool.holder (
    page_id text NOT NULL,
    person_id text NOT NULL,
    rank integer NOT NULL,
    person text NOT NULL,
    token bytea NOT NULL,
    linked_at bigint NOT NULL,
    token_expires_at bigint NOT NULL,
    data_access_expires_at bigint NOT NULL,
    reason text
);
CREATE TABLE fbtool.inbox (
    sequence bigint NOT NULL,
    account_id text NOT NULL,
    page_id text NOT NULL,
    received bigint NOT NULL,
    body bytea NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_cost_limit='2000');
ALTER TABLE fbtool.inbox ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fbtool.inbox_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE fbtool.link (
    page_id text NOT NULL,
    account_id text NOT NULL,
    name text NOT NULL,
    linked_at bigint NOT NULL,
    subscribed_fields text NOT NULL,
    reason text,
    reminded_of bigint NOT NULL,
    check_at bigint NOT NULL,
    version bigint NOT NULL
);
CREATE TABLE fbtool.outbox (
    sequence bigint NOT NULL,
    id text NOT NULL,
    account_id text NOT NULL,
    page_id text NOT NULL,
    conversation bytea NOT NULL,
    human boolean NOT NULL,
    body bytea,
    state text NOT NULL,
    due bigint NOT NULL,
    expires bigint NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    key bytea NOT NULL,
    digest bytea NOT NULL,
    created bigint NOT NULL,
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'unclear'::text, 'done'::text])))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_cost_limit='2000');
ALTER TABLE fbtool.outbox ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fbtool.outbox_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE fbtool.reply_window (
    conversation bytea NOT NULL,
    page_id text NOT NULL,
    last_customer bigint NOT NULL
)
WITH (fillfactor='70');
CREATE TABLE fbtool.seen (
    item_ms bigint NOT NULL,
    fingerprint bytea NOT NULL
);
CREATE TABLE fbtool.sent (
    mid bytea NOT NULL,
    message_id text NOT NULL,
    conversation bytea NOT NULL,
    page_id text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE fbtool.shape (
    step integer NOT NULL,
    hash text NOT NULL
);
CREATE UNLOGGED TABLE fbtool.shelf (
    key bytea NOT NULL,
    body bytea NOT NULL,
    claimed boolean DEFAULT false NOT NULL,
    ends timestamp with time zone NOT NULL
);
CREATE TABLE fbtool.vault (
    only_one boolean DEFAULT true NOT NULL,
    data_key bytea NOT NULL,
    CONSTRAINT vault_only_one_check CHECK (only_one)
);
INSERT INTO fbtool.account VALUES ('2yv8q4kh42', 'Shop', 'facebook', true, '\x86287f4a562690ed627b06238b45d3613e3a56a8576564432dfbe43e7bc5e303', 1796036038, '', '', 0);
INSERT INTO fbtool.consumer VALUES ('2yv8q4kh42', 'crm', '96139e2581c2b629', 1796036038561, 1796036068561);
INSERT INTO fbtool.holder VALUES ('100000000000011', '1', 0, '', '\x7242c2dc4b41b92e4b6de740b6830f53ab4fd55f3333dd088ba2b8782a81e10a09cb3e6e31', 1796036038, 0, 1802776000, NULL);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, '2yv8q4kh42', '100000000000011', 1796036038545, '\xc1b9f83ecf4a00658b0c3628d1591509703a28906ef713adc26d458e1cb2ff2907c83456361ae9ea43e5af4a7ab75465b32b9730adcc63c4435abd90dc861b3baad617b2b80cb8799a5752cd4d8d42aa2c3de45e7043060677001b6b1c87d3e791f511aac3aa6ed5be4f0256ff989b062c1c34325948ae6b64bdb8f6c5eed231121d1487c5dfa79d45fe4a4aedf3c048f8b4e3cb3e0944bf6d02e911b4773ce10c48f86b6857dbbf7ad85fe163335e12814b66ca36068e8a44dc7c3040746978981be90a3e687bcff296b2f11d6dbf6ea02dd6b45d386e9b8e099e6c66475737f6f22980317e1fd58bca960bb4463903bd914d17d3e87090e9afa6119179108aaa0e397bba932271452c4813c6da6a094221c594800bc2aa600ff8495eff0f696a92a39f');
INSERT INTO fbtool.link VALUES ('100000000000011', '2yv8q4kh42', 'Blumen Beispiel', 1796036038, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796111433409, 1);
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22c170fa8-c688fba84a15c528', '2yv8q4kh42', '100000000000011', '\x438703db84bc57fe025f59338d7b75fc', true, '\x84f56b65e2fd7d6ff9a26fc2aa555a927f20a4ce6b3396c5cfdc400141a24f8131af70594ca8226d2ff6bb5039ba9d39e348b0a8efb9999b015245f62c4980f51494cff1501ad9e5672f', 'queued', 1796036040216, 1796640838542, 1, '\x77266f6d44dfd7e5ccd83dd1f934c7bd', '\x75825e8b9bc6d6bd75b2cde05fea7705', 1796036038568);
INSERT INTO fbtool.reply_window VALUES ('\x438703db84bc57fe025f59338d7b75fc', '100000000000011', 1796036038542);
INSERT INTO fbtool.seen VALUES (1796036038542, '\x5ab2d6e0d13724f28fd26ebcd00c7afa');
INSERT INTO fbtool.shape VALUES (1, 'f21b362c90c2bbf60a868a49bf17c7f3f27ea2acb5e57a57d7a332a4ea4c892e');
INSERT INTO fbtool.shape VALUES (2, '8ff3ec00cd9636e73ee2f29e549ea32345e8353dea753958a3903acf041a57d9');
INSERT INTO fbtool.vault VALUES (true, '\x5479af4f00ca88306beaa921a1fb6dbd0e306c607ce4aafdcdfc315ade42390b61a7832cbcc251caab3769011fb49fd77d364fee1525fcc008fc2b63');
SELECT pg_catalog.setval('fbtool.aside_sequence_seq', 1, false);
SELECT pg_catalog.setval('fbtool.inbox_sequence_seq', 1, true);
SELECT pg_catalog.setval('fbtool.outbox_sequence_seq', 1, true);
ALTER TABLE ONLY fbtool.account
    ADD CONSTRAINT account_name_key UNIQUE (name);
ALTER TABLE ONLY fbtool.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY fbtool.aside
    ADD CONSTRAINT aside_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY fbtool.consumer
    ADD CONSTRAINT consumer_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY fbtool.deletion
    ADD CONSTRAINT deletion_pkey PRIMARY KEY (code);
ALTER TABLE ONLY fbtool.farewell
    ADD CONSTRAINT farewell_pkey PRIMARY KEY (page_id);
ALTER TABLE ONLY fbtool.greeted
    ADD CONSTRAINT greeted_pkey PRIMARY KEY (conversation);
ALTER TABLE ONLY fbtool.holder
    ADD CONSTRAINT holder_pkey PRIMARY KEY (page_id, person_id);
ALTER TABLE ONLY fbtool.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY fbtool.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (page_id);
ALTER TABLE ONLY fbtool.outbox
    ADD CONSTRAINT outbox_account_id_key_key UNIQUE (account_id, key);
ALTER TABLE ONLY fbtool.outbox
    ADD CONSTRAINT outbox_id_key UNIQUE (id);
ALTER TABLE ONLY fbtool.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY fbtool.reply_window
    ADD CONSTRAINT reply_window_pkey PRIMARY KEY (conversation);
ALTER TABLE ONLY fbtool.seen
    ADD CONSTRAINT seen_pkey PRIMARY KEY (fingerprint);
ALTER TABLE ONLY fbtool.sent
    ADD CONSTRAINT sent_pkey PRIMARY KEY (mid);
ALTER TABLE ONLY fbtool.shape
    ADD CONSTRAINT shape_pkey PRIMARY KEY (step);
ALTER TABLE ONLY fbtool.shelf
    ADD CONSTRAINT shelf_pkey PRIMARY KEY (key);
ALTER TABLE ONLY fbtool.vault
    ADD CONSTRAINT vault_pkey PRIMARY KEY (only_one);
CREATE INDEX greeted_due ON fbtool.greeted USING btree (since) WHERE (due IS NOT NULL);
CREATE INDEX holder_by_person ON fbtool.holder USING btree (person_id);
CREATE INDEX inbox_by_account ON fbtool.inbox USING btree (account_id, sequence);
CREATE INDEX inbox_by_age ON fbtool.inbox USING btree (received);
CREATE INDEX link_by_account ON fbtool.link USING btree (account_id);
CREATE INDEX link_by_check ON fbtool.link USING btree (check_at);
CREATE INDEX outbox_in_order ON fbtool.outbox USING btree (conversation, sequence) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));
CREATE INDEX outbox_of_page ON fbtool.outbox USING btree (page_id, sequence) WHERE (state = 'queued'::text);
CREATE INDEX outbox_unfinished ON fbtool.outbox USING btree (state, due) WHERE (state <> 'done'::text);
CREATE INDEX seen_by_time ON fbtool.seen USING brin (item_ms);
CREATE INDEX sent_by_conversation ON fbtool.sent USING btree (conversation, at);
ALTER TABLE ONLY fbtool.holder
    ADD CONSTRAINT holder_page_id_fkey FOREIGN KEY (page_id) REFERENCES fbtool.link(page_id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.link
    ADD CONSTRAINT link_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id);
