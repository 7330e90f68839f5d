"""Managing messenger accounts: what the administrator's commands and API share."""

import time
from dataclasses import replace
from typing import Annotated

import msgspec

from fbtool.facebook import messages
from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.problems import AccountUnknown, RequestInvalid
from fbtool.gateway.store import Store
from fbtool.language import say

AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Look(msgspec.Struct):
    """What an account shows of itself; None says nothing about it."""

    name: AccountName | None = None
    greeting: str | None = None
    avatar_url: Annotated[str, msgspec.Meta(max_length=2000, pattern="^(https://[!-~]+)?$")] | None = None


_PLAIN = Look()


def look(**said: str | None) -> Look:
    """What an account shows, checked.

    Raises:
        RequestInvalid: a part has another form than an account can have.
    """
    try:
        return msgspec.convert(said, Look)
    except msgspec.ValidationError as error:
        raise RequestInvalid(reason=str(error)) from None


class AccountBook:
    """Accounts are named by their name or id."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def accounts(self) -> list[Account]:
        """All accounts by name."""
        return await self._store.accounts()

    async def add(self, name: str, channel: Channel, look: Look = _PLAIN) -> tuple[Account, str]:
        """A new active account and its token.

        Raises:
            AccountNameTaken: the name is in use.
            RequestInvalid: the greeting is longer than Facebook takes.
        """
        account_id = accounts.new_id()
        token = accounts.new_token(account_id)
        account = Account(account_id, name, channel, True, accounts.hash_of(token), int(time.time()))
        account = _changed(account, look)
        await self._store.add_account(account)
        return account, token

    async def rotate(self, name: str) -> tuple[Account, str]:
        """Give the account a new token; the old one ends at once. Links stay.

        Raises:
            AccountUnknown: nobody has this name or id.
        """
        account = await self._find(name)
        token = accounts.new_token(account.id)
        account = replace(account, token_hash=accounts.hash_of(token))
        await self._store.change_account(account)
        return account, token

    async def set_active(self, name: str, *, active: bool) -> Account:
        """Switch the account on or off. Messages keep arriving and wait.

        Raises:
            AccountUnknown: nobody has this name or id.
        """
        account = replace(await self._find(name), active=active)
        await self._store.change_account(account)
        return account

    async def change(self, name: str, look: Look) -> Account:
        """Change what an account shows; what ``look`` does not say stays.

        Raises:
            AccountUnknown: nobody has this name or id.
            AccountNameTaken: the new name is in use.
            RequestInvalid: the greeting is longer than Facebook takes.
        """
        account = _changed(await self._find(name), look)
        await self._store.change_account(account)
        return account

    async def remove(self, name: str) -> Account:
        """Forget the account and what waits for it.

        Raises:
            AccountUnknown: nobody has this name or id.
            AccountHasLinks: Pages would stop silently.
        """
        account = await self._find(name)
        await self._store.remove_account(account)
        return account

    async def _find(self, name: str) -> Account:
        for account in await self._store.accounts():
            if name in {account.id, account.name}:
                return account
        raise AccountUnknown(name=name)


def _changed(account: Account, look: Look) -> Account:
    if look.greeting and messages.text_length(look.greeting) > messages.TEXT_LIMIT:
        limit = messages.TEXT_LIMIT
        raise RequestInvalid(reason=say("“{name}” is longer than {limit} characters.", name="greeting", limit=limit))
    return replace(
        account, **{name: value for name, value in msgspec.structs.asdict(look).items() if value is not None}
    )
