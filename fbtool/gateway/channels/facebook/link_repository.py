"""Changing stored links: a transition of `links` is kept together with the event that tells of it, or not at all."""

import logging
import random
from collections.abc import Callable
from dataclasses import replace

from fbtool.gateway.channels.facebook import link_news
from fbtool.gateway.channels.facebook.link_news import LinkNews, PageMoved
from fbtool.gateway.channels.facebook.links import Change, Link, Reason, change_between
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.limits import DAY_MS
from fbtool.gateway.telemetry.logs import pseudonyms
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.wakeups import OutboxSignal

log = logging.getLogger("fbtool.gateway.links")
_ATTEMPTS = 20
"""Two changes at the same moment are rare; twenty would be a defect."""


class LinkRepository:
    """Keeps links and tells their CRMs.

    Args:
        outbox_signal: rung whenever a Page's waiting answers may be able to go.
    """

    def __init__(
        self,
        links: LinkStore,
        intake: Intake,
        outbox_signal: OutboxSignal,
        metrics: Metrics,
        clock: Callable[[], int],
    ) -> None:
        self._links = links
        self._intake = intake
        self._outbox_signal = outbox_signal
        self._metrics = metrics
        self._clock = clock

    async def change(
        self, page_id: str, transition: Callable[[Link], Link], news: LinkNews | None = None
    ) -> Link | None:
        """Let the link make a transition; ``news`` is told beside what `change_between` finds.

        Returns the link as it is now; None if there is no such link.
        """
        for _ in range(_ATTEMPTS):
            before = await self._links.link(page_id)
            if before is None:
                return None
            after = transition(before)
            if after == before and news is None:
                return before
            if await self._keep(before, after, news):
                return replace(after, version=after.version + 1)
        raise StoreUnavailable

    async def put(self, before: Link | None, after: Link) -> bool:
        """Keep a link that was just proven in the place of ``before``; False if that is not the stored one any more."""
        after = replace(after, version=before.version if before else 0, check_at_ms=self.tomorrow())
        if before is None or before.account_id == after.account_id:
            return await self._keep(before, after, None)
        now = self._clock()
        moved = LinkNews(Change.MOVED, Reason.of(PageMoved(page=before.name), now // 1000))
        notices = [
            link_news.notice(self._intake, before, moved, now),
            link_news.notice(self._intake, after, LinkNews(Change.TAKEN_OVER), now),
        ]
        return await self._stored(after, notices, now)

    async def claim(self, link: Link) -> bool:
        """Take it upon oneself to look after a link; False if somebody else (another gateway) has done so."""
        return await self._links.keep_link(replace(link, check_at_ms=self.tomorrow()), (), self._clock())

    def tomorrow(self) -> int:
        """About a day from now, in unix milliseconds: spread out, so that not all links are checked at once."""
        return self._clock() + int(DAY_MS * random.uniform(0.75, 1))  # noqa: S311 - not a secret

    async def _keep(self, before: Link | None, after: Link, news: LinkNews | None) -> bool:
        now = self._clock()
        told = [news] if news else []
        change = change_between(before, after) if before else None
        if before and change:
            told.insert(0, link_news.news_of(change, before, after, now // 1000))
        return await self._stored(after, [link_news.notice(self._intake, after, one, now) for one in told], now)

    async def _stored(self, link: Link, notices: list[RoutedArrival], now: int) -> bool:
        kept = await self._links.keep_link(link, notices, now)
        if kept:
            self._log(link, notices)
            for notice in notices:
                self._intake.notify(notice.account_id)
            self._outbox_signal.notify(link.page_id)
        return kept

    def _log(self, link: Link, notices: list[RoutedArrival]) -> None:
        page = pseudonyms.of(link.page_id)
        accounts = {notice.account_id for notice in notices}
        if notices and link.reason:
            self._metrics.links_marked.add()
            log.warning("a link needs a person's sign-in", extra={"page": page, "reason": link.reason.code})
        elif len(accounts) > 1:
            named = {f"account_{number}": pseudonyms.of(one.account_id) for number, one in enumerate(notices, 1)}
            log.warning("a Page was taken over from account 1 by account 2", extra={"page": page, **named})
        elif notices or not link.version:
            log.info("a link is new or has changed", extra={"page": page})
