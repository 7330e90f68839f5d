
PRAGMA page_size=4096;

BEGIN TRANSACTION;

DROP TABLE IF EXISTS account;
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
INSERT INTO account VALUES('r7yk2pufah','Shop','facebook',1,X'EFADB9B976B41575F6C211557B5F71A3B1421047D5F57B0A64AA5064C0009B40',1796036037,'','',0);

DROP TABLE IF EXISTS aside;
CREATE TABLE aside (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL
);

DROP TABLE IF EXISTS deletion;
CREATE TABLE deletion (
    code    TEXT PRIMARY KEY,
    done    INTEGER NOT NULL,   -- milliseconds
    tokens  INTEGER NOT NULL,
    pages   INTEGER NOT NULL
) WITHOUT ROWID;

DROP TABLE IF EXISTS farewell;
CREATE TABLE farewell (
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
    page_id      TEXT NOT NULL,
    since        INTEGER NOT NULL,
    due          TEXT
) WITHOUT ROWID;
CREATE INDEX greeted_due ON greeted (since) WHERE due IS NOT NULL;

DROP TABLE IF EXISTS holder;
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
INSERT INTO holder VALUES('100000000000011','1',0,'',X'03D9966396D8A80D4EB22D67E610362DB1B8C3767D297F9375E30757C762C6309A29FC5C5B',1796036037,0,1802776000,NULL);
CREATE INDEX holder_by_person ON holder (person_id);

DROP TABLE IF EXISTS inbox;
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    page_id    TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
INSERT INTO inbox VALUES(1,'r7yk2pufah','100000000000011',1796036037764,X'D5D8CE27507E1430082AE2C30C28EE3323A5760F368EB2E244E95195AF3B31D4A78EC96159E07F19D756F8855700E7CC52151212B93BDC97671F7F1CA9FFBFC0ACCB6CEA85CE8FEFE7837067D11C3A66F886DBDEE1C77F60079A51739E7949935A8AB9B4FBA774F1A3CBE07594B16BDE706B7B813923523594D4FFEA0065152A03978F6C781249AE2D02EFA0283DCD1E9ACB8D506A040B52218CA43B15AD0F714C199F94160476CEE14252C707F3674D45B111D09810E3F593105DFB5FB0A4FE7F27E89327450FA5AE9AF99CD7E424CCBDCE591F07BCA81E2C5F0EBE1FD6D31840ED3E7F8469B41B889E099091059D69C9F0E98BC43BBE8616DBEF81591A6AE8A4E56794391ABF3FDB0A57A9CD9BD72A4199878C420F76915816492F6E615F0A6C85D274');
CREATE INDEX inbox_by_account ON inbox (account_id, sequence);

DROP TABLE IF EXISTS link;
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
INSERT INTO link VALUES('100000000000011','r7yk2pufah','Blumen Beispiel',1796036037,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796105337538,1);
CREATE INDEX link_by_check ON link (check_at);

DROP TABLE IF EXISTS outbox;
CREATE TABLE outbox (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    account_id   TEXT NOT NULL,
    page_id      TEXT NOT NULL,
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
INSERT INTO outbox VALUES(1,'1a22c170c89-120fbf4116a012a2','r7yk2pufah','100000000000011',X'753FA9610A7DAD794800161BECEE4EB2',1,X'E4AD08D87BF62ACD3BBDACB421CA92788D44341A77F26BD9127131D14F9220796EB8B8B53EB3B805D707BD68263E3FA044B23410F80C024159355947E9F40A25BB2C17B83E8054EC8560','queued',1796036038921,1796640837762,1,X'54F3F04651A1C8CF19854D4A565FE768',X'6BD74F8F2C913BDE46D19CB3578856B6',1796036037769);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_page ON outbox (page_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    page_id       TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'753FA9610A7DAD794800161BECEE4EB2','100000000000011',1796036037762);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796036037762,X'2B921ED7386E797F78CB1570077AFCAD');

DROP TABLE IF EXISTS sent;
CREATE TABLE sent (
    mid          BLOB PRIMARY KEY,
    message_id   TEXT NOT NULL,
    conversation BLOB NOT NULL,
    page_id      TEXT NOT NULL,
    at           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sent_by_conversation ON sent (conversation, at);

DROP TABLE IF EXISTS shape;
CREATE TABLE shape (step INTEGER PRIMARY KEY, hash TEXT NOT NULL);
INSERT INTO shape VALUES(1,'3389709c386ad5fbf5ea3aa52d9aa9de67d8f60292500555a491cf49fabd1102');
INSERT INTO shape VALUES(2,'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

DROP TABLE IF EXISTS vault;
CREATE TABLE vault (data_key BLOB NOT NULL);
INSERT INTO vault VALUES(X'B59F50EF7B5694AA2B5AB3798D8C4AE6A0C44C9FC9FBD8872D7D71075F901A1AF915AE9A9DC8DC6DD32B21647698F45B905F7F4E1C3853E2C9BD656A');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=2;

COMMIT TRANSACTION;
PRAGMA user_version=2;
