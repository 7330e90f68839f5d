"""The commands over messenger accounts: each exists once, for the admin API and for commands at this computer.

To add one, write its function here below `_command`: the admin API has it then, and `AdminClient.do` takes it.
"""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec

from fbtool.connection import Connection
from fbtool.display import is_blank, utf16_length
from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, AccountToken
from fbtool.gateway.clock import now_ms
from fbtool.gateway.limits import GREETING_LENGTH
from fbtool.gateway.problems import AccountUnfit, AccountUnknown, GatewayProblem
from fbtool.gateway.store import Store
from fbtool.language import N_, Sentence, say

_NAME_LIMIT = 100


class ChannelNotServed(GatewayProblem):
    """An account for a channel that is not installed or not offered."""

    status = 422
    code = "channel_not_served"
    what = N_("This gateway does not offer the channel “{channel}”: an account for it could do nothing.")
    meaning = N_("No account was made. Offered is: {offered}.")
    remedy = N_("Take one of these, or write the other one into server.channels of gateway.toml and run "
                "“fbtool gateway reload”.")  # fmt: skip


class AccountFields(msgspec.Struct, forbid_unknown_fields=True):
    """What an account shows of itself; None says nothing about it."""

    name: str | None = None
    greeting: str | None = None
    avatar_url: str | None = None


class NewAccount(AccountFields, kw_only=True):
    """What an account begins with."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=_NAME_LIMIT)]
    channel: str = ""
    """Empty: the first one that the gateway offers."""


@dataclass(frozen=True)
class Accounts:
    """What the commands work on."""

    store: Store
    channels: Sequence[str]
    """Those that the gateway offers."""
    address: str
    """The gateway's, for connection codes; empty: none can be made."""

    async def find(self, name: str) -> Account:
        """The account of this name or id.

        Raises:
            AccountUnknown: nobody has it.
        """
        for account in await self.store.accounts.all():
            if name in {account.id, account.name}:
                return account
        raise AccountUnknown(name=name)

    def with_token(self, account: Account, token: str) -> dict[str, Any]:
        """The account with its new token, which is told here and never again."""
        document = as_json(account) | {"token": token}
        if self.address:
            document["connection_code"] = Connection.to(self.address, token).code()
        return document


Work = Callable[..., Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class AccountCommand:
    """One command: where the admin API has it, and what it does."""

    method: str
    path: str
    """Behind ``/admin/``; with ``{name}`` it is about one account, named by its name or id."""
    body: type[msgspec.Struct] | None
    status: int
    """Of HTTP, when it is done."""
    work: Work

    async def run(self, on: Accounts, name: str = "", body: msgspec.Struct | None = None) -> dict[str, Any]:
        """Do it; returns what the admin API answers."""
        account = [await on.find(name)] if "{name}" in self.path else []
        return await self.work(on, *account, *([] if body is None else [body]))


COMMANDS: list[AccountCommand] = []


def _command(
    method: str, path: str, body: type[msgspec.Struct] | None = None, status: int = 200
) -> Callable[[Work], AccountCommand]:
    def made(work: Work) -> AccountCommand:
        COMMANDS.append(AccountCommand(method, path, body, status, work))
        return COMMANDS[-1]

    return made


@_command("GET", "accounts")
async def list_all(on: Accounts) -> dict[str, Any]:
    """All accounts by name."""
    return {"accounts": [as_json(account) for account in await on.store.accounts.all()]}


@_command("POST", "accounts", NewAccount, 201)
async def add(on: Accounts, wanted: NewAccount) -> dict[str, Any]:
    """A new active account with its token.

    Raises:
        ChannelNotServed: there is nothing that such an account could do.
        AccountNameTaken: the name is in use.
        AccountUnfit: a part has another form than an account can have.
    """
    channel = wanted.channel or on.channels[0]
    if channel not in on.channels:
        raise ChannelNotServed(channel=channel, offered=", ".join(on.channels))
    account_id = accounts.new_id()
    token = accounts.new_token(account_id)
    kept = (AccountToken(accounts.hash_of(token)),)
    account = Account(account_id, wanted.name, channel, True, int(time.time()), tokens=kept)
    account = _changed(account, wanted)
    await on.store.accounts.add(account)
    return on.with_token(account, token)


@_command("PATCH", "accounts/{name}", AccountFields)
async def change(on: Accounts, account: Account, wanted: AccountFields) -> dict[str, Any]:
    """Change what an account shows; what ``wanted`` does not say stays.

    Raises:
        AccountNameTaken: the new name is in use.
        AccountUnfit: a part has another form than an account can have.
    """
    return await _keep(on, _changed(account, wanted))


@_command("POST", "accounts/{name}/rotate")
async def rotate(on: Accounts, account: Account) -> dict[str, Any]:
    """Give the account a new token; the old one ends at once. Links stay."""
    token = accounts.new_token(account.id)
    now = now_ms()
    await on.store.accounts.rotate(account.id, AccountToken(accounts.hash_of(token)), now, now)
    return on.with_token(account, token)


@_command("POST", "accounts/{name}/disable")
async def disable(on: Accounts, account: Account) -> dict[str, Any]:
    """Switch the account off. Messages keep arriving and wait."""
    return await _keep(on, replace(account, active=False))


@_command("POST", "accounts/{name}/enable")
async def enable(on: Accounts, account: Account) -> dict[str, Any]:
    """Switch the account on."""
    return await _keep(on, replace(account, active=True))


@_command("DELETE", "accounts/{name}")
async def remove(on: Accounts, account: Account) -> dict[str, Any]:
    """Forget the account and what waits for it.

    Raises:
        AccountHasSources: Pages would stop silently.
    """
    await on.store.accounts.remove(account)
    return as_json(account)


async def _keep(on: Accounts, account: Account) -> dict[str, Any]:
    await on.store.accounts.change(account)
    return as_json(account)


def _changed(account: Account, wanted: AccountFields) -> Account:
    fields = {name: getattr(wanted, name) for name in AccountFields.__struct_fields__}
    changed = replace(account, **{name: value for name, value in fields.items() if value is not None})
    reason = _what_is_unfit(changed)
    if reason is not None:
        raise AccountUnfit(reason=reason)
    return changed


def _what_is_unfit(account: Account) -> Sentence | None:
    if not 1 <= len(account.name) <= _NAME_LIMIT:
        return say("its name has 1 to {limit} characters", limit=_NAME_LIMIT)
    if utf16_length(account.greeting) > GREETING_LENGTH:
        return say("its greeting has at most {limit} characters", limit=GREETING_LENGTH)
    if account.greeting and is_blank(account.greeting):
        return say("its greeting holds nothing that can be seen")
    if not re.fullmatch(r"(https://[!-~]{1,1992})?", account.avatar_url):
        return say("the address of its picture begins with https://")
    return None


def as_json(account: Account) -> dict[str, Any]:
    """An account without its token's hash."""
    return {
        "id": account.id,
        "name": account.name,
        "channel": account.channel,
        "active": account.active,
        "created": account.created,
        "greeting": account.greeting,
        "avatar_url": account.avatar_url,
    }
