-- The embedded store. Every "body" and "token" is sealed; every "…fingerprint" is a keyed hash.
-- How to add a table or a column is written in __init__.py beside this file.

CREATE TABLE vault (data_key BLOB NOT NULL);

-- Who makes accounts and manages those.
CREATE TABLE manager (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    token_hash BLOB NOT NULL,
    created    INTEGER NOT NULL
) WITHOUT ROWID;

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
CREATE INDEX account_by_manager ON account (manager_id) WHERE manager_id IS NOT NULL;

CREATE TABLE account_token (
    hash       BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    ends       INTEGER                        -- NULL: it has not been replaced
) WITHOUT ROWID;
CREATE INDEX account_token_by_account ON account_token (account_id);

-- Where an account is reached. While one is held, its answers wait.
CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX source_by_account ON source (account_id);

-- AUTOINCREMENT: a number is never used again, so that an old cursor cannot acknowledge a new event.
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    source_id  TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
CREATE INDEX inbox_by_account ON inbox (account_id, sequence);

-- The item's own time comes first: new keys then lie side by side, and cleaning up is one range.
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;

CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    source_id     TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;

-- Who was greeted. "due" is the sealed conversation id until the greeting is in the outbox, NULL afterwards.
CREATE TABLE greeted (
    conversation BLOB PRIMARY KEY,
    source_id    TEXT NOT NULL,
    since        INTEGER NOT NULL,
    due          TEXT
) WITHOUT ROWID;
CREATE INDEX greeted_due ON greeted (since) WHERE due IS NOT NULL;

-- Our messages that a channel took, for the receipts about them. "mid" is a fingerprint.
CREATE TABLE sent (
    mid          BLOB PRIMARY KEY,
    message_id   TEXT NOT NULL,
    conversation BLOB NOT NULL,
    source_id    TEXT NOT NULL,
    at           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sent_by_conversation ON sent (conversation, at);

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
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';
CREATE INDEX outbox_of_source ON outbox (source_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');

CREATE TABLE aside (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL
);
