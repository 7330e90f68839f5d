"""Reaching PostgreSQL: a pool of connections, our tables in today's shape, and errors by name.

Writers never wait for each other in a circle, because all of them lock in one order: the tables as `LOCKED` lists them,
and of each table the rows in the order of their keys. PostgreSQL promises no order for a statement that changes several
rows, so such a statement locks them first: see `deleting`.
"""

import contextlib
import functools
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

import asyncpg

from fbtool.gateway.outage_log import OutageLog
from fbtool.gateway.problems import RequestInvalid, StoreUnavailable
from fbtool.gateway.store.schema import Tables, missing
from fbtool.language import N_, say
from fbtool.problem import Kind, Problem

log = logging.getLogger("fbtool.gateway.store")
P = ParamSpec("P")
T = TypeVar("T")
LOCKED = (
    "manager", "account", "account_token", "source", "the channels' own tables", "outbox", "seen", "inbox", "greeted",
    "reply_window", "sent",
)  # fmt: skip
"""The order in which a transaction locks rows of several tables. A row that is new is nobody's to wait for."""
OLDEST = 14
"""Major version; older ones get no more repairs from the PostgreSQL project."""
_CONNECTIONS = 8
_CONNECT_SECONDS = 10
_COMMAND_SECONDS = 20
_SHAPE_SECONDS = 3600
"""For a step of the shape, which may rewrite a table, and for waiting until another gateway has taken it."""
_SETTINGS = {
    "application_name": "fbtool gateway",
    "search_path": "fbtool",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
}
_SHAPE_LOCK = 7204620101
"""Advisory lock: one gateway at a time changes the shape of the tables."""
_TRIES = 5
"""How often work is begun that was undone because somebody else's was in the way."""
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""Everything that means "not now": the server is gone, restarts, is full, is read-only, or waits too long."""


class Connection(Protocol):
    """What is used of a connection of asyncpg, which ships no types."""

    async def execute(self, query: str, *values: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - its name
        """Run; returns the command's tag. ``timeout`` in seconds, if not the usual one."""

    async def executemany(self, query: str, values: Iterable[Sequence[Any]]) -> None:
        """Run once for each, all or nothing."""

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        """All rows."""

    async def fetchrow(self, query: str, *values: Any) -> Any:
        """The first row or None."""

    async def fetchval(self, query: str, *values: Any) -> Any:
        """The first value of the first row, or None."""

    def transaction(self) -> contextlib.AbstractAsyncContextManager[Any]:
        """All or nothing until its end."""


class DatabaseAddressWrong(Problem):
    """The setting is no PostgreSQL address."""

    code = "database_address_wrong"
    kind = Kind.THIS_COMPUTER
    what = N_("The address of the database is not one of PostgreSQL.")
    meaning = N_("It has the form postgresql://user:password@server:5432/database.")
    remedy = N_("Correct FBTOOL_DATABASE_URL, or the file that FBTOOL_DATABASE_URL_FILE names.")


class DatabaseAway(Problem):
    """Nobody answers there."""

    code = "database_away"
    kind = Kind.UNREACHABLE
    what = N_("The database {place} does not answer.")
    meaning = N_("The PostgreSQL server is off, starting, full, or not reachable from here.")
    remedy = N_("Start the server, or correct the address in FBTOOL_DATABASE_URL; then try again.")


class DatabaseRefused(Problem):
    """The server answers and says no."""

    code = "database_refused"
    kind = Kind.THIS_COMPUTER
    what = N_("The database {place} refuses the gateway: {reason}.")
    remedy = N_("Correct FBTOOL_DATABASE_URL, or let the database's administrator make the user and the database.")


class DatabaseTooOld(Problem):
    """The server lacks what the gateway relies on."""

    code = "database_too_old"
    kind = Kind.THIS_COMPUTER
    what = N_("The database {place} is PostgreSQL {found}.")
    meaning = N_("The gateway needs version {needed} or newer.")
    remedy = N_("Update the PostgreSQL server.")


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
                timeout=_CONNECT_SECONDS,
                command_timeout=_COMMAND_SECONDS,
                server_settings=_SETTINGS,
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
            raise _told(error, place) from None

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
        return await _until_untangled(job, self._use)

    async def transact(self, job: Callable[[Connection], Awaitable[T]]) -> T:
        """Do all of ``job`` or nothing; otherwise like `run`."""
        return await _until_untangled(job, self._transaction)

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
            raise _Entangled from None
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


class _Entangled(StoreUnavailable):
    """Somebody else's work was in the way, and ours was undone."""


async def _until_untangled(
    job: Callable[[Connection], Awaitable[T]],
    connection: Callable[[], contextlib.AbstractAsyncContextManager[Connection]],
) -> T:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(_Entangled):
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


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """One connection for a short while; the tables are left as they are.

    Raises:
        DatabaseAddressWrong, DatabaseAway, DatabaseRefused: it cannot be used.
    """
    place = place_of(url)
    try:
        connection = await asyncpg.connect(
            url,
            timeout=_CONNECT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            server_settings=_SETTINGS | {"application_name": "fbtool command"},
        )
        try:
            yield connection
        finally:
            await connection.close(timeout=_CONNECT_SECONDS)
    except BaseException as error:
        raise _told(error, place) from None


def place_of(url: str) -> str:
    """Where the database is, without user and password.

    Raises:
        DatabaseAddressWrong: it is no address of PostgreSQL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise DatabaseAddressWrong from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseAddressWrong
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return f"{host}:{port}{parts.path}" if port else f"{host}{parts.path}"


async def _keep_the_promise(connection: Connection) -> None:
    """An answer 200 means "on disk", whatever the server's default is."""
    if await connection.fetchval("SHOW synchronous_commit") == "off":
        await connection.execute("SET synchronous_commit = on")


async def _as_it_is(connection: Connection) -> None:
    """Nothing is changed on a connection, so nothing has to be put back when it returns to the pool."""


def _told(error: BaseException, place: str) -> BaseException:
    """The problem that an error at the start is."""
    if isinstance(error, asyncpg.InvalidPasswordError | asyncpg.InvalidAuthorizationSpecificationError):
        return DatabaseRefused(place=place, reason=say("the user or the password is wrong"))
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return DatabaseRefused(place=place, reason=say("there is no such database"))
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return DatabaseRefused(place=place, reason=say("the user may not make tables there"))
    if isinstance(error, asyncpg.exceptions.ClientConfigurationError | ValueError):
        return DatabaseAddressWrong()
    return DatabaseAway(place=place) if isinstance(error, AWAY) else error
