-- Facebook's own tables. Every "token" is sealed. Times of "due", "since", "done" and "check_at" are unix milliseconds,
-- all others unix seconds.

CREATE TABLE facebook_link (
    page_id           TEXT PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    linked_at         INTEGER NOT NULL,
    subscribed_fields TEXT NOT NULL,
    reason            TEXT,             -- why a person has to sign in; NULL while a holder's token lives
    reminded_of       INTEGER NOT NULL,
    check_at          INTEGER NOT NULL, -- milliseconds
    version           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX facebook_link_by_check ON facebook_link (check_at);

-- The people by whose tokens the gateway acts for a Page.
CREATE TABLE facebook_holder (
    page_id                TEXT NOT NULL REFERENCES facebook_link (page_id) ON DELETE CASCADE,
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
CREATE INDEX facebook_holder_by_person ON facebook_holder (person_id);

-- Pages that are not linked any more and whose subscription at Facebook has not ended yet.
CREATE TABLE facebook_pending_unsubscribe (
    page_id   TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    token     BLOB NOT NULL,    -- empty: only the app's own token is left to ask with
    since     INTEGER NOT NULL, -- milliseconds
    due       INTEGER NOT NULL,
    tries     INTEGER NOT NULL
) WITHOUT ROWID;

-- What Facebook asked to delete of people who signed in: no id, only that it was done.
CREATE TABLE facebook_deletion (
    code    TEXT PRIMARY KEY,
    done    INTEGER NOT NULL,   -- milliseconds
    tokens  INTEGER NOT NULL,
    pages   INTEGER NOT NULL
) WITHOUT ROWID;
