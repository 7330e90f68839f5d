"""The commands over messenger accounts: each exists once, for the admin API, for managers, and for this computer.

To add one, write its function here below `COMMANDS.command`: both APIs have it then, and `AdminClient.do` takes it.
"""

import re
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec

from fbtool.connection_code import Connection
from fbtool.gateway import accounts
from fbtool.gateway.accounts import ROTATION_MS, Account, AccountToken, TokenKind
from fbtool.gateway.channels import installed
from fbtool.gateway.command import Accounts, Table
from fbtool.gateway.limits import GREETING_LENGTH
from fbtool.gateway.problems import AccountUnfit, ChannelNotServed, NotOfThisChannel
from fbtool.gateway.store.sources import Source
from fbtool.language import Sentence, say
from fbtool.safe_text import is_blank, utf16_length

NAME_LIMIT = 100
"""Characters of the name of an account or a manager."""


class AccountFields(msgspec.Struct, forbid_unknown_fields=True):
    """What an account shows of itself; None says nothing about it."""

    name: str | None = None
    greeting: str | None = None
    avatar_url: str | None = None


class NewAccount(AccountFields, kw_only=True):
    """What an account begins with."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LIMIT)]
    channel: str = ""
    """Empty: the first one that the gateway offers."""


class Rotation(msgspec.Struct, forbid_unknown_fields=True):
    """How a token is replaced."""

    kind: Literal["account", "widget"] = "account"
    now: bool = False
    """End the earlier token, and what is open with it, at once; otherwise it goes on for ten minutes."""


COMMANDS = Table(Accounts.find)
_KINDS = {"account": TokenKind.ACCOUNT, "widget": TokenKind.WIDGET}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@COMMANDS.command("GET", "accounts")
async def list_all(on: Accounts) -> dict[str, Any]:
    """All accounts by name."""
    return {"accounts": [as_json(account, on.clock()) for account in await on.all()]}


@COMMANDS.command("GET", "accounts/{name}")
async def show(on: Accounts, account: Account) -> dict[str, Any]:
    """One account."""
    return as_json(account, on.clock())


@COMMANDS.command("POST", "accounts", NewAccount, 201)
async def add(on: Accounts, wanted: NewAccount) -> dict[str, Any]:
    """A new active account with its tokens, which are told here and never again.

    Raises:
        ChannelNotServed: there is nothing that such an account could do.
        AccountNameTaken: the name is in use.
        AccountUnfit: a part has another form than an account can have.
    """
    channel = wanted.channel or on.channels[0]
    if channel not in on.channels:
        raise ChannelNotServed(channel=channel, offered=", ".join(on.channels))
    account_id, manager_id = accounts.new_id(), on.manager.id if on.manager else None
    tokens = {kind: accounts.new_token(account_id, kind) for kind in _kinds_of(channel)}
    kept = tuple(AccountToken(accounts.hash_of(token), kind) for kind, token in tokens.items())
    account = Account(account_id, wanted.name, channel, True, on.clock() // 1000, manager_id=manager_id, tokens=kept)
    account = _changed(account, wanted)
    await on.store.accounts.add(account, _own_source(account))
    return as_json(account, on.clock()) | _told(on, tokens)


@COMMANDS.command("PATCH", "accounts/{name}", AccountFields)
async def change(on: Accounts, account: Account, wanted: AccountFields) -> dict[str, Any]:
    """Change what an account shows; what ``wanted`` does not say stays.

    Raises:
        AccountNameTaken: the new name is in use.
        AccountUnfit: a part has another form than an account can have.
    """
    return await _keep(on, _changed(account, wanted))


@COMMANDS.command("POST", "accounts/{name}/rotate", Rotation)
async def rotate(on: Accounts, account: Account, wanted: Rotation) -> dict[str, Any]:
    """Give the account a new token of a kind, which is told here and never again. Links stay.

    ``earlier_until`` of the answer tells until when the earlier token goes on; None: it has ended.

    Raises:
        NotOfThisChannel: its channel knows no such token.
    """
    kind = _KINDS[wanted.kind]
    if kind not in _kinds_of(account.channel):
        raise NotOfThisChannel(channel=account.channel)
    token, now = accounts.new_token(account.id, kind), on.clock()
    until = now if wanted.now else now + ROTATION_MS
    await on.store.accounts.rotate(account.id, AccountToken(accounts.hash_of(token), kind), until, now)
    account = await on.find(account.id)
    earlier = {"earlier_until": None if wanted.now else until}
    return as_json(account, on.clock()) | _told(on, {kind: token}) | earlier


@COMMANDS.command("POST", "accounts/{name}/disable")
async def disable(on: Accounts, account: Account) -> dict[str, Any]:
    """Switch the account off. Messages keep arriving and wait."""
    return await _keep(on, replace(account, active=False))


@COMMANDS.command("POST", "accounts/{name}/enable")
async def enable(on: Accounts, account: Account) -> dict[str, Any]:
    """Switch the account on."""
    return await _keep(on, replace(account, active=True))


@COMMANDS.command("DELETE", "accounts/{name}")
async def remove(on: Accounts, account: Account) -> dict[str, Any]:
    """Forget the account and what waits for it.

    Raises:
        AccountHasSources: Pages would stop silently.
    """
    own = _own_source(account)
    await on.store.accounts.remove(account, own.id if own else "")
    return as_json(account, on.clock())


async def _keep(on: Accounts, account: Account) -> dict[str, Any]:
    await on.store.accounts.change(account, _own_source(account))
    return as_json(account, on.clock())


def _kinds_of(channel: str) -> list[TokenKind]:
    """The tokens that an account of this channel has."""
    plug = installed.plug(channel)
    return [TokenKind.ACCOUNT, TokenKind.WIDGET] if plug and plug.widget_token else [TokenKind.ACCOUNT]


def _own_source(account: Account) -> Source | None:
    """The source that an account of some channels is itself."""
    plug = installed.plug(account.channel)
    if plug is None or not plug.own_source:
        return None
    return Source(f"{account.channel}:{account.id}", account.id, account.name)


def _told(on: Accounts, tokens: dict[TokenKind, str]) -> dict[str, str]:
    """New tokens, as only the answer to who wanted them has them."""
    fields = {TokenKind.ACCOUNT: "token", TokenKind.WIDGET: "widget_token"}
    document = {fields[kind]: token for kind, token in tokens.items()}
    if on.address and TokenKind.ACCOUNT in tokens:
        document["connection_code"] = Connection.to(on.address, tokens[TokenKind.ACCOUNT]).code()
    return document


def _changed(account: Account, wanted: AccountFields) -> Account:
    fields = {name: getattr(wanted, name) for name in AccountFields.__struct_fields__}
    changed = replace(account, **{name: value for name, value in fields.items() if value is not None})
    reason = _what_is_unfit(changed)
    if reason is not None:
        raise AccountUnfit(reason=reason)
    return changed


def _what_is_unfit(account: Account) -> Sentence | None:
    if not 1 <= len(account.name) <= NAME_LIMIT:
        return say("its name has 1 to {limit} characters", limit=NAME_LIMIT)
    if utf16_length(account.greeting) > GREETING_LENGTH:
        return say("its greeting has at most {limit} characters", limit=GREETING_LENGTH)
    if account.greeting and is_blank(account.greeting):
        return say("its greeting holds nothing that can be seen")
    if not re.fullmatch(r"(https://[!-~]{1,1992})?", account.avatar_url):
        return say("the address of its picture begins with https://")
    return None


def as_json(account: Account, now_ms: int) -> dict[str, Any]:
    """An account; of its tokens which there are and when they end (unix milliseconds; None: not by now)."""
    good = (token for token in account.tokens if token.ends_ms is None or now_ms < token.ends_ms)
    return {
        "id": account.id,
        "name": account.name,
        "channel": account.channel,
        "active": account.active,
        "created": account.created,
        "greeting": account.greeting,
        "avatar_url": account.avatar_url,
        "manager_id": account.manager_id,
        "tokens": sorted(
            ({"kind": _NAMES[token.kind], "ends": token.ends_ms} for token in good),
            key=lambda token: (token["kind"], token["ends"] is not None, token["ends"]),
        ),
    }
