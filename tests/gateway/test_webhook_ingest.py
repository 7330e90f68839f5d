"""What comes at the same time is judged together, and nobody suffers for a neighbour."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.webhook_events import WebhookEvents
from fbtool.gateway.channels.facebook.webhook_ingest import WebhookIngest
from fbtool.gateway.edge.failure_rate_limit import FailureRateLimit
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store.inbox import Accepted
from fbtool.gateway.telemetry.metrics import Metrics
from tests.meta.test_webhook import signed

NOTHING_OF = b"full"
"""A delivery for an account that has too much waiting."""
POISON = b"poison"
"""A delivery that our code stumbles over."""


class Taking:
    """Stands in for what stores and for who looks after links: what was stored together, and whose Pages strayed."""

    def __init__(self) -> None:
        self.groups: list[list[bytes]] = []
        self.strays: set[str] = set()
        self.is_broken = False
        self.undelivered_count = 0

    async def receive(self, bodies: Sequence[bytes]) -> Accepted:
        if self.is_broken:
            raise StoreUnavailable
        if POISON in bodies:
            raise ZeroDivisionError
        self.groups.append(list(bodies))
        refused = frozenset(number for number, body in enumerate(bodies) if body == NOTHING_OF)
        return Accepted(frozenset(), len(bodies), 0, 0, strays=frozenset({"11"}), refused=refused)

    def note_failed_delivery(self) -> None:
        self.undelivered_count += 1

    def note_strays(self, page_ids: Sequence[str]) -> None:
        self.strays.update(page_ids)


@pytest.fixture
def taking() -> Taking:
    return Taking()


def at_once(taking: Taking, *deliveries: tuple[bytes, bytes]) -> list[int]:
    """What a ingest says to deliveries (bodies and signatures) of one turn of the event loop."""

    async def life() -> list[int]:
        events, monitor = cast("WebhookEvents", taking), cast("LinkMonitor", taking)
        ingest = WebhookIngest(events, monitor, ("s",), Metrics(), FailureRateLimit(20))
        waits = [ingest.take(body, signature, "203.0.113.7") for body, signature in deliveries]
        return await asyncio.gather(*waits)

    return asyncio.run(life())


def good(body: bytes) -> tuple[bytes, bytes]:
    return body, signed(body).encode()


def test_what_comes_in_one_turn_is_stored_together(taking: Taking) -> None:
    assert at_once(taking, good(b"a"), good(b"b"), good(b"c")) == [200, 200, 200]
    assert taking.groups == [[b"a", b"b", b"c"]]
    assert taking.strays == {"11"}


def test_a_forged_one_is_refused_and_not_a_word_of_it_is_read(taking: Taking) -> None:
    assert at_once(taking, good(b"a"), (b"forged", b"sha256=0a"), (b"bare", b""), good(b"b")) == [200, 403, 403, 200]
    assert taking.groups == [[b"a", b"b"]]


def test_only_forged_ones_reach_no_store(taking: Taking) -> None:
    assert at_once(taking, (b"forged", b"sha256=0a")) == [403]
    assert taking.groups == []


def test_an_account_with_too_much_waiting_troubles_no_neighbour(taking: Taking) -> None:
    assert at_once(taking, good(b"a"), good(NOTHING_OF), good(b"b")) == [200, 503, 200]
    assert taking.undelivered_count == 1


def test_without_a_store_all_have_to_come_again(taking: Taking) -> None:
    taking.is_broken = True
    assert at_once(taking, good(b"a"), good(b"b")) == [503, 503]
    assert taking.undelivered_count == 1, "once for the group: the monitor wants to know that, not how many"


def test_a_delivery_that_we_cannot_cope_with_keeps_no_neighbour_out(
    taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    assert at_once(taking, good(b"a"), good(POISON), good(b"b")) == [200, 500, 200]
    assert taking.groups == [[b"a"], [b"b"]]
    assert "ZeroDivisionError" in caplog.text


def test_who_does_not_wait_any_more_disturbs_nobody(taking: Taking) -> None:
    async def life() -> int:
        events, monitor = cast("WebhookEvents", taking), cast("LinkMonitor", taking)
        ingest = WebhookIngest(events, monitor, ("s",), Metrics(), FailureRateLimit(20))
        leaves: asyncio.Task[Any] = asyncio.create_task(ingest.take(*good(b"a"), "203.0.113.7"))
        stays = asyncio.create_task(ingest.take(*good(b"b"), "203.0.113.7"))
        await asyncio.sleep(0)
        leaves.cancel()
        return await stays

    assert asyncio.run(life()) == 200
    assert taking.groups == [[b"a", b"b"]]
