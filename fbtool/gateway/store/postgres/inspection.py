"""What the operator's commands ask of the shared database without opening a store on it: nothing is made by asking."""

from collections.abc import Sequence

from fbtool.gateway.store import schema
from fbtool.gateway.store.inspection import Inspection
from fbtool.gateway.store.postgres.connecting import (
    OLDEST,
    Connection,
    DatabaseRefused,
    DatabaseTooOld,
    connected,
    place_of,
)
from fbtool.gateway.store.postgres.database import steps_taken
from fbtool.gateway.store.postgres.listening import LISTENER, LISTENERS
from fbtool.language import N_, say
from fbtool.problem import Kind, Problem


class DatabaseEmpty(Problem):
    """The address is right, but no gateway has ever used it."""

    code = "database_empty"
    kind = Kind.THIS_COMPUTER
    what = N_("The database {place} holds no gateway's data yet.")
    remedy = N_("Start a gateway on it first; or correct the database's address.")


async def inspect(url: str, channels: Sequence[schema.ChannelTables] = ()) -> Inspection:
    """Look.

    Raises:
        DatabaseAddressWrong, DatabaseAway, DatabaseRefused, DatabaseTooOld, StoreTooNew, StoreShapeUnknown: no gateway
            could start on it.
    """
    async with connected(url) as db:
        number = int(await db.fetchval("SHOW server_version_num"))
        if number // 10000 < OLDEST:
            raise DatabaseTooOld(place=place_of(url), found=number // 10000, needed=OLDEST)
        taken = await steps_taken(db)
        shape = len(taken.get(schema.CORE, ()))
        if not shape and not await db.fetchval("SELECT has_database_privilege(current_database(), 'CREATE')"):
            raise DatabaseRefused(place=place_of(url), reason=say("the user may not make tables there"))
        schema.missing([tables("postgres") for tables in (schema.core, *channels)], taken)
        return Inspection(
            place=place_of(url),
            server=f"{number // 10000}.{number % 10000}",
            shape=shape,
            gateways=await db.fetchval(LISTENERS, LISTENER),
            is_read_only=await db.fetchval("SHOW transaction_read_only") == "on",
            risks=tuple([name for name in ("fsync", "full_page_writes") if await db.fetchval(f"SHOW {name}") == "off"]),
            data_key=await _data_key(db) if shape else None,
        )


async def replace_data_key(url: str, earlier: bytes, anew: bytes) -> bool:
    """Keep the data key under another wrapping; False, and nothing is changed, if ``earlier`` is not the one there."""
    async with connected(url) as db:
        return bool(
            await db.fetchval("UPDATE vault SET data_key = $2 WHERE data_key = $1 RETURNING true", earlier, anew)
        )


async def _data_key(db: Connection) -> bytes | None:
    return await db.fetchval("SELECT data_key FROM vault")  # type: ignore[no-any-return]
