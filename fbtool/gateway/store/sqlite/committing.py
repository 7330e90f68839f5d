"""One transaction for many jobs, in which the error of one concerns no other."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import apsw

from fbtool.gateway.defect_log import log_defect
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.store")
Item = TypeVar("Item")
Result = TypeVar("Result")
Job = Callable[[apsw.Connection], Any]
Together = Callable[[apsw.Connection, list[Item]], Sequence[Result]]
"""Does one job for many items: the result of each, or the error that is its result."""
_OF_ONE_JOB = (
    apsw.SQLError,
    apsw.ConstraintError,
    apsw.MismatchError,
    apsw.RangeError,
    apsw.TooBigError,
    apsw.BindingsError,
    apsw.IncompleteExecutionError,
)
"""What SQLite says of one statement; everything else it says is about the database as a whole."""
Told = tuple[asyncio.Future[Any], Any]
"""A result, or an error, and who waits for it."""


class PendingJob(NamedTuple):
    """Somebody who waits for a result: of a job of its own, or of one that is done for many items together."""

    done: asyncio.Future[Any]
    job: Job | None = None
    together: Together[Any, Any] | None = None
    item: Any = None


def commit(database: apsw.Connection, group: list[PendingJob]) -> list[Told]:
    """Do all jobs and commit; the result of each, or its own error.

    Raises:
        apsw.Error: the database could not do it; nothing of the group was kept.
    """
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            told = _done(database, group)
        except Exception as error:
            if _is_about_the_database(error):
                raise
            # Somebody's job refuses. That it alone leaves nothing behind takes two more statements for each job.
            database.execute("ROLLBACK")
            database.execute("BEGIN IMMEDIATE")
            told = _done_apart(database, group)
            for _, result in told:
                if isinstance(result, Exception) and not isinstance(result, Problem):
                    log_defect(log, result)
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            with contextlib.suppress(apsw.Error):
                database.execute("ROLLBACK")
        raise
    return told


def _done(database: apsw.Connection, group: list[PendingJob]) -> list[Told]:
    told: list[Told] = []
    for together, those in _joined(group).items():
        results = together(database, [waiting.item for waiting in those])
        told += zip((waiting.done for waiting in those), results, strict=True)
    return told + [(waiting.done, waiting.job(database)) for waiting in group if waiting.job is not None]


def _done_apart(database: apsw.Connection, group: list[PendingJob]) -> list[Told]:
    """The same, but the error of one job, or of one item, concerns no other."""
    told: list[Told] = []
    for together, those in _joined(group).items():
        items = [waiting.item for waiting in those]
        results = _apart(database, partial(_of_each, together, items)) if len(those) > 1 else None
        if results is None or isinstance(results, Exception):
            results = [_apart(database, partial(_of_one, together, item)) for item in items]
        told += zip((waiting.done for waiting in those), results, strict=True)
    return told + [(waiting.done, _apart(database, waiting.job)) for waiting in group if waiting.job is not None]


def _joined(group: list[PendingJob]) -> dict[Together[Any, Any], list[PendingJob]]:
    joined: dict[Together[Any, Any], list[PendingJob]] = {}
    for waiting in group:
        if waiting.together is not None:
            joined.setdefault(waiting.together, []).append(waiting)
    return joined


def _of_each(together: Together[Any, Any], items: list[Any], database: apsw.Connection) -> list[Any]:
    results = list(together(database, items))
    if len(results) != len(items):
        raise ValueError("not one result for each item")
    return results


def _of_one(together: Together[Any, Any], item: Any, database: apsw.Connection) -> Any:
    (result,) = together(database, [item])
    return result


def _apart(database: apsw.Connection, job: Job) -> Any:
    """The job's result; its own error concerns no other job."""
    database.execute("SAVEPOINT job")
    try:
        result = job(database)
    except Exception as error:
        if _is_about_the_database(error):
            raise
        database.execute("ROLLBACK TO job")
        result = error
    database.execute("RELEASE job")
    return result


def _is_about_the_database(error: Exception) -> bool:
    return isinstance(error, apsw.Error) and not isinstance(error, _OF_ONE_JOB)
