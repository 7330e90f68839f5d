"""What the operator's commands ask of the shared database without opening a store on it: nothing is made by asking."""

import asyncio
from collections.abc import Sequence

from fbtool.gateway.store import schema
from fbtool.gateway.store.factory import Inspection
from fbtool.gateway.store.postgres.connecting import (
    OLDEST,
    DatabaseRefused,
    DatabaseTooOld,
    connected,
    place_of,
)
from fbtool.gateway.store.postgres.database import steps_taken
from fbtool.gateway.store.postgres.listening import LISTENER, LISTENERS
from fbtool.language import N_, say
from fbtool.problem import Problem


class DatabaseEmpty(Problem):
    """The address is right, but no gateway has ever used it."""

    code = "database_empty"
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
            data_key=await db.fetchval("SELECT data_key FROM vault") if shape else None,
        )


class SharedDataKey:
    """See `choosing.DataKey`. Gateways may run: they have read the row at their start and do not need it again."""

    def __init__(self, url: str) -> None:
        self._url = url

    def wrapped(self) -> bytes:
        found = asyncio.run(inspect(self._url))
        if found.data_key is None:
            raise DatabaseEmpty(place=found.place)
        return found.data_key

    def replace(self, earlier: bytes, anew: bytes) -> bool:
        return asyncio.run(self._replace(earlier, anew))

    async def _replace(self, earlier: bytes, anew: bytes) -> bool:
        query = "UPDATE vault SET data_key = $2 WHERE data_key = $1 RETURNING true"
        async with connected(self._url) as db:
            return bool(await db.fetchval(query, earlier, anew))
