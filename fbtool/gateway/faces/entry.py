"""Who asks: the account of a request's token."""

from starlette.requests import HTTPConnection

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.faces.answers import bearer
from fbtool.gateway.problems import AccountInactive, AccountOfOtherChannel, TokenUnknown
from fbtool.gateway.store import Store


class Entry:
    """Lets the owners of tokens in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def holder(self, request: HTTPConnection) -> Account:
        """The account of the request's token, whatever its channel and even if it is switched off.

        Raises:
            TokenUnknown: no account has this token.
        """
        token = bearer(request)
        account_id = accounts.account_id_in(token)
        account = await self._store.account(account_id) if account_id else None
        if not accounts.owns(account, token) or account is None:
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

    async def account(self, request: HTTPConnection) -> Account:
        """The active account for Facebook of the request's token.

        Raises:
            TokenUnknown, AccountInactive, AccountOfOtherChannel: it may not do this.
        """
        account = await self.active(request)
        if account.channel is not Channel.FACEBOOK:
            raise AccountOfOtherChannel(name=account.name, channel=account.channel)
        return account
