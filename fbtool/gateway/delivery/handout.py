"""The way to the CRM: events are handed to one consumer at a time, acknowledged, and forgotten."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from fbtool.gateway.consumers import Consumer
from fbtool.gateway.delivery import cursor
from fbtool.gateway.delivery.intake import EventKind, Intake, StoredEvent
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.problems import ConsumerExists, ConsumerReplaced
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import WaitingEvent
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import Notifier

_LEASE_MS = 30_000
"""How long a consumer that does not ask keeps its place."""
_RECEIPT_LIMIT = 100
"""Most messages that one receipt names; older ones were read before them."""
_AHEAD_MS = 24 * 3600 * 1000
"""How far a receipt's time may be ahead of our clock; a number from further away may have no room in the database."""
_RECEIPTS = {EventKind.DELIVERED, EventKind.READ}
DeadlinesOf = Callable[[int], Deadlines | None]
"""Until when a customer may be answered who last wrote at this moment, as the account's channel says."""


@dataclass(frozen=True)
class HandedEvent:
    """An event as the CRM gets it, with what is known at this moment."""

    event: StoredEvent
    source_name: str
    """What its source is called now; empty if it is gone."""
    reply_until: Deadlines | None
    """Until when its conversation can be answered; None if the event has no conversation or nobody may answer."""
    about: dict[str, Any]
    """Which of our messages it is about."""


@dataclass(frozen=True)
class Batch:
    """What the CRM gets at once."""

    events: list[HandedEvent]
    cursor: str


