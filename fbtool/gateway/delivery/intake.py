"""The way in: what happened becomes a sealed event that is on disk before anybody is told that it was taken."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from fbtool.gateway.messages import OwnMessage, created_ms
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Accepted, Arrival, SentMark
from fbtool.gateway.store.limits import HOUR_MS, SEEN_MS
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Conversation, ConversationKey, Vault
from fbtool.gateway.wakeups import Notifier

_NOBODY = Conversation("", b"")


class EventKind(StrEnum):
    """What an event is. The list is open: a CRM passes over kinds that it does not know."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETION = "deletion"
    REACTION = "reaction"
    POSTBACK = "postback"
    ECHO = "echo"
    DELIVERED = "delivered"
    READ = "read"
    REFERRAL = "referral"
    OPTIN = "optin"
    HANDOVER = "handover"
    POLICY = "policy"
    ACCOUNT_LINKING = "account_linking"
    FEEDBACK = "feedback"
    ORDER = "order"
    CHANGE = "change"
    OTHER = "other"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"
    LINK = "link"
    DROPPED = "dropped"
    PRESENCE = "presence"
    CLOSED = "closed"


GREETED = frozenset({EventKind.MESSAGE, EventKind.POSTBACK})
"""What a customer does first where a greeting is due."""


class StoredEvent(msgspec.Struct, omit_defaults=True):
    """An event as it waits, sealed."""

    id: str
    kind: str
    source_id: str
    conversation: str
    time: int
    content: dict[str, Any]
    opens_window: bool = False
    from_own_app: bool = False
    """An echo of our app whose metadata is lost: perhaps of a message that the CRM knows as its own."""


class Intake:
    """Makes events and stores them. Nothing is answered before it is on disk.

    Args:
        greetings_due: set when a customer waits for a greeting.
        clock: unix milliseconds.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        notifier: Notifier,
        greetings_due: asyncio.Event,
        metrics: Metrics,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._vault = vault
        self._notifier = notifier
        self._greetings_due = greetings_due
        self._metrics = metrics
        self._clock = clock

    async def take(self, deliveries: Sequence[Sequence[Arrival]]) -> Accepted:
        """Store the events of deliveries that came together, each once.

        Raises:
            StoreUnavailable: nothing was stored; their senders have to send all of them again.
        """
        started = time.perf_counter()
        try:
            accepted = await self._store.inbox.accept(deliveries, self._clock())
        except StoreUnavailable:
            self._metrics.store_failures.add()
            raise
        self._metrics.commit_seconds.observe(time.perf_counter() - started)
        self._metrics.stored.add(by=accepted.stored)
        self._metrics.repeated.add(by=accepted.repeated)
        self._metrics.unlinked.add(by=accepted.unlinked)
        self._metrics.store_failures.add(by=len(accepted.refused))
        for account_id in accepted.accounts:
            self._notifier.notify(account_id)
        if accepted.greetings_due:
            self._greetings_due.set()
        return accepted

    async def take_one(self, delivery: Sequence[Arrival]) -> Accepted:
        """Store the events of one delivery, each once.

        Raises:
            StoreUnavailable: nothing was stored; its sender has to send it again.
        """
        accepted = await self.take([delivery])
        if accepted.refused:
            raise StoreUnavailable
        return accepted

    async def set_aside(self, body: bytes) -> None:
        """Keep a proven delivery that cannot be read at all, sealed."""
        await self._store.inbox.set_aside(self._vault.seal(body, "aside"), self._clock())
        self._metrics.aside.add()

    def event(
        self,
        key: ConversationKey,
        kind: str,
        content: dict[str, Any],
        *,
        identity: bytes,
        time_ms: int,
        known_as: Sequence[bytes] = (),
        is_dated: bool = True,
        opens_window: bool = False,
        greets: bool = True,
        from_own_app: bool = False,
    ) -> Arrival:
        """An event of a channel, for `take`.

        Args:
            key: the source, and the customer if it is about one; else an empty text.
            kind: one of `EventKind`.
            content: what happened, in the words of the contract.
            identity: the same bytes for the same item when it is repeated, and for no other item of any source.
            time_ms: when it happened.
            known_as: other identities; if something was stored under one of them, this is no news.
            is_dated: whether ``time_ms`` is the item's own, and the same when it is repeated.
            opens_window: whether the customer opens the time to answer with it.
            greets: whether the account may greet the customer for it.
            from_own_app: see `StoredEvent`.
        """
        now = self._clock()
        conversation = self._vault.conversation(key) if key.customer else _NOBODY
        fingerprint = self._vault.fingerprint(identity)
        event = StoredEvent(
            fingerprint.hex(), kind, key.source_id, conversation.id, time_ms, content, opens_window, from_own_app
        )
        # One from far away, when repetitions are not recognised any more, is not trusted.
        trusted = is_dated and abs(now - time_ms) < SEEN_MS
        return Arrival(
            source_id=key.source_id,
            fingerprint=fingerprint,
            item_ms=time_ms if trusted else _hour_of(now),
            body=self._vault.seal(msgspec.json.encode(event), key.source_id),
            known_as=tuple(map(self._vault.fingerprint, known_as)),
            conversation=conversation.fingerprint if opens_window else None,
            time_ms=min(time_ms, now),
            greets=conversation.id if opens_window and greets and kind in GREETED else "",
        )

    def own_event(
        self,
        source_id: str,
        kind: str,
        content: Mapping[str, Any],
        *,
        identity: str,
        time_ms: int,
        conversation: str = "",
        sent: SentMark | None = None,
    ) -> Arrival:
        """An event of the gateway's own. The same ``identity`` is stored only once."""
        fingerprint = self._vault.fingerprint(f"own {identity}".encode())
        event = StoredEvent(fingerprint.hex(), kind, source_id, conversation, self._clock(), dict(content))
        body = self._vault.seal(msgspec.json.encode(event), source_id)
        return Arrival(source_id, fingerprint, _hour_of(time_ms), body, sent=sent)

    def sent(self, key: ConversationKey, own: OwnMessage, text: str, foreign_id: str, sent_ms: int) -> Arrival:
        """The event that one of our messages went out: one, however often and from wherever that is told.

        Args:
            key: whom it was for.
            own: the message.
            text: of it.
            foreign_id: the channel's id of it, by which receipts name it; empty if there are none.
            sent_ms: not later than the channel's own time of the message.
        """
        source_id, conversation = key.source_id, self._vault.conversation(key)
        mark = self.foreign_message(source_id, foreign_id) if foreign_id else None
        return self.own_event(
            source_id,
            EventKind.SENT,
            own.told(text) | ({"mid": foreign_id} if foreign_id else {}),
            identity=f"{EventKind.SENT} {own.id}",
            time_ms=created_ms(own.id) or self._clock(),
            conversation=conversation.id,
            sent=SentMark(mark, own.id, conversation.fingerprint, sent_ms) if mark else None,
        )

    def foreign_message(self, source_id: str, foreign_id: str) -> bytes:
        """The fingerprint of a message as the channel names it."""
        return self._vault.fingerprint(f"mid {source_id} {foreign_id}".encode())

    def notify(self, account_id: str) -> None:
        """Tell the account's CRM that there is something new."""
        self._notifier.notify(account_id)


def _hour_of(time_ms: int) -> int:
    return time_ms - time_ms % HOUR_MS
