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
INSERT INTO fbtool.account VALUES ('px2ypxmvfj', 'Shop', 'facebook', true, 1796046959, '', '', NULL, 0);
INSERT INTO fbtool.account_token VALUES ('\x1086c8911ad224b63ebe594a71d62a9dab9cdc5572633c6230a19788a385613e', 'px2ypxmvfj', 'fbt', NULL);
INSERT INTO fbtool.consumer VALUES ('px2ypxmvfj', 'crm', '88d43495783f834c', 1796046959283, 1796046989283);
INSERT INTO fbtool.facebook_holder VALUES ('100000000000011', '1', 0, '', '\x06dfc83268afe987b0070292a5be21d368af162e8bd78483a3f4c4feb75363c761eb75a8e9', 1796046959, 0, 1802776000, NULL);
INSERT INTO fbtool.facebook_link VALUES ('100000000000011', 1796046959, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796114551371, 1);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, 'px2ypxmvfj', '100000000000011', 1796046959266, '\xf4b5a76e538904aff15f46930da11c49fe4b43b4ba002a6473c5f28a7169abbdb09c15636e93081a2d41ce2968ec26e4ee6f1436dce4a4b481441240aed3809d5bd4c52c663a968c49b8af5dc5e83b8c9f5346e671de9f475df04c8a3997cfe7d74a0c4bf421a7060d082e605a53089be5deca3befd6bf91439aa972dde3453e1e645cba33323924d68cea1eb0539eb88dc4e71f04d5a9ff42ed5d51c725d37289514c4bef3f3e1fcc74b90b33e1e1b696a64ad7a5f1d61c86032b4c89ba627a3e9f0bbd7bf744a591956186508743e18568e91bc6b5077f6172d06774b71103d11617fdbd216b2ba947b1d5d4b200cac121d3d96c69c152138c79ec88227b2074f0dd5758915b4ee75c91ccd15b97086f0ae3c7b06c43d225e1c59b273d139ca66ada45ab63');
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22cbdb2ba-8295421fc9ef2cc0', 'px2ypxmvfj', '100000000000011', '\xcd73ce277d64146b0ccbb579d358749a', true, '\x80cbd9740816634e6eea142e35424b010897082918e5c006dc76a18b8b0ab801e65eee830a7aded8f73baaa91c54f68e0ab4e1c9e35195fe99c58460a9679da104c98b079990e8a7b28c', 'queued', 1796046960569, 1796651759263, 1, '\xb6e170127e191e15ed9efa611a8936fe', '\x59b0b56a005aa2bbdc228b59d7b85b31', 1796046959290);
INSERT INTO fbtool.reply_window VALUES ('\xcd73ce277d64146b0ccbb579d358749a', '100000000000011', 1796046959263);
INSERT INTO fbtool.seen VALUES (1796046959263, '\x37a0c0d00e5f58fcc08ad7d4fcd27fce');
INSERT INTO fbtool.shape VALUES ('core', 1, 'd9495d3419fad9475f9d5149477a55468a09b64c31f6bcd22ad505d97fae8a1a');
INSERT INTO fbtool.shape VALUES ('facebook', 1, '4944b07678028babab801f1c0e5400c407ddfb3b75aaaf92e36ef1bc560557b9');
INSERT INTO fbtool.source VALUES ('100000000000011', 'px2ypxmvfj', 'Blumen Beispiel', false);
INSERT INTO fbtool.vault VALUES (true, '\x404e1c2b184ddd1691a61457e5f21c7256cf05d93f3832988dfcd712297485bdc2ef5cb6a98f35b59e1307df63d7a6300b386543135e9ce74341da6a');
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
