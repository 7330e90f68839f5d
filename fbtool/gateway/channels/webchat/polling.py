"""Hands answers to browsers: a poll waits until there are some, and acknowledges those of the one before.

A browser keeps what it got before it acknowledges it. So an answer whose way is interrupted comes again, and is known
by its id; what is acknowledged is forgotten here, and told the CRM as delivered.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import msgspec

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat.answers import unsealed
from fbtool.gateway.channels.webchat.presence import Presence
from fbtool.gateway.channels.webchat.problems import KeyEnded, PollReplaced
from fbtool.gateway.channels.webchat.served_accounts import ServedAccount, ServedAccounts
from fbtool.gateway.channels.webchat.store import Row, WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import Visitor
from fbtool.gateway.channels.webchat.visitor_limits import POLL_SECONDS, POLLS_BURST, PollPlaces, Rates, Recent
from fbtool.gateway.channels.webchat.visitor_wakeups import Poll, VisitorWakeups
from fbtool.gateway.delivery import cursor
from fbtool.gateway.delivery.intake import EventKind
from fbtool.gateway.http.endpoints import Body
from fbtool.gateway.messages import created_ms
from fbtool.gateway.problems import NothingHere, RequestInvalid
from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.language import say

MOST_WAIT_SECONDS = 25
_AT_ONCE = 50
_TYPING = {"type": "typing"}
_CLOSED = {"type": "closed", "by": "time"}


class EventsRequest(Body):
    """The body of ``POST …/events``."""

    key: str
    after: str = ""
    wait: Annotated[float, msgspec.Meta(ge=0, le=MOST_WAIT_SECONDS)] = 0
    seen: str = ""


class Polling:
    """Answers polls."""

    def __init__(
        self,
        core: Core,
        store: WebchatStore,
        served: ServedAccounts,
        wakeups: VisitorWakeups,
        presence: Presence,
        places: PollPlaces,
    ) -> None:
        self._core = core
        self._store = store
        self._served = served
        self._wakeups = wakeups
        self._presence = presence
        self._places = places
        self._rates = Rates(POLLS_BURST, POLL_SECONDS)
        self._seen: Recent[bytes, list[int]] = Recent(lambda: [0])
        """Until when the visitor has seen everything, as far as that was told."""
        self._knows: Recent[bytes, list[bool]] = Recent(list)
        """Whether somebody is there, as the browser knows it."""
        self._told_off: Recent[bytes, list[bool]] = Recent(lambda: [False])

    async def events(
        self,
        served: ServedAccount,
        visitor: Visitor,
        asked: EventsRequest,
        network: str,
        has_left: Callable[[], Awaitable[bool]],
    ) -> dict[str, Any]:
        """What the browser gets.

        Args:
            served: the account.
            visitor: who asks.
            asked: what is asked.
            network: of the browser, for limits.
            has_left: whether the browser does not wait any more.

        Raises:
            KeyEnded, PollReplaced, RateLimited, RequestInvalid, NothingHere: nothing is lost.
        """
        now = self._core.clock()
        self._rates.take(visitor.conversation.fingerprint, now)
        with self._places.place(network, now), self._wakeups.poll(visitor) as poll:
            await self._must_go_on(visitor)
            await self._presence.here(visitor)
            await self._acknowledge(visitor, asked.after)
            await self._note_seen(visitor, asked.seen)
            answer = await self._next(served, visitor, poll, asked.wait)
            if not await has_left():
                await self._presence.here(visitor)
        return answer

    async def _next(self, served: ServedAccount, visitor: Visitor, poll: Poll, wait: float) -> dict[str, Any]:
        """Wait for something."""
        ends, fingerprint = time.monotonic() + wait, visitor.conversation.fingerprint
        knows = self._knows[fingerprint] or [served.available(self._core.clock())]
        while True:
            if poll.news.is_set():
                # Also what came before the first look: whoever ends a conversation wakes its poll only once.
                poll.news.clear()
                await self._must_go_on(visitor)
            if poll.replaced:
                raise PollReplaced
            rows = await self._store.waiting(fingerprint, _AT_ONCE, self._core.clock())
            served = await self._served.get(visitor.account_id) or served
            events = self._told(served, visitor, poll, rows)
            available = served.available(self._core.clock())
            left = ends - time.monotonic()
            if events or available != knows[0] or left <= 0 or self._wakeups.stopping:
                break
            await self._wakeups.wait(poll, left)
        self._knows[fingerprint][:] = [available]
        return {
            "events": events,
            "cursor": cursor.pack(row.sequence for row in rows),
            "available": available,
            "version": served.saved.version,
        }

    async def _must_go_on(self, visitor: Visitor) -> None:
        if await self._store.is_refused(visitor.fingerprint, self._core.clock()):
            raise KeyEnded

    def _told(self, served: ServedAccount, visitor: Visitor, poll: Poll, rows: Sequence[Row]) -> list[Any]:
        """What waits, in order, and what is no more than of the moment."""
        vault, conversation = self._core.vault, visitor.conversation
        events: list[Any] = [msgspec.Raw(unsealed(vault, conversation.id, row.body)) for row in rows]
        if not served.account.active:
            return events or [self._switched_off(visitor)]
        if told_off := self._told_off.known(conversation.fingerprint):
            told_off[0] = False
        if poll.typing:
            poll.typing = False
            events.append(_TYPING)
        return events

    def _switched_off(self, visitor: Visitor) -> dict[str, str]:
        """The end of a conversation whose account was switched off; told once. Raises `NothingHere` from then on."""
        told = self._told_off[visitor.conversation.fingerprint]
        if told[0]:
            raise NothingHere
        told[0] = True
        return _CLOSED

    async def _acknowledge(self, visitor: Visitor, after: str) -> None:
        try:
            sequences = cursor.unpack(after) if after else []
        except cursor.CursorUnreadable:
            sequences = None
        if sequences is None or len(sequences) > _AT_ONCE:
            raise RequestInvalid(reason=say("“after” is not a cursor of this gateway."))
        if not sequences:
            return

        def delivered(message_ids: Sequence[str]) -> RoutedArrival:
            told = {"mids": list(message_ids)}
            event = self._receipt(visitor, EventKind.DELIVERED, told, " ".join(message_ids))
            return RoutedArrival(event, visitor.account_id)

        fingerprint = visitor.conversation.fingerprint
        if await self._store.acknowledge(fingerprint, sequences, delivered, self._core.clock()):
            self._core.intake.notify(visitor.account_id)

    async def _note_seen(self, visitor: Visitor, seen: str) -> None:
        """Tell the CRM, once, until when its answers were in view. A message that was never sent is passed over."""
        until, fingerprint = created_ms(seen) or 0, visitor.conversation.fingerprint
        told = self._seen[fingerprint]
        if until <= told[0]:
            return
        if [[seen]] != await self._core.store.conversations.sent_before([(fingerprint, until)], 1):
            return
        event = self._receipt(visitor, EventKind.READ, {"until": until}, str(until))
        await self._core.intake.take_one([event])
        told[0] = until

    def _receipt(self, visitor: Visitor, kind: EventKind, content: dict[str, Any], what: str) -> Arrival:
        return self._core.intake.own_event(
            visitor.source_id,
            kind,
            content,
            identity=f"webchat {kind} {visitor.conversation.id} {what}",
            time_ms=self._core.clock(),
            conversation=visitor.conversation.id,
        )
