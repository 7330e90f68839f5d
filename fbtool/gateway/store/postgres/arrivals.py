"""Storing arrivals in PostgreSQL: functions on an open transaction."""

from collections.abc import Sequence

from fbtool.gateway.store.inbox import Kept, RoutedArrival
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import Database
from fbtool.gateway.store.postgres.listening import tell

# One statement, so one trip for everything that waits. Its tables come in the order of `LOCKED` and their rows in the
# order of the keys: all of "seen" is there before the first row of the others, since they sort what was new.
_STORE = """
WITH given AS (
    SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[],
                         $8::bigint[], $9::text[])
        AS g (nr, account_id, source_id, item_ms, fingerprint, body, conversation, customer_ms, greets)
), owned AS (
    SELECT g.nr, coalesce(g.account_id, s.account_id) AS account_id, g.source_id, g.item_ms, g.fingerprint, g.body,
           g.conversation, g.customer_ms, g.greets
    FROM given g LEFT JOIN source s ON s.id = g.source_id WHERE coalesce(g.account_id, s.account_id) IS NOT NULL
), known AS (
    SELECT h.nr FROM unnest($11::int[], $12::bytea[]) AS h (nr, fingerprint)
    WHERE EXISTS (SELECT 1 FROM seen s WHERE s.fingerprint = h.fingerprint)
       OR EXISTS (SELECT 1 FROM owned o WHERE o.fingerprint = h.fingerprint AND o.nr < h.nr)
), first AS (
    SELECT DISTINCT ON (fingerprint) * FROM owned WHERE nr NOT IN (SELECT nr FROM known) ORDER BY fingerprint, nr
), fresh AS (
    INSERT INTO seen SELECT item_ms, fingerprint FROM first ORDER BY fingerprint
    ON CONFLICT DO NOTHING RETURNING fingerprint
), kept AS (
    SELECT first.* FROM first JOIN fresh USING (fingerprint)
), stored AS (
    INSERT INTO inbox (account_id, source_id, received, body)
    SELECT account_id, source_id, $10, body FROM kept ORDER BY nr
), welcomed AS (
    INSERT INTO greeted
    SELECT DISTINCT ON (k.conversation) k.conversation, k.source_id, $10, k.greets
    FROM kept k JOIN account a ON a.id = k.account_id AND a.greeting != ''
    WHERE k.greets != '' AND NOT EXISTS (SELECT 1 FROM reply_window w WHERE w.conversation = k.conversation)
    ORDER BY k.conversation, k.nr
    ON CONFLICT (conversation) DO UPDATE SET since = excluded.since RETURNING conversation, due
), opened AS (
    INSERT INTO reply_window
    SELECT conversation, min(source_id), max(customer_ms) FROM kept WHERE conversation IS NOT NULL
    GROUP BY conversation ORDER BY conversation
    ON CONFLICT (conversation) DO UPDATE
    SET last_customer = greatest(reply_window.last_customer, excluded.last_customer)
)
SELECT o.nr, o.account_id, k.nr IS NOT NULL AS stored,
       EXISTS (SELECT 1 FROM welcomed WHERE conversation = o.conversation AND due IS NOT NULL) AS greeting_due
FROM owned o LEFT JOIN kept k USING (nr) ORDER BY o.nr
"""


async def store(db: Connection, database: Database, routed: Sequence[RoutedArrival], now_ms: int) -> list[Kept]:
    """Store every arrival once and wake the other gateways; an answer that one of them proves to be sent is settled.

    Whoever tells the fate of an answer for an account that is named has settled it before.
    """
    if not routed:
        return []
    arrivals = [one.arrival for one in routed]
    proofs = [one.arrival.sent.message_id for one in routed if one.arrival.sent and not one.account_id]
    if proofs:
        await _settle_all(db, proofs)
    rows = await db.fetch(
        _STORE,
        list(range(len(routed))),
        [one.account_id or None for one in routed],
        [arrival.source_id for arrival in arrivals],
        [arrival.item_ms for arrival in arrivals],
        [arrival.fingerprint for arrival in arrivals],
        [arrival.body for arrival in arrivals],
        [arrival.conversation for arrival in arrivals],
        [arrival.time_ms for arrival in arrivals],
        [arrival.greets for arrival in arrivals],
        now_ms,
        [number for number, arrival in enumerate(arrivals) for _ in arrival.known_as],
        [fingerprint for arrival in arrivals for fingerprint in arrival.known_as],
    )
    kept = [Kept("", is_new=False) for _ in routed]
    for nr, account_id, is_new, greeting_due in rows:
        kept[nr] = Kept(account_id, is_new, greeting_due)
    marks = [
        (mark.mid, mark.message_id, mark.conversation, arrival.source_id, mark.sent_ms)
        for arrival, what in zip(arrivals, kept, strict=True)
        if what.is_new and (mark := arrival.sent) is not None
    ]
    if marks:
        await db.executemany("INSERT INTO sent VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", sorted(marks))
    # Once for all: a notification takes a lock of the whole server while it commits.
    accounts = sorted({what.account_id for what in kept if what.is_new})
    if accounts:
        await tell(db, database.gateway, accounts)
    return kept


async def settle(db: Connection, message_id: str) -> bool:
    """Forget an answer's content because its fate is known; False if it was known before."""
    query = "UPDATE outbox SET state = 'done', body = NULL WHERE id = $1 AND state != 'done' RETURNING true"
    return bool(await db.fetchval(query, message_id))


async def _settle_all(db: Connection, message_ids: Sequence[str]) -> None:
    """The same for those of sources that are an account's."""
    query = """
        WITH known AS (
            SELECT id FROM outbox WHERE id = ANY ($1::text[]) AND state != 'done'
            AND source_id IN (SELECT id FROM source) ORDER BY id FOR UPDATE OF outbox
        )
        UPDATE outbox AS o SET state = 'done', body = NULL FROM known WHERE o.id = known.id"""
    await db.execute(query, message_ids)
