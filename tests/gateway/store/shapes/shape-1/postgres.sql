CREATE SCHEMA fbtool;
CREATE TABLE fbtool.account (
    id text NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    active boolean NOT NULL,
    created bigint NOT NULL,
    greeting text DEFAULT ''::text NOT NULL,
    avatar_url text DEFAULT ''::text NOT NULL,
    manager_id text,
    available bigint DEFAULT 0 NOT NULL
);
CREATE TABLE fbtool.account_token (
    hash bytea NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    ends bigint
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
CREATE TABLE fbtool.facebook_deletion (
    code text NOT NULL,
    done bigint NOT NULL,
    tokens integer NOT NULL,
    pages integer NOT NULL
);
CREATE TABLE fbtool.facebook_holder (
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
CREATE TABLE fbtool.facebook_link (
    page_id text NOT NULL,
    linked_at bigint NOT NULL,
    subscribed_fields text NOT NULL,
    reason text,
    reminded_of bigint NOT NULL,
    check_at bigint NOT NULL,
    version bigint NOT NULL
);
CREATE TABLE fbtool.facebook_pending_unsubscribe (
    page_id text NOT NULL,
    person_id text NOT NULL,
    token bytea NOT NULL,
    since bigint NOT NULL,
    due bigint NOT NULL,
    tries integer NOT NULL
);
CREATE TABLE fbtool.greeted (
    conversation bytea NOT NULL,
    source_id text NOT NULL,
    since bigint NOT NULL,
    due text
);
CREATE TABLE fbtool.inbox (
    sequence bigint NOT NULL,
    account_id text NOT NULL,
    source_id text NOT NULL,
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
CREATE TABLE fbtool.manager (
    id text NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    created bigint NOT NULL
);
CREATE TABLE fbtool.outbox (
    sequence bigint NOT NULL,
    id text NOT NULL,
    account_id text NOT NULL,
    source_id text NOT NULL,
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
    source_id text NOT NULL,
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
    source_id text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE fbtool.shape (
    owner text NOT NULL,
    step integer NOT NULL,
    hash text NOT NULL
);
CREATE TABLE fbtool.source (
    id text NOT NULL,
    account_id text NOT NULL,
    name text NOT NULL,
    held boolean DEFAULT false NOT NULL
);
CREATE UNLOGGED TABLE fbtool.ttl (
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
INSERT INTO fbtool.account VALUES ('wuan6shibb', 'Shop', 'facebook', true, 1796043111, '', '', NULL, 0);
INSERT INTO fbtool.account_token VALUES ('\x46830c0bfc3c0eb619472903ff63d612803ad1123f27d30c2d1221f66ef2e256', 'wuan6shibb', 'fbt', NULL);
INSERT INTO fbtool.consumer VALUES ('wuan6shibb', 'crm', '77846ae129619484', 1796043111574, 1796043141574);
INSERT INTO fbtool.facebook_holder VALUES ('100000000000011', '1', 0, '', '\x0030f337513a50b11b035b13626ee09f4b90531b924a05ced3032a23e6e64381960a8655b9', 1796043111, 0, 1802776000, NULL);
INSERT INTO fbtool.facebook_link VALUES ('100000000000011', 1796043111, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796119668737, 1);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, 'wuan6shibb', '100000000000011', 1796043111425, '\x78c1622dcee562163afa38c7653fbb244ba835d80602fcec46cf876df1d74c8b8f1aed63b0d5a22c8efaaf35a8f6eec9f0d16ebf4c82d363f23186a0e628aaf0d26599950bb5ab455bbb3bd720c7a1b07918899107874bba652d07f01f61986dddeb6c33cc8ed01dc13bd4a643580a09da5c2ad91d27288473348c18ad2ee588ca413611c560a84632aa9cbfca13b98e3259791838beb0357eb4ab1795d95c92666225d1d712af362cdc9a0cbab74213f817cd0676107096de6c560d596fee2051bceb11a430f778eddd2ba63f7fbdcfcf7a9d97e12d73138eb7af9f9dbc5e2227c48cf66c262208f897e4662612278f2d8d4fb4f6df5fc870a0a7a6d34b332dd66d1fd16c9111ed1c516b0736b9e083dfb33efaafeb06b0e081dac41db39bbc1045688f219d');
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22c82fcb9-47d86de50c480c65', 'wuan6shibb', '100000000000011', '\xb9a24326c0129cbac655abc8d9a67c70', true, '\x235b517a7d7c6d4b1c5dedf418a109f48c817fb8aa733ac34ddd145e0c9e6903b543706168111cf72f28d9180f5233f35e84f9b79f5fc9d05ba19bee6049e86d6de1c20fb80fc7884afb', 'queued', 1796043112738, 1796647911417, 1, '\xea35c6e15abc6cc04f58120901c218af', '\x9a8839bbbf6a6e538cd158867d94a520', 1796043111609);
INSERT INTO fbtool.reply_window VALUES ('\xb9a24326c0129cbac655abc8d9a67c70', '100000000000011', 1796043111417);
INSERT INTO fbtool.seen VALUES (1796043111417, '\x965aa45ccc2a3d92876c63e29074f0bb');
INSERT INTO fbtool.shape VALUES ('core', 1, 'd9495d3419fad9475f9d5149477a55468a09b64c31f6bcd22ad505d97fae8a1a');
INSERT INTO fbtool.shape VALUES ('facebook', 1, '4944b07678028babab801f1c0e5400c407ddfb3b75aaaf92e36ef1bc560557b9');
INSERT INTO fbtool.source VALUES ('100000000000011', 'wuan6shibb', 'Blumen Beispiel', false);
INSERT INTO fbtool.vault VALUES (true, '\xfb2e83aaac061cdb07b93d88aa42b2e8ea1b35a9bfd49705d6cc1fb43d7323d7774d411e18afc6018ef618a5b899e7cef608e801d80a2071d13b4f88');
SELECT pg_catalog.setval('fbtool.aside_sequence_seq', 1, false);
SELECT pg_catalog.setval('fbtool.inbox_sequence_seq', 1, true);
SELECT pg_catalog.setval('fbtool.outbox_sequence_seq', 1, true);
ALTER TABLE ONLY fbtool.account
    ADD CONSTRAINT account_name_key UNIQUE (name);
ALTER TABLE ONLY fbtool.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY fbtool.account_token
    ADD CONSTRAINT account_token_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY fbtool.aside
    ADD CONSTRAINT aside_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY fbtool.consumer
    ADD CONSTRAINT consumer_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY fbtool.facebook_deletion
    ADD CONSTRAINT facebook_deletion_pkey PRIMARY KEY (code);
ALTER TABLE ONLY fbtool.facebook_holder
    ADD CONSTRAINT facebook_holder_pkey PRIMARY KEY (page_id, person_id);
ALTER TABLE ONLY fbtool.facebook_link
    ADD CONSTRAINT facebook_link_pkey PRIMARY KEY (page_id);
ALTER TABLE ONLY fbtool.facebook_pending_unsubscribe
    ADD CONSTRAINT facebook_pending_unsubscribe_pkey PRIMARY KEY (page_id);
ALTER TABLE ONLY fbtool.greeted
    ADD CONSTRAINT greeted_pkey PRIMARY KEY (conversation);
ALTER TABLE ONLY fbtool.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY fbtool.manager
    ADD CONSTRAINT manager_name_key UNIQUE (name);
ALTER TABLE ONLY fbtool.manager
    ADD CONSTRAINT manager_pkey PRIMARY KEY (id);
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
    ADD CONSTRAINT shape_pkey PRIMARY KEY (owner, step);
ALTER TABLE ONLY fbtool.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY fbtool.ttl
    ADD CONSTRAINT ttl_pkey PRIMARY KEY (key);
ALTER TABLE ONLY fbtool.vault
    ADD CONSTRAINT vault_pkey PRIMARY KEY (only_one);
CREATE INDEX account_by_manager ON fbtool.account USING btree (manager_id) WHERE (manager_id IS NOT NULL);
CREATE INDEX account_token_by_account ON fbtool.account_token USING btree (account_id);
CREATE INDEX facebook_holder_by_person ON fbtool.facebook_holder USING btree (person_id);
CREATE INDEX facebook_link_by_check ON fbtool.facebook_link USING btree (check_at);
CREATE INDEX greeted_due ON fbtool.greeted USING btree (since) WHERE (due IS NOT NULL);
CREATE INDEX inbox_by_account ON fbtool.inbox USING btree (account_id, sequence);
CREATE INDEX inbox_by_age ON fbtool.inbox USING btree (received);
CREATE INDEX outbox_in_order ON fbtool.outbox USING btree (conversation, sequence) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));
CREATE INDEX outbox_of_source ON fbtool.outbox USING btree (source_id, sequence) WHERE (state = 'queued'::text);
CREATE INDEX outbox_unfinished ON fbtool.outbox USING btree (state, due) WHERE (state <> 'done'::text);
CREATE INDEX seen_by_time ON fbtool.seen USING brin (item_ms);
CREATE INDEX sent_by_conversation ON fbtool.sent USING btree (conversation, at);
CREATE INDEX source_by_account ON fbtool.source USING btree (account_id);
ALTER TABLE ONLY fbtool.account
    ADD CONSTRAINT account_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES fbtool.manager(id) ON DELETE SET NULL;
ALTER TABLE ONLY fbtool.account_token
    ADD CONSTRAINT account_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.facebook_holder
    ADD CONSTRAINT facebook_holder_page_id_fkey FOREIGN KEY (page_id) REFERENCES fbtool.facebook_link(page_id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.facebook_link
    ADD CONSTRAINT facebook_link_page_id_fkey FOREIGN KEY (page_id) REFERENCES fbtool.source(id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.source
    ADD CONSTRAINT source_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id);
