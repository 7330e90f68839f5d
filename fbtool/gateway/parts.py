"""The gateway's parts around a store, each given the others it needs."""

from collections.abc import Callable

from fbtool.facebook.graph import App
from fbtool.gateway.answers.carrier import Carrier
from fbtool.gateway.answers.pace import Pace
from fbtool.gateway.answers.sender import Sender
from fbtool.gateway.bells import QueueBell
from fbtool.gateway.graph import Graph
from fbtool.gateway.linkage.care import Care
from fbtool.gateway.linkage.farewells import Farewells
from fbtool.gateway.linkage.linkbook import LinkBook
from fbtool.gateway.linkage.linker import Linker
from fbtool.gateway.linkage.proofs import Proofs
from fbtool.gateway.reply_time import ReplyTime
from fbtool.gateway.store import Store
from fbtool.gateway.transit.receiving import Transit
from fbtool.gateway.vault import Vault


class Parts:
    """What works behind the faces. Made when the event loop runs.

    Args:
        store: started.
        vault: with the store's data key.
        graph: the way to Facebook.
        app: on whose behalf.
        pace: learns from the graph's answers.
        transit: the way in.
        clock: unix milliseconds.
    """

    def __init__(
        self, store: Store, vault: Vault, graph: Graph, app: App, pace: Pace, transit: Transit, clock: Callable[[], int]
    ) -> None:
        queue = QueueBell()
        self.transit = transit
        self.proofs = Proofs(graph, app)
        self.book = LinkBook(store, transit, queue, clock)
        self.farewells = Farewells(store, vault, self.proofs, clock)
        self.linker = Linker(store, self.book, vault, self.proofs, self.farewells, clock)
        self.care = Care(store, self.book, self.linker, self.farewells, clock)
        self.reply_time = ReplyTime(clock)
        carrier = Carrier(store, vault, graph, transit, self.book, self.care, pace, self.reply_time, clock)
        self.sender = Sender(store, vault, carrier, pace, self.reply_time, queue, clock)
