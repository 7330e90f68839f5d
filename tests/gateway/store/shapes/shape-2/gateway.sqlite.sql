
PRAGMA page_size=4096;

BEGIN TRANSACTION;

DROP TABLE IF EXISTS account;
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
INSERT INTO account VALUES('vbbgmhvvvg','Shop','facebook',1,1796054577,'','',NULL,0);
CREATE INDEX account_by_manager ON account (manager_id) WHERE manager_id IS NOT NULL;

DROP TABLE IF EXISTS account_token;
CREATE TABLE account_token (
    hash       BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    ends       INTEGER                        -- NULL: it has not been replaced
) WITHOUT ROWID;
INSERT INTO account_token VALUES(X'102466E4FDBEF071F1DF54B790BFD48521D8DC40C34DBD6145BC6EAEDBDD5812','vbbgmhvvvg','fbt',NULL);
CREATE INDEX account_token_by_account ON account_token (account_id);

DROP TABLE IF EXISTS aside;
CREATE TABLE aside (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL
);

DROP TABLE IF EXISTS facebook_deletion;
CREATE TABLE facebook_deletion (
    code    TEXT PRIMARY KEY,
    done    INTEGER NOT NULL,   -- milliseconds
    tokens  INTEGER NOT NULL,
    pages   INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS facebook_holder;
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
INSERT INTO facebook_holder VALUES('100000000000011','1',0,'',X'230B8DFCCE3D3F4B1CF5670CC4D8FE24CCFEEC5A0288B95539A6175BFAF05008FBA83DBFAF',1796054577,0,1802776000,NULL);
CREATE INDEX facebook_holder_by_person ON facebook_holder (person_id);

DROP TABLE IF EXISTS facebook_link;
CREATE TABLE facebook_link (
    page_id           TEXT PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    linked_at         INTEGER NOT NULL,
    subscribed_fields TEXT NOT NULL,
    reason            TEXT,             -- why a person has to sign in; NULL while a holder's token lives
    reminded_of       INTEGER NOT NULL,
    check_at          INTEGER NOT NULL, -- milliseconds
    version           INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO facebook_link VALUES('100000000000011',1796054577,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796126219914,1);
CREATE INDEX facebook_link_by_check ON facebook_link (check_at);

DROP TABLE IF EXISTS facebook_pending_unsubscribe;
CREATE TABLE facebook_pending_unsubscribe (
    page_id   TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    token     BLOB NOT NULL,    -- empty: only the app's own token is left to ask with
    since     INTEGER NOT NULL, -- milliseconds
    due       INTEGER NOT NULL,
    tries     INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS greeted;
CREATE TABLE greeted (
    conversation BLOB PRIMARY KEY,
    source_id    TEXT NOT NULL,
    since        INTEGER NOT NULL,
    due          TEXT
) WITHOUT ROWID;
CREATE INDEX greeted_due ON greeted (since) WHERE due IS NOT NULL;

DROP TABLE IF EXISTS inbox;
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    source_id  TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
INSERT INTO inbox VALUES(1,'vbbgmhvvvg','100000000000011',1796054577580,X'59FB82CB4AC72B226C68F220C1D849117B93DF784871963B78CFF777F200A9D20E2067D3E92D9983280886C87275E7C458BC6407B1960DEA686902112ABF1955C4F28A7805BB7A6B57D0429377C13139519DE5123D48D8995B30A6EB0F29FC4A96715C97D8D0355C353188D00621F209573A6704ACC2DCA45E5F7B26EDA55B6CE33D7ED89556496C88FF1EF2E81B4A6F42BAFB48173479F0DB33E377F356E6850C18F055796EC4DCDAD4B0CE08D484E33F00C7730A026F3E5092E18298DFCB8807BA089BFADDA4EC09AD553262DEC5FF0977AB8AADE806BBF6BCEC92787279F77EC0A3AF0CAE9A987607FAA2C0A89B8BF51C25665BB18AD701D8A99D606EF28DCA8D4C6C0544B3839D8225DD1D782788E77D36F455067729C5EB507A3C68A16D176B3D42C033');
CREATE INDEX inbox_by_account ON inbox (account_id, sequence);

DROP TABLE IF EXISTS manager;
CREATE TABLE manager (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    token_hash BLOB NOT NULL,
    created    INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS outbox;
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
INSERT INTO outbox VALUES(1,'1a22d31f1b3-076899187e838ce6','vbbgmhvvvg','100000000000011',X'6791F28DEB7C4541974007E3637D15ED',1,X'9E6F899D2B14AE6DC357F29C1A7EE298ABB9AE7DBDE436C6470EE57C502388295DB084459F6E8558B47F003D753918B7BCFC91E16AA6BAF9E2E7D68FF5394E8C9EA1D53502998DBA2928','queued',1796054579355,1796659377578,1,X'EF9E4806458F667D6825938157C9BAB7',X'8F0C54CC258DB94297D3AE7EC1E9B7B4',1796054577587);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_source ON outbox (source_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS picture;
CREATE TABLE picture (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reference  TEXT NOT NULL,
    type       TEXT NOT NULL,
    body       BLOB NOT NULL,
    changed    INTEGER NOT NULL,
    PRIMARY KEY (account_id, reference)
);

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    source_id     TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'6791F28DEB7C4541974007E3637D15ED','100000000000011',1796054577578);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796054577578,X'8A295A42411F7E785B339C0F06CC067B');

DROP TABLE IF EXISTS sent;
CREATE TABLE sent (
    mid          BLOB PRIMARY KEY,
    message_id   TEXT NOT NULL,
    conversation BLOB NOT NULL,
    source_id    TEXT NOT NULL,
    at           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sent_by_conversation ON sent (conversation, at);

DROP TABLE IF EXISTS shape;
CREATE TABLE shape (owner TEXT, step INTEGER, hash TEXT NOT NULL, PRIMARY KEY (owner, step))
    WITHOUT ROWID;
INSERT INTO shape VALUES('core',1,'3407d1aac6d7b3ebdc3b9ce6adb5b52c98ff6a12bdf522323db8ee70a77d0cc7');
INSERT INTO shape VALUES('core',2,'9736b52a221a2f4b2008360a85a7b4787a4d6335c3ff43de56f782cff65c4e86');
INSERT INTO shape VALUES('facebook',1,'2b08ae14b7729a490be40f691b8d4e21267129d1690f8a4f7579d28c1ddbee0e');

DROP TABLE IF EXISTS source;
CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO source VALUES('100000000000011','vbbgmhvvvg','Blumen Beispiel',0);
CREATE INDEX source_by_account ON source (account_id);

DROP TABLE IF EXISTS vault;
CREATE TABLE vault (data_key BLOB NOT NULL);
INSERT INTO vault VALUES(X'EF0A138D6983B553C16EA3DE1527AE0BF5AB9C90D32F68BFBE38DC1BA71A233636231A2A0E5B635F3A21D03C7C8369D9126A0481A2FD3741C8EF7DD8');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=2;

COMMIT TRANSACTION;
PRAGMA user_version=2;
