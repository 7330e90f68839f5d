"""How many connections may be open: budgets for visitors and for all others, so that neither can starve the other.

What a connection is for, only its request tells. So a new one stands with the *newcomers*, who have to send a head
within seconds, and each head gives it its place anew: a reverse proxy uses one connection for a visitor and for a CRM.
"""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import httptools

from fbtool.gateway.edge.client_addresses import TrustedProxies, client_of
from fbtool.gateway.limits import Limits
from fbtool.gateway.telemetry.metrics import Metrics


class Budget:
    """How many connections of one kind may be open, in all and of one client; and how many are.

    Args:
        refusal: how metrics call it that a connection was one too many.
    """

    def __init__(self, most: int, most_of_one: int, refusal: str) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._of: Counter[str] = Counter()
        self.open = 0
        self.refusal = refusal

    def add(self, client: str) -> None:
        """One more."""
        self.open += 1
        self._of[client] += 1

    def remove(self, client: str) -> None:
        """One less."""
        self.open -= 1
        self._of[client] -= 1
        if not self._of[client]:
            del self._of[client]

    def has_room(self) -> bool:
        """Whether there are not too many, the last one included."""
        return self.open <= self._most

    def has_room_for(self, client: str) -> bool:
        """Whether this client has not too many."""
        return self._of[client] <= self._most_of_one


class Place:
    """One connection's place in a budget, until it leaves."""

    __slots__ = ("_address", "_budgets", "_client", "budget")

    def __init__(self, budgets: "ConnectionBudgets", address: str) -> None:
        self._budgets = budgets
        self._address = address
        self._client = client_of(address)
        self.budget = budgets.first
        self.budget.add(self._client)

    def is_allowed(self) -> bool:
        """Whether the connection may stay where it is."""
        room = self.budget.has_room_for(self._client) or self._address in self._budgets.trusted
        return room and self.budget.has_room()

    def take(self, url: bytes) -> bool:
        """Move to where a request to this address counts; whether the connection may stay there."""
        budget = self._budgets.of(url)
        if budget is self.budget:
            return True
        self.budget.remove(self._client)
        self.budget = budget
        budget.add(self._client)
        self._budgets.show()
        return self.is_allowed()

    def leave(self) -> None:
        """The connection has ended. Called once."""
        self.budget.remove(self._client)
        self._budgets.show()


class ConnectionBudgets:
    """Counts the connections of one server.

    Args:
        trusted: proxies that may have any number, within the whole.
    """

    def __init__(self, limits: Limits, trusted: TrustedProxies, metrics: Metrics) -> None:
        self.trusted = trusted
        self.metrics = metrics
        both, both_of_one = limits.sockets + limits.visitor_sockets, _of_one(limits)
        # As many as may come to stay: however many visitors have just arrived, a webhook among them is looked at.
        self._newcomers = Budget(both, both_of_one, "too_many")
        self._others = Budget(limits.sockets, limits.sockets_per_address, "too_many")
        self._visitors = Budget(limits.visitor_sockets, limits.visitor_sockets_per_address, "too_many_visitors")
        self._visitors_below: tuple[bytes, ...] = ()

    def expect_visitors_below(self, prefixes: Iterable[str]) -> None:
        """From now on requests to paths below these are visitors'. Connections move with their next request."""
        self._visitors_below = tuple(prefix.encode("ascii") for prefix in prefixes if prefix)

    def enter(self, address: str) -> Place:
        """Count a new connection; `Place.is_allowed` says whether it may stay."""
        place = Place(self, address)
        self.show()
        return place

    @property
    def first(self) -> Budget:
        """Where a connection stands before its first request: where there are no visitors, among the others."""
        return self._newcomers if self._visitors_below else self._others

    def of(self, url: bytes) -> Budget:
        """Where a request to this address counts."""
        return self._visitors if _path(url).startswith(self._visitors_below) else self._others

    def show(self) -> None:
        """Tell the metrics."""
        visitors = self._visitors.open
        self.metrics.connections.set(self._newcomers.open + self._others.open + visitors)
        self.metrics.visitor_connections.set(visitors)


def _path(url: bytes) -> bytes:
    """What a request is routed by: also ``http://gateway/%77ebchat/…`` is a visitor's."""
    if url.startswith(b"/") and b"%" not in url:
        return url
    try:
        return unquote_to_bytes(httptools.parse_url(url).path or b"")
    except httptools.HttpParserInvalidURLError:
        return b""


def _of_one(limits: Limits) -> int:
    return limits.sockets_per_address + limits.visitor_sockets_per_address
