
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
INSERT INTO account VALUES('hreqpjt3f9','Shop','facebook',1,X'0DDA9787D35170FC80EBB4CD95E97B5849155AD4937EC5FC361C14105FB591E7',1796032582,'','',0);

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
INSERT INTO holder VALUES('100000000000011','1',0,'',X'272222A7228CB3FC1183C1F61328FEE1FC7055949B6E2448AD1BA88C4DE3296C991046C86B',1796032582,0,1802776000,NULL);
CREATE INDEX holder_by_person ON holder (person_id);

DROP TABLE IF EXISTS inbox;
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    page_id    TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
INSERT INTO inbox VALUES(1,'hreqpjt3f9','100000000000011',1796032582475,X'3340E9A0311F30F5320B2DD4FAB585648A4147114704DCA5103846D204218166A75B644469605EABB37989B3D654192E2E3309946B81F03C7D3C5B25E5C08C69BC1E8E781BEEBBC05F97CCBBF9E4C56726F251F9018103118A6E031DDC90EF2B359BC7EE5296C01AEDD413A581F84BEBBBABE19954EA438B9FC871A356E4F4A53E43D673A8BA0C67B3A81C0C9C6D4148ABC1EF1BA830DE213661801E0A26A71C3FBA0B8D04A1A911767BBF4D2BC333B7CBEDE6C94D3A86245DC2E1EC1FFDE1241226603F57F293A686550DFD61D9D1760FCF5B3F331DE04B4CD0042346B922CB3C2561189DAC15DB1AC2248B213F45A230AD94EBBC01E115D297BB9BA17532EBEC79C861EE199FBAE00304A7AC7A75B87B14DE9403776123A7BA2BAA6004D4A6FA03112F');
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
INSERT INTO link VALUES('100000000000011','hreqpjt3f9','Blumen Beispiel',1796032582,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796107482751,1);
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
INSERT INTO outbox VALUES(1,'1a22be2537a-c2e7c7b563a30aae','hreqpjt3f9','100000000000011',X'0E045312AD65F2C63070E773479D8254',1,X'D6466F0E89EEEDE4D8CB05DDC80EFD1754F4BF4565321F3F21FB1497FAAE0093D0D0B0E4F0C08871F09FC35621C70247E1A1486010E2830C9E619E0F89FD3582EDA60B92025ED86C3767','queued',1796032584247,1796637382468,1,X'57B948C6F39D46B7BCD25AEA45191B97',X'1948B6414A0B6A8F5A4A495088573450',1796032582522);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_page ON outbox (page_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    page_id       TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'0E045312AD65F2C63070E773479D8254','100000000000011',1796032582468);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796032582468,X'21616D2BF2C10638F110E38DAFAFFFD5');

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

DROP TABLE IF EXISTS vault;
CREATE TABLE vault (data_key BLOB NOT NULL);
INSERT INTO vault VALUES(X'81F886386338F769ADA9EA4144C0E1CA0B01E38FB76A5378D17C0F2668A37FE2A09472E12D921608B5C7BCA5461590ADE36180062577A9CB0EE01216');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=1;

COMMIT TRANSACTION;
PRAGMA user_version=1;
