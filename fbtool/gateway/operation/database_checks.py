"""Is the database as it has to be, and does the master key open it? A shared one is asked without changing anything."""

import asyncio

import apsw

from fbtool.finding import Check, Finding, failed, ok, trouble, warning
from fbtool.gateway.channels import installed
from fbtool.gateway.limits import READY_SECONDS
from fbtool.gateway.operation.settings import Settings, given_master_key
from fbtool.gateway.store import Store
from fbtool.gateway.store.factory import DATABASE as FILE
from fbtool.gateway.store.factory import Inspection, inspected, store_for
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier
from fbtool.language import N_, say, say_n
from fbtool.problem import Problem

DATABASE = Check("database", N_("Database"))
MASTER_KEY = Check("master_key", N_("Master key"))
_SAFE_SQLITE = (3, 51, 3)
"""Older ones can damage a database that two connections write (the "WAL-reset bug")."""
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
    return [await _unwritable(running) or _library(), ok(MASTER_KEY, opened)]


async def _file(settings: Settings) -> list[Finding]:
    if not (settings.data_dir / FILE).exists():
        return [_library(), ok(MASTER_KEY, _NEW)]
    store = store_for(settings.data_dir, "", Notifier(), installed.tables())
    try:
        wrapped = await store.start(new_data_key(settings.master_key))
    except Problem as problem:
        return [trouble(DATABASE, problem)]
    try:
        return [await _unwritable(store) or _library(), _key(settings.master_key, wrapped)]
    finally:
        await store.stop()


def _library() -> Finding:
    """Whether the library of the embedded database is free of a known defect."""
    version = apsw.sqlite_lib_version()
    told = say("SQLite {version}", version=version)
    safe = tuple(map(int, version.split("."))) >= _SAFE_SQLITE
    return ok(DATABASE, told) if safe else warning(DATABASE, told, say("Update apsw: pip install --upgrade apsw"))


async def _unwritable(store: Store) -> Finding | None:
    """What stands in the way of storing."""
    try:
        await asyncio.wait_for(store.check(), READY_SECONDS)
    except Problem as problem:
        return trouble(DATABASE, problem)
    except Exception as error:
        return failed(
            DATABASE,
            say("Messages and answers cannot be stored ({error}).", error=type(error).__name__),
            say("Go on with the version of fbtool that has written the data, and tell its makers; the log says where."),
        )
    return None


async def _shared(settings: Settings, running: Store | None) -> list[Finding]:
    try:
        found = await inspected(settings.database_url, installed.tables())
    except Problem as problem:
        return [trouble(DATABASE, problem)]
    server = (await _unwritable(running) if running else None) or _server(found)
    if found.data_key is None:
        return [server, ok(MASTER_KEY, _NEW)]
    try:
        # Not the key of the start: it may have been replaced at another gateway, and the next start needs the new one.
        key = given_master_key(settings.data_dir)
    except Problem as problem:
        return [server, trouble(MASTER_KEY, problem)]
    return [server, _key(key, found.data_key)]


def _server(found: Inspection) -> Finding:
    if found.is_read_only:
        return failed(
            DATABASE,
            say("{place} can only be read; it may be a standby.", place=found.place),
            say("Give the address of the server that can be written to; with several servers in the address, add "
                "target_session_attrs=read-write."),
        )  # fmt: skip
    if found.risks:
        return warning(
            DATABASE,
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
    return ok(DATABASE, told)


def _key(master_key: bytes, wrapped: bytes) -> Finding:
    try:
        Vault(master_key, wrapped)
    except Problem as problem:
        return trouble(MASTER_KEY, problem)
    return ok(MASTER_KEY, say("opens the database"))
