"""Who asks: the account of a request's token, or who operates the gateway."""

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, TokenKind
from fbtool.gateway.clock import now_ms
from fbtool.gateway.http.common import bearer
from fbtool.gateway.problems import AccountInactive, AccountOfOtherChannel, TokenUnknown
from fbtool.gateway.store import Store

Handler = Callable[[Request], Awaitable[Response]]


def operators_only(*tokens: str) -> Callable[[Handler], Handler]:
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


class AccountAuth:
    """Lets the owners of tokens in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def holder(self, request: HTTPConnection) -> Account:
        """The account of the request's token, whatever its channel and even if it is switched off.

        Raises:
            TokenUnknown: no account has this token.
        """
        token = bearer(request)
        account_id = accounts.owner_id_in(token)
        account = await self._store.accounts.account(account_id) if account_id else None
        if not accounts.owns(account, token, TokenKind.ACCOUNT, now_ms()) or account is None:
            raise TokenUnknown
        return account

    async def active(self, request: HTTPConnection) -> Account:
        """The active account of the request's token, whatever its channel.

        Raises:
            TokenUnknown, AccountInactive: it may not do anything.
        """
        account = await self.holder(request)
        if not account.active:
            raise AccountInactive(name=account.name)
        return account

    async def of_channel(self, request: HTTPConnection, channel: str) -> Account:
        """The active account of the request's token, if it is for this channel.

        Raises:
            TokenUnknown, AccountInactive, AccountOfOtherChannel: it may not do this.
        """
        account = await self.active(request)
        if account.channel != channel:
            raise AccountOfOtherChannel(name=account.name, channel=account.channel, wanted=channel)
        return account
