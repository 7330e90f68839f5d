"""Group commit: one thread owns the database and commits everything that waits in one transaction.

A flush to disk costs the same for one change as for a hundred. What gathers while one group is being
committed is the next group, so there is no timer, and a lone request waits for nothing.

If the system cannot flush, nobody knows what is on the disk, and asking again would be answered with "yes" although
pages are missing (the kernel forgets the failure; PostgreSQL stops for this reason too). So the writer refuses
everything from then on and leaves the log of changes alone: the next start copies all of it into the database anew.
"""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import apsw

from fbtool.gateway.problems import StoreUnavailable

log = logging.getLogger("fbtool.gateway.store")
T = TypeVar("T")
Job = Callable[[apsw.Connection], Any]
_GROUP = 256
"""Most jobs in one transaction: bounds how long the first of them waits."""
_FLUSH_FAILED = {apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC}
_LOG_PAGES = 1000
"""After so many pages in the log of changes they are copied into the database."""
_IDLE_SECONDS = 1.0
"""After so long without work the log of changes is emptied."""


class Writer:
    """Runs jobs on the database, grouped; a job's coroutine returns when its group is on disk."""

    def __init__(self, open_database: Callable[[], apsw.Connection]) -> None:
        self._open = open_database
        self._jobs: queue.SimpleQueue[tuple[Job, asyncio.Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened: asyncio.Future[None] | None = None
        self._distrusted = False
        self._log_pages = 0

    async def start(self) -> None:
        """Open the database; whatever that raises is raised here."""
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.create_future()
        self._thread.start()
        await self._opened

    async def run(self, job: Callable[[apsw.Connection], T]) -> T:
        """Run ``job`` inside a transaction and return its result after the commit.

        A job that raises is rolled back alone and its error is raised here.

        Raises:
            StoreUnavailable: the database could not write; nothing of the group was kept.
        """
        if self._loop is None or not self._thread.is_alive():
            raise StoreUnavailable
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((job, future))
        return await future

    async def stop(self) -> None:
        """Finish all jobs, close the database."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        try:
            database = self._open()
        except Exception as error:
            self._call_back(self._refuse_to_open, error)
            return
        self._call_back(self._report_open)
        database.set_wal_hook(self._note_log)
        running = True
        while running:
            group, running = self._next_group(database)
            if group:
                self._call_back(_resolve, self._results(database, [job for job, _ in group]), [f for _, f in group])
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

    def _results(self, database: apsw.Connection, jobs: list[Job]) -> list[Any]:
        """The jobs' results after they were committed together; their failures if that was not possible."""
        if not self._distrusted:
            try:
                return _commit(database, jobs)
            except apsw.Error as error:
                self._judge(database, error)
        return [_Failed(StoreUnavailable()) for _ in jobs]

    def _judge(self, database: apsw.Connection, error: apsw.Error) -> None:
        log.error("the database cannot be written: %s", type(error).__name__)
        if getattr(error, "extendedresult", 0) in _FLUSH_FAILED:
            log.critical("the disk could not be flushed; nothing is accepted any more until the gateway is restarted")
            self._distrusted = True
            database.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    def _next_group(self, database: apsw.Connection) -> tuple[list[tuple[Job, asyncio.Future[Any]]], bool]:
        group = []
        try:
            entry = self._jobs.get(timeout=_IDLE_SECONDS)
        except queue.Empty:
            self._checkpoint(database, "TRUNCATE")
            entry = self._jobs.get()
        while entry is not None:
            group.append(entry)
            if len(group) == _GROUP:
                return group, True
            try:
                entry = self._jobs.get_nowait()
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

    def _report_open(self) -> None:
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(None)

    def _refuse_to_open(self, error: Exception) -> None:
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(error)


class _Failed:
    """A job's own error: it concerns this job only."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _commit(database: apsw.Connection, jobs: list[Job]) -> list[Any]:
    try:
        database.execute("BEGIN IMMEDIATE")
        results = [_run_alone(database, job) for job in jobs]
        database.execute("COMMIT")
    except apsw.Error:
        if database.in_transaction:
            with contextlib.suppress(apsw.Error):
                database.execute("ROLLBACK")
        raise
    return results


def _run_alone(database: apsw.Connection, job: Job) -> Any:
    database.execute("SAVEPOINT job")
    try:
        result = job(database)
    except apsw.Error:
        raise
    except Exception as error:
        database.execute("ROLLBACK TO job")
        result = _Failed(error)
    database.execute("RELEASE job")
    return result


def _resolve(results: list[Any], futures: list[asyncio.Future[Any]]) -> None:
    for result, future in zip(results, futures, strict=True):
        if future.done():
            continue  # its request was cancelled meanwhile
        if isinstance(result, _Failed):
            future.set_exception(result.error)
        else:
            future.set_result(result)
