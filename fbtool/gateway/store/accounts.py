"""Accounts, their tokens and their managers: the port."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from fbtool.gateway.accounts import Account, AccountToken, Manager, TokenKind
from fbtool.gateway.store.sources import Source

COLUMNS = "id, name, channel, active, created, greeting, avatar_url, manager_id"
"""Of an account's own row, in the order of `row_of`."""


class AccountStore(Protocol):
    """Every method may raise `StoreUnavailable`.

    Once a change of an account or its tokens is kept, every gateway of the database is told of it, so that it ends
    what is open with a token that opens nothing any more.
    """

    async def add(self, account: Account, source: Source | None = None) -> None:
        """Keep a new account with its tokens, and with its own source if it has one. Raises `AccountNameTaken`."""

    async def all(self) -> list[Account]:
        """All accounts by name."""

    async def of_manager(self, manager_id: str) -> list[Account]:
        """The accounts that a manager made, by name."""

    async def account(self, account_id: str) -> Account | None:
        """One account."""

    async def change(self, account: Account, source: Source | None = None) -> None:
        """Replace what the account of the same id is, and its own source if it has one; its tokens stay.

        Raises `AccountNameTaken`.
        """

    async def rotate(self, account_id: str, token: AccountToken, earlier_end_ms: int, now_ms: int) -> None:
        """Give the account a new token; those of the same kind end at ``earlier_end_ms``, or earlier as before."""

    async def remove(self, account: Account, own_source: str = "") -> None:
        """Forget the account, its own source and everything that waits for it.

        Raises `AccountHasSources` if it has another one.
        """

    async def set_availability(self, account_id: str, until_ms: int) -> None:
        """Keep until when somebody is there to answer; 0 = nobody is."""

    async def available_until(self, account_id: str) -> int:
        """Until when somebody is there to answer; 0 or a time of the past = nobody is."""

    async def add_manager(self, manager: Manager) -> None:
        """Keep a new manager. Raises `ManagerNameTaken`."""

    async def managers(self) -> list[Manager]:
        """All managers by name."""

    async def manager(self, manager_id: str) -> Manager | None:
        """One manager."""

    async def remove_manager(self, manager_id: str) -> None:
        """Forget the manager; the accounts stay, in the operator's hands."""


def row_of(account: Account) -> tuple[Any, ...]:
    """An account's own row."""
    return (
        account.id,
        account.name,
        str(account.channel),
        account.active,
        account.created,
        account.greeting,
        account.avatar_url,
        account.manager_id,
    )


def account_of(row: Sequence[Any]) -> Account:
    """The account of a row: `COLUMNS`, then its tokens as JSON, each as hexadecimal hash, kind and end."""
    account_id, name, channel, active, created, greeting, avatar_url, manager_id, tokens = row
    kept = (AccountToken(bytes.fromhex(one), TokenKind(kind), ends) for one, kind, ends in msgspec.json.decode(tokens))
    return Account(account_id, name, channel, bool(active), created, greeting, avatar_url, manager_id, tuple(kept))
