"""Where a case finds what it sends: marked messages, entries, signed deliveries."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from fbtool.sandbox import ids
from fbtool.sandbox.conformance import bodies, markers
from fbtool.sandbox.conformance.bodies import Entry, Item
from fbtool.sandbox.conformance.delivery import Delivery, Demand, Plan
from fbtool.sandbox.conformance.settings import RunLimits, Target
from fbtool.sandbox.webhooks import payload

Alteration = Callable[[Mapping[str, str]], dict[str, str]]
"""What a case does to the headers of a well-signed delivery."""


class DeliveryBuilder:
    """Makes the deliveries of one case in one run.

    Args:
        target: whose secrets and Pages are used.
        limits: how much may be sent.
        run: the run's name.
        case: the case's name.
        number: the case's number, so that no two cases share a conversation.
    """

    def __init__(self, target: Target, limits: RunLimits, run: str, case: str, number: int) -> None:
        self.target = target
        self.limits = limits
        self._run = run
        self._case = case
        # Sixteen digits: a page-scoped id that JavaScript, too, can hold as a number.
        self._customers = 73 * 10**14 + int(run, 16) % 10**6 * 10**8 + number * 10**6
        self._count = 0
        self._time_ms = time.time_ns() // 1_000_000 - 2_000

    def message(self, page: int = 0, customer: int = 0, words: str = "") -> Item:
        """A text message that has to arrive; each is a millisecond younger than the one before."""
        marker = self._next()
        return bodies.message(marker, self._page(page), self._customer(customer), self._time_ms, words)

    def messages(self, count: int, page: int = 0, customer: int = 0) -> list[Item]:
        """Messages of one conversation."""
        return [self.message(page, customer) for _ in range(count)]

    def event(self, **content: Any) -> Item:
        """Another kind of item than a message; an endpoint may hand it on or not.

        ``{mid}`` and ``{marker}`` in texts of ``content`` are filled in.
        """
        marker = self._next()
        whole = {
            "sender": {"id": self._customer(0)},
            "recipient": {"id": self._page(0)},
            "timestamp": self._time_ms,
            **content,
        }
        return self._unowed(marker, whole)

    def broken(self, content: Any) -> Item:
        """Something that is no item at all; ``{mid}`` and ``{marker}`` in its texts are filled in."""
        return self._unowed(self._next(), content)

    def entry(self, *items: Item, page: int = 0, under: str = "messaging") -> Entry:
        """An entry of one Page."""
        seconds = under == "changes"
        return bodies.entry(self._page(page), items, self._time_ms // 1000 if seconds else self._time_ms, under)

    def post(
        self, *entries: Entry, demand: Demand = Demand.TAKEN, secret: str = "", altered: Alteration = dict, **more: Any
    ) -> Delivery:
        """A delivery, signed as Facebook signs unless ``secret`` or ``altered`` say otherwise."""
        items = tuple(item for entry in entries for item in entry.items)
        return self.signed(bodies.wire(entries, **more), demand, items, secret=secret, altered=altered)

    def signed(
        self, body: bytes, demand: Demand, items: tuple[Item, ...] = (), *, secret: str = "", altered: Alteration = dict
    ) -> Delivery:
        """A delivery of any bytes."""
        headers = payload.headers(body, secret or self.target.secret)
        return Delivery(demand, headers=altered(headers), body=body, items=items)

    def good(self, customer: int = 0) -> Delivery:
        """One message, delivered as it should be."""
        return self.post(self.entry(self.message(customer=customer)))

    def then_good(self, *deliveries: Delivery) -> Plan:
        """The deliveries one after the other, and a good one that shows that the endpoint lives on."""
        return (*((one,) for one in deliveries), (self.good(),))

    def verification(self, token: str, demand: Demand) -> Delivery:
        """Facebook's call before it sends anything to a new address."""
        challenge = ids.challenge()
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        return Delivery(demand, "GET", query, challenge=challenge)

    def _unowed(self, marker: str, content: Any) -> Item:
        return Item(marker, self._page(0), self._customer(0), _filled(content, marker), owed=False)

    def _next(self) -> str:
        self._count += 1
        self._time_ms += 1
        return markers.marker(self._run, self._case, self._count)

    def _page(self, number: int) -> str:
        return self.target.pages[number % len(self.target.pages)]

    def _customer(self, number: int) -> str:
        return str(self._customers + number)


def _filled(value: Any, marker: str) -> Any:
    if isinstance(value, str):
        return value.replace("{mid}", markers.mid(marker)).replace("{marker}", marker)
    if isinstance(value, dict):
        return {name: _filled(part, marker) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, marker) for part in value]
    return value
