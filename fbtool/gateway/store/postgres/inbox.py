"""Waiting events in PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fbtool.gateway.store import Arrival, Dropped, Holdings, Waiting, limits
from fbtool.gateway.store.postgres import outbox
from fbtool.gateway.store.postgres.database import Connection, deleting
from fbtool.gateway.store.postgres.listening import CHANNEL, payload
from fbtool.gateway.store.postgres.ttl import FORGET_OLD


@dataclass(frozen=True)
class Entry:
    """An event to be stored, for the account of its Page unless one is named."""

    arrival: Arrival
    account_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """What became of one entry."""

    account_id: str | None
    """None: nobody has linked the Page."""
    stored: bool
    greeting_due: bool = False


# One statement, so one trip for everything that waits. Its tables come in the order of `LOCKED` and their rows in the
# order of the keys: all of "seen" is there before the first row of the others, since they sort what was new.
_KEEP = """
WITH given AS (
    SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[],
                         $8::bigint[], $9::text[])
        AS g (nr, account_id, source_id, item_ms, fingerprint, body, conversation, customer_ms, greets)
), owned AS (
    SELECT g.nr, coalesce(g.account_id, l.account_id) AS account_id, g.source_id, g.item_ms, g.fingerprint, g.body,
           g.conversation, g.customer_ms, g.greets
    FROM given g LEFT JOIN link l ON l.page_id = g.source_id WHERE coalesce(g.account_id, l.account_id) IS NOT NULL
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


async def keep(db: Connection, entries: Sequence[Entry], now_ms: int) -> list[Kept]:
    """Store every entry once; an answer whose echo is among them is settled.

    Whoever tells the fate of an answer for an account that is named has settled it before.
    """
    arrivals = [entry.arrival for entry in entries]
    echoes = [entry.arrival.sent.message_id for entry in entries if entry.arrival.sent and not entry.account_id]
    if echoes:
        await outbox.settle_all(db, echoes)
    rows = await db.fetch(
        _KEEP,
        list(range(len(entries))),
        [entry.account_id for entry in entries],
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
    kept = [Kept(None, stored=False) for _ in entries]
    for nr, account_id, stored, greeting_due in rows:
        kept[nr] = Kept(account_id, stored, greeting_due)
    marks = [
        (mark.mid, mark.message_id, mark.conversation, arrival.source_id, mark.sent_ms)
        for arrival, what in zip(arrivals, kept, strict=True)
        if what.stored and (mark := arrival.sent) is not None
    ]
    if marks:
        await db.executemany("INSERT INTO sent VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", sorted(marks))
    return kept


async def tell(db: Connection, own: str, kept: Sequence[Kept]) -> None:
    """Wake the other gateways, once for all: a notification takes a lock of the whole server while it commits."""
    accounts = sorted({what.account_id for what in kept if what.stored and what.account_id})
    if accounts:
        await db.execute("SELECT pg_notify($1, $2)", CHANNEL, payload(own, accounts))


async def set_aside(db: Connection, body: bytes, now_ms: int) -> None:
    """See `Store.set_aside`."""
    await db.execute("INSERT INTO aside (received, body) VALUES ($1, $2)", now_ms, body)


async def waiting(db: Connection, account_id: str, limit: int) -> list[Waiting]:
    """See `Store.waiting`."""
    query = "SELECT sequence, source_id, body FROM inbox WHERE account_id = $1 ORDER BY sequence LIMIT $2"
    return [Waiting(*row) for row in await db.fetch(query, account_id, limit)]


async def acknowledge(db: Connection, account_id: str, sequences: Sequence[int]) -> int:
    """See `Store.acknowledge`."""
    query = deleting("inbox", "sequence", "account_id = $1 AND sequence = ANY ($2::bigint[])")
    return _count(await db.execute(query, account_id, sequences))


async def full_pages(db: Connection, most: int) -> list[str]:
    """The Pages of accounts that have ``most`` events waiting."""
    query = """
        SELECT page_id FROM link WHERE account_id IN
            (SELECT account_id FROM inbox GROUP BY account_id HAVING count(*) >= $1)"""
    return [row["page_id"] for row in await db.fetch(query, most)]


async def drop_old(
    db: Connection, before_ms: int, news: Callable[[Dropped], Arrival], now_ms: int
) -> tuple[list[Dropped], list[Kept]]:
    """See `Store.drop_old`; also what became of the news."""
    query = """
        WITH old AS (
            SELECT sequence FROM inbox WHERE received < $1 ORDER BY sequence FOR UPDATE
        ), gone AS (
            DELETE FROM inbox USING old WHERE inbox.sequence = old.sequence RETURNING account_id, source_id, received
        )
        SELECT account_id, source_id, count(*), min(received), max(received) FROM gone GROUP BY account_id, source_id"""
    dropped = [Dropped(*row) for row in await db.fetch(query, before_ms)]
    kept = await keep(db, [Entry(news(loss), loss.account_id) for loss in dropped], now_ms) if dropped else []
    return dropped, kept


async def holdings(db: Connection) -> Holdings:
    """See `Store.holdings`."""
    row = await db.fetchrow("""
        SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox WHERE body IS NOT NULL),
               (SELECT count(*) FROM aside),
               (SELECT count(*) FROM holder WHERE token != '') + (SELECT count(*) FROM farewell WHERE token != ''),
               (SELECT count(*) FROM reply_window), (SELECT count(*) FROM seen), (SELECT min(received) FROM inbox),
               (SELECT count(*) FROM sent), (SELECT count(*) FROM greeted), (SELECT count(*) FROM farewell)""")
    return Holdings(*row)


_TIDY_LOCK = 7204620102


def tidying(now_ms: int) -> Iterator[tuple[str, *tuple[int, ...]]]:
    """The statements, with their values, by which what has reached the end of its life is forgotten."""
    yield "DELETE FROM seen WHERE item_ms < $1", now_ms - limits.SEEN_MS  # nobody locks a row that is there
    yield deleting("outbox", "id", "state = 'done' AND created < $1"), now_ms - limits.KEY_MS
    yield deleting("greeted", "conversation", "since < $1"), now_ms - limits.GREETED_MS
    yield deleting("reply_window", "conversation", "last_customer < $1"), now_ms - limits.WINDOW_MS
    yield deleting("sent", "mid", "at < $1"), now_ms - limits.WINDOW_MS
    yield deleting("aside", "sequence", "received < $1"), now_ms - limits.ASIDE_MS
    yield deleting("deletion", "code", "done < $1"), now_ms - limits.DELETION_MS
    yield (FORGET_OLD,)


async def tidy(db: Connection, statement: str, values: Sequence[int]) -> None:
    """Do one of them. One gateway at a time does it; the others have nothing to do then."""
    if await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", _TIDY_LOCK):
        await db.execute(statement, *values)


def _count(tag: str) -> int:
    """How many rows a command changed: the last word of its tag."""
    return int(tag.rpartition(" ")[2])