class EventHandout:
    """Hands events out. What is acknowledged is deleted."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        notifier: Notifier,
        intake: Intake,
        metrics: Metrics,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._vault = vault
        self._notifier = notifier
        self._intake = intake
        self._metrics = metrics
        self._clock = clock

    async def enter(self, account_id: str, name: str, seconds: float = 0) -> Consumer:
        """Take the place of the account's consumer for ``seconds``, and a while longer.

        An earlier request of the same name ends with `ConsumerReplaced`.

        Raises:
            ConsumerExists: a consumer of another name has the place.
        """
        now = self._clock()
        until = now + int(seconds * 1000) + _LEASE_MS
        wanted = Consumer(account_id, name, secrets.token_hex(8), now, until)
        return await self._claim(wanted)

    async def renew(self, consumer: Consumer) -> Consumer:
        """Keep the place a while longer.

        Raises:
            ConsumerReplaced, ConsumerExists: it has been taken meanwhile.
        """
        await self._check(consumer)
        return await self._claim(replace(consumer, until_ms=self._clock() + _LEASE_MS))

    @property
    def is_stopping(self) -> bool:
        """Whether the gateway stops; nobody should wait for more."""
        return self._notifier.closed

    async def leave(self, consumer: Consumer) -> None:
        """Give the place up."""
        await self._store.inbox.release(consumer)

    async def acknowledge(self, account_id: str, after: str) -> None:
        """Forget the events that came with this cursor.

        Raises:
            CursorUnreadable: it is none of ours; nothing was forgotten.
        """
        sequences = cursor.unpack(after) if after else []
        if sequences:
            self._metrics.acknowledged.add(by=await self._store.inbox.acknowledge(account_id, sequences))

    async def next(self, consumer: Consumer, limit: int, wait: float, deadlines: DeadlinesOf) -> Batch:
        """The oldest events; without any, wait up to ``wait`` seconds for one.

        Raises:
            ConsumerReplaced: a newer request of the same name came meanwhile.
        """
        ends = time.monotonic() + wait
        while True:
            wakeup = self._notifier.listen(consumer.account_id)
            waiting = await self._store.inbox.waiting(consumer.account_id, limit)
            self._metrics.handed_out.add(by=len(waiting))
            await self._check(consumer)
            events = await self._understood(waiting, deadlines)
            if waiting and not events:
                await self._store.inbox.acknowledge(consumer.account_id, [event.sequence for event in waiting])
                continue  # nothing in them is news for the CRM
            left = ends - time.monotonic()
            if waiting or left <= 0 or self._notifier.closed:
                break
            await self._notifier.wait(wakeup, left)  # this may wake without news
        return Batch(events, cursor.pack(event.sequence for event in waiting))

    async def _claim(self, wanted: Consumer) -> Consumer:
        now = await self._store.inbox.claim(wanted, self._clock())
        if now.ticket != wanted.ticket:
            since = datetime.fromtimestamp(now.since_ms / 1000, UTC).isoformat(" ", "seconds")
            raise ConsumerExists(name=now.name, since=since)
        if now.since_ms != wanted.since_ms:
            self._notifier.notify(wanted.account_id)  # whoever waits under this name has been replaced
        return now

    async def _check(self, consumer: Consumer) -> None:
        now = await self._store.inbox.consumer(consumer.account_id)
        if now is not None and now.ticket != consumer.ticket:
            raise ConsumerReplaced

    async def _understood(self, waiting: Sequence[WaitingEvent], deadlines: DeadlinesOf) -> list[HandedEvent]:
        events = [msgspec.json.decode(self._vault.open(one.body, one.source_id), type=StoredEvent) for one in waiting]
        events = await self._without_told(events)
        # At the same time, so that beside webhooks both wait for the same commit and not for one after the other.
        last, about = await asyncio.gather(self._last_customer(events), self._about(events))
        names = {one.source_id: one.source_name for one in waiting}
        handed = []
        for event, known in zip(events, about, strict=True):
            last_ms = last.get(event.conversation)
            until = None if last_ms is None else deadlines(last_ms)
            handed.append(HandedEvent(event, names[event.source_id], until, known))
        return handed

    async def _last_customer(self, events: Sequence[StoredEvent]) -> dict[str, int]:
        """When the customer of each conversation last opened the time to answer, as far as anybody may answer.

        Mostly the events themselves tell it, and then nobody has to look it up while a CRM waits.
        """
        now = self._clock()
        told: dict[str, int] = {}
        for event in events:
            if event.opens_window:
                told[event.conversation] = max(min(event.time, now), told.get(event.conversation, 0))
        others = {event.conversation for event in events} - told.keys() - {""}
        fingerprints = {self._vault.fingerprint_of(conversation): conversation for conversation in others}
        kept = await self._store.conversations.reply_windows(list(fingerprints)) if fingerprints else {}
        return told | {fingerprints[fingerprint]: last_ms for fingerprint, last_ms in kept.items()}

    async def _without_told(self, events: list[StoredEvent]) -> list[StoredEvent]:
        """The events without the echoes of answers whose `sent` tells the same."""
        marks = {
            one.id: self._intake.foreign_message(one.source_id, one.content["mid"])
            for one in events
            if one.from_own_app
        }
        if not marks:
            return events
        told = await self._store.conversations.sent_messages(list(marks.values()))
        return [event for event in events if marks.get(event.id) not in told]

    async def _about(self, events: Sequence[StoredEvent]) -> list[dict[str, Any]]:
        """For each event our own ids of the messages that it, a receipt or a reaction, is about.

        The store is asked once for all events that name their messages, and once for those that name a time.
        """
        named: dict[int, list[bytes]] = {}
        until: dict[int, tuple[bytes, int]] = {}
        for number, event in enumerate(events):
            if event.kind != EventKind.REACTION and event.kind not in _RECEIPTS:
                continue
            mids = event.content.get("mids") or [event.content.get("mid", "")]
            named[number] = [self._intake.foreign_message(event.source_id, mid) for mid in mids if mid]
            if not named[number] and event.kind in _RECEIPTS:
                told_ms = min(event.content.get("until", 0), self._clock() + _AHEAD_MS)
                until[number] = self._vault.fingerprint_of(event.conversation), told_ms
        marks = list({mark for those in named.values() for mark in those})
        ours = await self._store.conversations.sent_messages(marks) if marks else {}
        earlier = await self._store.conversations.sent_before(list(until.values()), _RECEIPT_LIMIT) if until else []
        before = dict(zip(until, earlier, strict=True))
        about: list[dict[str, Any]] = [{} for _ in events]
        for number, those in named.items():
            ids = before[number] if number in before else [ours[mark] for mark in those if mark in ours]
            if events[number].kind != EventKind.REACTION:
                about[number] = {"message_ids": ids}
            elif ids:
                about[number] = {"message_id": ids[0]}
        return about
