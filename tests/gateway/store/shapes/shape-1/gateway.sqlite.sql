
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
INSERT INTO account VALUES('yrspe52224','Shop','facebook',1,1796043109,'','',NULL,0);
CREATE INDEX account_by_manager ON account (manager_id) WHERE manager_id IS NOT NULL;

DROP TABLE IF EXISTS account_token;
CREATE TABLE account_token (
    hash       BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    ends       INTEGER                        -- NULL: it has not been replaced
) WITHOUT ROWID;
INSERT INTO account_token VALUES(X'3F826B773A937716BBC6280F3416C3D7CB09A6DBC1496285E462AC6B4E68DC02','yrspe52224','fbt',NULL);
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
INSERT INTO facebook_holder VALUES('100000000000011','1',0,'',X'36B9B57A21BDED495DB69C4E70B11BABF5E7AF009D265253218FA4709523A2118DA85C2895',1796043109,0,1802776000,NULL);
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
INSERT INTO facebook_link VALUES('100000000000011',1796043109,'message_deliveries,message_echoes,message_edits,message_reactions,message_reads,messages,messaging_handovers,messaging_optins,messaging_policy_enforcement,messaging_postbacks,messaging_referrals,standby',NULL,0,1796115297529,1);
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
INSERT INTO inbox VALUES(1,'yrspe52224','100000000000011',1796043109997,X'5B6122E8C6E51A67A2D468545F5BB36C8EBA3A45DAA4315A3E603D7D1FE8DA9DEF19C04BB3EF0366BD4F6F9F6D48CEE302FD0AF79B58F41AE541138D4811BA57B151DD8373927D6BCE986CFCFD2D421AFC0B85EE9F30A980CE17258A7738CEFCC23377F319A472E6038233FAF0B87F54B4651788468CDBE7A02A20AB2523FAC9C59EC615C24449C9FDF1121979C5E6558BCC2D08D25AF7047E4035EFDB6E272E99776697EE4F6D8A8E4F3A64906E6DCE98B1E08DEE54B7736C45274E505E377101C5BF5396DEB69D21902E80663AD952B5649EFBB2D11D4D281AE5574DF3724DE979AFACEBE3278CF71D2A5C2AEE925C3203BC461E2A629E063E1103DDB33079DF4A30E225F0E380F5C1A279F7732BF010EB2A5E909B96A58D05C32F4D6564E82C458C7E1C24');
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
INSERT INTO outbox VALUES(1,'1a22c82f674-d087b6bf7ece8871','yrspe52224','100000000000011',X'F4C718E6B81D807CE4D40824483A801D',1,X'07BB4828E1EEE51C8E0840E6F21ED0C1CB27FA7FA6076A1364AF6B140E9CB3B0AD2140CFBF39F49D02D98238A0D833CF427AADD86647E5EA283DFDBD01B3F847A0EB85AF3FE57319A864','queued',1796043111713,1796647909996,1,X'902CD37D3FBBF0B09439767D9772B228',X'88CE6FBF5C4E41CD9B843767A35973C9',1796043110004);
CREATE INDEX outbox_in_order ON outbox (conversation, sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_source ON outbox (source_id, sequence) WHERE state = 'queued';
CREATE INDEX outbox_unfinished ON outbox (state, due) WHERE state != 'done';

DROP TABLE IF EXISTS reply_window;
CREATE TABLE reply_window (
    conversation  BLOB PRIMARY KEY,
    source_id     TEXT NOT NULL,
    last_customer INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO reply_window VALUES(X'F4C718E6B81D807CE4D40824483A801D','100000000000011',1796043109996);

DROP TABLE IF EXISTS seen;
CREATE TABLE seen (
    item_ms     INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (item_ms, fingerprint)
) WITHOUT ROWID;
INSERT INTO seen VALUES(1796043109996,X'FE18624A7732879116E6543DD78D874A');

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
INSERT INTO shape VALUES('facebook',1,'2b08ae14b7729a490be40f691b8d4e21267129d1690f8a4f7579d28c1ddbee0e');

DROP TABLE IF EXISTS source;
CREATE TABLE source (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO source VALUES('100000000000011','yrspe52224','Blumen Beispiel',0);
CREATE INDEX source_by_account ON source (account_id);

DROP TABLE IF EXISTS vault;
CREATE TABLE vault (data_key BLOB NOT NULL);
INSERT INTO vault VALUES(X'CB086935B9538D188BE3C3D22165B3EF7F3B74E0CD27370E99B71CCE722F69833B5505DBA54F7ABBDEBD553DF556FA3E723D233857B95A15E8BD0523');

DELETE FROM main.sqlite_sequence WHERE name='inbox';
INSERT INTO main.sqlite_sequence VALUES ('inbox', 1);
DELETE FROM main.sqlite_sequence WHERE name='outbox';
INSERT INTO main.sqlite_sequence VALUES ('outbox', 1);

pragma user_version=1;

COMMIT TRANSACTION;
PRAGMA user_version=1;
