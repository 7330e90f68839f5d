"""The administrator at this computer: reaches the accounts of a data folder, whether a gateway runs on it or not.

A database file belongs to one process at a time. If a gateway runs, it is asked over its admin API
(`fbtool.gateway.operation.local`); otherwise the database is opened directly.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from fbtool.connection import Connection
from fbtool.finding import Document
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.bells import Bells
from fbtool.gateway.operation.accountbook import AccountBook, Look, as_json
from fbtool.gateway.operation.backup import DataInPostgres, NothingToSave
from fbtool.gateway.operation.local import LocalGateway
from fbtool.gateway.operation.settings import database_url_of, load_master_key, public_url_of
from fbtool.gateway.store import Store
from fbtool.gateway.store.choosing import DATABASE, store_for
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.vault import new_data_key
from fbtool.language import N_
from fbtool.problem import Kind, Problem

T = TypeVar("T")


class GatewayNotRunning(Problem):
    """The command needs a running gateway."""

    code = "gateway_not_running"
    kind = Kind.UNREACHABLE
    what = N_("No gateway runs with the data folder {folder}.")
    remedy = N_("Start it with “fbtool gateway run”, or name its folder with --data-dir.")


class Console:
    """The accounts of one data folder. Every method returns what the admin API answers.

    Args:
        data_dir: the gateway's data folder.
        public_url: the address for connection codes while no gateway runs; empty: as the settings say.
    """

    def __init__(self, data_dir: Path, public_url: str = "") -> None:
        self._data_dir = data_dir
        self._public_url = public_url
        self._gateway = LocalGateway(data_dir)

    def accounts(self) -> list[dict[str, Any]]:
        """All accounts by name."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return {"accounts": [as_json(account) for account in await book.accounts()]}

        return list(self._ask_or_do("GET", "accounts", None, job)["accounts"])

    def add(self, name: str, channel: Channel, look: Look) -> dict[str, Any]:
        """A new account with its token."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return self._with_token(*await book.add(name, channel, look))

        body = msgspec.structs.asdict(look) | {"name": name, "channel": channel}
        return self._ask_or_do("POST", "accounts", body, job)

    def change(self, name: str, look: Look) -> dict[str, Any]:
        """Another name, greeting or picture for the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.change(name, look))

        return self._ask_or_do("PATCH", _path(name), msgspec.structs.asdict(look), job)

    def rotate(self, name: str) -> dict[str, Any]:
        """A new token for the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return self._with_token(*await book.rotate(name))

        return self._ask_or_do("POST", _path(name, "rotate"), None, job)

    def set_active(self, name: str, *, active: bool) -> dict[str, Any]:
        """Switch the account on or off."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.set_active(name, active=active))

        return self._ask_or_do("POST", _path(name, "enable" if active else "disable"), None, job)

    def remove(self, name: str) -> dict[str, Any]:
        """Remove the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.remove(name))

        return self._ask_or_do("DELETE", _path(name), None, job)

    def listen(self) -> dict[str, Any]:
        """Let the running gateway register its webhook at the Meta app; returns the gateway's addresses for Facebook.

        Raises:
            GatewayNotRunning: Facebook calls back at once, so somebody has to answer.
        """
        answer = self._gateway.ask("POST", "webhook")
        if answer is None:
            raise GatewayNotRunning(folder=self._data_dir)
        return answer.document()

    def holdings(self) -> dict[str, Any]:
        """What is held right now, as counts."""

        async def job(store: Store) -> dict[str, Any]:
            return asdict(await store.holdings())

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

    def _ask_or_do(
        self, method: str, path: str, body: Any, job: Callable[[AccountBook], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """What the running gateway answers; only if none runs, ``job`` is done here."""
        answer = self._gateway.ask(method, path, body)
        if answer is None:
            return self._in_store(lambda store: job(AccountBook(store)))
        return answer.document()

    def _in_store(self, job: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            store = store_for(self._data_dir, database_url_of(self._data_dir), Bells())
            await store.start(new_data_key(master_key))
            try:
                return await job(store)
            finally:
                await store.stop()

        if not self._data_dir.is_dir():
            raise GatewayNotRunning(folder=self._data_dir)
        master_key = load_master_key(self._data_dir)
        return asyncio.run(run())

    def _with_token(self, account: Account, token: str) -> dict[str, Any]:
        document = as_json(account) | {"token": token}
        public_url = self._public_url or public_url_of(self._data_dir)
        if public_url:
            document["connection_code"] = Connection.to(public_url, token).code()
        return document


async def _copied(store: Store) -> bytes:
    assert isinstance(store, SqliteStore)  # noqa: S101 - looked at before: a shared database is not copied by us
    return await store.copy()


def _path(name: str, action: str = "") -> str:
    return f"accounts/{quote(name, safe='')}" + (f"/{action}" if action else "")
