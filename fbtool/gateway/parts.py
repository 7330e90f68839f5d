"""The gateway's parts around a store, each given the others it needs."""

from collections.abc import Callable

from fbtool.facebook.graph import App
from fbtool.gateway.channels.facebook.graph import Graph
from fbtool.gateway.channels.facebook.link_checks import LinkMonitor
from fbtool.gateway.channels.facebook.link_repository import LinkRepository
from fbtool.gateway.channels.facebook.linking import Linker
from fbtool.gateway.channels.facebook.page_tokens import PageApi
from fbtool.gateway.channels.facebook.reply_time import ReplyTime
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.channels.facebook.unsubscribing import Unsubscriber
from fbtool.gateway.delivery.receiving import Transit
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.outbound.rate_limits import RateLimits
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.store import Store
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import OutboxSignal


class Parts:
    """What works behind the faces. Made when the event loop runs.

    Args:
        store: started.
        links: in the same database.
        vault: with the store's data key.
        graph: the way to Facebook.
        app: on whose behalf.
        pace: learns from the graph's answers.
        transit: the way in.
        clock: unix milliseconds.
    """

    def __init__(
        self,
        store: Store,
        links: LinkStore,
        vault: Vault,
        graph: Graph,
        app: App,
        pace: RateLimits,
        transit: Transit,
        clock: Callable[[], int],
    ) -> None:
        queue = OutboxSignal()
        self.transit = transit
        self.proofs = PageApi(graph, app)
        self.book = LinkRepository(links, transit, queue, clock)
        self.farewells = Unsubscriber(links, vault, self.proofs, clock)
        self.linker = Linker(links, self.book, vault, self.proofs, self.farewells, clock)
        self.care = LinkMonitor(links, self.book, self.linker, self.farewells, clock)
        self.reply_time = ReplyTime(clock)
        carrier = Dispatcher(store, links, vault, graph, transit, self.book, self.care, pace, self.reply_time, clock)
        self.sender = Sender(store, vault, carrier, pace, self.reply_time, queue, clock)
