"""The administrator at this computer: reaches the accounts of a data folder, whether a gateway runs on it or not.

A database file belongs to one process at a time. If a gateway runs, it is asked over its admin API
(`fbtool.gateway.operation.local_gateway`); otherwise the database is opened directly.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from fbtool.finding import Document
from fbtool.gateway.channels import installed
from fbtool.gateway.command import Accounts, Command
from fbtool.gateway.operation.backup import DataInPostgres, NothingToSave
from fbtool.gateway.operation.local_gateway import GatewayAnswer, LocalGateway
from fbtool.gateway.operation.settings import database_url_of, load_master_key
from fbtool.gateway.operation.settings_reader import Reader
from fbtool.gateway.store import Copies, Store
from fbtool.gateway.store.factory import DATABASE, store_for
from fbtool.gateway.vault import new_data_key
from fbtool.gateway.wakeups import Notifier
from fbtool.language import N_
from fbtool.problem import Kind, Problem

T = TypeVar("T")


class GatewayNotRunning(Problem):
    """The command needs a running gateway."""

    code = "gateway_not_running"
    kind = Kind.UNREACHABLE
    what = N_("No gateway runs with the data folder {folder}.")
    remedy = N_("Start it with “fbtool gateway run”, or name its folder with --data-dir.")


class AdminClient:
    """The administrator's commands on one data folder. Every method returns what the admin API answers.

    Args:
        data_dir: the gateway's data folder.
        public_url: the address for connection codes while no gateway runs; empty: as the settings say.
    """

    def __init__(self, data_dir: Path, public_url: str = "") -> None:
        self._data_dir = data_dir
        self._public_url = public_url
        self._gateway = LocalGateway(data_dir)

    def do(self, command: Command, name: str = "", body: msgspec.Struct | None = None) -> dict[str, Any]:
        """A command over accounts or managers: the running gateway does it; only if none runs, it is done here."""
        path = command.path.format(name=quote(name, safe=""))
        answer = self._gateway.ask(command.method, path, None if body is None else msgspec.to_builtins(body))
        if answer is not None:
            return answer.document()

        async def job(store: Store) -> dict[str, Any]:
            reader = Reader(self._data_dir)
            address = self._public_url or reader.address("server.public_url")
            return await command.run(Accounts(store, reader.channels, address), name, body)

        return self._in_store(job)

    def register(self) -> dict[str, Any]:
        """Let the running gateway register its webhook at the Meta app; returns the gateway's addresses for Facebook.

        Raises:
            GatewayNotRunning: Facebook calls back at once, so somebody has to answer.
        """
        return self._ask_running("POST", "webhook").document()

    def reload(self) -> dict[str, Any]:
        """Let the running gateway read its settings again; returns which changed, and which wait for a restart.

        Raises:
            GatewayNotRunning: the next start reads them anyway.
        """
        return self._ask_running("POST", "reload").document()

    def holdings(self) -> dict[str, Any]:
        """What is held right now, as counts."""

        async def job(store: Store) -> dict[str, Any]:
            return (await store.holdings()).document()

        answer = self._gateway.ask("GET", "holdings")
        return self._in_store(job) if answer is None else answer.document()

    def checks(self) -> tuple[Document, ...] | None:
        """What the running gateway finds when it asks Facebook and itself; None if none runs."""
        answer = self._gateway.ask("GET", "checks")
        return None if answer is None else msgspec.convert(answer.document()["checks"], tuple[Document, ...])

    def backup(self) -> bytes:
        """A consistent copy of the database.

        Raises:
            NothingToSave: there is none.
            DataInPostgres: it is not ours to copy.
        """
        if database_url_of(self._data_dir):
            raise DataInPostgres
        answer = self._gateway.ask("GET", "backup")
        if answer is None:
            if not (self._data_dir / DATABASE).exists():
                raise NothingToSave(folder=self._data_dir)
            return self._in_store(_copied)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise DataInPostgres  # only the running gateway knows the address, which came from its environment
        if not answer.ok:
            answer.document()
        return answer.body

    def _ask_running(self, method: str, path: str) -> GatewayAnswer:
        answer = self._gateway.ask(method, path)
        if answer is None:
            raise GatewayNotRunning(folder=self._data_dir)
        return answer

    def _in_store(self, job: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            store = store_for(self._data_dir, database_url_of(self._data_dir), Notifier(), installed.tables())
            await store.start(new_data_key(master_key))
            try:
                return await job(store)
            finally:
                await store.stop()

        if not self._data_dir.is_dir():
            raise GatewayNotRunning(folder=self._data_dir)
        master_key = load_master_key(self._data_dir)
        return asyncio.run(run())


async def _copied(store: Store) -> bytes:
    if not isinstance(store, Copies):
        raise DataInPostgres
    return await store.copy()
