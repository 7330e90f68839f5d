"""The administrator at this computer: reaches the accounts of a data folder, whether a gateway runs on it or not.

The database belongs to one process at a time. If a gateway runs, it is asked over its admin API with the
token from the data folder; otherwise the database is opened directly.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from fbtool.connection import Connection
from fbtool.gateway.accountbook import AccountBook
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.faces.admin import as_json
from fbtool.gateway.problems import GatewayProblem
from fbtool.gateway.running import Running
from fbtool.gateway.server import DATABASE
from fbtool.gateway.settings import admin_token_of, load_master_key
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.vault import new_data_key
from fbtool.language import N_, current
from fbtool.problem import Kind, Problem

T = TypeVar("T")
_SECONDS = 10


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

    def add(self, name: str, channel: Channel) -> dict[str, Any]:
        """A new account with its token."""

        async def job(book: AccountBook) -> dict[str, Any]:
            return self._with_token(*await book.add(name, channel))

        return self._ask("POST", "accounts", {"name": name, "channel": channel}) or self._directly(job)

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

    def listen(self) -> str:
        """Let the running gateway register its webhook at the Meta app; returns the webhook's address.

        Raises:
            GatewayNotRunning: Facebook calls back at once, so somebody has to answer.
        """
        answer = self._ask("POST", "webhook")
        if answer is None:
            raise GatewayNotRunning(folder=self._data_dir)
        return str(answer["callback_url"])

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        """The running gateway's answer; None if none runs."""
        address = Running(self._data_dir).address()
        if address is None:
            return None
        headers = {"Authorization": f"Bearer {admin_token_of(self._data_dir)}", "Accept-Language": current()}
        try:
            answer = requests.request(method, f"{address}/admin/{path}", json=body, headers=headers, timeout=_SECONDS)
            document: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError):
            return None  # it died without taking its announcement back, or something else has its port now
        if not answer.ok:
            raise GatewaySaidNo(document)
        return document

    def _directly(self, job: Callable[[AccountBook], Awaitable[T]]) -> T:
        async def run() -> T:
            store = SqliteStore(self._data_dir / DATABASE)
            await store.start(new_data_key(load_master_key(self._data_dir)))
            try:
                return await job(AccountBook(store))
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


def _path(name: str, action: str = "") -> str:
    return f"accounts/{quote(name, safe='')}" + (f"/{action}" if action else "")
