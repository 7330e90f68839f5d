"""Waiting events in PostgreSQL, and who takes them."""

from collections.abc import Callable, Sequence
from dataclasses import astuple

from fbtool.gateway.consumers import Consumer, claimed
from fbtool.gateway.store.inbox import WAITING, Accepted, Arrival, Dropped, RoutedArrival, WaitingEvent
from fbtool.gateway.store.inbox_limit import InboxLimit
from fbtool.gateway.store.postgres import arrivals
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import Database, DatabasePort, deleting, statements, transaction
from fbtool.gateway.store.postgres.group_commit import GroupCommit


class PostgresInboxStore(DatabasePort):
    """See `InboxStore`, and `PostgresStore` for what it is given."""

    def __init__(self, database: Database, most_waiting: int) -> None:
        super().__init__(database)
        self._intake = GroupCommit(database, InboxLimit(most_waiting))

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        return await self._intake.accept(deliveries, now_ms)

    async def finish(self) -> None:
        """Store what waits to be stored."""
        await self._intake.finish()

    @statements
    async def set_aside(self, db: Connection, body: bytes, now_ms: int) -> None:
        await db.execute("INSERT INTO aside (received, body) VALUES ($1, $2)", now_ms, body)

    @statements
    async def waiting(self, db: Connection, account_id: str, limit: int, after: int = 0) -> list[WaitingEvent]:
        return [WaitingEvent(*row) for row in await db.fetch(WAITING, account_id, after, limit)]

    @statements
    async def acknowledge(self, db: Connection, account_id: str, sequences: Sequence[int]) -> int:
        query = deleting("inbox", "sequence", "account_id = $1 AND sequence = ANY ($2::bigint[])")
        return int((await db.execute(query, account_id, sequences)).rpartition(" ")[2])  # "DELETE 3"

    @transaction
    async def drop_old(
        self, db: Connection, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int
    ) -> list[Dropped]:
        query = """
            WITH old AS (
                SELECT sequence FROM inbox WHERE received < $1 ORDER BY sequence FOR UPDATE
            ), gone AS (
                DELETE FROM inbox USING old WHERE inbox.sequence = old.sequence
                RETURNING account_id, source_id, received
            )
            SELECT account_id, source_id, count(*), min(received), max(received)
            FROM gone GROUP BY account_id, source_id"""
        dropped = [Dropped(*row) for row in await db.fetch(query, before_ms)]
        news = [RoutedArrival(tell(loss), loss.account_id) for loss in dropped]
        await arrivals.store(db, self.database, news, now_ms)
        return dropped

    @transaction
    async def claim(self, db: Connection, wanted: Consumer, now_ms: int) -> Consumer:
        # An advisory lock, because the row that would have to be locked may not exist yet.
        await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", wanted.account_id)
        now = claimed(await _consumer(db, wanted.account_id), wanted, now_ms)
        await db.execute(
            "INSERT INTO consumer VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id)"
            " DO UPDATE SET name = $2, ticket = $3, since = $4, until = $5",
            *astuple(now),
        )
        return now

    @statements
    async def consumer(self, db: Connection, account_id: str) -> Consumer | None:
        return await _consumer(db, account_id)

    @statements
    async def release(self, db: Connection, consumer: Consumer) -> None:
        query = "DELETE FROM consumer WHERE account_id = $1 AND ticket = $2 AND until = $3"
        await db.execute(query, consumer.account_id, consumer.ticket, consumer.until_ms)


async def _consumer(db: Connection, account_id: str) -> Consumer | None:
    query = "SELECT account_id, name, ticket, since, until FROM consumer WHERE account_id = $1"
    row = await db.fetchrow(query, account_id)
    return Consumer(*row) if row else None
