-- The embedded store. Every "body" and "token" is sealed; every "…fingerprint" is a keyed hash.
-- How to add a table or a column is written in __init__.py beside this file.

CREATE TABLE vault (data_key BLOB NOT NULL);

CREATE TABLE account (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    channel    TEXT NOT NULL,
    active     INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    created    INTEGER NOT NULL,
    greeting   TEXT NOT NULL DEFAULT '',
    avatar_url TEXT NOT NULL DEFAULT '',
    available  INTEGER NOT NULL DEFAULT 0     -- until when somebody is there to answer
) WITHOUT ROWID;

CREATE TABLE link (
    page_id           TEXT PRIMARY KEY,
    account_id        TEXT NOT NULL REFERENCES account (id),
    name              TEXT NOT NULL,
    linked_at         INTEGER NOT NULL,
    subscribed_fields TEXT NOT NULL,
    reason            TEXT,             -- why a person has to sign in; NULL while a holder's token lives
    reminded_of       INTEGER NOT NULL,
    check_at          INTEGER NOT NULL, -- milliseconds
    version           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX link_by_check ON link (check_at);

-- The people by whose tokens the gateway acts for a Page.
CREATE TABLE holder (
    page_id                TEXT NOT NULL REFERENCES link (page_id) ON DELETE CASCADE,
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
CREATE INDEX holder_by_person ON holder (person_id);

-- Pages that are not linked any more and whose subscription at Facebook has not ended yet.
CREATE TABLE farewell (
    page_id   TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    token     BLOB NOT NULL,    -- empty: only the app's own token is left to ask with
    since     INTEGER NOT NULL, -- milliseconds
    due       INTEGER NOT NULL,
    tries     INTEGER NOT NULL
) WITHOUT ROWID;

-- What Facebook asked to delete of people who signed in: no id, only that it was done.
CREATE TABLE deletion (
    code    TEXT PRIMARY KEY,
    done    INTEGER NOT NULL,   -- milliseconds
    tokens  INTEGER NOT NULL,
    pages   INTEGER NOT NULL
) WITHOUT ROWID;

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

-- Our messages that Facebook took, for the receipts about them. "mid" is a fingerprint.
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
