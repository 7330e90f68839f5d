"""The shared database: a pool of connections, our tables in today's shape, and the ports to them.

Writers never wait for each other in a circle, because all of them lock in one order: the tables as `LOCKED` lists them,
and of each table the rows in the order of their keys. PostgreSQL promises no order for a statement that changes several
rows, so such a statement locks them first: see `deleting`.
"""

import contextlib
import functools
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg

from fbtool.gateway.outage_log import OutageLog
from fbtool.gateway.problems import RequestInvalid, StoreUnavailable
from fbtool.gateway.store.postgres.connecting import (
    AWAY,
    COMMAND_SECONDS,
    CONNECT_SECONDS,
    OLDEST,
    SETTINGS,
    Connection,
    DatabaseTooOld,
    place_of,
    problem_of,
)
from fbtool.gateway.store.schema import Tables, missing
from fbtool.language import say

log = logging.getLogger("fbtool.gateway.store")
P = ParamSpec("P")
T = TypeVar("T")
LOCKED = (
    "manager", "account", "account_token", "source", "the channels' own tables", "outbox", "seen", "inbox", "greeted",
    "reply_window", "sent",
)  # fmt: skip
"""The order in which a transaction locks rows of several tables. A row that is new is nobody's to wait for.

Of a channel's own tables first the one to which the others belong: a link before its holders, a conversation before
what waits in it, and only then anything of the core's that comes behind. Who makes a row that refers to a source or an
account locks that before."""
_CONNECTIONS = 8
_SHAPE_SECONDS = 3600
"""For a step of the shape, which may rewrite a table, and for waiting until another gateway has taken it."""
_SHAPE_LOCK = 7204620101
"""Advisory lock: one gateway at a time changes the shape of the tables."""
_TRIES = 5
"""How often work is begun that was undone because somebody else's was in the way."""


class Database:
    """The connections of one gateway to the shared database.

    Args:
        url: ``postgresql://…``; may hold a password and is never shown.
        tables: what is in it.
    """

    def __init__(self, url: str, tables: Sequence[Tables]) -> None:
        self.url = url
        self.gateway = secrets.token_hex(4)
        """Names this gateway in notifications; its own ones are of no interest to it."""
        self._tables = tables
        self._pool: asyncpg.Pool | None = None
        self._outage = OutageLog(
            log,
            "the database cannot be used (%s): deliveries are refused, and Facebook sends them again",
            "the database can be used again",
        )

    async def open(self) -> None:
        """Connect and bring the tables to today's shape.

        Raises:
            DatabaseAddressWrong, DatabaseAway, DatabaseRefused, DatabaseTooOld, StoreTooNew, StoreShapeUnknown:
                nothing was changed.
        """
        place = place_of(self.url)
        try:
            self._pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=CONNECT_SECONDS,
                command_timeout=COMMAND_SECONDS,
                server_settings=SETTINGS,
                init=_keep_the_promise,
                reset=_as_it_is,
            )
            async with self._pool.acquire() as connection, connection.transaction():
                version = int(await connection.fetchval("SHOW server_version_num")) // 10000
                if version < OLDEST:
                    raise DatabaseTooOld(place=place, found=version, needed=OLDEST)
                await self._take_steps(connection)
        except BaseException as error:
            await self.close()
            raise problem_of(error, place) from None

    async def close(self) -> None:
        """Let running work end, then disconnect."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                await pool.close()
            except AWAY:  # the server is gone already
                pool.terminate()

    async def run(self, job: Callable[[Connection], Awaitable[T]]) -> T:
        """Do ``job``; each of its statements is a transaction of its own.

        It is done again at once if the server undid it because of somebody else's work, so it must be repeatable.

        Raises:
            StoreUnavailable: the server is away. Nobody knows whether the last statement was carried out.
            RequestInvalid: a value cannot be kept.
        """
        return await _retry_deadlocked(job, self._use)

    async def transact(self, job: Callable[[Connection], Awaitable[T]]) -> T:
        """Do all of ``job`` or nothing; otherwise like `run`."""
        return await _retry_deadlocked(job, self._transaction)

    @contextlib.asynccontextmanager
    async def _use(self) -> AsyncIterator[Connection]:
        if self._pool is None:
            raise StoreUnavailable
        try:
            async with self._pool.acquire() as connection:
                yield connection
            self._outage.over()
        except (asyncpg.SyntaxOrAccessError, asyncpg.IntegrityConstraintViolationError):
            raise  # our mistake, not the server's trouble
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            raise _Deadlocked from None
        except AWAY as error:
            # A value without room in its column has none later either; so says the server, or the driver (ValueError).
            if isinstance(error, asyncpg.DataError | ValueError):
                raise RequestInvalid(reason=say("A value holds what the database cannot keep.")) from None
            self._outage.met(type(error).__name__)
            raise StoreUnavailable from None

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        async with self._use() as connection, connection.transaction():
            yield connection

    async def _take_steps(self, connection: Connection) -> None:
        await connection.execute(f"SET LOCAL lock_timeout = '{_SHAPE_SECONDS}s'")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _SHAPE_LOCK, timeout=_SHAPE_SECONDS)
        taken = await steps_taken(connection)
        lacking = missing(self._tables, taken)
        if lacking and not taken:
            await connection.execute("CREATE SCHEMA IF NOT EXISTS fbtool")
            await connection.execute(
                "CREATE TABLE fbtool.shape (owner text, step int, hash text NOT NULL, PRIMARY KEY (owner, step))"
            )
        for owner, step in lacking:
            await connection.execute(step.sql, timeout=_SHAPE_SECONDS)
            await connection.execute("INSERT INTO fbtool.shape VALUES ($1, $2, $3)", owner, step.number, step.hash)


async def steps_taken(db: Connection) -> dict[str, list[str]]:
    """The hashes of the steps that the tables have taken, by owner; empty words from a time when they were not kept."""
    if not await db.fetchval("SELECT to_regclass('fbtool.shape') IS NOT NULL"):
        return {}
    taken: dict[str, list[str]] = {}
    query = "SELECT owner, coalesce(to_jsonb(shape) ->> 'hash', '') FROM fbtool.shape ORDER BY owner, step"
    for owner, its_hash in await db.fetch(query):
        taken.setdefault(owner, []).append(its_hash)
    return taken


class _Deadlocked(StoreUnavailable):
    """Somebody else's work was in the way, and ours was undone."""


