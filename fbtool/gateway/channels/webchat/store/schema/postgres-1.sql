-- The web chat's own tables. "conversation" and "visitor" are keyed hashes, "conversation_id" opens with the key only.
-- All times are unix milliseconds.

CREATE TABLE webchat_settings (
    account_id text PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    version    bigint NOT NULL,
    body       bytea NOT NULL           -- JSON
);

-- Rows change with every message and now and then while a visitor asks: room for that, and no index on what changes.
CREATE TABLE webchat_conversation (
    conversation    bytea PRIMARY KEY,
    conversation_id text NOT NULL,
    account_id      text NOT NULL,
    source_id       text NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    keeps           boolean NOT NULL,   -- whether the browser keeps the history
    here            boolean NOT NULL,   -- whether the visitor is here, as the CRM knows it
    episode         bigint NOT NULL,    -- when it began
    last_message    bigint NOT NULL,
    last_poll       bigint NOT NULL,
    last_automatic  bigint NOT NULL,    -- 0: no automatic text in this episode
    closed          bigint,             -- NULL: the episode goes on
    due_step        int,                -- of the next automatic text; NULL: none is planned
    due             bigint
) WITH (fillfactor = 70);
CREATE INDEX webchat_conversation_by_source ON webchat_conversation (source_id);
CREATE INDEX webchat_conversation_due ON webchat_conversation (due) WHERE due IS NOT NULL;

-- What waits for browsers; swept away soon, as everything that comes and goes all the time.
CREATE TABLE webchat_answer (
    sequence     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation bytea NOT NULL REFERENCES webchat_conversation (conversation) ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('message', 'seen', 'closed')),
    message_id   text UNIQUE,           -- NULL: it is no message
    body         bytea NOT NULL,        -- sealed
    not_after    bigint                 -- of an automatic text that is skipped after that
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000);
CREATE INDEX webchat_answer_by_conversation ON webchat_answer (conversation, sequence);

-- Visitors whose keys were ended, until those would have ended by themselves.
CREATE TABLE webchat_refused (
    visitor bytea PRIMARY KEY,
    until   bigint NOT NULL
);
