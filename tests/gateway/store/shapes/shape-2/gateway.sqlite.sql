
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
INSERT INTO account VALUES('md5uvc7ks2','Shop','facebook',1,X'EE809198973414E16C5F486DA73BB4DA593820E1F9AD64D814162D0B3A02C35E',1796036019,'','',0);

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
INSERT INTO holder VALUES('100000000000011','1',0,'',X'6AC13C593731675D595FA4F0E61A342023AEAE04A7FFDFA3DF9F385F2EBC4201FDF3A85649',1796036020,0,1802776000,NULL);
CREATE INDEX holder_by_person ON holder (person_id);

DROP TABLE IF EXISTS inbox;
CREATE TABLE inbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    page_id    TEXT NOT NULL,
    received   INTEGER NOT NULL,
    body       BLOB NOT NULL
);
INSERT INTO inbox VALUES(1,'md5uvc7ks2','100000000000011',1796036020254,X'2CC3128F878A6F4E5A536C132E9543C3D6593716262D2F9F0A0804D42856F62AE214263BDC9A7C9873B444722B72EFFD21375EFC94AE5EA173DCAE77369E9DE161D44DCB5A57007A65C4A57478931F92A19D5F2FB248A37F7E2ADFA7F0D907D7A27E99B2266915375206DDA6F79A6AD86D9A73D475656027213B7E91C52AAFD7B261F2837F88EE59992BA93435E30EF944E62FAD321271448BDEABCBFB3F636722C3C585B428EB84F92F182823BD841D90829755C5AA84D28D1313E8411367D2B883B2A187916705BC3BD95C4A74C327F263DB04DB00316766259FF7AE30812EBCBFB8F25A2E588F7823E18B32798A19749853DDBBEBDF42502B9A13915FB4ED0DD1B812F7E103D4713BF642FBF651A545250FA1FE5EFA31BA19274DA4BFA9E20DCAF5A6');
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
INSERT INTO link VALUES('100000000000011','md5uvc7ks2','Blumen Beispiel',1796036020,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796117886347,1);
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
INSERT INTO outbox VALUES(1,'1a22c16c824-9b773a336af4be73','md5uvc7ks2','100000000000011',X'D248505006AC8D979089D26B4C9E82DF',1,X'D90E4680D0145FFCC9B99C627EC7C49722DDF2F440E7E74A3214C96B9BBD436892E58EAB92D60A1E098BBC3B29F6FBF501FFA9F9842D8BAA882730B580FB47F5EB12A570FB50A5C56429','queued',1796036021840,1796640820251,1,X'8D08847A8945FB372E246161FE7D19DF',X'E057B88F8E1678C9878FB78118D95989',1796036020260);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_page ON outbox (page_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    page_id       TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'D248505006AC8D979089D26B4C9E82DF','100000000000011',1796036020251);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796036020251,X'3F31E9EF854F5733E190446345956EC0');

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
INSERT INTO vault VALUES(X'EA9A7B8CED01670967CCE9E0D9D54083DEE445E7926AB0ECF0DD907DD1DB16163E045F252FB57464BABE9411E83FE054EB59A3B3ECE930793FF23DC7');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=2;

COMMIT TRANSACTION;
PRAGMA user_version=2;
