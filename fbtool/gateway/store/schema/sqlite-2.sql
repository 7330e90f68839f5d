-- Pictures of accounts (an empty reference) and of the agents who write for them, shown to customers.
CREATE TABLE picture (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reference  TEXT NOT NULL,
    type       TEXT NOT NULL,
    body       BLOB NOT NULL,
    changed    INTEGER NOT NULL,
    PRIMARY KEY (account_id, reference)
);
