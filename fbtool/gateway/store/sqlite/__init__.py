"""The embedded store: one SQLite file, one thread, every commit flushed to disk."""

from collections.abc import Callable, Sequence
from pathlib import Path

import apsw

from fbtool.gateway.store import HOLDINGS, Holdings, limits, schema, write_probe
from fbtool.gateway.store.sqlite import arrivals, deduplication, outbox
from fbtool.gateway.store.sqlite.accounts import SqliteAccountStore
from fbtool.gateway.store.sqlite.conversations import SqliteConversationStore
from fbtool.gateway.store.sqlite.inbox import SqliteInboxStore
from fbtool.gateway.store.sqlite.opening import opened
from fbtool.gateway.store.sqlite.outbox import SqliteOutboxStore
from fbtool.gateway.store.sqlite.pictures import SqlitePictureStore
from fbtool.gateway.store.sqlite.sources import SqliteSourceStore
from fbtool.gateway.store.sqlite.writer import Writer, WriterPort, transaction
from fbtool.gateway.store.ttl import MemoryTtlStore


class SqliteStore(WriterPort):
    """The `Store` of a single gateway. The promises are written at the port.

    Args:
        file: the database; made if it does not exist, its folder must.
        channels: what has tables of its own in it.
        most_waiting: about how many events one account may have waiting.
        notify: wakes those who wait for events of an account.
        changed: called with an account that has changed, or whose tokens have.
    """

    def __init__(
        self,
        file: Path,
        channels: Sequence[schema.ChannelTables] = (),
        most_waiting: int = limits.MOST_WAITING,
        notify: Callable[[str], None] = lambda account_id: None,
        changed: Callable[[str], None] = lambda account_id: None,
    ) -> None:
        self._tables = [tables("sqlite") for tables in (schema.core, *channels)]
        super().__init__(Writer(lambda: opened(file, self._tables)))
        self.accounts = SqliteAccountStore(self.writer, changed)
        self.sources = SqliteSourceStore(self.writer)
        self.inbox = SqliteInboxStore(self.writer, most_waiting, notify)
        self.outbox = SqliteOutboxStore(self.writer)
        self.conversations = SqliteConversationStore(self.writer)
        self.pictures = SqlitePictureStore(self.writer)
        self.ttl = MemoryTtlStore()

    @property
    def gateways(self) -> int:
        return 1  # it holds the file alone

    async def start(self, new_data_key: bytes) -> bytes:
        """Open or make the database; see `Store.start`.

        Raises:
            StoreInUse: another process has it.
            StoreUnreadable: it cannot be opened or is none of ours.
            StoreTooNew, StoreShapeUnknown: another version has written it.
        """
        await self.writer.start()
        await self.writer.run(deduplication.remember)
        await self.writer.run(outbox.end_leases)
        return await self.writer.run(lambda db: _data_key(db, new_data_key))

    async def stop(self) -> None:
        await self.writer.stop()

    async def check(self) -> None:
        await self.writer.run(_probe_writes)

    @transaction
    def holdings(self, db: apsw.Connection) -> Holdings:
        counts = {name: count for tables in self._tables for name, count in tables.counts.items()}
        of_channels = {name: next(iter(db.execute(count)))[0] for name, count in counts.items()}
        return Holdings(*(*next(iter(db.execute(HOLDINGS))), of_channels))

    @transaction
    def tidy(self, db: apsw.Connection, now_ms: int) -> None:
        deduplication.tidy(db, now_ms - limits.SEEN_MS)
        for stale in (stale for tables in self._tables for stale in tables.stale):
            query = f"DELETE FROM {stale.table} WHERE {stale.column} < ? AND {stale.only}"  # noqa: S608 - constants
            db.execute(query, (now_ms - stale.after_ms,))

    @transaction
    def copy(self, db: apsw.Connection) -> bytes:
        """See `Copies.copy`."""
        return db.serialize("main")


def _data_key(database: apsw.Connection, new: bytes) -> bytes:
    row = database.execute("SELECT data_key FROM vault").fetchone()
    if row is None:
        database.execute("INSERT INTO vault VALUES (?)", (new,))
        return new
    return bytes(row[0])


def _probe_writes(database: apsw.Connection) -> None:
    """Write what deliveries and answers write, take it back, and change something that stays."""
    database.execute("SAVEPOINT rehearsal")
    arrivals.store(database, [write_probe.arrival()], 0)
    answer = write_probe.outgoing()
    outbox.enqueue(database, answer, answer.conversation, b"", 0)
    arrivals.settle(database, [answer.id])
    database.execute("ROLLBACK TO rehearsal")
    database.execute("RELEASE rehearsal")
    (version,) = next(iter(database.execute("PRAGMA user_version")))
    database.execute(f"PRAGMA user_version = {version}")
