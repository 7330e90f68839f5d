"""Group commit: one thread owns the database and commits everything that waits in one transaction.

A flush to disk costs the same for one change as for a hundred. What gathers while one group is being
committed is the next group, so there is no timer, and a lone request waits for nothing.

A group goes to the thread after the first turn of the event loop that brought nothing more for it. As long as the loop
reads what other connections have sent, both would only wait for each other to let go of the interpreter: with larger
groups, later, a webhook takes half the processor time (measured; docs/architecture.md).

If the system cannot flush, nobody knows what is on the disk, and asking again would be answered with "yes" although
pages are missing (the kernel forgets the failure; PostgreSQL stops for this reason too). So the writer refuses
everything from then on and leaves the log of changes alone: the next start copies all of it into the database anew.
"""

import asyncio
import functools
import logging
import queue
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

import apsw

from fbtool.gateway.defect_log import log_defect
from fbtool.gateway.outage_log import OutageLog
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import limits
from fbtool.gateway.store.sqlite.committing import PendingJob, Together, Told, commit

log = logging.getLogger("fbtool.gateway.store")
P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
_FLUSH_FAILED = {apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC}
_LOG_PAGES = 1000
"""After so many pages in the log of changes they are copied into the database."""
_IDLE_SECONDS = 1.0
"""After so long without work the log of changes is emptied."""


class Writer:
    """Does jobs on the database, grouped; a job's coroutine returns when its group is on disk.

    Whoever waits at the same time has asked for no order, so within a group the jobs that many share come first.

    Args:
        open_database: opens it, in the writer's thread.
    """

    def __init__(self, open_database: Callable[[], apsw.Connection]) -> None:
        self._open = open_database
        self._gathered: list[PendingJob] = []
        self._groups: queue.SimpleQueue[list[PendingJob] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened: asyncio.Future[None] | None = None
        self._distrusted = False
        self._log_pages = 0
        self._outage = OutageLog(
            log,
            "the database cannot be written (%s): deliveries are refused, and Facebook sends them again",
            "the database can be written again",
        )

    async def start(self) -> None:
        """Open the database; whatever that raises is raised here."""
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.create_future()
        self._thread.start()
        await self._opened

    async def run(self, job: Callable[[apsw.Connection], T]) -> T:
        """Run ``job`` inside a transaction and return its result after the commit.

        A job that raises is rolled back alone and its error, of whatever kind, is raised here. It may be run a second
        time, after what the first time did was rolled back.

        Raises:
            StoreUnavailable: the database could not write; nothing of the group was kept.
        """
        done: asyncio.Future[T] = self._future()
        self._gathered.append(PendingJob(done, job))
        return await done

    async def join(self, together: Together[Item, Result | Exception], item: Item) -> Result:
        """Have ``together`` do its job for the item and all others that joined it in this group.

        If it raises, it is rolled back and asked for each item alone.

        Raises:
            StoreUnavailable: see `run`; or the error that is the item's result, or that it raised for the item alone.
        """
        done: asyncio.Future[Result] = self._future()
        self._gathered.append(PendingJob(done, together=together, item=item))
        return await done

    def _future(self) -> asyncio.Future[Any]:
        if self._loop is None or not self._thread.is_alive():
            raise StoreUnavailable
        if not self._gathered:
            self._loop.call_soon(self._hand_over, self._loop, 0)
        return self._loop.create_future()

    def _hand_over(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        """Give the group to the thread, unless this turn of the loop made more of the ``before`` that waited."""
        if before < len(self._gathered) < limits.GROUP:
            loop.call_soon(self._hand_over, loop, len(self._gathered))
            return
        gathered, self._gathered = self._gathered, []
        for start in range(0, len(gathered), limits.GROUP):
            self._groups.put(gathered[start : start + limits.GROUP])

    async def stop(self) -> None:
        """Finish all jobs, close the database."""
        self._hand_over(asyncio.get_running_loop(), len(self._gathered))
        self._groups.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        try:
            database = self._open()
        except Exception as error:
            self._call_back(_resolve, [(self._opened, error)])
            return
        self._call_back(_resolve, [(self._opened, None)])
        database.set_wal_hook(self._note_log)
        running = True
        while running:
            group, running = self._next_group(database)
            if group:
                self._call_back(_resolve, self._results(database, group))
            if self._log_pages >= _LOG_PAGES:
                self._checkpoint(database, "PASSIVE")
        self._close(database)

    def _close(self, database: apsw.Connection) -> None:
        try:
            database.close()
        except apsw.Error as error:
            self._judge(database, error)
            database.close(force=True)

    def _note_log(self, database: apsw.Connection, name: str, pages: int) -> int:
        """SQLite tells after each commit how long its log is; this replaces its own checkpoints.

        Those run inside a commit, which a webhook waits for, and their failures are told to nobody.
        """
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _results(self, database: apsw.Connection, group: list[PendingJob]) -> list[Told]:
        """The jobs' results, or errors, after they were committed together; the failure if that was not possible."""
        if not self._distrusted:
            try:
                before = database.total_changes()
                told = commit(database, group)
                if database.total_changes() != before:  # a full disk can still be read
                    self._outage.over()
                return told
            except apsw.Error as error:
                self._judge(database, error)
            except Exception as error:
                # The thread must not end: nobody would ever be told anything again.
                log_defect(log, error)
        return [(waiting.done, StoreUnavailable()) for waiting in group]

    def _judge(self, database: apsw.Connection, error: apsw.Error) -> None:
        self._outage.met(type(error).__name__)
        if getattr(error, "extendedresult", 0) in _FLUSH_FAILED:
            log.critical("the disk could not be flushed; nothing is accepted any more until the gateway is restarted")
            self._distrusted = True
            database.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    def _next_group(self, database: apsw.Connection) -> tuple[list[PendingJob], bool]:
        """What waits, and whether there will be more."""
        group: list[PendingJob] = []
        try:
            gathered = self._groups.get(timeout=_IDLE_SECONDS)
        except queue.Empty:
            self._checkpoint(database, "TRUNCATE")
            gathered = self._groups.get()
        while gathered is not None:
            group += gathered
            if len(group) >= limits.GROUP:
                return group, True
            try:
                gathered = self._groups.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _checkpoint(self, database: apsw.Connection, mode: str) -> None:
        """Copy the log of changes into the database; TRUNCATE empties it, for it holds what was deleted since."""
        self._log_pages = 0
        if self._distrusted:
            return
        try:
            database.execute(f"PRAGMA wal_checkpoint({mode})")
        except apsw.Error as error:
            # A full disk here only means "later"; the next job that needs it reports it.
            self._judge(database, error)

    def _call_back(self, function: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


def _resolve(told: list[Told]) -> None:
    for done, result in told:
        if done.done():
            continue  # its request was cancelled meanwhile
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)


class WriterPort:
    """A port to some of the database's tables. What its methods do, they do by `transaction`."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer


Port = TypeVar("Port", bound=WriterPort)


def transaction(
    method: Callable[Concatenate[Port, apsw.Connection, P], T],
) -> Callable[Concatenate[Port, P], Coroutine[Any, Any, T]]:
    """Let a port's method, which is given a database in a transaction, be a coroutine that needs none.

    It ends when the change is on disk; see `Writer.run`.
    """

    @functools.wraps(method)
    async def run(self: Port, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.writer.run(lambda db: method(self, db, *args, **kwargs))

    return run
