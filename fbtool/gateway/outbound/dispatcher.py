"""Brings one answer to Facebook, and sees to it that its fate is told once.

What an answer of Facebook means is the table in `fates`; where it puts the link in question, a check of the link
decides, and what is told is only what was proven. An echo that comes later than it is waited for is told as sent, once.
"""

import logging
import random
from collections.abc import Callable
from typing import Any

import msgspec

from fbtool.facebook import window
from fbtool.facebook.catalogue import Scope
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.link_checks import LinkMonitor
from fbtool.gateway.channels.facebook.link_news import News
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.linking import Verdict
from fbtool.gateway.channels.facebook.links import Change, Holder, Reason
from fbtool.gateway.channels.facebook.outcomes import OnlyThisRefused, Outcome, Refused, refusal_of
from fbtool.gateway.channels.facebook.reply_time import ReplyTime
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.receiving import Transit
from fbtool.gateway.outbound.messages import OutboundMessage
from fbtool.gateway.outbound.rate_limits import RateLimits, SendPause
from fbtool.gateway.own_messages import OwnMessage, created_ms
from fbtool.gateway.problems import PageNotLinked, SendingExpired, SendingGivenUp, SendingUnclear
from fbtool.gateway.store import Store
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.sender")
ECHO_MS = 60_000
"""How long an echo is waited for before an unclear fate is told; echoes come within seconds."""
_TRIES = 12
"""After so many a message is given up, if others of its Page go; …"""
_PATIENCE_MS = 6 * 3600 * 1000
"""… while nothing goes, Facebook is down, and it waits so long."""
_LONGEST_PAUSE_MS = 300_000
_MAYBE_ITS_OWN = frozenset({SendPause.THROTTLED, SendPause.STOPPED})
"""Limits and blocks may be a single conversation's, too (documented for limits, seen for blocks)."""
_STAND_BACK_MS = 10_000
"""How long such an answer lets others go first once they may go."""


