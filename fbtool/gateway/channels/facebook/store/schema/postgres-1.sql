-- Facebook's own tables. Every "token" is sealed. Times of "due", "since", "done" and "check_at" are unix milliseconds,
-- all others unix seconds.

CREATE TABLE facebook_link (
    page_id           text PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    linked_at         bigint NOT NULL,
    subscribed_fields text NOT NULL,
    reason            text,
    reminded_of       bigint NOT NULL,
    check_at          bigint NOT NULL,
    version           bigint NOT NULL
);
CREATE INDEX facebook_link_by_check ON facebook_link (check_at);

-- The people by whose tokens the gateway acts for a Page.
CREATE TABLE facebook_holder (
    page_id                text NOT NULL REFERENCES facebook_link (page_id) ON DELETE CASCADE,
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
CREATE INDEX facebook_holder_by_person ON facebook_holder (person_id);

-- Pages that are not linked any more and whose subscription at Facebook has not ended yet.
CREATE TABLE facebook_pending_unsubscribe (
    page_id   text PRIMARY KEY,
    person_id text NOT NULL,
    token     bytea NOT NULL,
    since     bigint NOT NULL,
    due       bigint NOT NULL,
    tries     int NOT NULL
);

-- What Facebook asked to delete of people who signed in: no id, only that it was done.
CREATE TABLE facebook_deletion (
    code   text PRIMARY KEY,
    done   bigint NOT NULL,
    tokens int NOT NULL,
    pages  int NOT NULL
);
