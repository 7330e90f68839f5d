"""A delivery on a connection, as Facebook and proxies send it."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from fbtool.gateway.limits import Limits
from fbtool.gateway.server import Gateway
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import delivery, message, signature


@pytest.fixture
def here(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:
    """A gateway with a linked Page that takes deliveries on one of the ways."""
    limits = Limits(failed_signatures_per_minute=2)
    settings = settings_for(tmp_path, facebook, limits=limits)
    clock = Clock()
    running = Running(settings, Gateway(settings, clock), clock)
    running.gateway.start()
    running.token = running.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    assert running.link().status_code == 201
    yield running
    running.gateway.stop()


class Line:
    """A connection on which requests are written by hand."""

    def __init__(self, here: Running) -> None:
        self.socket = socket.create_connection(("127.0.0.1", here.gateway.port), timeout=60)
        self._read = self.socket.makefile("rb")

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self.socket.close()

    def say(self, body: bytes, *more: str, signed: str | None = None, target: str = "/facebook/webhook") -> None:
        """Send a delivery."""
        self.socket.sendall(request(body, *more, signed=signed, target=target))

    def hear(self) -> tuple[int, dict[str, str]]:
        """The next answer."""
        status = int(self._read.readline().split()[1])
        headers = {}
        while line := self._read.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        self._read.read(int(headers.get("content-length", "0")))
        return status, headers

    def is_over(self) -> bool:
        """Whether the gateway has ended it."""
        return self._read.read(1) == b""


def request(body: bytes, *more: str, signed: str | None = None, target: str = "/facebook/webhook") -> bytes:
    proof = signature(body) if signed is None else signed
    lines = [f"POST {target} HTTP/1.1", "Host: x", f"X-Hub-Signature-256: {proof}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *more, "", ""]).encode() + body


def mids(here: Running) -> list[str]:
    """The messages that wait for the CRM."""
    events = here.api("GET", "events").json()["events"]
    return [event["content"]["mid"] for event in events if event["kind"] == "message"]


def test_one_connection_carries_many_deliveries(here: Running) -> None:
    with Line(here) as line:
        for mid in ("m_1", "m_2", "m_3"):
            line.say(delivery(message(mid)))
            status, headers = line.hear()
            assert (status, headers["content-length"]) == (200, "0")
    assert mids(here) == ["m_1", "m_2", "m_3"]


def test_a_wrong_signature_is_refused_and_the_connection_goes_on(here: Running) -> None:
    with Line(here) as line:
        line.say(delivery(message("m_forged")), signed="sha256=" + "0" * 64)
        assert line.hear()[0] == 403
        line.say(delivery(message("m_good")))
        assert line.hear()[0] == 200
    assert mids(here) == ["m_good"]


def test_who_signs_wrongly_too_often_is_told_to_wait_and_good_deliveries_still_pass(here: Running) -> None:
    with Line(here) as line:
        heard = []
        for number in range(3):
            line.say(delivery(message(f"m_{number}")), signed="sha256=" + "0" * 64)
            heard.append(line.hear())
        assert [status for status, _ in heard] == [403, 403, 429]
        assert heard[-1][1]["retry-after"] == "60"
        line.say(delivery(message("m_good")))
        assert line.hear()[0] == 200


def test_who_is_tired_of_is_the_client_and_not_the_proxy(here: Running) -> None:
    def forge(line: Line, client: str) -> int:
        line.say(delivery(message("m_x")), f"X-Forwarded-For: {client}", signed="sha256=" + "0" * 64)
        return line.hear()[0]

    with Line(here) as line:
        assert [forge(line, "203.0.113.7") for _ in range(3)] == [403, 403, 429]
        assert forge(line, "203.0.113.8") == 403


def test_several_requests_at_once_are_answered_in_their_order(here: Running) -> None:
    good, forged = delivery(message("m_a")), delivery(message("m_b"))
    verification = b"GET /facebook/webhook?hub.mode=subscribe HTTP/1.1\r\nHost: x\r\n\r\n"
    with Line(here) as line:
        line.socket.sendall(
            request(good) + verification + request(forged, signed="sha256=0") + request(delivery(message("m_c")))
        )
        assert [line.hear()[0] for _ in range(4)] == [200, 403, 403, 200]
    assert mids(here) == ["m_a", "m_c"]


def test_a_body_may_come_in_pieces(here: Running) -> None:
    whole = request(delivery(message("m_pieces", "Grüße " * 500)))
    with Line(here) as line:
        for start in range(0, len(whole), 700):
            line.socket.sendall(whole[start : start + 700])
        assert line.hear()[0] == 200
    assert mids(here) == ["m_pieces"]


@pytest.mark.parametrize("more", ["X-Hub-Signature: sha1=0", "Connection: keep-alive", "Expect: 100-continue"])
def test_other_headers_change_nothing(here: Running, more: str) -> None:
    with Line(here) as line:
        line.say(delivery(message("m_more")), more)
        status, _ = line.hear()
        while status == 100:
            status, _ = line.hear()
        assert status == 200
    assert mids(here) == ["m_more"]


def test_a_delivery_may_be_large_and_its_address_may_have_a_query(here: Running) -> None:
    with Line(here) as line:
        line.say(delivery(*(message(f"m_{number:04}", "x" * 200) for number in range(400))))
        assert line.hear()[0] == 200
        line.say(delivery(message("m_query")), target="/facebook/webhook?a=b")
        assert line.hear()[0] == 200
    assert "m_query" in {
        event["content"]["mid"] for event in here.api("GET", "events", params={"limit": 500}).json()["events"]
    }


def test_the_client_ends_the_connection_when_it_says_so(here: Running) -> None:
    with Line(here) as line:
        line.say(delivery(message("m_last")), "Connection: close")
        status, headers = line.hear()
        assert (status, headers["connection"]) == (200, "close")
        assert line.is_over()


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(here: Running) -> None:
    with Line(here) as line:
        line.socket.sendall(request(delivery(message("m_half")))[:-10])
    with Line(here) as line:
        line.say(delivery(message("m_other")))
        assert line.hear()[0] == 200
    assert mids(here) == ["m_other"]


def test_it_is_counted(here: Running) -> None:
    with Line(here) as line:
        line.say(delivery(message("m_counted")))
        assert line.hear()[0] == 200
    metrics = here.api("GET", "../metrics", token=here.settings.admin_token).text
    assert re.search(r'webhook_requests_total\{code="200"\} 1\b', metrics)
