"""The embedded store: one SQLite file, one thread, every commit flushed to disk."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import apsw

from fbtool.gateway.accounts import Account
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.store import Accepted, Arrival, Holdings, Outgoing, Waiting, book, transit
from fbtool.gateway.store.writer import Writer
from fbtool.language import N_
from fbtool.problem import Kind, Problem

SCHEMA = 1
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # free once commits are grouped (measured: 0.94 to 1.19 of NORMAL)
    "secure_delete = ON",  # what is acknowledged is overwritten
    "cache_size = -8192",  # 8 MB: a small cache measured quicker than a large one
    "journal_size_limit = 4194304",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)


class StoreInUse(Problem):
    """Another process has the database open."""

    code = "store_in_use"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway's data in {folder} is in use by another process.")
    meaning = N_("A gateway is probably running with the same data folder.")
    remedy = N_("Stop that gateway, or choose another folder with --data-dir.")


class StoreUnreadable(Problem):
    """The file is no database of ours."""

    code = "store_unreadable"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway's data in {folder} cannot be opened.")
    meaning = "{reason}"
    remedy = N_("Check the folder's permissions and free space, or restore the data from a backup.")


class SqliteStore:
    """The `Store` of a single gateway. The promises are written at the port.

    Args:
        file: the database; made if it does not exist, its folder must.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writer = Writer(self._open)

    async def start(self, new_data_key: bytes) -> bytes:
        """Open or make the database; see `Store.start`.

        Raises:
            StoreInUse: another process has it.
            StoreUnreadable: it cannot be opened or is none of ours.
        """
        await self._writer.start()
        return await self._writer.run(lambda db: _data_key(db, new_data_key))

    async def stop(self) -> None:
        await self._writer.stop()

    async def check(self) -> None:
        await self._writer.run(lambda db: db.execute(f"PRAGMA user_version = {SCHEMA}"))

    async def add_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.add_account(db, account))

    async def accounts(self) -> list[Account]:
        return await self._writer.run(book.accounts)

    async def account(self, account_id: str) -> Account | None:
        return await self._writer.run(lambda db: book.account(db, account_id))

    async def change_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.change_account(db, account))

    async def remove_account(self, account: Account) -> None:
        await self._writer.run(lambda db: book.remove_account(db, account))

    async def link(self, page_id: str) -> Link | None:
        return await self._writer.run(lambda db: book.link(db, page_id))

    async def links(self, account_id: str) -> list[Link]:
        return await self._writer.run(lambda db: book.links(db, account_id))

    async def put_link(self, link: Link) -> None:
        await self._writer.run(lambda db: book.put_link(db, link))

    async def mark_link(self, link: Link, reason: Reason, event: Arrival, now_ms: int) -> bool:
        def job(db: apsw.Connection) -> bool:
            changed = book.mark_link(db, link.page_id, reason)
            return changed and transit.store_arrival(db, event, now_ms, link.account_id)

        return await self._writer.run(job)

    async def remove_link(self, page_id: str) -> None:
        await self._writer.run(lambda db: book.remove_link(db, page_id))

    async def accept(self, arrivals: Sequence[Arrival], now_ms: int) -> Accepted:
        return await self._writer.run(lambda db: transit.accept(db, arrivals, now_ms))

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        await self._writer.run(lambda db: transit.set_aside(db, body, now_ms))

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        return await self._writer.run(lambda db: transit.waiting(db, account_id, limit))

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        return await self._writer.run(lambda db: transit.acknowledge(db, account_id, sequences))

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return await self._writer.run(lambda db: transit.last_customer_ms(db, conversation))

    async def enqueue(self, message: Outgoing, key: bytes, digest: bytes, now_ms: int) -> str:
        return await self._writer.run(lambda db: transit.enqueue(db, message, key, digest, now_ms))

    async def take_due(self, now_ms: int, limit: int) -> list[Outgoing]:
        return await self._writer.run(lambda db: transit.take_due(db, now_ms, limit))

    async def next_due_ms(self) -> int | None:
        return await self._writer.run(transit.next_due_ms)

    async def retry(self, message_id: str, at_ms: int) -> None:
        await self._writer.run(lambda db: transit.retry(db, message_id, at_ms))

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> None:
        await self._writer.run(lambda db: transit.finish(db, message_id, account_id, event, now_ms))

    async def interrupted(self) -> list[Outgoing]:
        return await self._writer.run(transit.interrupted)

    async def holdings(self) -> Holdings:
        return await self._writer.run(transit.holdings)

    async def tidy(self, now_ms: int) -> None:
        await self._writer.run(lambda db: transit.tidy(db, now_ms))

    def _open(self) -> apsw.Connection:
        folder = str(self._file.parent)
        try:
            database = apsw.Connection(str(self._file))
            # EXCLUSIVE: nobody else can open the file, and SQLite needs no shared memory for it.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            for pragma in _PRAGMAS:
                database.execute(f"PRAGMA {pragma}")
            database.execute("BEGIN EXCLUSIVE")
            (version,) = next(iter(database.execute("PRAGMA user_version")))
            if version == 0:
                database.execute(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
            database.execute("COMMIT")
        except apsw.BusyError:
            raise StoreInUse(folder=folder) from None
        except apsw.Error as error:
            raise StoreUnreadable(folder=folder, reason=type(error).__name__) from None
        if version not in {0, SCHEMA}:
            raise StoreUnreadable(folder=folder, reason=f"schema {version} ≠ {SCHEMA}")
        return database


def _data_key(database: apsw.Connection, new: bytes) -> bytes:
    row = database.execute("SELECT data_key FROM vault").fetchone()
    if row is None:
        database.execute("INSERT INTO vault VALUES (?)", (new,))
        return new
    return bytes(row[0])
