"""Forgetting what has reached the end of its life, and never because a clock was wrong.

A clock that jumps a month ahead would drop every waiting event and forget every fingerprint. So nothing is dropped
before this gateway has run for an hour with a steady clock: after a start, and after a jump, whoever was cut off has
that time to fetch what waits.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.intake import EventKind, Intake
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Arrival, Dropped
from fbtool.gateway.store.limits import EVENT_MS

log = logging.getLogger("fbtool.gateway.retention")
_STEADY_SECONDS = 3600
_JUMP_SECONDS = 300
"""A clock may be set by less without being suspected."""
_PAUSE_SECONDS = 600


class SteadyClock:
    """Compares the clock on the wall with one that cannot be set.

    Args:
        wall_ms: unix milliseconds.
        ticks: seconds from anywhere, always forward.
    """

    def __init__(self, wall_ms: Callable[[], int] = now_ms, ticks: Callable[[], float] = time.monotonic) -> None:
        self._wall_ms = wall_ms
        self._ticks = ticks
        self._begin()

    def steady_ms(self) -> int | None:
        """The time in unix milliseconds; None while it is not trusted."""
        wall, ticks = self._wall_ms(), self._ticks()
        if abs(wall / 1000 - ticks - self._apart) > _JUMP_SECONDS:
            log.warning("the clock was set or the computer slept: nothing is dropped for an hour")
            self._begin()
        return wall if ticks - self._since >= _STEADY_SECONDS else None

    def _begin(self) -> None:
        self._since = self._ticks()
        self._apart = self._wall_ms() / 1000 - self._since


class Retention:
    """Tidies the store from time to time and tells each CRM what it has lost."""

    def __init__(self, store: Store, intake: Intake, clock: SteadyClock | None = None) -> None:
        self._store = store
        self._intake = intake
        self._clock = clock or SteadyClock()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self.once()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def once(self) -> list[Dropped]:
        """Forget what is due; returns the events that nobody had acknowledged."""
        now = self._clock.steady_ms()
        if now is None:
            return []
        dropped = await self._store.inbox.drop_old(now - EVENT_MS, lambda loss: self._news(loss, now), now)
        for loss in dropped:
            log.warning("%d events of one Page were never acknowledged and are dropped", loss.count)
            self._intake.notify(loss.account_id)
        await self._store.tidy(now)
        return dropped

    def _news(self, loss: Dropped, now: int) -> Arrival:
        content = {"count": loss.count, "oldest": loss.oldest_ms, "newest": loss.newest_ms}
        return self._intake.own_event(
            loss.source_id,
            EventKind.DROPPED,
            content,
            identity=f"dropped {loss.source_id} {loss.newest_ms} {now}",
            time_ms=now,
        )
