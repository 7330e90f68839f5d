"""What Facebook delivers, as events: reads a webhook's items and stores all of them, or has it sent again."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from fbtool.facebook import events, webhook
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.messages import OwnMessage, own_message
from fbtool.gateway.store.inbox import Accepted, Arrival
from fbtool.gateway.store.limits import HOUR_MS
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.meta.webhook import product_of

log = logging.getLogger("fbtool.gateway.webhook")
_PRODUCTS = 20
"""Most names of Meta's products that are remembered; it has fewer."""


class WebhookEvents:
    """Takes webhooks in whose signature is proven.

    Args:
        app_id: whose echoes may be of our own messages.
        claimed: offers a delivery that is not about Pages to the other channels; True if one took it.
        clock: unix milliseconds.
    """

    def __init__(
        self,
        intake: Intake,
        vault: Vault,
        app_id: str,
        claimed: Callable[[bytes], Awaitable[bool]],
        clock: Callable[[], int],
    ) -> None:
        self._intake = intake
        self._vault = vault
        self._app_id = app_id
        self._claimed = claimed
        self._clock = clock
        self._other_products: set[str] = set()

    async def receive(self, bodies: Sequence[bytes]) -> Accepted:
        """Store every item of signed webhooks; what cannot be read at all is set aside whole.

        What is not about a Page goes to the channel that claims it, else it is only noted; see `other_products`.

        Raises:
            StoreUnavailable: Facebook has to send all of them again.
        """
        now = self._clock()
        deliveries = [webhook.read(body, now) for body in bodies]
        accepted = await self._intake.take([[self._arrival(item, now) for item in items or ()] for items in deliveries])
        for body, items in zip(bodies, deliveries, strict=True):
            if items is None and not await self._claimed(body) and not self._is_of_another_product(body):
                await self._intake.set_aside(body)
        return accepted

    @property
    def other_products(self) -> list[str]:
        """Meta's products of which deliveries came since the start and for which no channel is."""
        return sorted(self._other_products)

    def _is_of_another_product(self, body: bytes) -> bool:
        """Note whose delivery it is. Like the messages of a Page that nobody has linked, it is not kept."""
        product = product_of(body)
        if product and product not in self._other_products and len(self._other_products) < _PRODUCTS:
            self._other_products.add(product)
            log.warning("Facebook delivers messages of %s; no account is for it", product)
        return bool(product)

    def _arrival(self, item: webhook.Item, now: int) -> Arrival:
        own = self._own_message(item)
        key = ConversationKey(item.page_id, item.customer)
        if own is not None and item.customer:
            return self._sent(item, own, key)
        opens = item.opens_window
        identity, *known_as = _identities(item, now, opens=opens)
        content = events.content_of(item.kind, item.content)
        if item.standby:
            content["standby"] = True
        if item.by_page and item.kind is not events.Kind.ECHO:
            content["by_page"] = True
        return self._intake.event(
            key,
            item.kind,
            content,
            identity=identity,
            time_ms=item.time_ms,
            known_as=known_as,
            is_dated=item.dated,
            opens_window=opens,
            greets=not item.standby,
            from_own_app=content.get("app_id") == self._app_id,
        )

    def _sent(self, item: webhook.Item, own: OwnMessage, key: ConversationKey) -> Arrival:
        """The echo proves that our message went out.

        If its call was answered, this is already known and the identity makes it one event; if the answer was lost,
        this is the news.
        """
        text = str(item.content["message"].get("text", ""))
        return self._intake.sent(key, own, text, item.mid, item.time_ms)

    def _own_message(self, item: webhook.Item) -> OwnMessage | None:
        message = item.content.get("message")
        if item.kind is not events.Kind.ECHO or not isinstance(message, dict):
            return None
        metadata = message.get("metadata")
        if str(message.get("app_id")) != self._app_id or not isinstance(metadata, str):
            return None
        return own_message(metadata)


def _identities(item: webhook.Item, now: int, *, opens: bool) -> list[bytes]:
    """By what the item is recognised, and what else makes it old news."""
    names = [item.identity]
    if not item.is_lasting:
        # Only its words tell it from others, and they may be meant once more tomorrow.
        hour = now // HOUR_MS
        names = [b"%d %b" % (one, item.identity) for one in (hour, hour - 1)]
    if item.standby and opens:
        # What may not be answered yet is told again once it may, but not the other way round.
        names = [b"standby " + name for name in names] + names
    return names
