"""Watches over links: each is checked about once a day, soon after a token error, after a start and an outage.

After a start and an outage, because Facebook unsubscribes the app from a Page whose deliveries failed for an hour
(documented), and nothing at Facebook subscribes it again. Several gateways share the work: each link is claimed in the
store.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from fbtool.gateway.channels.facebook.failed_deliveries import FailedDeliveries
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.linking import Linker, LinkVerdict
from fbtool.gateway.channels.facebook.links import Holder, Link
from fbtool.gateway.channels.facebook.page_tokens import TROUBLE
from fbtool.gateway.channels.facebook.problems import SubscriptionIncomplete
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.channels.facebook.unsubscribing import Unsubscriber
from fbtool.gateway.clock import now_ms
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.limits import HOUR_MS

log = logging.getLogger("fbtool.gateway.link_monitor")
_AT_ONCE = 8
_AFTER_START_MS = HOUR_MS
_AFTER_OUTAGE_MS = 3 * 60 * 1000
_AFTER_TROUBLE_MS = 10 * 60 * 1000
_LONGEST_SLEEP_S = 5.0
_MOST_STRAYS = 1000
_VERIFY_SECONDS = 45
"""For a check while a call waits for it: with the call itself, less than a gateway may be busy with one answer."""


class LinkMonitor:
    """Looks after links and ends left-over subscriptions."""

    def __init__(
        self,
        links: LinkStore,
        repository: LinkRepository,
        linker: Linker,
        unsubscriber: Unsubscriber,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._links = links
        self._repository = repository
        self._linker = linker
        self._unsubscriber = unsubscriber
        self._clock = clock
        self._wakeup = asyncio.Event()
        self._strays: set[str] = set()
        self._noticed: dict[str, int] = {}
        self._failed_deliveries = FailedDeliveries()

    async def verify_holder(self, page_id: str, holder: Holder, since_ms: int) -> LinkVerdict:
        """A call with the holder's token was refused as if the token were dead: find out whether it is.

        ``since_ms``: a check that began after this moment is new enough.
        """
        try:
            async with asyncio.timeout(_VERIFY_SECONDS):
                verdict = await self._linker.verify_holder(page_id, holder, since_ms)
        except TimeoutError:
            return LinkVerdict.UNKNOWN
        if verdict is LinkVerdict.CHANGED:
            now = self._clock()
            await self._repository.change(page_id, lambda link: replace(link, check_at_ms=min(now, link.check_at_ms)))
            self._wakeup.set()
        return verdict

    def note_strays(self, page_ids: Iterable[str]) -> None:
        """Pages that nobody has linked still deliver."""
        now = self._clock()
        if len(self._noticed) > _MOST_STRAYS:
            self._noticed.clear()
        for page_id in page_ids:
            if now - self._noticed.get(page_id, -HOUR_MS) >= HOUR_MS:
                self._noticed[page_id] = now
                self._strays.add(page_id)
                self._wakeup.set()

    def note_failed_delivery(self) -> None:
        """A delivery of Facebook could not be taken."""
        self._failed_deliveries.failed(self._clock())

    async def run(self) -> None:
        """Work until cancelled."""
        begun = False
        while True:
            self._wakeup.clear()
            pause = _LONGEST_SLEEP_S
            try:
                if not begun:
                    await self._links.hasten_checks(self._clock(), _AFTER_START_MS)
                    begun = True
                if self._failed_deliveries.wants_look(self._clock()):
                    await self._links.hasten_checks(self._clock(), _AFTER_OUTAGE_MS)
                    self._failed_deliveries.looked(self._clock())
                await self.work()
                pause = await self._pause()
            except StoreUnavailable:
                self._failed_deliveries.failed(self._clock())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wakeup.wait(), pause)

    async def work(self) -> None:
        """Do everything that is due now."""
        while self._strays:
            if await self._unsubscriber.unsubscribe_stray(self._strays.pop()):
                log.warning("a Page that is not linked still delivers; its subscription is being ended")
        for pending in await self._unsubscriber.due():
            await self._linker.retry_unsubscribe(pending)
        while due := await self._links.due_links(self._clock(), _AT_ONCE):
            claimed = [link for link in due if await self._repository.claim(link)]
            await asyncio.gather(*(self._look_after(link) for link in claimed))

    async def _look_after(self, link: Link) -> None:
        now = self._clock()
        try:
            # A token that died a moment ago is not asked about at once: it could come and go in a circle.
            fresh = any(one.reason and now // 1000 - one.reason.since < HOUR_MS // 1000 for one in link.holders)
            await self._linker.look_after(link.page_id, also_dead=not fresh)
            await self._repository.change(link.page_id, lambda one: one.reminded(now // 1000))
        except (*TROUBLE, SubscriptionIncomplete) as problem:
            log.info("a link could not be looked after (%s); it is tried again", problem.code)
            later = now + int(_AFTER_TROUBLE_MS * random.uniform(0.5, 1))  # noqa: S311 - not a secret
            await self._repository.change(link.page_id, lambda one: replace(one, check_at_ms=later))
        except StoreUnavailable:
            raise
        except Exception as defect:  # a link that cannot be read stops the checks of no other one
            log.error("a link could not be looked after by a defect: %s", type(defect).__name__)

    async def _pause(self) -> float:
        at = await self._links.next_check_ms()
        return _LONGEST_SLEEP_S if at is None else min(max((at - self._clock()) / 1000, 0.05), _LONGEST_SLEEP_S)
