"""The way in: from a signed webhook to a durable event."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from fbtool.facebook import events, webhook
from fbtool.gateway.clock import now_ms
from fbtool.gateway.own_messages import OwnMessage, created_ms, own_message
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Accepted, Arrival, SentMark
from fbtool.gateway.vault import Conversation, ConversationKey, Vault
from fbtool.gateway.wakeups import Notifier

log = logging.getLogger("fbtool.gateway.webhook")

_HOUR_MS = 3600 * 1000
_MEMORY_MS = 7 * 24 * _HOUR_MS
"""How long repetitions are recognised; an item's own time is trusted only within it."""
_PRODUCTS = 20
"""Most names of Meta's products that are remembered; it has fewer."""
_NOBODY = Conversation("", b"")
GREETINGS = "greetings"
"""The bell that rings when somebody waits for a greeting; no account's id has its length."""
_GREETING_KINDS = {events.Kind.MESSAGE, events.Kind.POSTBACK}


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


def _hour_of(time_ms: int) -> int:
    return time_ms - time_ms % _HOUR_MS


class Transit:
    """Takes webhooks in and makes the gateway's own events. Nothing is answered before it is on disk."""

    def __init__(
        self, store: Store, vault: Vault, bells: Notifier, app_id: str, clock: Callable[[], int] = now_ms
    ) -> None:
        self._store = store
        self._vault = vault
        self._bells = bells
        self._app_id = app_id
        self._clock = clock
        self._other_products: set[str] = set()

    async def receive(self, bodies: Sequence[bytes]) -> Accepted:
        """Store every item of signed webhooks; what cannot be read at all is set aside whole.

        What is not about a Page is only noted; see `other_products`.

        Raises:
            StoreUnavailable: Facebook has to send all of them again.
        """
        now = self._clock()
        deliveries = [webhook.read(body, now) for body in bodies]
        accepted = await self._store.inbox.accept(
            [[self._arrival(item, now) for item in items or ()] for items in deliveries], now
        )
        for body, items in zip(bodies, deliveries, strict=True):
            if items is None and not self._is_of_another_product(body):
                await self._store.inbox.set_aside(self._vault.seal(body, "aside"), now)
        for account_id in accepted.accounts:
            self._bells.notify(account_id)
        if accepted.greetings_due:
            self._bells.notify(GREETINGS)
        return accepted

    @property
    def other_products(self) -> list[str]:
        """Meta's products, other than Pages, of which deliveries came since the start; no account is for them."""
        return sorted(self._other_products)

    def _is_of_another_product(self, body: bytes) -> bool:
        """Note whose delivery it is. Like the messages of a Page that nobody has linked, it is not kept."""
        product = webhook.product_of(body)
        if product and product not in self._other_products and len(self._other_products) < _PRODUCTS:
            self._other_products.add(product)
            log.warning("Facebook delivers messages of %s; no account is for it", product)
        return bool(product)

    def message_of(self, source_id: str, mid: str) -> bytes:
        """The fingerprint of a message at Facebook."""
        return self._vault.fingerprint(f"mid {source_id} {mid}".encode())

    def sent(self, source_id: str, mid: str, message_id: str, conversation: Conversation, sent_ms: int) -> SentMark:
        """By what the receipts of one of our messages are recognised."""
        return SentMark(self.message_of(source_id, mid), message_id, conversation.fingerprint, sent_ms)

    def event(
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
        return self._sealed(event, fingerprint, _hour_of(time_ms), sent=sent)

    def notify(self, account_id: str) -> None:
        """Tell the account's CRM that there is something new."""
        self._bells.notify(account_id)

    def _arrival(self, item: webhook.Item, now: int) -> Arrival:
        own = self._own_message(item)
        address = ConversationKey(item.page_id, item.customer)
        conversation = self._vault.conversation(address) if item.customer else _NOBODY
        if own is not None and item.customer:
            # The echo proves that our message went out. If its call was answered, this is already known and
            # the identity makes it one event; if the answer was lost, this is the news.
            return self.event(
                item.page_id,
                "sent",
                own.told(str(item.content["message"].get("text", ""))) | {"mid": item.mid},
                identity=f"sent {own.id}",
                time_ms=created_ms(own.id) or now,
                conversation=conversation.id,
                sent=self.sent(item.page_id, item.mid, own.id, conversation, item.time_ms),
            )
        opens = item.opens_window
        fingerprint, known_as = self._fingerprints(item, now, opens=opens)
        content = events.content_of(item.kind, item.content)
        if item.standby:
            content["standby"] = True
        if item.by_page and item.kind is not events.Kind.ECHO:
            content["by_page"] = True
        event = StoredEvent(
            fingerprint.hex(),
            item.kind,
            item.page_id,
            conversation.id,
            item.time_ms,
            content,
            opens,
            from_own_app=content.get("app_id") == self._app_id,
        )
        # One from far away is not trusted.
        trusted = item.dated and abs(now - item.time_ms) < _MEMORY_MS
        return self._sealed(
            event,
            fingerprint,
            item.time_ms if trusted else _hour_of(now),
            known_as=known_as,
            conversation=conversation.fingerprint if opens else None,
            window_ms=min(item.time_ms, now),
            greets=conversation.id if opens and not item.standby and item.kind in _GREETING_KINDS else "",
        )

    def _fingerprints(self, item: webhook.Item, now: int, *, opens: bool) -> tuple[bytes, tuple[bytes, ...]]:
        """By what the item is recognised, and what else makes it old news."""
        names = [item.identity]
        if not item.is_lasting:
            # Only its words tell it from others, and they may be meant once more tomorrow.
            hour = _hour_of(now) // _HOUR_MS
            names = [b"%d %b" % (one, item.identity) for one in (hour, hour - 1)]
        if item.standby and opens:
            # What may not be answered yet is told again once it may, but not the other way round.
            names = [b"standby " + name for name in names] + names
        first, *others = map(self._vault.fingerprint, names)
        return first, tuple(others)

    def _own_message(self, item: webhook.Item) -> OwnMessage | None:
        message = item.content.get("message")
        if item.kind is not events.Kind.ECHO or not isinstance(message, dict):
            return None
        metadata = message.get("metadata")
        if str(message.get("app_id")) != self._app_id or not isinstance(metadata, str):
            return None
        return own_message(metadata)

    def _sealed(
        self,
        event: StoredEvent,
        fingerprint: bytes,
        item_ms: int,
        *,
        known_as: tuple[bytes, ...] = (),
        conversation: bytes | None = None,
        window_ms: int = 0,
        greets: str = "",
        sent: SentMark | None = None,
    ) -> Arrival:
        return Arrival(
            source_id=event.source_id,
            fingerprint=fingerprint,
            item_ms=item_ms,
            body=self._vault.seal(msgspec.json.encode(event), event.source_id),
            known_as=known_as,
            conversation=conversation,
            time_ms=window_ms,
            greets=greets,
            sent=sent,
        )