class Dispatcher:
    """Carries answers that were taken from the queue. Every method may raise `StoreUnavailable`."""

    def __init__(
        self,
        store: Store,
        links: LinkStore,
        vault: Vault,
        graph: Graph,
        transit: Transit,
        book: LinkRepository,
        care: LinkMonitor,
        pace: RateLimits,
        reply_time: ReplyTime,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._store = store
        self._links = links
        self._vault = vault
        self._graph = graph
        self._transit = transit
        self._book = book
        self._care = care
        self._pace = pace
        self._reply_time = reply_time
        self._clock = clock

    async def carry(self, message: QueuedMessage) -> int | None:
        """Bring an answer to Facebook.

        Returns when the queue is to be looked at for it again, in unix milliseconds; None once its fate is told.
        """
        link = await self._links.link(message.source_id)
        if link is None or link.account_id != message.account_id:
            await self._failed(message, PageNotLinked(page=message.source_id))
            return None
        holder = link.current
        if holder is None or link.reason:
            now = self._clock()
            await self._store.outbox.retry(message.id, now, message.tries)
            return now
        letter = self._letter(message)
        envelope = window.declare(message.last_customer_ms, self._clock(), human=message.human)
        if isinstance(envelope, window.Closed):
            await self.expired(message)
            return None
        if letter.is_media and (turn := self._pace.media_turn(message.source_id, self._clock())) > self._clock():
            await self._store.outbox.retry(message.id, turn, message.tries)
            return turn
        token = self._vault.open_token(link.page_id, holder.sealed_token)
        started = self._clock()
        try:
            sent = await self._graph.run(letter.call(link.page_id, token, envelope, message.id))
        except (GraphError, AnswerUnreadable, FacebookSilent, FacebookUnreachable) as problem:
            return await self._refused(message, await self._judged(message.source_id, holder, refusal_of(problem)))
        self._pace.went(message.source_id, self._clock())
        if envelope.tag:
            self._reply_time.went()
        await self._report(message, letter, "sent", None, sent.mid, started)
        return None

    async def lost(self, message_id: str) -> int:
        """Facebook may have sent the answer: wait for its echo. Returns until when, in unix milliseconds."""
        until = self._clock() + ECHO_MS
        await self._store.outbox.await_proof(message_id, until)
        return until

    async def expired(self, message: QueuedMessage) -> None:
        """Tell that nobody may send it any more."""
        await self._failed(message, SendingExpired())

    async def unheard(self, message: QueuedMessage) -> None:
        """Tell that no echo came: it is unclear whether Facebook sent it."""
        await self._report(message, self._letter(message), "unclear", SendingUnclear())

    async def _judged(self, source_id: str, holder: Holder, refused: Refused) -> Refused:
        """The refusal, with what a check found of the link where it puts that in question."""
        if refused.outcome is not Outcome.IN_QUESTION:
            return refused
        match await self._care.doubt(source_id, holder, self._clock()):
            case Verdict.WORKS:
                return Refused(Outcome.FAILED, Scope.CUSTOMER, OnlyThisRefused(refused.problem))
            case Verdict.CHANGED:
                return Refused(Outcome.WAITS, Scope.LINK, refused.problem)
            case Verdict.APP:
                log.error("Facebook does not accept the app (%s): all answers wait", refused.problem.code)
                return Refused(Outcome.WAITS, Scope.APP, refused.problem, SendPause.THROTTLED)
            case Verdict.UNKNOWN:
                return Refused(Outcome.LATER, Scope.MESSAGE, refused.problem)

    async def _refused(self, message: QueuedMessage, refused: Refused) -> int | None:
        now = self._clock()
        match refused.outcome:
            case Outcome.FAILED:
                self._pace.went(message.source_id, now)
                if refused.scope is Scope.APP:
                    self._reply_time.refused()  # the one thing that Facebook refuses an app and still takes answers
                await self._failed(message, refused.problem)
                return None
            case Outcome.UNCLEAR:
                self._pace.trouble(message.source_id, message.conversation, now)
                return await self.lost(message.id)
            case Outcome.LATER:
                self._pace.trouble(message.source_id, message.conversation, now)
                return await self._later(message, now)
            case _:
                return await self._wait(message, refused, now)

    async def _wait(self, message: QueuedMessage, refused: Refused, now: int) -> int | None:
        """Let everything in the scope wait; the answer's own turn comes after that of another one.

        If another one can go, only this one was meant; a block of the Page that comes again for it is its own.
        """
        source_id, tries = message.source_id, message.tries
        match refused.wait:
            case SendPause.UNREACHABLE:
                self._pace.unreachable(now)
            case SendPause.THROTTLED:
                self._pace.throttled(source_id, now, whole_app=refused.scope is Scope.APP)
            case SendPause.STOPPED:
                if tries and self._pace.works(source_id, now):
                    await self._failed(message, OnlyThisRefused(refused.problem))
                    return None
                tries += 1
                if self._pace.stopped(source_id, now):
                    news = News(Change.SENDING_STOPPED, Reason.of(refused.problem, now // 1000))
                    await self._book.change(source_id, lambda link: link, news)
        again = now
        if refused.wait in _MAYBE_ITS_OWN:
            again = (self._pace.opens_at(source_id, now) or now) + _STAND_BACK_MS
        await self._store.outbox.retry(message.id, again, tries)
        return again

    async def _later(self, message: QueuedMessage, now: int) -> int | None:
        tries = message.tries + 1
        age = now - (created_ms(message.id) or 0)
        if tries >= _TRIES and (self._pace.works(message.source_id, now) or age > _PATIENCE_MS):
            await self._failed(message, SendingGivenUp())
            return None
        # Full jitter: many waiting messages must not come back in one wave.
        pause = random.uniform(0.5, 1) * min(1000 << min(tries, 20), _LONGEST_PAUSE_MS)  # noqa: S311 - not a secret
        again = now + int(pause)
        await self._store.outbox.retry(message.id, again, tries)
        return again

    def _letter(self, message: QueuedMessage) -> OutboundMessage:
        return msgspec.json.decode(self._vault.open(message.body, message.id), type=OutboundMessage)

    async def _failed(self, message: QueuedMessage, problem: Problem) -> None:
        await self._report(message, self._letter(message), "failed", problem)

    async def _report(
        self,
        message: QueuedMessage,
        letter: OutboundMessage,
        fate: str,
        problem: Problem | None,
        mid: str = "",
        sent_ms: int = 0,
    ) -> None:
        conversation = self._vault.conversation(ConversationKey(message.source_id, letter.customer))
        content: dict[str, Any] = OwnMessage(message.id, letter.author).told(letter.text)
        if mid:
            content["mid"] = mid
        if problem is not None:
            reason = Reason.of(problem, self._clock() // 1000)
            content |= {"problem": reason.code, "told": reason.told_as_lists()}
        event = self._transit.event(
            message.source_id,
            fate,
            content,
            identity=f"{fate} {message.id}",
            time_ms=created_ms(message.id) or self._clock(),
            conversation=conversation.id,
            sent=self._transit.sent(message.source_id, mid, message.id, conversation, sent_ms) if mid else None,
        )
        await self._store.outbox.finish(message.id, message.account_id, event, self._clock())
        self._transit.notify(message.account_id)
