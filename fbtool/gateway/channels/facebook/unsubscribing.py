"""Ending subscriptions of Pages that are not linked any more, until Facebook confirms it.

An unlinked Page goes on delivering until its subscription ends, and only Facebook can end it. A Page token is the
documented way and is kept, sealed, no longer than it is needed for this; the app's own token is tried as well (it is
known to be enough, but not documented), so that a dead token and a Page that was never linked here can be ended, too.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.channels.facebook.page_tokens import TROUBLE, PageApi, needs_person
from fbtool.gateway.channels.facebook.problems import SubscriptionIncomplete
from fbtool.gateway.channels.facebook.store import LinkStore, PendingUnsubscribe
from fbtool.gateway.clock import now_ms
from fbtool.gateway.vault import Vault
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.unsubscribing")
_MINUTE_MS = 60_000
_LONGEST_PAUSE_MS = 6 * 60 * _MINUTE_MS
_GIVE_UP_MS = 7 * 24 * 60 * _MINUTE_MS


class Unsubscriber:
    """Each ends when Facebook confirms the end of the subscription, or after seven days."""

    def __init__(self, links: LinkStore, vault: Vault, page_api: PageApi, clock: Callable[[], int] = now_ms) -> None:
        self._links = links
        self._vault = vault
        self._page_api = page_api
        self._clock = clock

    async def begin(self, link: Link) -> tuple[PendingUnsubscribe | None, Problem | None]:
        """Try at once; what is left to be done, and why, or nothing if Facebook confirmed it."""
        holders = link.living or ((link.current,) if link.current else ())
        tokens = [self._vault.open_token(link.page_id, one.sealed_token) for one in holders if one.sealed_token]
        problem = await self._attempt(link.page_id, tokens)
        if problem is None:
            return None, None
        now = self._clock()
        pending = PendingUnsubscribe(link.page_id, "", b"", now, now + _MINUTE_MS)
        if tokens and not needs_person(problem):
            holder = next(one for one in holders if one.sealed_token)
            pending = replace(pending, person_id=holder.person_id, sealed_token=holder.sealed_token)
        return pending, problem

    async def unsubscribe_stray(self, page_id: str) -> bool:
        """A Page that nobody has linked delivers: end that. False if it is linked, or being ended already."""
        now = self._clock()
        return await self._links.add_unsubscribe(PendingUnsubscribe(page_id, "", b"", now, now))

    async def due(self) -> list[PendingUnsubscribe]:
        """Those that are to be tried again now; nobody else is told of them for a while."""
        now = self._clock()
        return await self._links.due_unsubscribes(now, now + _LONGEST_PAUSE_MS)

    async def go_on(self, pending: PendingUnsubscribe) -> None:
        """Try again."""
        sealed = pending.sealed_token
        tokens = [self._vault.open_token(pending.page_id, sealed)] if sealed else []
        problem = await self._attempt(pending.page_id, tokens)
        now = self._clock()
        if problem is None:
            log.info("the subscription of an unlinked Page has ended")
            await self._links.end_unsubscribe(pending.page_id)
        elif now - pending.since_ms >= _GIVE_UP_MS:
            log.warning("Facebook does not end the subscription of an unlinked Page (%s); given up", problem.code)
            await self._links.end_unsubscribe(pending.page_id)
        else:
            pause = min(_MINUTE_MS * 2**pending.tries, _LONGEST_PAUSE_MS) * random.uniform(0.5, 1)  # noqa: S311
            later = replace(pending, due_ms=now + int(pause), tries=pending.tries + 1)
            if needs_person(problem):
                later = replace(later, sealed_token=b"", person_id="")  # a dead token is nothing to keep
            await self._links.keep_unsubscribe(later)

    async def _attempt(self, page_id: str, tokens: Sequence[str]) -> Problem | None:
        first: Problem | None = None
        for token in tokens:
            try:
                await self._page_api.unsubscribe(page_id, token)
            except (*TROUBLE, SubscriptionIncomplete) as problem:
                first = first or problem
                if not needs_person(problem):
                    return first
            else:
                return None
        try:
            await self._page_api.unsubscribe_as_app(page_id)
        except TROUBLE as problem:
            return first or problem
        return None
