"""The shared store: any number of gateways on one PostgreSQL database."""

import contextlib
from collections.abc import Callable, Sequence

from fbtool.gateway.store import HOLDINGS, Holdings, limits, schema, write_probe
from fbtool.gateway.store.postgres import arrivals, outbox
from fbtool.gateway.store.postgres.accounts import PostgresAccountStore
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.conversations import PostgresConversationStore
from fbtool.gateway.store.postgres.database import Database, DatabasePort, deleting, statements
from fbtool.gateway.store.postgres.inbox import PostgresInboxStore
from fbtool.gateway.store.postgres.listening import Listener
from fbtool.gateway.store.postgres.outbox import PostgresOutboxStore
from fbtool.gateway.store.postgres.pictures import PostgresPictureStore
from fbtool.gateway.store.postgres.sources import PostgresSourceStore
from fbtool.gateway.store.postgres.ttl import FORGET_OLD, PostgresTtlStore

_TIDY_LOCK = 7204620102
"""Advisory lock: one gateway at a time tidies."""


class PostgresStore(DatabasePort):
    """The `Store` of a cluster. The promises are written at the port.

    Args:
        url: ``postgresql://…``, a direct connection: a pooler that hands out single transactions loses notifications.
        notify: called with an account for which another gateway has stored something.
        notify_all: called when there may be something for anybody.
        channels: what has tables of its own in the database.
        most_waiting: about how many events one account may have waiting, counted by each gateway for itself.
        changed: called with an account that has changed, or whose tokens have; with nothing if any may have.
    """

    def __init__(
        self,
        url: str,
        notify: Callable[[str], None],
        notify_all: Callable[[], None],
        channels: Sequence[schema.ChannelTables] = (),
        most_waiting: int = limits.MOST_WAITING,
        changed: Callable[[str], None] = lambda account_id: None,
    ) -> None:
        self._tables = [tables("postgres") for tables in (schema.core, *channels)]
        super().__init__(Database(url, self._tables))
        self._listener = Listener(url, self.database.gateway, notify, notify_all, changed)
        self.accounts = PostgresAccountStore(self.database)
        self.sources = PostgresSourceStore(self.database)
        self.inbox = PostgresInboxStore(self.database, most_waiting)
        self.outbox = PostgresOutboxStore(self.database)
        self.conversations = PostgresConversationStore(self.database)
        self.pictures = PostgresPictureStore(self.database)
        self.ttl = PostgresTtlStore(self.database)

    @property
    def gateways(self) -> int:
        return self._listener.gateways

    async def start(self, new_data_key: bytes) -> bytes:
        """Connect and make what is missing; see `Store.start`.

        Raises:
            DatabaseAddressWrong, DatabaseAway, DatabaseRefused, DatabaseTooOld: it cannot be used.
            StoreTooNew, StoreShapeUnknown: another version has written it.
        """
        await self.database.open()
        data_key = await self.database.run(lambda db: _data_key(db, new_data_key))
        self._listener.start()
        return data_key

    async def stop(self) -> None:
        await self._listener.stop()
        await self.inbox.finish()
        await self.database.close()

    async def check(self) -> None:
        """See `Store.check`: write what deliveries and answers write, take it back, change something that stays."""

        async def job(db: Connection) -> None:
            with contextlib.suppress(_TakenBack):
                async with db.transaction():
                    await arrivals.store(db, self.database, [write_probe.arrival()], 0)
                    answer = write_probe.outgoing()
                    await outbox.enqueue(db, answer, answer.conversation, b"", 0)
                    await arrivals.settle(db, answer.id)
                    raise _TakenBack
            await db.execute("UPDATE shape SET step = step WHERE owner = $1 AND step = 1", schema.CORE)

        await self.database.transact(job)

    @statements
    async def holdings(self, db: Connection) -> Holdings:
        row = await db.fetchrow(HOLDINGS)
        counts = {name: count for tables in self._tables for name, count in tables.counts.items()}
        of_channels = {name: await db.fetchval(count) for name, count in counts.items()}
        return Holdings(*(*row, of_channels))

    async def tidy(self, now_ms: int) -> None:
        # Each table on its own: whoever comes meanwhile waits for one deletion, and none of them for another writer.
        await self._tidy("DELETE FROM seen WHERE item_ms < $1", now_ms - limits.SEEN_MS)  # nobody locks its rows
        for stale in (stale for tables in self._tables for stale in tables.stale):
            condition = f"{stale.column} < $1 AND {stale.only}"
            await self._tidy(deleting(stale.table, stale.key, condition), now_ms - stale.after_ms)
        await self._tidy(FORGET_OLD)

    async def _tidy(self, statement: str, *values: int) -> None:
        async def job(db: Connection) -> None:
            # One gateway at a time does it; the others have nothing to do then.
            if await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", _TIDY_LOCK):
                await db.execute(statement, *values)

        await self.database.transact(job)


async def _data_key(db: Connection, new: bytes) -> bytes:
    await db.execute("INSERT INTO vault (data_key) VALUES ($1) ON CONFLICT DO NOTHING", new)
    return bytes(await db.fetchval("SELECT data_key FROM vault"))


class _TakenBack(Exception):
    """What was written only to prove that it can be written is undone by this."""
