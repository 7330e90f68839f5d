"""Who asks: the account or manager of a request's token, or who operates the gateway."""

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, Manager, TokenKind
from fbtool.gateway.clock import now_ms
from fbtool.gateway.http.common import bearer
from fbtool.gateway.problems import AccountInactive, AccountOfOtherChannel, TokenUnknown
from fbtool.gateway.store import Store

Handler = Callable[[Request], Awaitable[Response]]
Wall = Callable[[Handler], Handler]
"""Puts a handler behind itself."""


def operators_only(*tokens: str) -> Wall:
    """Put handlers behind the operator's tokens; an empty one opens nothing. They raise `TokenUnknown`."""
    admitted = [token.encode() for token in tokens if token.strip()]

    def behind(handler: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            given = bearer(request).encode()
            if not given or not any(hmac.compare_digest(given, token) for token in admitted):
                raise TokenUnknown
            return await handler(request)

        return handle

    return behind


async def manager_of(store: Store, request: HTTPConnection) -> Manager:
    """The manager of the request's token.

    Raises:
        TokenUnknown: no manager has this token.
    """
    token = bearer(request)
    manager_id = accounts.owner_id_in(token, TokenKind.MANAGER)
    manager = await store.accounts.manager(manager_id) if manager_id else None
    if not accounts.manages(manager, token) or manager is None:
        raise TokenUnknown
    return manager


class AccountAuth:
    """Lets the owners of accounts' tokens in.

    Args:
        store: where accounts are.
        clock: unix milliseconds; tells which earlier tokens have ended.
    """

    def __init__(self, store: Store, clock: Callable[[], int] = now_ms) -> None:
        self._store = store
        self._clock = clock

    async def holder(self, request: HTTPConnection, kind: TokenKind = TokenKind.ACCOUNT) -> Account:
        """The account of the request's token, whatever its channel and even if it is switched off.

        Raises:
            TokenUnknown: no account has this token, or it is of another kind.
        """
        token = bearer(request)
        account_id = accounts.owner_id_in(token, kind)
        account = await self._store.accounts.account(account_id) if account_id else None
        if not accounts.owns(account, token, kind, self._clock()) or account is None:
            raise TokenUnknown
        return account

    async def active(self, request: HTTPConnection) -> Account:
        """The active account of the request's token, whatever its channel.

        Raises:
            TokenUnknown, AccountInactive: it may not do anything.
        """
        return _active(await self.holder(request))

    async def of_channel(self, request: HTTPConnection, channel: str) -> Account:
        """The active account of the request's token, if it is for this channel.

        Raises:
            TokenUnknown, AccountInactive, AccountOfOtherChannel: it may not do this.
        """
        account = await self.active(request)
        if account.channel != channel:
            raise AccountOfOtherChannel(name=account.name, channel=account.channel, wanted=channel)
        return account

    async def widget_account(self, request: HTTPConnection) -> Account:
        """The active account of the request's widget token, for its channel's own calls about settings.

        Raises:
            TokenUnknown, AccountInactive: it may not do anything.
        """
        return _active(await self.holder(request, TokenKind.WIDGET))


def _active(account: Account) -> Account:
    if not account.active:
        raise AccountInactive(name=account.name)
    return account
