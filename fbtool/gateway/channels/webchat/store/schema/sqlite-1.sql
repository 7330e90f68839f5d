-- The web chat's own tables. "conversation" and "visitor" are keyed hashes, "conversation_id" opens with the key only.
-- All times are unix milliseconds.

CREATE TABLE webchat_settings (
    account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    version    INTEGER NOT NULL,
    body       BLOB NOT NULL        -- JSON
) WITHOUT ROWID;

CREATE TABLE webchat_conversation (
    conversation    BLOB PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    source_id       TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    keeps           INTEGER NOT NULL,   -- whether the browser keeps the history
    here            INTEGER NOT NULL,   -- whether the visitor is here, as the CRM knows it
    episode         INTEGER NOT NULL,   -- when it began
    last_message    INTEGER NOT NULL,
    last_poll       INTEGER NOT NULL,
    last_automatic  INTEGER NOT NULL,   -- 0: no automatic text in this episode
    closed          INTEGER,            -- NULL: the episode goes on
    due_step        INTEGER,            -- of the next automatic text; NULL: none is planned
    due             INTEGER
) WITHOUT ROWID;
CREATE INDEX webchat_conversation_by_source ON webchat_conversation (source_id);
CREATE INDEX webchat_conversation_due ON webchat_conversation (due) WHERE due IS NOT NULL;

-- What waits for browsers. AUTOINCREMENT: a number is never used again, so that an old cursor acknowledges nothing new.
CREATE TABLE webchat_answer (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation BLOB NOT NULL REFERENCES webchat_conversation (conversation) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('message', 'seen', 'closed')),
    message_id   TEXT UNIQUE,           -- NULL: it is no message
    body         BLOB NOT NULL,         -- sealed
    not_after    INTEGER                -- of an automatic text that is skipped after that
);
CREATE INDEX webchat_answer_by_conversation ON webchat_answer (conversation, sequence);

-- Visitors whose keys were ended, until those would have ended by themselves.
CREATE TABLE webchat_refused (
    visitor BLOB PRIMARY KEY,
    until   INTEGER NOT NULL
) WITHOUT ROWID;
