"""Accounts with a chat, as pages and visitors are served: looked up again every few seconds, not with every request."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.channels.webchat.problems import OriginNotAllowed
from fbtool.gateway.channels.webchat.settings import SavedSettings, WidgetSettings, config_of, saved
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.store import Store
from fbtool.gateway.wakeups import AVAILABLE, Notifier

_FRESH_MS = 3_000
SAVED = "settings:"
"""In front of an account's id: what is notified when its settings were saved."""
_REMEMBERED = 10_000
_ID = re.compile(r"[a-z0-9]{10}")
_SHOWN = 100


@dataclass(frozen=True)
class ServedAccount:
    """An account and what its chat is like at this moment."""

    account: Account
    saved: SavedSettings
    available_until_ms: int
    has_picture: bool

    @property
    def settings(self) -> WidgetSettings:
        """How the chat looks and behaves."""
        return self.saved.settings

    @property
    def is_shown(self) -> bool:
        """Whether pages may show the chat: it is switched on, and tells what becomes of data."""
        return self.account.active and self.saved.complete

    def available(self, now_ms: int) -> bool:
        """Whether somebody is there to answer."""
        return now_ms < self.available_until_ms

    def config(self, now_ms: int) -> dict[str, Any]:
        """What the widget is told."""
        available = self.available(now_ms)
        return config_of(self.account, self.saved, available=available, has_picture=self.has_picture)

    def admit(self, origin: str) -> None:
        """Let pages of listed sites in, and any if none is listed.

        Raises:
            OriginNotAllowed: the page is on another site.
        """
        if self.settings.origins and origin not in self.settings.origins:
            raise OriginNotAllowed(origin=origin[:_SHOWN])


class ServedAccounts:
    """Looks accounts up. Every method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, own: WebchatStore, notifier: Notifier, clock: Callable[[], int]) -> None:
        self._store = store
        self._own = own
        self._clock = clock
        self._known: dict[str, tuple[int, ServedAccount | None]] = {}
        notifier.subscribe(self._hear)

    async def get(self, account_id: str) -> ServedAccount | None:
        """The account, whether it is active or not; None if there is none, or it is for another channel."""
        if not _ID.fullmatch(account_id):
            return None
        now = self._clock()
        at, known = self._known.get(account_id, (None, None))
        if at is None or not 0 <= now - at < _FRESH_MS:
            known = await self._looked_up(account_id)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[account_id] = now, known
        return known

    async def _looked_up(self, account_id: str) -> ServedAccount | None:
        account = await self._store.accounts.account(account_id)
        if account is None or account.channel != NAME:
            return None
        settings = saved(await self._own.settings(account_id))
        available_until = await self._store.accounts.available_until(account_id)
        picture = await self._store.pictures.picture(account_id, "")
        return ServedAccount(account, settings, available_until, picture is not None)

    def _hear(self, changed_id: str) -> None:
        for kind in (AVAILABLE, SAVED):
            if changed_id.startswith(kind):
                self._known.pop(changed_id.removeprefix(kind), None)
