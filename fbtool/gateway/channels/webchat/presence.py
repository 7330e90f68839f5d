"""Whether visitors are here: who asks for answers is, and who has not asked for a minute and a half is not.

When they last asked is noted in memory and kept together every few seconds, for the other gateways and for a restart.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat.answers import closed, failed, seal
from fbtool.gateway.channels.webchat.store import Closing, KnownConversation, Unreached, WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import Visitor, source_of
from fbtool.gateway.channels.webchat.visitor_wakeups import VisitorWakeups
from fbtool.gateway.delivery.intake import EventKind
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.inbox import RoutedArrival

log = logging.getLogger("fbtool.gateway.webchat")
AWAY_MS = 90_000
"""Who has not asked for so long is not here any more; a tab that is hidden asks once a minute."""
GONE_MS = 30 * 60_000
"""Who has not asked for so long does not come back for an answer …"""
KEPT_GONE_MS = 72 * 3600 * 1000
"""… or not for so long, if the browser keeps the conversation."""
_FLUSH_MS = 10_000
_SURE_MS = 40_000
"""For so long after somebody asked nobody else can have told them as away."""
_TICK_SECONDS = 2.0
_TIDY_MS = 60_000


class Presence:
    """Notes who asks, and tells the CRM who has left and who is back."""

    def __init__(self, core: Core, store: WebchatStore, wakeups: VisitorWakeups) -> None:
        self._core = core
        self._store = store
        self._wakeups = wakeups
        self._asked: dict[bytes, int] = {}
        self._unkept: dict[bytes, int] = {}

    async def here(self, visitor: Visitor) -> None:
        """The visitor asks. May raise `StoreUnavailable`."""
        now, fingerprint = self._core.clock(), visitor.conversation.fingerprint
        before = self._asked.get(fingerprint, 0)
        if not 0 <= now - before < _SURE_MS:
            back = self._told(visitor.account_id, visitor.conversation.id, now, here=True)
            if await self._store.returned(fingerprint, back, now):
                self._core.intake.notify(visitor.account_id)
        self._asked[fingerprint] = self._unkept[fingerprint] = now

    async def run(self) -> None:
        """Keep and tell until cancelled. After a start nobody is told as gone until all had time to ask again."""
        started = flushed = tidied = self._core.clock()
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            now = self._core.clock()
            try:
                if 0 <= now - flushed < _FLUSH_MS:
                    continue
                await self._flush(now)
                flushed = now
                if now - started < AWAY_MS:
                    continue
                await self._tell_who_left(now)
                if not 0 <= now - tidied < _TIDY_MS:
                    await self._tidy(now)
                    tidied = now
            except StoreUnavailable:
                continue
            except Exception as defect:  # what cannot be told now does not end the telling of all else
                log.error("who is here could not be told because of a defect: %s", type(defect).__name__)

    async def flush(self) -> None:
        """Keep what is noted, before a stop."""
        with suppress(StoreUnavailable):
            await self._flush(self._core.clock())

    async def _flush(self, now: int) -> None:
        unkept, self._unkept = self._unkept, {}
        if unkept:
            try:
                await self._store.polled(unkept)
            except StoreUnavailable:
                self._unkept = unkept | self._unkept
                raise
        self._asked = {fingerprint: at for fingerprint, at in self._asked.items() if 0 <= now - at < _SURE_MS}

    async def _tell_who_left(self, now: int) -> None:
        while left := await self._store.left(now - AWAY_MS, self._left, now):
            self._notify(left)

    async def _tidy(self, now: int) -> None:
        """Have the answers told that reach nobody, and conversations forgotten in which nobody has written for long."""
        while unreached := await self._store.unreached(GONE_MS, KEPT_GONE_MS, self._failed, now):
            self._notify(unreached)
        while expired := await self._store.expire(self._closed_by_time, self._failed, now):
            self._notify(expired)
            for one in expired:
                self._wakeups.wake(one.conversation)

    def _left(self, left: KnownConversation) -> RoutedArrival:
        return self._told(left.account_id, left.conversation_id, left.last_poll_ms, here=False)

    def _failed(self, unreached: Unreached) -> RoutedArrival:
        return failed(self._core, unreached)

    def _closed_by_time(self, one: KnownConversation) -> Closing:
        body = seal(self._core.vault, one.conversation_id, {"type": "closed", "by": "time"})
        return Closing(body, closed(self._core, one.account_id, one.conversation_id, "time"))

    def _told(self, account_id: str, conversation_id: str, at_ms: int, *, here: bool) -> RoutedArrival:
        event = self._core.intake.own_event(
            source_of(account_id),
            EventKind.PRESENCE,
            {"here": here},
            identity=f"webchat presence {conversation_id} {at_ms} {here}",
            time_ms=at_ms,
            conversation=conversation_id,
        )
        return RoutedArrival(event, account_id)

    def _notify(self, told: Sequence[KnownConversation | Unreached]) -> None:
        for account_id in {one.account_id for one in told}:
            self._core.intake.notify(account_id)
