"""The way out: a durable queue of answers, one in flight per conversation, never sent twice blindly.

All channels share the queue; each has a `Sender` of its own, so that no channel's trouble is another's.

::

    queued ──take──► sending ──► done, with the event sent or failed
      ▲                │  └────► unclear ──proof comes──► done, sent
      └──retry, later──┘            └──none in time───────► done, with the event unclear

When and how much may be sent is `rate_limits`, what becomes of one answer is the work of `dispatcher`. A message that
was being sent when the process died is unclear.

To survey the whole queue costs the more the longer it is. So that is done when something falls due, and at least every
few seconds; an answer that comes in or lands only makes its own source worth a look.
"""

import asyncio
import heapq
import logging
from collections.abc import Callable

import msgspec

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Channel, Queues
from fbtool.gateway.messages import Agent, Author, OutboundAttachment, OutboundMessage, new_message_id
from fbtool.gateway.outbound.conversations import conversation_key
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.problems import StoreUnavailable, WindowClosed
from fbtool.gateway.store import Store
from fbtool.gateway.store.limits import LEASE_MS, REPEATED_MS
from fbtool.gateway.store.outbox import QueuedMessage, QueueHead
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import OutboxSignal

log = logging.getLogger("fbtool.gateway.sender")
_AT_ONCE = 130
"""Answers under way: more than connections to a platform, which so are busy while fates are written down."""
_MIN_PAUSE_S = 0.005
"""At least, between two looks into the queue: what lands meanwhile is seen to together."""
_LONGEST_SLEEP_S = 5.0
_LONGEST_SLEEP_MS = int(_LONGEST_SLEEP_S * 1000)


