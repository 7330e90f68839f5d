"""Answers on their way out in PostgreSQL.

::

    queued ──take──► sending ──► done
      ▲                │  └────► unclear ──echo, or none in time──► done
      └──retry─────────┘

Any gateway may take any answer. While it is "sending", ``due`` is until when its gateway may be busy with it; whoever
comes after that finds it interrupted. That time is the database's, so that the gateways' clocks need not agree.
"""

from collections.abc import Mapping, Sequence

from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import Head, QueuedMessage, limits
from fbtool.gateway.store.postgres.database import Connection

_DATABASE_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
# A link that needs a person holds its answers back until it is repaired or their time is over.
_HELD_BACK = "EXISTS (SELECT 1 FROM link WHERE page_id = o.source_id AND reason IS NOT NULL)"
# One answer of a conversation is in flight at a time, in the order in which they were given. Two that were given at
# the same moment may become visible in the wrong order: hence also none while another one is being sent.
_NOT_FIRST = (
    "EXISTS (SELECT 1 FROM outbox AS e WHERE e.conversation = o.conversation AND e.id != o.id"
    " AND (e.state = 'sending' OR (e.state = 'queued' AND e.sequence < o.sequence)))"
)
_OUTGOING = (
    "o.id, o.account_id, o.source_id, o.conversation, o.body, o.human, o.expires, o.tries,"
    " (SELECT last_customer FROM reply_window AS w WHERE w.conversation = o.conversation)"
)
_AT_ONCE = 100
"""How many answers whose time is over are taken in one go."""


async def enqueue(db: Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
    """See `Store.enqueue`."""
    row = await db.fetchrow(
        """
        INSERT INTO outbox (
            id, account_id, source_id, conversation, human, body, state, due, expires, key, digest, created
        ) VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, $10, $7)
        ON CONFLICT (account_id, key) DO NOTHING RETURNING id""",
        message.id,
        message.account_id,
        message.source_id,
        message.conversation,
        message.human,
        message.body,
        now_ms,
        message.expires_ms,
        key,
        digest,
    )
    if row is not None:
        return message.id
    query = "SELECT id, digest FROM outbox WHERE account_id = $1 AND key = $2"
    earlier = await db.fetchrow(query, message.account_id, key)
    if earlier["digest"] != digest:
        raise KeyUsedDifferently
    return str(earlier["id"])


async def heads(db: Connection) -> list[Head]:
    """See `Store.queue_heads`."""
    query = (
        f"SELECT source_id, min(CASE WHEN state = 'queued' AND NOT {_HELD_BACK} THEN due END),"  # noqa: S608 - constants
        " min(CASE WHEN state = 'queued' THEN expires END), min(CASE WHEN state = 'unclear' THEN due END)"
        f" FROM outbox AS o WHERE state = 'unclear' OR (state = 'queued' AND NOT {_NOT_FIRST})"
        " GROUP BY source_id ORDER BY min(due)"
    )
    return [Head(*row) for row in await db.fetch(query)]


async def take_due(db: Connection, most: Mapping[str, int], now_ms: int) -> list[QueuedMessage]:
    """See `Store.take_due`."""
    return await _take(db, f"due <= $3 AND NOT {_HELD_BACK}", most, now_ms)


async def take_expired(db: Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
    """See `Store.take_expired`."""
    return await _take(db, "expires <= $3", {source_id: _AT_ONCE}, now_ms)


async def take_unclear(db: Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
    """See `Store.take_unclear`. Two gateways may get the same one; `settle` lets one of them tell its fate."""
    query = f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'unclear' AND source_id = $1 AND due <= $2"  # noqa: S608
    return [QueuedMessage(*row) for row in await db.fetch(query, source_id, now_ms)]


async def retry(db: Connection, message_id: str, at_ms: int, tries: int) -> None:
    """See `Store.retry`."""
    query = "UPDATE outbox SET state = 'queued', due = $2, tries = $3 WHERE id = $1 AND state = 'sending'"
    await db.execute(query, message_id, at_ms, tries)


async def await_echo(db: Connection, message_id: str, until_ms: int) -> None:
    """See `Store.await_echo`."""
    query = "UPDATE outbox SET state = 'unclear', due = $2 WHERE id = $1 AND state = 'sending'"
    await db.execute(query, message_id, until_ms)


async def settle(db: Connection, message_id: str) -> bool:
    """Forget an answer's content because its fate is known; False if it was known before."""
    query = "UPDATE outbox SET state = 'done', body = NULL WHERE id = $1 AND state != 'done' RETURNING true"
    return bool(await db.fetchval(query, message_id))


async def settle_all(db: Connection, message_ids: Sequence[str]) -> None:
    """The same for those of linked Pages."""
    query = """
        WITH known AS (
            SELECT id FROM outbox WHERE id = ANY ($1::text[]) AND state != 'done'
            AND source_id IN (SELECT page_id FROM link) ORDER BY id FOR UPDATE OF outbox
        )
        UPDATE outbox AS o SET state = 'done', body = NULL FROM known WHERE o.id = known.id"""
    await db.execute(query, message_ids)


async def interrupted(db: Connection) -> list[QueuedMessage]:
    """See `Store.interrupted`."""
    query = f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'sending' AND due <= {_DATABASE_MS} ORDER BY sequence"  # noqa: S608
    return [QueuedMessage(*row) for row in await db.fetch(query)]


async def _take(db: Connection, condition: str, most: Mapping[str, int], now_ms: int) -> list[QueuedMessage]:
    query = f"""
        WITH due AS (
            SELECT first.id FROM unnest($1::text[], $2::int[]) AS wanted (source_id, most) CROSS JOIN LATERAL (
                SELECT id FROM outbox AS o
                WHERE state = 'queued' AND o.source_id = wanted.source_id AND {condition} AND NOT {_NOT_FIRST}
                ORDER BY sequence LIMIT wanted.most FOR UPDATE SKIP LOCKED
            ) AS first
        )
        UPDATE outbox AS o SET state = 'sending', due = {_DATABASE_MS} + $4 FROM due WHERE o.id = due.id
        RETURNING o.sequence, {_OUTGOING}"""  # noqa: S608 - constants
    rows = await db.fetch(query, list(most), list(most.values()), now_ms, limits.LEASE_MS)
    return [QueuedMessage(*row[1:]) for row in sorted(map(tuple, rows))]