async def _retry_deadlocked(
    job: Callable[[Connection], Awaitable[T]],
    connection: Callable[[], contextlib.AbstractAsyncContextManager[Connection]],
) -> T:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(_Deadlocked):
            async with connection() as db:
                return await job(db)
    async with connection() as db:
        return await job(db)


class DatabasePort:
    """A port to some of the database's tables. What its methods do, they do by `statements` or `transaction`."""

    def __init__(self, database: Database) -> None:
        self.database = database


Port = TypeVar("Port", bound=DatabasePort)
_Method = Callable[Concatenate[Port, Connection, P], Awaitable[T]]
_Coroutine = Callable[Concatenate[Port, P], Coroutine[Any, Any, T]]


def statements(method: _Method[Port, P, T]) -> _Coroutine[Port, P, T]:
    """Let a port's method, which is given a connection, be a coroutine that needs none; see `Database.run`."""

    @functools.wraps(method)
    async def run(self: Port, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.run(lambda db: method(self, db, *args, **kwargs))

    return run


def transaction(method: _Method[Port, P, T]) -> _Coroutine[Port, P, T]:
    """The same for a method of which all is done or nothing; see `Database.transact`."""

    @functools.wraps(method)
    async def transact(self: Port, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.transact(lambda db: method(self, db, *args, **kwargs))

    return transact


def deleting(table: str, key: str, condition: str) -> str:
    """A statement that deletes the rows that fulfil ``condition``, after it has locked them in the order of the key."""
    return f"""
        WITH due AS (SELECT {key} FROM {table} WHERE {condition} ORDER BY {key} FOR UPDATE)
        DELETE FROM {table} USING due WHERE {table}.{key} = due.{key}"""  # noqa: S608 - constants


async def _keep_the_promise(connection: Connection) -> None:
    """An answer 200 means "on disk", whatever the server's default is."""
    if await connection.fetchval("SHOW synchronous_commit") == "off":
        await connection.execute("SET synchronous_commit = on")


async def _as_it_is(connection: Connection) -> None:
    """Nothing is changed on a connection, so nothing has to be put back when it returns to the pool."""
