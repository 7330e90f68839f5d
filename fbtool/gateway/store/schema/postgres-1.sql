-- The shared store of several gateways. Every "body" and "token" is sealed; every fingerprint is a keyed hash.
-- How to add a table or a column is written in __init__.py beside this file. All times are unix milliseconds.

CREATE TABLE vault (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    data_key bytea NOT NULL
);

CREATE TABLE account (
    id         text PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    channel    text NOT NULL,
    active     boolean NOT NULL,
    token_hash bytea NOT NULL,
    created    bigint NOT NULL,
    greeting   text NOT NULL DEFAULT '',
    avatar_url text NOT NULL DEFAULT '',
    available  bigint NOT NULL DEFAULT 0
);

-- Who takes an account's events; an unlogged table is emptied by a crash of the server, which frees every place.
CREATE UNLOGGED TABLE consumer (
    account_id text PRIMARY KEY,
    name       text NOT NULL,
    ticket     text NOT NULL,
    since      bigint NOT NULL,
    until      bigint NOT NULL
);

CREATE TABLE link (
    page_id           text PRIMARY KEY,
    account_id        text NOT NULL REFERENCES account (id),
    name              text NOT NULL,
    linked_at         bigint NOT NULL,
    subscribed_fields text NOT NULL,
    reason            text,
    reminded_of       bigint NOT NULL,
    check_at          bigint NOT NULL,
    version           bigint NOT NULL
);
CREATE INDEX link_by_check ON link (check_at);
CREATE INDEX link_by_account ON link (account_id);

CREATE TABLE holder (
    page_id                text NOT NULL REFERENCES link (page_id) ON DELETE CASCADE,
    person_id              text NOT NULL,
    rank                   int NOT NULL,
    person                 text NOT NULL,
    token                  bytea NOT NULL,
    linked_at              bigint NOT NULL,
    token_expires_at       bigint NOT NULL,
    data_access_expires_at bigint NOT NULL,
    reason                 text,
    PRIMARY KEY (page_id, person_id)
);
CREATE INDEX holder_by_person ON holder (person_id);

CREATE TABLE farewell (
    page_id   text PRIMARY KEY,
    person_id text NOT NULL,
    token     bytea NOT NULL,
    since     bigint NOT NULL,
    due       bigint NOT NULL,
    tries     int NOT NULL
);

CREATE TABLE deletion (
    code   text PRIMARY KEY,
    done   bigint NOT NULL,
    tokens int NOT NULL,
    pages  int NOT NULL
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

CREATE TABLE seen (
    item_ms     bigint NOT NULL,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
);

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
CREATE UNLOGGED TABLE shelf (
    key     bytea PRIMARY KEY,
    body    bytea NOT NULL,
    claimed boolean NOT NULL DEFAULT false,
    ends    timestamptz NOT NULL
);
