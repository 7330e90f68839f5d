"""Connecting to PostgreSQL, and what stands in the way by name."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import asyncpg

from fbtool.language import N_, say
from fbtool.problem import Kind, Problem

OLDEST = 14
"""Major version; older ones get no more repairs from the PostgreSQL project."""
CONNECT_SECONDS = 10
COMMAND_SECONDS = 20
SETTINGS = {
    "application_name": "fbtool gateway",
    "search_path": "fbtool",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
}
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
    what = N_("The database {place} refuses the gateway: {reason}.")
    remedy = N_("Correct FBTOOL_DATABASE_URL, or let the database's administrator make the user and the database.")


class DatabaseTooOld(Problem):
    """The server lacks what the gateway relies on."""

    code = "database_too_old"
    what = N_("The database {place} is PostgreSQL {found}.")
    meaning = N_("The gateway needs version {needed} or newer.")
    remedy = N_("Update the PostgreSQL server.")


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
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=SETTINGS | {"application_name": "fbtool command"},
        )
        try:
            yield connection
        finally:
            await connection.close(timeout=CONNECT_SECONDS)
    except BaseException as error:
        raise problem_of(error, place) from None


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


def problem_of(error: BaseException, place: str) -> BaseException:
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
