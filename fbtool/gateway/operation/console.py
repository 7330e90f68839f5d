"""The administrator at this computer: reaches the accounts of a data folder, whether a gateway runs on it or not.

A database file belongs to one process at a time. If a gateway runs, it is asked over its admin API with the
token from the data folder; otherwise the database is opened directly.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
import requests

from fbtool.connection import Connection
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.bells import Bells
from fbtool.gateway.operation.accountbook import AccountBook, Look, as_json
from fbtool.gateway.operation.backup import DataInPostgres, NothingToSave
from fbtool.gateway.operation.running import Running
from fbtool.gateway.operation.settings import admin_token_of, database_url_of, load_master_key
from fbtool.gateway.problems import GatewayProblem
from fbtool.gateway.store import Store
from fbtool.gateway.store.choosing import DATABASE, store_for
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.vault import new_data_key
from fbtool.language import N_, current
from fbtool.problem import Kind, Problem

T = TypeVar("T")
_SECONDS = 90
"""Facebook may take its time while it is asked."""


class GatewayNotRunning(Problem):
    """The command needs a running gateway."""

    code = "gateway_not_running"
    kind = Kind.UNREACHABLE
    what = N_("No gateway runs with the data folder {folder}.")
    remedy = N_("Start it with “fbtool gateway run”, or name its folder with --data-dir.")


class GatewaySaidNo(GatewayProblem):
    """The running gateway's own words."""

    code = "gateway_said_no"
    what = remedy = ""
    status = 500

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._told = (str(document.get("title")), str(document.get("detail")), str(document.get("remedy")))
        self.code = str(document.get("code"))  # type: ignore[misc]
        super().__init__()

    def _texts(self) -> tuple[str, str, str]:
        return self._told


class Console:
    """The accounts of one data folder. Every method returns what the admin API answers."""

    def __init__(self, data_dir: Path, public_url: str = "") -> None:
        self._data_dir = data_dir
        self._public_url = public_url

    def accounts(self) -> list[dict[str, Any]]:
        """All accounts by name."""

        async def job(book: AccountBook) -> list[dict[str, Any]]:
            return [as_json(account) for account in await book.accounts()]

        answer = self._ask("GET", "accounts")
        return answer["accounts"] if answer else self._directly(job)

    def add(self, name: str, channel: Channel, look: Look) -> dict[str, Any]:
        """A new account with its token."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return self._with_token(*await book.add(name, channel, look))

        body = msgspec.structs.asdict(look) | {"name": name, "channel": channel}
        return self._ask("POST", "accounts", body) or self._directly(job)

    def change(self, name: str, look: Look) -> dict[str, Any]:
        """Another name, greeting or picture for the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.change(name, look))

        return self._ask("PATCH", _path(name), msgspec.structs.asdict(look)) or self._directly(job)

    def rotate(self, name: str) -> dict[str, Any]:
        """A new token for the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return self._with_token(*await book.rotate(name))

        return self._ask("POST", _path(name, "rotate")) or self._directly(job)

    def set_active(self, name: str, *, active: bool) -> dict[str, Any]:
        """Switch the account on or off."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.set_active(name, active=active))

        return self._ask("POST", _path(name, "enable" if active else "disable")) or self._directly(job)

    def remove(self, name: str) -> dict[str, Any]:
        """Remove the account."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return as_json(await book.remove(name))

        return self._ask("DELETE", _path(name)) or self._directly(job)

    def listen(self) -> dict[str, Any]:
        """Let the running gateway register its webhook at the Meta app; returns the gateway's addresses for Facebook.

        Raises:
            GatewayNotRunning: Facebook calls back at once, so somebody has to answer.
        """
        answer = self._ask("POST", "webhook")
        if answer is None:
            raise GatewayNotRunning(folder=self._data_dir)
        return answer

    def holdings(self) -> dict[str, Any]:
        """What is held right now, as counts."""

        async def job(store: Store) -> dict[str, Any]:
            return asdict(await store.holdings())

        return self._ask("GET", "holdings") or self._in_store(job)

    def checks(self) -> list[dict[str, str]] | None:
        """What the running gateway finds when it asks Facebook and itself; None if none runs."""
        answer = self._ask("GET", "checks")
        return None if answer is None else list(answer["checks"])

    def backup(self) -> bytes:
        """A consistent copy of the database.

        Raises:
            NothingToSave: there is none.
            DataInPostgres: it is not ours to copy.
        """
        if database_url_of(self._data_dir):
            raise DataInPostgres
        answer = self._call("GET", "backup")
        if answer is None:
            if not (self._data_dir / DATABASE).exists():
                raise NothingToSave(folder=self._data_dir)
            return self._in_store(_copied)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise DataInPostgres  # only the running gateway knows the address, which came from its environment
        if not answer.ok:
            raise GatewaySaidNo(answer.json())
        return answer.content

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        """The running gateway's answer; None if none runs."""
        answer = self._call(method, path, body)
        if answer is None:
            return None
        try:
            document: dict[str, Any] = answer.json()
        except ValueError:
            return None  # something else has its port now
        if not answer.ok:
            raise GatewaySaidNo(document)
        return document

    def _call(self, method: str, path: str, body: Any = None) -> requests.Response | None:
        address = Running(self._data_dir).address()
        if address is None:
            return None
        headers = {"Authorization": f"Bearer {admin_token_of(self._data_dir)}", "Accept-Language": current()}
        try:
            return requests.request(method, f"{address}/admin/{path}", json=body, headers=headers, timeout=_SECONDS)
        except requests.RequestException:
            return None  # it died without taking its announcement back

    def _directly(self, job: Callable[[AccountBook], Awaitable[T]]) -> T:
        return self._in_store(lambda store: job(AccountBook(store)))

    def _in_store(self, job: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            store = store_for(self._data_dir, database_url_of(self._data_dir), Bells())
            await store.start(new_data_key(load_master_key(self._data_dir)))
            try:
                return await job(store)
            finally:
                await store.stop()

        if not self._data_dir.is_dir():
            raise GatewayNotRunning(folder=self._data_dir)
        return asyncio.run(run())

    def _with_token(self, account: Account, token: str) -> dict[str, Any]:
        document = as_json(account) | {"token": token}
        if self._public_url:
            document["connection_code"] = Connection.to(self._public_url, token).code()
        return document


async def _copied(store: Store) -> bytes:
    assert isinstance(store, SqliteStore)  # noqa: S101 - looked at before: a shared database is not copied by us
    return await store.copy()


def _path(name: str, action: str = "") -> str:
    return f"accounts/{quote(name, safe='')}" + (f"/{action}" if action else "")
