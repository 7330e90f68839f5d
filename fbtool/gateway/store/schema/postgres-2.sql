-- Pictures of accounts (an empty reference) and of the agents who write for them, shown to customers.
CREATE TABLE picture (
    account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reference  text NOT NULL,
    type       text NOT NULL,
    body       bytea NOT NULL,
    changed    bigint NOT NULL,
    PRIMARY KEY (account_id, reference)
);