class Sender:
    """Takes answers from the CRM and has them sent by one channel.

    Args:
        name: the channel's.
        signal: notified of sources whose answers may be able to go.
    """

    def __init__(
        self,
        name: str,
        store: Store,
        vault: Vault,
        channel: Channel,
        dispatcher: Dispatcher,
        signal: OutboxSignal,
        clock: Callable[[], int],
    ) -> None:
        self._name = name
        self._store = store
        self._vault = vault
        self._channel = channel
        self._dispatcher = dispatcher
        self._rates = channel.rates
        self._signal = signal
        self._clock = clock
        self._enqueue = channel.queue if isinstance(channel, Queues) else store.outbox.enqueue
        self.offered = True
        """Whether the operator offers the channel now."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._in_hand: set[str] = set()
        """The answers that these send. However long that takes by the clock, they are not interrupted."""
        self._unrecorded: set[str] = set()
        """Answers of which the store could not be told what became of them."""
        self._survey_at = 0
        self._candidates: dict[str, None] = {}
        """Sources that are worth a look, the one that waits longest first."""
        self._paused: list[tuple[int, str]] = []
        """Those whose rate limit leaves no room, as a heap by when it may have."""

    async def take(
        self,
        account: Account,
        conversation: str,
        text: str,
        key: str,
        *,
        human: bool,
        attachment: OutboundAttachment | None = None,
        agent: Agent | None = None,
    ) -> str:
        """Queue an answer durably and return its id; for a known ``key`` the earlier one's.

        Raises:
            ConversationUnknown, SourceNotLinked, WindowClosed, KeyUsedDifferently: nothing was queued.
        """
        customer = await conversation_key(self._store, self._vault, account, conversation)
        now = self._clock()
        fingerprint = self._vault.conversation(customer).fingerprint
        last = await self._store.conversations.last_customer_ms(fingerprint)
        ends = None if last is None else self._channel.deadlines(last)
        if ends is None or now >= (expires := ends.human if human else ends.anyone):
            raise WindowClosed
        message_id = new_message_id(now)
        author = Author.HUMAN if human else Author.AUTOMATIC
        content = msgspec.json.encode(OutboundMessage(customer.customer, text, attachment, author, agent))
        message = QueuedMessage(
            id=message_id,
            account_id=account.id,
            source_id=customer.source_id,
            conversation=fingerprint,
            body=self._vault.seal(content, message_id),
            human=human,
            expires_ms=expires,
        )
        digest = self._vault.fingerprint(content)
        queued = await self._enqueue(message, self._vault.fingerprint(key.encode()), digest, now)
        self._signal.notify(customer.source_id)
        return queued

    def offer(self, *, offered: bool) -> None:
        """Whether the operator offers the channel: while not, answers wait, and those whose time is over are told."""
        self.offered = offered
        self._survey_at = 0
        self._signal.notify("")

    def wake(self, source_id: str) -> None:
        """Look at once whether there is something for the source: it, or its queue, has changed."""
        self._signal.notify(source_id)

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            try:
                pause = await self._send_due()
            except StoreUnavailable:
                self._survey_at, pause = 0, _LONGEST_SLEEP_S
            await asyncio.sleep(_MIN_PAUSE_S)
            await self._signal.wait(pause)

    async def finish(self) -> None:
        """Let the calls under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _send_due(self) -> float:
        """Start what may start now; how many seconds until there may be more."""
        self._rates.shared_by(self._store.gateways)
        self._candidates |= dict.fromkeys(filter(None, self._signal.taken()))
        if self._clock() >= self._survey_at:
            await self._survey()
        now = self._clock()
        while self._paused and self._paused[0][0] <= now:
            self._candidates[heapq.heappop(self._paused)[1]] = None
        if not self.offered:
            return max((self._survey_at - now) / 1000, 0)
        await self._start_due(now)
        wakes = [self._survey_at, *(at for at, _ in self._paused[:1])]
        if self._candidates and len(self._under_way) < _AT_ONCE:
            wakes.append(now)
        return max((min(wakes) - self._clock()) / 1000 - _MIN_PAUSE_S, 0)

    async def _survey(self) -> None:
        """See to what was interrupted or is over, and find the sources that are worth a look."""
        for message_id in list(self._unrecorded):
            await self._dispatcher.lost(message_id)
            self._unrecorded.discard(message_id)
        lease_ms = REPEATED_MS if self._channel.repeatable else LEASE_MS
        for message in await self._store.outbox.interrupted(self._name, self._clock(), lease_ms):
            if message.id not in self._in_hand:
                await self._dispatcher.lost(message.id)
        heads = await self._store.outbox.heads(self._name)
        for head in heads:
            try:
                await self._end(head, self._clock())
            except StoreUnavailable:
                raise
            except Exception as defect:  # an answer that cannot be read stops no other one
                log.error("what became of an answer could not be told by a defect: %s", type(defect).__name__)
        now = self._clock()
        self._candidates |= {head.source_id: None for head in heads if head.due_ms is not None and head.due_ms <= now}
        moments = (at for head in heads for at in (head.due_ms, head.expires_ms, head.unclear_ms) if at is not None)
        self._survey_at = min((at for at in moments if at > now), default=now + _LONGEST_SLEEP_MS)
        self._look_again(now + _LONGEST_SLEEP_MS)

    async def _end(self, head: QueueHead, now: int) -> None:
        """Have the fate told of the answers of one source whose time is over."""
        if head.unclear_ms is not None and head.unclear_ms <= now:
            for message in await self._store.outbox.take_unclear(head.source_id, now):
                await self._dispatcher.unproven(message)
        if head.expires_ms is not None and head.expires_ms <= now:
            for message in await self._store.outbox.take_expired(head.source_id, now):
                await self._dispatcher.expired(message)

    def _look_again(self, at_ms: int) -> None:
        self._survey_at = min(self._survey_at, at_ms)

    async def _start_due(self, now: int) -> None:
        """Start what may start now of the sources that are worth a look, as many for each."""
        free = min(_AT_ONCE - len(self._under_way), max(self._rates.room_in_all(now), 1))
        rooms = self._rooms(free, now)
        if not rooms:
            return
        most = {source_id: min(room, free // len(rooms)) for source_id, room in rooms.items()}
        for source_id in most:
            del self._candidates[source_id]
        try:
            due = await self._store.outbox.take_due(most, now)
        except StoreUnavailable:
            self._candidates |= dict.fromkeys(most)
            raise
        for source_id, messages in due.items():
            for message in messages:
                self._start(message, now)
            if len(messages) == most[source_id]:
                self._candidates[source_id] = None  # there may be more

    def _rooms(self, free: int, now: int) -> dict[str, int]:
        """The first sources for which there is room, and how much."""
        rooms: dict[str, int] = {}
        for source_id in list(self._candidates):
            if len(rooms) >= free:
                break
            if room := self._rates.room(source_id, now):
                rooms[source_id] = room
                continue
            del self._candidates[source_id]
            opens = self._rates.opens_at(source_id, now)
            if opens is not None:  # else the landing of a call that is under way makes it worth a look
                heapq.heappush(self._paused, (opens, source_id))
        return rooms

    def _start(self, message: QueuedMessage, now: int) -> None:
        probe = self._rates.started(message.source_id, now)
        self._in_hand.add(message.id)
        task = asyncio.create_task(self._deliver(message, probe=probe))
        self._under_way.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("sending failed by a defect: %s", type(task.exception()).__name__)

    async def _deliver(self, message: QueuedMessage, *, probe: bool) -> None:
        try:
            again = await self._dispatcher.dispatch(message)
            if again is not None:
                self._look_again(again)
        except StoreUnavailable:
            self._unrecorded.add(message.id)
            self._look_again(0)
        finally:
            self._in_hand.discard(message.id)
            self._rates.ended(message.source_id, probe=probe)
            self._signal.notify(message.source_id)
