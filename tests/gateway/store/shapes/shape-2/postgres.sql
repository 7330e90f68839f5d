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
CREATE TABLE fbtool.picture (
    account_id text NOT NULL,
    reference text NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    changed bigint NOT NULL
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
INSERT INTO fbtool.account VALUES ('e56hb828kx', 'Shop', 'facebook', true, 1796054578, '', '', NULL, 0);
INSERT INTO fbtool.account_token VALUES ('\x1e0b0cfff8d66cf0860e1d7080b8f19863a131bf5be1bff023650e4215238338', 'e56hb828kx', 'fbt', NULL);
INSERT INTO fbtool.consumer VALUES ('e56hb828kx', 'crm', '76dad60ee7b4794d', 1796054578203, 1796054608203);
INSERT INTO fbtool.facebook_holder VALUES ('100000000000011', '1', 0, '', '\x3c08a8c759af83d1975be9513a399a4123c28c8341bfe3fd19edd58bbcf3a1a54181fa500f', 1796054578, 0, 1802776000, NULL);
INSERT INTO fbtool.facebook_link VALUES ('100000000000011', 1796054578, 'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby', NULL, 0, 1796140276590, 1);
INSERT INTO fbtool.inbox OVERRIDING SYSTEM VALUE VALUES (1, 'e56hb828kx', '100000000000011', 1796054578184, '\x922866ac041112ec996a4b212e0a2678929b00a8f490426eb7ea82be74be512d606b10f9fc6170cfc3307a6afa4f3765d65b82b9a57cc76200b2901de47989784553a3fd193af18086619c9affa999965870caea2e2a20467119efb55b7ede16f1bd79609f5646e5f6b1bd99c8f79ed57570dda7116fd2479f18bc9fa186294befe3b56e3296c60bc115e0f0663ddb424fdebfd6baad6aaf3ba13e42759ccbe24ecd84385cd22f5bda32e2d26df90c714eb02315c1b2f500dc7fef4dc10da01641c3023ad9357df520951c1ace926de88ee58820c9e46de329bf149e674406a16f3ab3526bf146d86b98793769e27025aa47ba0fe892cf95a4f58050938a818b921511180dbb5b913ef24bb27357863e9e0dc33209c3b7dec693a5a67ed2b2fbbb63615948ef');
INSERT INTO fbtool.outbox OVERRIDING SYSTEM VALUE VALUES (1, '1a22d31f420-d388b8f3dce4dfff', 'e56hb828kx', '100000000000011', '\xd2fefa3263de6241159708151fda0ab2', true, '\xa67a83eb96e60042c67da16f08e16d28010298c84e74c271829f12563ca8699ad1c8782485f4fe6a4c5fd492c62c6a5c56ef02c2995dd1533d64876bf38320b18b3b1b2fb46bbb38245f', 'queued', 1796054580079, 1796659378181, 1, '\xa40d5d0caf95c325dc70fc4761786fa6', '\x51e9a3c9944fb7dce9518de144eb94c7', 1796054578208);
INSERT INTO fbtool.reply_window VALUES ('\xd2fefa3263de6241159708151fda0ab2', '100000000000011', 1796054578181);
INSERT INTO fbtool.seen VALUES (1796054578181, '\xc7da5598c31e728f08f9bd748e4037af');
INSERT INTO fbtool.shape VALUES ('core', 1, 'd9495d3419fad9475f9d5149477a55468a09b64c31f6bcd22ad505d97fae8a1a');
INSERT INTO fbtool.shape VALUES ('core', 2, '815c922ba66019f3bdf388dc014d5fef924b8d3c605cee587cb82dc0a5f12440');
INSERT INTO fbtool.shape VALUES ('facebook', 1, '4944b07678028babab801f1c0e5400c407ddfb3b75aaaf92e36ef1bc560557b9');
INSERT INTO fbtool.source VALUES ('100000000000011', 'e56hb828kx', 'Blumen Beispiel', false);
INSERT INTO fbtool.vault VALUES (true, '\x991ca1f863408e6e7ba5bf4caae0da4d63ff50454ec962b2b606f8fe9efa3302acf28f2b40956d7a98dd5abfbee947538ee9147a2fb2221dd238a5f1');
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
ALTER TABLE ONLY fbtool.picture
    ADD CONSTRAINT picture_pkey PRIMARY KEY (account_id, reference);
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
ALTER TABLE ONLY fbtool.picture
    ADD CONSTRAINT picture_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY fbtool.source
    ADD CONSTRAINT source_account_id_fkey FOREIGN KEY (account_id) REFERENCES fbtool.account(id);
