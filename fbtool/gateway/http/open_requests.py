"""Requests that stay open: they end as soon as their token opens nothing any more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.requests import HTTPConnection

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import bearer
from fbtool.gateway.problems import AccountInactive, StoreUnavailable, TokenUnknown
from fbtool.gateway.wakeups import AccountSignal

_SECONDS = 3600.0
"""The longest sleep without a change."""


class _Open:
    """One request, while it is open."""

    def __init__(self, request: HTTPConnection) -> None:
        self.request = request
        self.scope = asyncio.timeout(None)
        """Ends what is done inside."""
        self.problem: TokenUnknown | AccountInactive | None = None

    def end(self, problem: TokenUnknown | AccountInactive) -> None:
        """Let it end with the problem."""
        if self.problem is None:
            self.problem = problem
            self.scope.reschedule(asyncio.get_running_loop().time())


class OpenRequests:
    """Those of one gateway.

    Args:
        auth: says whose a token is.
        changes: notified of an account when what its tokens open may have changed.
    """

    def __init__(self, auth: AccountAuth, changes: AccountSignal) -> None:
        self._auth = auth
        self._changes = changes
        self._open: dict[str, set[_Open]] = {}

    @contextlib.asynccontextmanager
    async def while_active(self, request: HTTPConnection) -> AsyncIterator[Account]:
        """The active account of the request's token; what is done inside ends when it no longer is that.

        Raises:
            TokenUnknown, AccountInactive: at once, or later in place of what was done.
        """
        account_id = accounts.owner_id_in(bearer(request)) or ""
        one = _Open(request)
        try:
            async with one.scope:
                # It is known before its token is looked at, so that no change comes in between.
                self._open.setdefault(account_id, set()).add(one)
                yield await self._auth.active(request)
        except TimeoutError:
            if one.problem is None:
                raise
            raise one.problem from None
        finally:
            same = self._open[account_id]
            same.discard(one)
            if not same:
                del self._open[account_id]

    async def run(self) -> None:
        """End what must not stay open, whenever an account changes, until cancelled."""
        while True:
            await self._changes.wait(_SECONDS)
            changed = self._changes.taken()
            for account_id in list(self._open) if "" in changed else changed:
                for one in list(self._open.get(account_id, ())):
                    await self._look_at(one, account_id)

    async def _look_at(self, one: _Open, account_id: str) -> None:
        try:
            await self._auth.active(one.request)
        except (TokenUnknown, AccountInactive) as problem:
            if one in self._open.get(account_id, ()):  # it may have ended by itself meanwhile
                one.end(problem)
        except StoreUnavailable:
            pass  # a stream looks by itself soon, and everybody else asks again soon
