"""A command over what the operator manages: written once, done over HTTP and by programs at this computer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from fbtool.gateway.accounts import Account, Manager
from fbtool.gateway.clock import now_ms
from fbtool.gateway.problems import AccountUnknown, ManagerUnknown
from fbtool.gateway.store import Store

Work = Callable[..., Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Accounts:
    """What the commands work on."""

    store: Store
    channels: Sequence[str]
    """Those that the gateway offers."""
    address: str
    """The gateway's, for connection codes; empty: none can be made."""
    manager: Manager | None = None
    """Whose accounts they are, which are all that there is then; None: the operator is there and sees everything."""
    clock: Callable[[], int] = now_ms
    """Unix milliseconds."""

    async def all(self) -> list[Account]:
        """All accounts by name."""
        accounts = self.store.accounts
        return await (accounts.of_manager(self.manager.id) if self.manager else accounts.all())

    async def find(self, name: str) -> Account:
        """The account of this name or id; for a manager of this id.

        Raises:
            AccountUnknown: nobody has it, or it is not the manager's.
        """
        if self.manager:
            account = await self.store.accounts.account(name)
            found = [account] if account and account.manager_id == self.manager.id else []
        else:
            found = [account for account in await self.all() if name in {account.id, account.name}]
        if not found:
            raise AccountUnknown(name=name)
        return found[0]

    async def find_manager(self, name: str) -> Manager:
        """The manager of this name or id.

        Raises:
            ManagerUnknown: nobody has it.
        """
        for manager in await self.store.accounts.managers():
            if name in {manager.id, manager.name}:
                return manager
        raise ManagerUnknown(name=name)


@dataclass(frozen=True)
class Command:
    """One command: where an API has it, and what it does."""

    method: str
    path: str
    """Behind ``/admin/`` or ``/v1/``; with ``{name}`` it is about one account or manager, by its name or id."""
    body: type[msgspec.Struct] | None
    status: int
    """Of HTTP, when it is done."""
    find: Callable[[Accounts, str], Awaitable[Any]]
    work: Work

    async def run(self, on: Accounts, name: str = "", body: msgspec.Struct | None = None) -> dict[str, Any]:
        """Do it; returns what the API answers."""
        about = [await self.find(on, name)] if "{name}" in self.path else []
        return await self.work(on, *about, *([] if body is None else [body]))


class Table(list[Command]):
    """Commands over one kind of thing, which ``find`` finds by its name or id."""

    def __init__(self, find: Callable[[Accounts, str], Awaitable[Any]]) -> None:
        super().__init__()
        self._find = find

    def command(
        self, method: str, path: str, body: type[msgspec.Struct] | None = None, status: int = 200
    ) -> Callable[[Work], Command]:
        """Make a function a command of the table."""

        def made(work: Work) -> Command:
            self.append(Command(method, path, body, status, self._find, work))
            return self[-1]

        return made
