"""Managing messenger accounts: what the administrator's commands and API share."""

import re
import time
from dataclasses import replace
from typing import Annotated, Any

import msgspec

from fbtool.facebook import messages
from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, AccountToken, Channel
from fbtool.gateway.clock import now_ms
from fbtool.gateway.problems import AccountUnfit, AccountUnknown, GatewayProblem
from fbtool.gateway.store import Store
from fbtool.language import N_, Sentence, say

_NAME_LIMIT = 100
AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=_NAME_LIMIT)]


class ChannelNotServed(GatewayProblem):
    """An account for a channel that this gateway has no way to."""

    status = 422
    code = "channel_not_served"
    what = N_("This gateway serves no channel “{channel}”: an account for it could do nothing.")
    meaning = N_("No account was made. The only channel so far is “facebook”.")
    remedy = N_("Leave the channel out, or wait for a version that serves it.")


class Look(msgspec.Struct, forbid_unknown_fields=True):
    """What an account shows of itself; None says nothing about it."""

    name: str | None = None
    greeting: str | None = None
    avatar_url: str | None = None


_PLAIN = Look()


class AccountBook:
    """Accounts are named by their name or id."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def accounts(self) -> list[Account]:
        """All accounts by name."""
        return await self._store.accounts.all()

    async def add(self, name: str, channel: Channel, look: Look = _PLAIN) -> tuple[Account, str]:
        """A new active account and its token.

        Raises:
            ChannelNotServed: there is nothing yet that such an account could do.
            AccountNameTaken: the name is in use.
            AccountUnfit: a part has another form than an account can have.
        """
        if channel != Channel.FACEBOOK:
            raise ChannelNotServed(channel=channel)
        account_id = accounts.new_id()
        token = accounts.new_token(account_id)
        account = Account(
            account_id, name, channel, True, int(time.time()), tokens=(AccountToken(accounts.hash_of(token)),)
        )
        account = _changed(account, look)
        await self._store.accounts.add(account)
        return account, token

    async def rotate(self, name: str) -> tuple[Account, str]:
        """Give the account a new token; the old one ends at once. Links stay.

        Raises:
            AccountUnknown: nobody has this name or id.
        """
        account = await self._find(name)
        token = accounts.new_token(account.id)
        now = now_ms()
        await self._store.accounts.rotate(account.id, AccountToken(accounts.hash_of(token)), now, now)
        return account, token

    async def set_active(self, name: str, *, active: bool) -> Account:
        """Switch the account on or off. Messages keep arriving and wait.

        Raises:
            AccountUnknown: nobody has this name or id.
        """
        account = replace(await self._find(name), active=active)
        await self._store.accounts.change(account)
        return account

    async def change(self, name: str, look: Look) -> Account:
        """Change what an account shows; what ``look`` does not say stays.

        Raises:
            AccountUnknown: nobody has this name or id.
            AccountNameTaken: the new name is in use.
            AccountUnfit: a part has another form than an account can have.
        """
        account = _changed(await self._find(name), look)
        await self._store.accounts.change(account)
        return account

    async def remove(self, name: str) -> Account:
        """Forget the account and what waits for it.

        Raises:
            AccountUnknown: nobody has this name or id.
            AccountHasSources: Pages would stop silently.
        """
        account = await self._find(name)
        await self._store.accounts.remove(account)
        return account

    async def _find(self, name: str) -> Account:
        for account in await self._store.accounts.all():
            if name in {account.id, account.name}:
                return account
        raise AccountUnknown(name=name)


def _changed(account: Account, look: Look) -> Account:
    said = {name: value for name, value in msgspec.structs.asdict(look).items() if value is not None}
    changed = replace(account, **said)
    reason = _what_is_unfit(changed)
    if reason is not None:
        raise AccountUnfit(reason=reason)
    return changed


def _what_is_unfit(account: Account) -> Sentence | None:
    if not 1 <= len(account.name) <= _NAME_LIMIT:
        return say("its name has 1 to {limit} characters", limit=_NAME_LIMIT)
    if messages.text_length(account.greeting) > messages.TEXT_LIMIT:
        return say("its greeting has at most {limit} characters", limit=messages.TEXT_LIMIT)
    if account.greeting and messages.is_blank(account.greeting):
        return say("its greeting holds nothing that can be seen")
    if not re.fullmatch(r"(https://[!-~]{1,1992})?", account.avatar_url):
        return say("the address of its picture begins with https://")
    return None


def as_json(account: Account) -> dict[str, Any]:
    """An account without its tokens."""
    return {
        "id": account.id,
        "name": account.name,
        "channel": account.channel,
        "active": account.active,
        "created": account.created,
        "greeting": account.greeting,
        "avatar_url": account.avatar_url,
    }
