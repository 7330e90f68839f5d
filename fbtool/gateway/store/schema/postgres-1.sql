-- The shared store of several gateways. Every "body" and "token" is sealed; every fingerprint is a keyed hash.
-- How to add a table or a column is written in __init__.py beside this file. All times are unix milliseconds.

CREATE TABLE vault (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    data_key bytea NOT NULL
);

-- Who makes accounts and manages those.
CREATE TABLE manager (
    id         text PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    token_hash bytea NOT NULL,
    created    bigint NOT NULL
);

CREATE TABLE account (
    id         text PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    channel    text NOT NULL,
    active     boolean NOT NULL,
    created    bigint NOT NULL,
    greeting   text NOT NULL DEFAULT '',
    avatar_url text NOT NULL DEFAULT '',
    manager_id text REFERENCES manager (id) ON DELETE SET NULL,
    available  bigint NOT NULL DEFAULT 0     -- until when somebody is there to answer
);
CREATE INDEX account_by_manager ON account (manager_id) WHERE manager_id IS NOT NULL;

CREATE TABLE account_token (
    hash       bytea PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       text NOT NULL,
    ends       bigint                        -- NULL: it has not been replaced
);
CREATE INDEX account_token_by_account ON account_token (account_id);

-- Where an account is reached. While one is held, its answers wait.
CREATE TABLE source (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id),
    name       text NOT NULL,
    held       boolean NOT NULL DEFAULT false
);
CREATE INDEX source_by_account ON source (account_id);

-- Who takes an account's events; an unlogged table is emptied by a crash of the server, which frees every place.
CREATE UNLOGGED TABLE consumer (
    account_id text PRIMARY KEY,
    name       text NOT NULL,
    ticket     text NOT NULL,
    since      bigint NOT NULL,
    until      bigint NOT NULL
);

-- Queue tables live by quick cleaning: what was deleted is swept away soon, not after a fifth of the table.
CREATE TABLE inbox (
    sequence   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL,
    source_id  text NOT NULL,
    received   bigint NOT NULL,
    body       bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000);
CREATE INDEX inbox_by_account ON inbox (account_id, sequence);
CREATE INDEX inbox_by_age ON inbox (received);

-- An item is recognised by its fingerprint alone: a repetition may claim another time. Times come nearly in their
-- order, so a block range index is enough to forget the old ones.
CREATE TABLE seen (
    item_ms     bigint NOT NULL,
    fingerprint bytea PRIMARY KEY
);
CREATE INDEX seen_by_time ON seen USING brin (item_ms);

CREATE TABLE reply_window (
    conversation  bytea PRIMARY KEY,
    source_id     text NOT NULL,
    last_customer bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE greeted (
    conversation bytea PRIMARY KEY,
    source_id    text NOT NULL,
    since        bigint NOT NULL,
    due          text
);
CREATE INDEX greeted_due ON greeted (since) WHERE due IS NOT NULL;

CREATE TABLE sent (
    mid          bytea PRIMARY KEY,
    message_id   text NOT NULL,
    conversation bytea NOT NULL,
    source_id    text NOT NULL,
    at           bigint NOT NULL
);
CREATE INDEX sent_by_conversation ON sent (conversation, at);

CREATE TABLE outbox (
    sequence     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           text NOT NULL UNIQUE,
    account_id   text NOT NULL,
    source_id    text NOT NULL,
    conversation bytea NOT NULL,
    human        boolean NOT NULL,
    body         bytea,
    state        text NOT NULL CHECK (state IN ('queued', 'sending', 'unclear', 'done')),
    due          bigint NOT NULL,   -- while "sending": until when its gateway may be busy with it
    expires      bigint NOT NULL,
    tries        int NOT NULL DEFAULT 0,
    key          bytea NOT NULL,
    digest       bytea NOT NULL,
    created      bigint NOT NULL,
    UNIQUE (account_id, key)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000);
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';
CREATE INDEX outbox_of_source ON outbox (source_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');

CREATE TABLE aside (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received bigint NOT NULL,
    body     bytea NOT NULL
);

-- Sign-ins under way. Unlogged: what is in here never reaches the server's log of changes, nor a copy made from it.
CREATE UNLOGGED TABLE ttl (
    key     bytea PRIMARY KEY,
    body    bytea NOT NULL,
    claimed boolean NOT NULL DEFAULT false,
    ends    timestamptz NOT NULL
);
