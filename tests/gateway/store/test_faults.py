"""A disk that is full, read-only or broken: nothing accepted is lost, nothing unsure is accepted."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import pytest

from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.store.sqlite.opening import StoreUnreadable
from tests.gateway.store.conftest import DATA_KEY, NOW, arrival, furnish


class Disk(apsw.VFS):
    """A disk that can be made to fail."""

    name = "breakable"

    def __init__(self) -> None:
        self.below = apsw.vfs_names()[0]
        super().__init__(self.name, self.below, makedefault=True)
        self.broken = False
        self.read_only = False

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> "File":  # noqa: N802
        return File(self, name, flags)


class File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        super().__init__(disk.below, name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._disk.read_only:
            raise apsw.ReadOnlyError
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.broken:
            error = apsw.IOError("broken")
            error.extendedresult = apsw.SQLITE_IOERR_FSYNC
            raise error
        super().xSync(flags)


@pytest.fixture
def disk() -> Iterator[Disk]:
    breakable = Disk()
    yield breakable
    apsw.set_default_vfs(breakable.below)
    breakable.unregister()


@asynccontextmanager
async def started(file: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(file)
    await store.start(DATA_KEY)
    try:
        yield store
    finally:
        await store.stop()


def bodies_in(file: Path) -> list[bytes]:
    async def look() -> list[bytes]:
        async with started(file) as store:
            return [event.body for event in await store.inbox.waiting("idshop", 1000)]

    return asyncio.run(look())


async def refused(attempt: Callable[[], Awaitable[object]]) -> bool:
    try:
        await attempt()
    except StoreUnavailable:
        return True
    return False


def test_after_a_failed_flush_nothing_is_accepted_until_a_restart(tmp_path: Path, disk: Disk) -> None:
    file = tmp_path / "gateway.sqlite"

    async def life() -> None:
        store = SqliteStore(file)
        await furnish(store)
        await store.inbox.accept([[arrival("before")]], NOW)
        disk.broken = True
        assert await refused(lambda: store.inbox.accept([[arrival("unsure")]], NOW))
        disk.broken = False  # the system says "yes" again, but nobody can believe it
        assert await refused(lambda: store.inbox.accept([[arrival("later")]], NOW))
        assert await refused(store.check)
        await store.stop()

    asyncio.run(life())
    # What was refused may be there all the same: Facebook repeats it, and its fingerprint makes it one event.
    assert bodies_in(file) in ([b"before"], [b"before", b"unsure"])


def test_a_failed_flush_of_the_database_itself_keeps_the_log_of_changes(tmp_path: Path, disk: Disk) -> None:
    file = tmp_path / "gateway.sqlite"
    log = tmp_path / "gateway.sqlite-wal"

    async def life() -> None:
        store = SqliteStore(file)
        await furnish(store)
        await store.inbox.accept([[arrival("before")]], NOW)
        disk.broken = True
        await until_refused(store)  # the copying that follows an idle second fails
        await store.stop()
        assert log.stat().st_size > 0

    asyncio.run(life())
    disk.broken = False
    assert bodies_in(file) == [b"before"]


async def until_refused(store: SqliteStore) -> None:
    async with asyncio.timeout(60):
        while not await refused(lambda: store.accounts.account("idshop")):  # noqa: ASYNC110 - left alone, it becomes idle
            await asyncio.sleep(1.5)


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.sqlite import SqliteStore
from tests.gateway.store.conftest import NOW, arrival, furnish

async def life():
    store = SqliteStore(Path(sys.argv[1]))
    await furnish(store)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    accepted = []
    for number in range(200):
        try:
            await store.inbox.accept([[arrival(f"{number:04d}" + "x" * 3000)]], NOW)
            accepted.append(number)
        except StoreUnavailable:
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await store.inbox.accept([[arrival("there is room again")]], NOW)
    waiting = await store.inbox.waiting("idshop", 1000)
    await store.stop()
    print(len(accepted), [int(event.body[:4]) for event in waiting[:-1]] == accepted, waiting[-1].body.decode())

asyncio.run(life())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "gateway.sqlite")]
    root = Path(__file__).parents[3]
    told = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=120, check=True).stdout.split(
        " ", 2
    )
    assert 0 < int(told[0]) < 200
    assert told[1:] == ["True", "there is room again\n"]


def test_a_disk_that_turns_read_only_refuses_and_keeps_what_it_had(tmp_path: Path, disk: Disk) -> None:
    file = tmp_path / "gateway.sqlite"

    async def life() -> None:
        store = SqliteStore(file)
        await furnish(store)
        await store.inbox.accept([[arrival("before")]], NOW)
        disk.read_only = True
        assert await refused(lambda: store.inbox.accept([[arrival("refused")]], NOW))
        assert [event.body for event in await store.inbox.waiting("idshop", 10)] == [b"before"]
        await store.stop()

    asyncio.run(life())
    disk.read_only = False
    assert bodies_in(file) == [b"before"]


def test_a_read_only_disk_is_told_at_the_start(tmp_path: Path, disk: Disk) -> None:
    disk.read_only = True
    with pytest.raises(StoreUnreadable):
        bodies_in(tmp_path / "gateway.sqlite")


def test_the_log_says_once_that_nothing_can_be_written_and_once_that_it_works_again(
    tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    async def life() -> None:
        store = SqliteStore(tmp_path / "gateway.sqlite")
        await furnish(store)
        disk.read_only = True
        for number in range(5):
            assert await refused(lambda number=number: store.inbox.accept([[arrival(f"refused {number}")]], NOW))  # type: ignore[misc]
            await store.inbox.waiting("idshop", 10)  # a disk that is full can still be read
        disk.read_only = False
        for number in range(3):
            await store.inbox.accept([[arrival(f"stored {number}")]], NOW)
        await store.stop()

    asyncio.run(life())
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [text.partition(" (")[0] for text in told] == [
        "the database cannot be written",
        "the database can be written again",
    ]
