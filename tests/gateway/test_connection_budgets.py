"""Visitors of a web chat have connections of their own: they starve nobody, and nobody starves them."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from fbtool.gateway.channels import installed
from fbtool.gateway.channels.port import Channel, Core, MessageLimits, Plug
from fbtool.gateway.edge.client_addresses import TrustedProxies
from fbtool.gateway.edge.connection_budgets import ConnectionBudgets
from fbtool.gateway.limits import Limits
from fbtool.gateway.rate_limits import RateLimits
from fbtool.gateway.server import Gateway
from fbtool.gateway.telemetry.metrics import Metrics
from tests.conditions import eventually
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_edge import STRANGER, dial, is_well, until_closed

WAIT, STATUS, HEALTH = "/visitors/wait", "/visitors/status", "/healthz"
LIMITS = Limits(sockets=8, sockets_per_address=3, visitor_sockets=20, visitor_sockets_per_address=6)


class WaitingRoom(Channel):
    """A channel with visitors, who wait for an answer as long as they like, or get one at once."""

    visitors_below = "/visitors/"

    def __init__(self) -> None:
        self.rates = RateLimits()
        self.waiting = 0

    def routes(self) -> list[BaseRoute]:
        return [Route(WAIT, self.wait), Route(STATUS, self.status)]

    async def wait(self, request: Request) -> PlainTextResponse:
        self.waiting += 1
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        finally:
            self.waiting -= 1
        return PlainTextResponse("")

    async def status(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("here")

    def limits(self) -> MessageLimits:
        return MessageLimits(text=1000)


class WaitingRoomPlug(Plug):
    name = "waiting-room"

    def __init__(self) -> None:
        self.channel = WaitingRoom()

    def open(self, core: Core, settings: None) -> WaitingRoom:
        return self.channel


@pytest.fixture
def plug() -> WaitingRoomPlug:
    return WaitingRoomPlug()


@pytest.fixture
def visited(
    tmp_path: Path, facebook: ScriptedFacebook, plug: WaitingRoomPlug, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """A gateway with Facebook and a channel that has visitors."""
    monkeypatch.setitem(installed._known, plug.name, plug)
    settings = settings_for(tmp_path, facebook, limits=LIMITS, channels=("facebook", plug.name))
    settings = replace(settings, of_channel=dict(settings.of_channel) | {plug.name: None})
    gateway = Gateway(settings)
    gateway.start()
    here = Running(settings, gateway, Clock())
    here.token = here.admin("POST", "accounts", json={"name": "Shop", "channel": "facebook"}).json()["token"]
    here.link()
    yield here
    gateway.stop()


def request(line: socket.socket, path: str) -> None:
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def answered(line: socket.socket, path: str) -> bool:
    """Whether a request on this line is answered with success; the line stays open then."""
    request(line, path)
    return line.recv(65536).startswith(b"HTTP/1.1 200 ")


def visitors_open(here: Running) -> int:
    text = here.api("GET", "../metrics", token=here.settings.admin_token).text
    (number,) = re.findall(r"^gateway_visitor_connections (\d+)", text, re.MULTILINE)
    return int(number)


def a_visitor_more(here: Running, stack: ExitStack, source: str = "127.0.0.1") -> bytes:
    """What one more is told whose connection is refused."""
    line = stack.enter_context(dial(here, source))
    request(line, WAIT)
    return until_closed(line)


def test_visitors_with_all_their_connections_keep_no_webhook_and_no_crm_out(
    visited: Running, plug: WaitingRoomPlug
) -> None:
    with ExitStack() as lines:
        for _ in range(10):
            request(lines.enter_context(dial(visited)), WAIT)
        for _ in range(10):  # answered, and idle: still theirs
            assert answered(lines.enter_context(dial(visited)), STATUS)
        eventually(lambda: plug.channel.waiting == 10)
        refused = a_visitor_more(visited, lines).lower()
        assert refused.startswith(b"http/1.1 503 ")
        assert b"\r\nretry-after: 10\r\n" in refused
        assert b"\r\naccess-control-allow-origin: *\r\n" in refused, "else no script may read when to come again"
        assert deliver(visited.address, delivery(message("m_1"))) == 200
        assert [event["kind"] for event in visited.api("GET", "events").json()["events"]] == ["message"]
        assert visitors_open(visited) == 20
    eventually(lambda: visitors_open(visited) == 0)
    with dial(visited) as line:
        assert answered(line, STATUS)


def test_all_others_keep_no_visitor_out(visited: Running) -> None:
    with ExitStack() as lines:
        for _ in range(8):
            assert answered(lines.enter_context(dial(visited)), HEALTH)
        one_more = lines.enter_context(dial(visited))
        request(one_more, HEALTH)
        refused = until_closed(one_more).lower()
        assert refused.startswith(b"http/1.1 503 ")
        assert b"\r\nretry-after: 10\r\n" in refused
        assert answered(lines.enter_context(dial(visited)), STATUS)


def test_who_has_just_arrived_takes_nobodys_place(visited: Running) -> None:
    with ExitStack() as lines:
        for _ in range(20):
            assert answered(lines.enter_context(dial(visited)), STATUS)
        for _ in range(20):
            lines.enter_context(dial(visited))  # and says nothing yet
        assert is_well(visited)


def test_each_request_gives_the_connection_its_place_anew(visited: Running) -> None:
    with dial(visited) as line, ExitStack() as lines:
        for path, open_now in ((STATUS, 1), (HEALTH, 0), (STATUS, 1), (f"{HEALTH}?{STATUS}", 0), (f"{STATUS}?1", 1)):
            assert answered(line, path)
            assert visitors_open(visited) == open_now
        for _ in range(8):
            assert answered(lines.enter_context(dial(visited)), HEALTH)
        request(line, HEALTH)  # where there is no place for it, it ends
        assert until_closed(line).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("path", ["/%76isitors/status", "/visitors%2Fstatus", "http://x/visitors/status"])
def test_however_a_visitors_path_is_written_it_is_a_visitors(visited: Running, path: str) -> None:
    with dial(visited) as line:
        assert answered(line, path), "it is routed like the plain one"
        assert visitors_open(visited) == 1


@pytest.mark.parametrize("target", ["http://[/visitors/status", "http://x", "*", "/%", "/%2"])
def test_what_is_no_path_is_no_visitors(visited: Running, target: str) -> None:
    with dial(visited) as line:
        request(line, target)
        assert not line.recv(65536).startswith(b"HTTP/1.1 5")
        assert visitors_open(visited) == 0


def test_the_many_visitors_of_one_company_count_for_themselves(visited: Running) -> None:
    with ExitStack() as lines:
        for _ in range(6):
            assert answered(lines.enter_context(dial(visited, STRANGER)), STATUS)
        for _ in range(3):
            assert answered(lines.enter_context(dial(visited, STRANGER)), HEALTH)
        for path in (STATUS, HEALTH):
            line = lines.enter_context(dial(visited, STRANGER))
            request(line, path)
            assert until_closed(line).startswith(b"HTTP/1.1 503 "), path
        assert answered(lines.enter_context(dial(visited, "127.0.0.3")), STATUS), "the neighbour"


CHOICES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["enter", STATUS, HEALTH, "leave"])), max_size=60)


@given(CHOICES, st.booleans())
def test_every_connection_is_counted_once_and_where_its_last_request_belongs(
    choices: list[tuple[int, str]], with_visitors: bool
) -> None:
    metrics = Metrics()
    budgets = ConnectionBudgets(LIMITS, TrustedProxies([]), metrics)
    budgets.expect_visitors_below(["/visitors/"] if with_visitors else [""])
    places, model = {}, {}
    for who, what in choices:
        if what == "enter" and who not in places:
            places[who], model[who] = budgets.enter(f"2001:db8::{who}"), ""
        elif what == "leave" and who in places:
            places.pop(who).leave()
            del model[who]
        elif what.startswith("/") and who in places:
            places[who].take(what.encode())
            model[who] = what
        text = metrics.text({}, "1")
        assert f"\ngateway_connections {len(model)}\n" in text
        visitors = list(model.values()).count(STATUS) if with_visitors else 0
        assert f"\ngateway_visitor_connections {visitors}\n" in text
    for place in places.values():
        place.leave()
    fresh = budgets.enter("2001:db8::9")
    assert (fresh.is_allowed(), fresh.budget.open) == (True, 1)
