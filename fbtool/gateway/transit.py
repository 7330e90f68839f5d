"""The way in: from a signed webhook to a durable event, to the CRM, to oblivion."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fbtool.facebook import events, webhook, window
from fbtool.gateway import cursor
from fbtool.gateway.bells import Bells
from fbtool.gateway.store import Accepted, Arrival, Store, Waiting
from fbtool.gateway.vault import Address, Vault

_HOUR_MS = 3600 * 1000
_MEMORY_MS = 7 * 24 * _HOUR_MS
"""How long repetitions are recognised; an item's own time is trusted only within it."""
METADATA = "fbtool "
"""What our messages carry at Facebook in front of their id, so that their echo can be recognised."""
_MESSAGE_ID = re.compile(r"([0-9a-f]{11})-[0-9a-f]{16}")


class StoredEvent(msgspec.Struct, omit_defaults=True):
    """An event as it waits, sealed."""

    id: str
    kind: str
    page_id: str
    conversation: str
    time: int
    content: dict[str, Any]
    opens_window: bool = False


@dataclass(frozen=True)
class Batch:
    """What the CRM gets in one answer."""

    events: list[StoredEvent]
    cursor: str


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def created_ms(message_id: str) -> int | None:
    """When one of our messages was made: its id begins with it. None if the id is not ours."""
    match = _MESSAGE_ID.fullmatch(message_id)
    return int(match[1], 16) if match else None


class Transit:
    """Takes webhooks in and hands events out. Nothing is answered before it is on disk."""

    def __init__(
        self, store: Store, vault: Vault, bells: Bells, app_id: str, clock: Callable[[], int] = now_ms
    ) -> None:
        self._store = store
        self._vault = vault
        self._bells = bells
        self._app_id = app_id
        self._clock = clock

    async def receive(self, body: bytes) -> Accepted:
        """Store every item of a signed webhook; what cannot be read at all is set aside whole.

        Raises:
            StoreUnavailable: nothing of it was stored; Facebook has to send it again.
        """
        now = self._clock()
        items = webhook.read(body, now)
        if items is None:
            await self._store.set_aside(self._vault.seal(body, "aside"), now)
            return Accepted(frozenset(), 0, 0, 0)
        accepted = await self._store.accept([self._arrival(item, now) for item in items], now)
        for account_id in accepted.accounts:
            self._bells.ring(account_id)
        return accepted

    async def hand_out(self, account_id: str, after: str, limit: int, wait: float) -> Batch:
        """Forget what ``after`` acknowledges, then return the oldest events, waiting for one if there is none.

        Raises:
            CursorUnreadable: ``after`` is none of ours; nothing was forgotten.
        """
        acknowledged = cursor.unpack(after) if after else []
        if acknowledged:
            await self._store.acknowledge(account_id, acknowledged)
        bell = self._bells.listen(account_id)
        waiting = await self._store.waiting(account_id, limit)
        if not waiting and wait:
            await self._bells.wait(bell, wait)
            waiting = await self._store.waiting(account_id, limit)
        return Batch([self._open(event) for event in waiting], cursor.pack(event.sequence for event in waiting))

    def conversation_of(self, address: Address) -> bytes:
        """The fingerprint by which reply windows and the order of answers are kept."""
        return self._vault.fingerprint(f"conversation {address.page_id} {address.customer}".encode())

    def event(
        self,
        page_id: str,
        kind: str,
        content: Mapping[str, Any],
        *,
        identity: str,
        time_ms: int,
        conversation: str = "",
    ) -> Arrival:
        """An event of the gateway's own. The same ``identity`` and hour of ``time_ms`` is stored only once."""
        fingerprint = self._vault.fingerprint(f"own {identity}".encode())
        event = StoredEvent(fingerprint.hex(), kind, page_id, conversation, self._clock(), dict(content))
        return self._sealed(event, fingerprint, time_ms)

    def ring(self, account_id: str) -> None:
        """Tell the account's CRM that there is something new."""
        self._bells.ring(account_id)

    def _arrival(self, item: webhook.Item, now: int) -> Arrival:
        own = self._own_message(item)
        address = Address(item.page_id, item.customer)
        conversation = self._vault.conversation_id(address) if item.customer else ""
        if own is not None:
            # The echo proves that our message went out. If its call was answered, this is already known and
            # the identity makes it one event; if the answer was lost, this is the news.
            content = {"message_id": own, "mid": item.mid}
            made = created_ms(own) or now
            return self.event(
                item.page_id, "sent", content, identity=f"sent {own}", time_ms=made, conversation=conversation
            )
        opens = item.kind in events.OPENS_WINDOW and not item.standby and bool(item.customer)
        fingerprint = self._vault.fingerprint(item.identity)
        content = events.content_of(item.kind, item.content) | ({"standby": True} if item.standby else {})
        event = StoredEvent(fingerprint.hex(), item.kind, item.page_id, conversation, item.time_ms, content, opens)
        # The item's own time is the same when Facebook repeats it. One from far away is not trusted for that.
        trusted = item.time_ms if abs(now - item.time_ms) < _MEMORY_MS else 0
        return self._sealed(
            event, fingerprint, trusted or now, self.conversation_of(address) if opens else None, min(item.time_ms, now)
        )

    def _own_message(self, item: webhook.Item) -> str | None:
        message = item.content.get("message")
        if item.kind is not events.Kind.ECHO or not isinstance(message, dict):
            return None
        metadata = message.get("metadata")
        if str(message.get("app_id")) != self._app_id or not isinstance(metadata, str):
            return None
        message_id = metadata.removeprefix(METADATA)
        return message_id if created_ms(message_id) is not None else None

    def _sealed(
        self,
        event: StoredEvent,
        fingerprint: bytes,
        hour_of_ms: int,
        conversation: bytes | None = None,
        window_ms: int = 0,
    ) -> Arrival:
        return Arrival(
            page_id=event.page_id,
            fingerprint=fingerprint,
            hour=hour_of_ms // _HOUR_MS,
            body=self._vault.seal(msgspec.json.encode(event), event.page_id),
            conversation=conversation,
            time_ms=window_ms,
        )

    def _open(self, waiting: Waiting) -> StoredEvent:
        return msgspec.json.decode(self._vault.open(waiting.body, waiting.page_id), type=StoredEvent)


def reply_until(event: StoredEvent) -> window.Deadlines | None:
    """Until when the conversation can be answered, for events with which the customer opened the time."""
    return window.deadlines(event.time) if event.opens_window else None
