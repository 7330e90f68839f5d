"""Gives one answer to its channel, and sees to it that its fate is told once.

What a refusal means for the queue is decided here, once for all channels; what an answer of the platform means is said
by the channel. A proof of sending that comes later than it is waited for is told as sent, once.
"""

import random
from collections.abc import Callable

import msgspec

from fbtool.gateway.channels.port import Channel, Outbound, Outcome, Refused, Scope, TellsStops
from fbtool.gateway.delivery.intake import EventKind, Intake
from fbtool.gateway.messages import OutboundMessage, OwnMessage, created_ms
from fbtool.gateway.problems import SendingExpired, SendingGivenUp, SendingUnclear
from fbtool.gateway.rate_limits import SendPause
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Arrival
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.language import LANGUAGES
from fbtool.problem import Problem

PROOF_MS = 60_000
"""How long a proof of sending is waited for before an unclear fate is told; echoes come within seconds."""
_TRIES = 12
"""After so many a message is given up, if others of its source go; …"""
_GIVE_UP_MS = 6 * 3600 * 1000
"""… while nothing goes, the platform is down, and it waits so long."""
_LONGEST_PAUSE_MS = 300_000
_MAYBE_ITS_OWN = frozenset({SendPause.THROTTLED, SendPause.STOPPED})
"""Limits and blocks may be a single conversation's, too (Facebook: documented for limits, seen for blocks)."""
_LINK_MS = 1_000
"""How long an answer waits at least whose link is at fault; mostly its source is held by then."""
_STAND_BACK_MS = 10_000
"""How long such an answer lets others go first once they may go."""


class Dispatcher:
    """Brings answers that were taken from the queue to one channel. Every method may raise `StoreUnavailable`."""

    def __init__(self, store: Store, vault: Vault, intake: Intake, channel: Channel, clock: Callable[[], int]) -> None:
        self._store = store
        self._vault = vault
        self._intake = intake
        self._channel = channel
        self._rates = channel.rates
        self._clock = clock

    async def dispatch(self, message: QueuedMessage) -> int | None:
        """Give an answer to the channel.

        Returns when the queue is to be looked at for it again, in unix milliseconds; None once its fate is told.
        """
        content = self._content(message)
        started = self._clock()
        if content.is_media and (turn := self._rates.media_turn(message.source_id, started)) > started:
            await self._store.outbox.retry(message.id, turn, message.tries)
            return turn
        key = ConversationKey(message.source_id, content.customer)
        outbound = Outbound(message.id, message.account_id, key, content, message.human, message.last_customer_ms)
        answer = await self._channel.send(outbound)
        if isinstance(answer, Refused):
            return await self._refused(message, answer)
        self._rates.went(message.source_id, self._clock())
        sent = self._intake.sent(key, outbound.own, content.text, answer.foreign_id, started)
        await self._finish(message, sent)
        return None

    async def lost(self, message_id: str) -> int:
        """The answer may have gone out: wait for a proof, unless its channel takes it twice without harm.

        Returns when the queue is to be looked at for it again, in unix milliseconds.
        """
        now = self._clock()
        if self._channel.repeatable:
            await self._store.outbox.retry(message_id, now, 0)
            return now
        until = now + PROOF_MS
        await self._store.outbox.await_proof(message_id, until)
        return until

    async def expired(self, message: QueuedMessage) -> None:
        """Tell that nobody may send it any more."""
        await self._failed(message, SendingExpired())

    async def unproven(self, message: QueuedMessage) -> None:
        """Tell that no proof came: it is unclear whether it was sent."""
        await self._report(message, EventKind.UNCLEAR, SendingUnclear())

    async def _refused(self, message: QueuedMessage, refused: Refused) -> int | None:
        now = self._clock()
        match refused.outcome:
            case Outcome.FAILED:
                if refused.answered:
                    self._rates.went(message.source_id, now)
                await self._failed(message, refused.problem)
                return None
            case Outcome.UNCLEAR:
                self._rates.trouble(message.source_id, message.conversation, now)
                return await self.lost(message.id)
            case Outcome.LATER:
                self._rates.trouble(message.source_id, message.conversation, now)
                return await self._later(message, now)
            case Outcome.WAITS:
                return await self._wait(message, refused, now)

    async def _wait(self, message: QueuedMessage, refused: Refused, now: int) -> int | None:
        """Let everything in the scope wait; the answer's own turn comes after that of another one.

        If another one can go, only this one was meant; a block of the source that comes again for it is its own.
        """
        source_id, tries, again = message.source_id, message.tries, now
        pause = refused.pause or SendPause.THROTTLED
        if refused.scope in {Scope.MESSAGE, Scope.CUSTOMER}:
            again += pause.pause(1, random.random())  # noqa: S311 - not a secret
        elif pause is SendPause.STOPPED:
            if tries and self._rates.works(source_id, now):
                await self._failed(message, refused.if_alone or refused.problem)
                return None
            tries += 1
            if self._rates.stopped(source_id, now) and isinstance(self._channel, TellsStops):
                await self._channel.stopped(source_id, refused.problem)
        elif refused.pause or refused.scope is not Scope.LINK:
            self._rates.waits("" if refused.scope is Scope.APP else source_id, pause, now)
        else:
            again += _LINK_MS
        if again == now and pause in _MAYBE_ITS_OWN:
            again = (self._rates.opens_at(source_id, now) or now) + _STAND_BACK_MS
        await self._store.outbox.retry(message.id, again, tries)
        return again

    async def _later(self, message: QueuedMessage, now: int) -> int | None:
        tries = message.tries + 1
        age = now - (created_ms(message.id) or 0)
        if tries >= _TRIES and (self._rates.works(message.source_id, now) or age > _GIVE_UP_MS):
            await self._failed(message, SendingGivenUp())
            return None
        # Full jitter: many waiting messages must not come back in one wave.
        pause = random.uniform(0.5, 1) * min(1000 << min(tries, 20), _LONGEST_PAUSE_MS)  # noqa: S311 - not a secret
        again = now + int(pause)
        await self._store.outbox.retry(message.id, again, tries)
        return again

    def _content(self, message: QueuedMessage) -> OutboundMessage:
        return msgspec.json.decode(self._vault.open(message.body, message.id), type=OutboundMessage)

    async def _failed(self, message: QueuedMessage, problem: Problem) -> None:
        await self._report(message, EventKind.FAILED, problem)

    async def _report(self, message: QueuedMessage, fate: EventKind, problem: Problem) -> None:
        content = self._content(message)
        told = OwnMessage(message.id, content.author).told(content.text)
        told |= {"problem": problem.code, "told": {one: list(problem.told(one)) for one in LANGUAGES}}
        event = self._intake.own_event(
            message.source_id,
            fate,
            told,
            identity=f"{fate} {message.id}",
            time_ms=created_ms(message.id) or self._clock(),
            conversation=self._vault.conversation(ConversationKey(message.source_id, content.customer)).id,
        )
        await self._finish(message, event)

    async def _finish(self, message: QueuedMessage, event: Arrival) -> None:
        await self._store.outbox.finish(message.id, message.account_id, event, self._clock())
        self._intake.notify(message.account_id)
