"""Is the database as it has to be, and does the master key open it? A shared one is asked without changing anything."""

import asyncio

from fbtool.finding import Finding, failed, ok, trouble, warning
from fbtool.gateway.bells import Bells
from fbtool.gateway.limits import READY_SECONDS
from fbtool.gateway.operation.checkup import sqlite_version
from fbtool.gateway.operation.settings import Settings, given_master_key
from fbtool.gateway.store import Store
from fbtool.gateway.store.choosing import DATABASE, store_for, surveyed
from fbtool.gateway.store.survey import Survey
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.language import say, say_n
from fbtool.problem import Problem

_NEW = say("there is no database yet; the first start makes it")


async def findings(settings: Settings, running: Store | None = None) -> list[Finding]:
    """Database and master key, in this order.

    Args:
        settings: those of the gateway.
        running: its store, which has its file opened, if we are the gateway.
    """
    if settings.database_url:
        return await _shared(settings, running)
    if running is None:
        return await _file(settings)
    opened = say("the running gateway has opened its database")
    return [await _unwritable(running) or sqlite_version(), ok("master_key", opened)]


async def _file(settings: Settings) -> list[Finding]:
    if not (settings.data_dir / DATABASE).exists():
        return [sqlite_version(), ok("master_key", _NEW)]
    store = store_for(settings.data_dir, "", Bells())
    try:
        wrapped = await store.start(new_data_key(settings.master_key))
    except Problem as problem:
        return [trouble("database", problem)]
    try:
        return [await _unwritable(store) or sqlite_version(), _key(settings.master_key, wrapped)]
    finally:
        await store.stop()


async def _unwritable(store: Store) -> Finding | None:
    """What stands in the way of storing."""
    try:
        await asyncio.wait_for(store.check(), READY_SECONDS)
    except Problem as problem:
        return trouble("database", problem)
    except Exception as error:
        return failed(
            "database",
            say("Messages and answers cannot be stored ({error}).", error=type(error).__name__),
            say("Go on with the version of fbtool that has written the data, and tell its makers; the log says where."),
        )
    return None


async def _shared(settings: Settings, running: Store | None) -> list[Finding]:
    try:
        found = await surveyed(settings.database_url)
    except Problem as problem:
        return [trouble("database", problem)]
    server = (await _unwritable(running) if running else None) or _server(found)
    if found.data_key is None:
        return [server, ok("master_key", _NEW)]
    try:
        # Not the key of the start: it may have been replaced at another gateway, and the next start needs the new one.
        key = given_master_key(settings.data_dir)
    except Problem as problem:
        return [server, trouble("master_key", problem)]
    return [server, _key(key, found.data_key)]


def _server(found: Survey) -> Finding:
    if found.is_read_only:
        return failed(
            "database",
            say("{place} can only be read; it may be a standby.", place=found.place),
            say("Give the address of the server that can be written to; with several servers in the address, add "
                "target_session_attrs=read-write."),
        )  # fmt: skip
    if found.risks:
        return warning(
            "database",
            say("At {place} this is switched off: {settings}.", place=found.place, settings=", ".join(found.risks)),
            say(
                "Switch it on: without it, a message that Facebook believes delivered is lost with the server's power."
            ),
        )
    told = say_n(
        "PostgreSQL {version} at {place}, shape {shape}, {count} gateway connected",
        "PostgreSQL {version} at {place}, shape {shape}, {count} gateways connected",
        found.gateways,
        version=found.server,
        place=found.place,
        shape=found.shape,
    )
    return ok("database", told)


def _key(master_key: bytes, wrapped: bytes) -> Finding:
    try:
        Vault(master_key, wrapped)
    except Problem as problem:
        return trouble("master_key", problem)
    return ok("master_key", say("opens the database"))
