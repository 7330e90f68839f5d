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
INSERT INTO fbtool.account VALUES ('yun2r37wje', 'Shop', 'facebook', true, '\x19ea52946db3dc617829cb1078cd7de6685930b6eb7b3265dfc6213cb3ffd23d', 1796036020, '', '', 0);
INSERT INTO fbtool.consumer VALUES ('yun2r37wje', 'crm', '13063f95cf07d902', 1796036020937, 1796036050937);
INSERT INTO fbtool.holder VALUES ('100000000000011', '1', 0, '', '\x360dcac15cef86ec7d8fca7a221cfaf8513e526e9fd37d82a5bd309d6bbc79fdd5c46d8a66', 1796036020, 0, 1802776000, NULL);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, 'yun2r37wje', '100000000000011', 1796036020917, '\x85ba4fd962a5480a633abfd91e35718be856137ac4a25c26e402427131b251b7928cbd5d60ee1eb1daba9137ab1c03a1a38620b136086487305c771a6618e4bdf322b9b8fffd5648d6e575a590f0cc08581ed92a3457ab3d839880e259634d7e56992134d7ce1076a3dcbfe9527342a9c7076ece4f3b32dc4f85630d34b3408077c467d62c998db1fbc3c361e88221ac275424adf271c853e2c0385bf747b70fa324df1f5f9fae46f2afac9755cf13dedbeef3e9cbcdda9734ebd11ae923b582c28b7eb6413c48bdf3eac31f46b598c445885c62c7e0ac086a2e5868cb078c5d83d1bd108873c7b56c1bf1b26c7a5a42fb4357a5e2b862c0418127618e1a8e462c8a417010c1b0c46295f7c502b72fdf0b0ce6c602d6491722eef5c7f7cd2167d87ac488');
INSERT INTO fbtool.link VALUES ('100000000000011', 'yun2r37wje', 'Blumen Beispiel', 1796036020, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796108388343, 1);
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22c16cacd-5adebf641038eede', 'yun2r37wje', '100000000000011', '\xa3745749b85fd399b2b30364c0deba05', true, '\x5f74f42a0fc7b03a9683e22dcacae37befe9119019ce8b82adb117299e3f9ae7dcb7c62f850be270a0ede20753becb264ef9897d90417e4ef944bb74ca0a7da32542209b698fa50c1506', 'queued', 1796036022442, 1796640820915, 1, '\x14b4dff0ffe2c5da89ca3275ca47ce90', '\x812f3e940b60fcadacb73aaa3b1a1204', 1796036020941);
INSERT INTO fbtool.reply_window VALUES ('\xa3745749b85fd399b2b30364c0deba05', '100000000000011', 1796036020915);
INSERT INTO fbtool.seen VALUES (1796036020915, '\x87e2dc1ab45efd5406d27df5e6cf85ee');
INSERT INTO fbtool.shape VALUES (1, 'f21b362c90c2bbf60a868a49bf17c7f3f27ea2acb5e57a57d7a332a4ea4c892e');
INSERT INTO fbtool.shape VALUES (2, '8ff3ec00cd9636e73ee2f29e549ea32345e8353dea753958a3903acf041a57d9');
INSERT INTO fbtool.vault VALUES (true, '\x89d7a97faca3b4e0aa1ad3353d839a8fed7d545543b69fe537bdaaabc3d46dbf9aaedbe360099a56f9de277449e44983f99b56e298119c8d4ca31b98');
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
