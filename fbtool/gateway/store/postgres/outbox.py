"""Answers on their way out in PostgreSQL.

Any gateway may take any answer. While it is "sending", ``due`` is until when its gateway may be busy with it; whoever
comes after that finds it interrupted. That time is the database's, so that the gateways' clocks need not agree.
"""

from collections.abc import Mapping

from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import limits
from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.gateway.store.outbox import EXPIRED_AT_ONCE, HELD_BACK, OUTGOING, QueuedMessage, QueueHead
from fbtool.gateway.store.postgres import arrivals
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, statements, transaction

_DATABASE_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
# One answer of a conversation is in flight at a time, in the order in which they were given. Two that were given at
# the same moment may become visible in the wrong order: hence also none while another one is being sent.
_NOT_FIRST = (
    "EXISTS (SELECT 1 FROM outbox AS e WHERE e.conversation = o.conversation AND e.id != o.id"
    " AND (e.state = 'sending' OR (e.state = 'queued' AND e.sequence < o.sequence)))"
)
_OF_CHANNEL = "EXISTS (SELECT 1 FROM account WHERE id = o.account_id AND channel = $1)"


class PostgresOutboxStore(DatabasePort):
    """See `OutboxStore`."""

    @statements
    async def enqueue(self, db: Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        return await enqueue(db, message, key, digest, now_ms)

    @statements
    async def heads(self, db: Connection, channel: str) -> list[QueueHead]:
        query = (
            f"SELECT source_id, min(CASE WHEN state = 'queued' AND NOT {HELD_BACK} THEN due END),"  # noqa: S608
            " min(CASE WHEN state = 'queued' THEN expires END), min(CASE WHEN state = 'unclear' THEN due END)"
            f" FROM outbox AS o WHERE (state = 'unclear' OR (state = 'queued' AND NOT {_NOT_FIRST})) AND {_OF_CHANNEL}"
            " GROUP BY source_id ORDER BY min(due)"
        )
        return [QueueHead(*row) for row in await db.fetch(query, channel)]

    @statements
    async def take_due(self, db: Connection, most: Mapping[str, int], now_ms: int) -> dict[str, list[QueuedMessage]]:
        taken: dict[str, list[QueuedMessage]] = {source_id: [] for source_id in most}
        for message in await _take(db, f"due <= $3 AND NOT {HELD_BACK}", most, now_ms):
            taken[message.source_id].append(message)
        return taken

    @statements
    async def take_expired(self, db: Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return await _take(db, "expires <= $3", {source_id: EXPIRED_AT_ONCE}, now_ms)

    @statements
    async def take_unclear(self, db: Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
        # Two gateways may get the same one; `settle` lets one of them tell its fate.
        query = f"SELECT {OUTGOING} FROM outbox AS o WHERE state = 'unclear' AND source_id = $1 AND due <= $2"  # noqa: S608
        return [QueuedMessage(*row) for row in await db.fetch(query, source_id, now_ms)]

    @statements
    async def retry(self, db: Connection, message_id: str, at_ms: int, tries: int) -> None:
        query = "UPDATE outbox SET state = 'queued', due = $2, tries = $3 WHERE id = $1 AND state = 'sending'"
        await db.execute(query, message_id, at_ms, tries)

    @statements
    async def await_proof(self, db: Connection, message_id: str, until_ms: int) -> None:
        query = "UPDATE outbox SET state = 'unclear', due = $2 WHERE id = $1 AND state = 'sending'"
        await db.execute(query, message_id, until_ms)

    @transaction
    async def finish(self, db: Connection, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        if not await arrivals.settle(db, message_id):
            return False
        kept = await arrivals.store(db, self.database, [RoutedArrival(event, account_id)], now_ms)
        return kept[0].is_new

    @statements
    async def interrupted(
        self, db: Connection, channel: str, now_ms: int, lease_ms: int = limits.LEASE_MS
    ) -> list[QueuedMessage]:
        query = (
            f"SELECT {OUTGOING} FROM outbox AS o WHERE state = 'sending' AND {_OF_CHANNEL}"  # noqa: S608 - constants
            f" AND due - $2::bigint <= {_DATABASE_MS} ORDER BY sequence"
        )
        return [QueuedMessage(*row) for row in await db.fetch(query, channel, limits.LEASE_MS - lease_ms)]


async def enqueue(db: Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
    """See `OutboxStore.enqueue`."""
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
        RETURNING o.sequence, {OUTGOING}"""  # noqa: S608 - constants
    rows = await db.fetch(query, list(most), list(most.values()), now_ms, limits.LEASE_MS)
    return [QueuedMessage(*row[1:]) for row in sorted(map(tuple, rows))]
