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
INSERT INTO fbtool.account VALUES ('q3jw6tdk22', 'Shop', 'facebook', true, '\xba3c62a68537bedc9127389e7449e3726deae07021bfad421afbecbc7e3ea7ce', 1796032584, '', '', 0);
INSERT INTO fbtool.consumer VALUES ('q3jw6tdk22', 'crm', '3501124757abdaf9', 1796032584464, 1796032614464);
INSERT INTO fbtool.holder VALUES ('100000000000011', '1', 0, '', '\x9d701e3d790b4318aaed28ab0c0d5e07f7cebc3ab8747ced53d4aa375abb39ce789d8b9f02', 1796032584, 0, 1802776000, NULL);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, 'q3jw6tdk22', '100000000000011', 1796032584412, '\x5ea1588167e70066b6242973ca7a59e196dec742a6383049be67ad6b5cf91c2c27e5601adedafb028af6388fe42d16dfb9481b72ef32ea5a4928c8ac4b3d34099787ff71b792ef69bcc28c1f3d470f9a67b5d630921af8c19ec833e1697a33f98f5274efe5072d9c9f76b4eb48ad35719793f176ee91f5e2894495db227bfe21a52b1605ec17e657c4ad05694f957a174478f98473b50b46ab447b62f1acec8a11b698af708040c5005f96b288c40723582a8c4079b38d1c9169bb9a5cc421af22cb3c27bbd94b7fc21ff926b6238b104e850e65f0c938698634240b0f7e11cbfbe9f338406aaa76ee73c7e64dfe9efdb83db149a7b549e7a85cc6b4e745d4c5390d40ac36dd2b9107f1abd894d2cb6546e5fbaa5bfaf1cd869666718591fd4d1c0572fe');
INSERT INTO fbtool.link VALUES ('100000000000011', 'q3jw6tdk22', 'Blumen Beispiel', 1796032584, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796099384208, 1);
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22be25b21-129acdc54fac36d5', 'q3jw6tdk22', '100000000000011', '\x3d11aae901a8780877347759bb4ffa08', true, '\x70f995470c853c3f1c6e12b2a896f9fdc302f6b28fe64a15f1aaad948db915ba4b316f01f90e65c3c3ac01d286dba73c176ea086cfefbc1506c70ced0503888b69937b62d3163eefe6aa', 'queued', 1796032585817, 1796637384410, 1, '\x12e71bb7487d8ceded5d1d158700feaa', '\x1249bf3ddb17f222b201733ff94a3e30', 1796032584481);
INSERT INTO fbtool.reply_window VALUES ('\x3d11aae901a8780877347759bb4ffa08', '100000000000011', 1796032584410);
INSERT INTO fbtool.seen VALUES (1796032584410, '\xdca60337b156a6105970284023ed390e');
INSERT INTO fbtool.shape VALUES (1, 'f21b362c90c2bbf60a868a49bf17c7f3f27ea2acb5e57a57d7a332a4ea4c892e');
INSERT INTO fbtool.vault VALUES (true, '\x33850fae239708736f6c78cfe431da2247a9e6e7dd83ceecd1c80500c18ebebd785b5ed072f62f3b342bd9f423b4340544ba17e2ce2b4231f4903590');
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
    ADD CONSTRAINT seen_pkey PRIMARY KEY (item_ms, fingerprint);
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
CREATE INDEX sent_by_conversation ON fbtool.sent USING btree (conversation, at);
ALTER TABLE ONLY fbtool.holder
    ADD CONSTRAINT holder_page_id_fkey FOREIGN KEY (page_id) REFERENCES fbtool.link(page_id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.link
    ADD CONSTRAINT link_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id);
