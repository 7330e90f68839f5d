"""Listing and linking against a Graph server that takes 100 ms for every call, with a real gateway.

The aim is to be bound by that latency and by nothing else: 1,000 Pages are ten parts of a list, one after the
other, because each needs the cursor of the one before; 200 Pages to link are 200 times the gateway's three calls,
as many at a time as the tool dares.
"""

import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from benchmarks import facebook, servers
from benchmarks.facebook import PAGES
from fbtool.connection_code import Connection
from fbtool.facebook.graph import Platform
from fbtool.facebook.pages import PAGE_SIZE
from fbtool.facebook.tokens import Person
from fbtool.linking.links.linker import Result, link_pages
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.network.workers import AT_ONCE
from fbtool.linking.pages.listing import Listing, list_pages

LATENCY = 0.1
"""Seconds that every Graph call takes."""
TO_LINK = 200
CALLS_PER_LINK = 3
"""The gateway's: what is the token worth, subscribe, read the subscription back; one after the other."""
ERIKA = SignIn(Person("42", "Erika Muster"), "EAAUSER", 0)


def measure(workplace: Path, rounds: int) -> Iterator[tuple[str, float, list[float], float]]:
    """What, the least seconds that the latency allows, the seconds it took in each round, the aim as a ratio."""
    with facebook.serving(LATENCY) as address, servers.gateway("fbtool", workplace / "listing", address) as served:
        connection = Connection.to(served.address, served.token)
        platform = Platform(address, address)
        listing, first = listed(platform, connection)
        assert len(listing.pages) == PAGES
        assert not listing.failures, listing.failures[0].sentence
        times = [first] + [listed(platform, connection)[1] for _ in range(rounds - 1)]
        yield f"list {PAGES:,} Pages", ceil(PAGES / PAGE_SIZE) * LATENCY, times, 1.3
        times = [linked(listing, connection) for _ in range(rounds)]
        minimum = ceil(TO_LINK / AT_ONCE) * CALLS_PER_LINK * LATENCY
        yield f"link {TO_LINK} Pages, {AT_ONCE} at a time", minimum, times, 1.5


def listed(platform: Platform, connection: Connection) -> tuple[Listing, float]:
    """The list, and how many seconds it took with connections that are new, as at the start of the tool."""
    begun = time.perf_counter()
    with GraphClient(platform) as graph, GatewayClient(connection) as gateway:
        listing = list_pages(graph, gateway, ERIKA)
    return listing, time.perf_counter() - begun


def linked(listing: Listing, connection: Connection) -> float:
    """How many seconds linking took."""
    begun = time.perf_counter()
    with GatewayClient(connection) as gateway:
        outcomes = list(link_pages(gateway, listing.pages[:TO_LINK], "Erika Muster"))
    seconds = time.perf_counter() - begun
    assert {outcome.result for outcome in outcomes} <= {Result.LINKED, Result.REFRESHED}, outcomes[0].problem
    return seconds
