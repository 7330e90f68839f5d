"""Rude clients: slow, endless, numerous. A polite one beside them is served all the same."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.sync.client import connect

from fbtool.gateway.edge.client_addresses import TrustedProxies, client_of
from fbtool.gateway.limits import Limits
from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message, signature

HEAD = b"POST /facebook/webhook HTTP/1.1\r\nHost: x\r\n"
STRANGER = "127.0.0.2"


def dial(here: Running, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", here.gateway.port), timeout=60, source_address=(source, 0))


def until_closed(line: socket.socket) -> bytes:
    """Everything the gateway says until it ends the connection."""
    said = b""
    try:
        while part := line.recv(65536):
            said += part
    except ConnectionError:
        pass
    return said


@contextmanager
def dripping(line: socket.socket, drop: bytes) -> Iterator[None]:
    """Send a byte again and again until the other side has had enough."""
    over = threading.Event()

    def drip() -> None:
        try:
            while not over.wait(0.05):
                line.sendall(drop)
        except OSError:
            pass

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def is_well(here: Running) -> bool:
    return requests.get(f"{here.address}/healthz", timeout=60).text == "ok"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same deadlines, shorter: nobody waits ten seconds for a test."""
    monkeypatch.setattr("fbtool.gateway.limits.HEADER_SECONDS", 0.4)
    monkeypatch.setattr("fbtool.gateway.limits.BODY_SECONDS", 0.4)


@pytest.mark.usefixtures("hasty")
def test_a_connection_that_says_nothing_is_ended(running: Running) -> None:
    with dial(running) as line:
        assert until_closed(line).startswith(b"HTTP/1.1 408 ")
    assert is_well(running)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("begin", "drop"),
    [(HEAD, b"a"), (b"", b"\r\n"), (HEAD + b"Content-Length: 500000\r\n\r\n", b"{")],
    ids=["head", "empty lines", "body"],
)
def test_bytes_that_drip_in_put_no_deadline_off(running: Running, begin: bytes, drop: bytes) -> None:
    with dial(running) as line:
        line.sendall(begin)
        with dripping(line, drop):
            said = until_closed(line)
    assert said == b"" or said.startswith(b"HTTP/1.1 408 ")
    assert is_well(running)


@pytest.mark.usefixtures("hasty")
def test_after_an_answer_the_next_request_has_its_own_deadline(running: Running) -> None:
    with dial(running) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        said = line.recv(65536)
        assert said.startswith(b"HTTP/1.1 200 ")
        line.sendall(b"GET /he")
        assert until_closed(line).startswith(b"HTTP/1.1 408 ")


def test_a_crm_that_waits_longer_than_any_deadline_is_left_alone(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.limits.HEADER_SECONDS", 0.2)
    monkeypatch.setattr("fbtool.gateway.limits.BODY_SECONDS", 0.2)
    assert running.api("GET", "events", params={"wait": "1"}).json()["events"] == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        b"GET /" + b"a" * 600_000,
    ],
    ids=["long line", "many lines", "endless address"],
)
def test_a_head_too_large_is_refused(running: Running, head: bytes) -> None:
    with dial(running) as line:
        with suppress(ConnectionError):  # it may not even listen to the end
            line.sendall(head)
        said = until_closed(line)
    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
    assert is_well(running)


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        b"0\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        b"0\r\nX-Long: " + b"a" * 600_000,
        b"2;" + b"a" * 600_000,
    ],
    ids=["many trailers", "an endless trailer", "an endless chunk extension"],
)
def test_what_is_around_a_body_is_counted_as_a_head_is(running: Running, rest: bytes) -> None:
    with dial(running) as line:
        with suppress(ConnectionError):
            line.sendall(HEAD + CHUNKED + rest)
        said = until_closed(line)
    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
    assert is_well(running)


def test_a_trailer_is_no_header(running: Running) -> None:
    token = running.token.encode()
    with dial(running) as line:
        line.sendall(
            b"GET /v1/account HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTrailer: Authorization\r\n"
            + CHUNKED
            + b"0\r\nAuthorization: Bearer %b\r\n\r\n" % token
        )
        assert until_closed(line).startswith(b"HTTP/1.1 401 ")


def test_a_signature_in_a_trailer_is_none(tmp_path: Path, facebook: ScriptedFacebook) -> None:
    gateway = Gateway(settings_for(tmp_path, facebook))
    gateway.start()
    try:
        body = delivery(message("m_1"))
        with dial(Running(gateway._settings, gateway, Clock())) as line:
            line.sendall(
                HEAD
                + b"Connection: close\r\n"
                + CHUNKED
                + b"%x\r\n%b\r\n0\r\nX-Hub-Signature-256: %b\r\n\r\n" % (len(body), body, signature(body).encode())
            )
            assert until_closed(line).startswith(b"HTTP/1.1 403 ")
    finally:
        gateway.stop()


def test_a_few_trailers_harm_nobody(running: Running) -> None:
    body = delivery(message("m_1"))
    proof = b"X-Hub-Signature-256: %b\r\n" % signature(body).encode()
    with dial(running) as line:
        for _ in range(3):
            line.sendall(HEAD + proof + CHUNKED + b"%x\r\n%b\r\n0\r\nX-Checksum: 1\r\n\r\n" % (len(body), body))
            assert line.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_requests_are_not_piled_up(running: Running) -> None:
    with dial(running) as line:
        with suppress(ConnectionError):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        assert until_closed(line).count(b"HTTP/1.1 200 ") < 1000
    assert is_well(running)


def test_a_body_too_large_is_refused_before_it_is_read(running: Running) -> None:
    with dial(running) as line:
        line.sendall(HEAD + b"Content-Length: 60000000\r\n\r\n")
        assert until_closed(line).startswith(b"HTTP/1.1 413 ")


def test_a_body_too_large_that_hides_its_length_is_not_read_to_its_end(running: Running) -> None:
    with dial(running) as line:
        line.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        with pytest.raises(OSError), ExitStack():  # noqa: PT012 - which of the many fails is not known
            for _ in range(60):
                line.sendall(chunk)
    assert is_well(running)


def test_five_megabytes_of_a_batch_still_arrive(running: Running) -> None:
    running.link()
    items = [message(f"m_{number}", "x" * 5000) for number in range(1000)]
    body = delivery(*items)
    assert len(body) > 5_000_000
    assert deliver(running.address, body) == 200
    assert running.admin("GET", "holdings").json()["events_waiting"] == 1000


@pytest.fixture
def crowded(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:
    limits = Limits(sockets=12, sockets_per_address=3)
    gateway = Gateway(settings_for(tmp_path, facebook, limits=limits))
    gateway.start()
    yield Running(gateway._settings, gateway, Clock())
    gateway.stop()


def test_one_address_gets_so_many_connections_and_the_proxy_any_number(crowded: Running) -> None:
    with ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(dial(crowded, STRANGER))
        one_more = lines.enter_context(dial(crowded, STRANGER))
        assert until_closed(one_more).startswith(b"HTTP/1.1 503 ")
        for _ in range(6):
            lines.enter_context(dial(crowded))
        assert is_well(crowded)


def test_beyond_the_total_a_connection_is_refused_and_room_comes_back(crowded: Running) -> None:
    with ExitStack() as lines:
        for _ in range(12):
            lines.enter_context(dial(crowded))
        assert until_closed(lines.enter_context(dial(crowded))).startswith(b"HTTP/1.1 503 ")
    assert is_well(crowded)


def test_a_stream_counts_until_it_ends(crowded: Running) -> None:
    token = crowded.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    url = f"ws://127.0.0.1:{crowded.gateway.port}/v1/stream"

    def is_let_in() -> bool:
        with dial(crowded, STRANGER) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return until_closed(line).startswith(b"HTTP/1.1 200 ")

    headers = {"Authorization": f"Bearer {token}"}
    with dial(crowded, STRANGER), dial(crowded, STRANGER):
        with connect(url, sock=dial(crowded, STRANGER), additional_headers=headers, open_timeout=60, proxy=None):
            assert not is_let_in()
        eventually(is_let_in, 60)


UPGRADE = (
    b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
EMPTY_PART = b"\x00\x80\0\0\0\0"


def test_a_websocket_message_of_parts_without_end_ends_the_connection(running: Running) -> None:
    with dial(running) as line:
        line.sendall(UPGRADE + b"Authorization: Bearer %b\r\n\r\n" % running.token.encode())
        assert line.recv(65536).startswith(b"HTTP/1.1 101 ")
        with suppress(ConnectionError):
            line.sendall(b"\x01\x80\0\0\0\0" + EMPTY_PART * 1000)
        until_closed(line)
    metrics = running.api("GET", "../metrics", token=running.settings.admin_token).text
    assert 'gateway_connections_refused_total{reason="many_fragments"} 1' in metrics


def test_who_is_not_let_in_is_not_listened_to(running: Running) -> None:
    with dial(running) as line:
        line.sendall(UPGRADE + b"\r\n")
        with suppress(ConnectionError):
            line.sendall(b"\x81\xfe\xff\xff\0\0\0\0" + b"a" * 65535)
        said = until_closed(line)
    assert said == b"" or said.startswith(b"HTTP/1.1 401 ")
    assert is_well(running)


def test_who_leaves_before_the_answer_is_no_defect(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        with dial(running) as line:
            line.sendall(UPGRADE + b"Authorization: Bearer fbt_%b_%b\r\n\r\n" % (b"a" * 10, b"a" * 43))
            line.shutdown(socket.SHUT_WR)
            until_closed(line)
    assert is_well(running)
    assert "defect" not in caplog.text


def test_no_answer_to_a_websocket_comes_before_that_of_the_request_before(
    tmp_path: Path, facebook: ScriptedFacebook, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(settings_for(tmp_path, facebook))
    gateway.start()
    try:
        body = delivery(message("m_1"))
        request = (
            f"POST /facebook/webhook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: {signature(body)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        with dial(Running(gateway._settings, gateway, Clock())) as line:
            line.sendall(request + UPGRADE + b"\r\n")
            said = until_closed(line)
    finally:
        gateway.stop()
    assert said == b"" or said.startswith(b"HTTP/1.1 200 "), said
    assert "defect" not in caplog.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_no_bytes_bring_it_down(running: Running, noise: bytes) -> None:
    with dial(running) as line:
        line.sendall(noise)
        line.shutdown(socket.SHUT_WR)
        until_closed(line)
    assert is_well(running)


def test_an_ipv6_customer_is_one_client() -> None:
    assert client_of("2001:db8:1:2:3::1") == client_of("2001:db8:1:2:4::9") != client_of("2001:db8:1:3::1")
    assert client_of("::ffff:192.0.2.1") == client_of("192.0.2.1")
    assert "10.1.2.3" in TrustedProxies(["10.0.0.0/8"])
    assert "11.1.2.3" not in TrustedProxies(["10.0.0.0/8"])
    assert "not an address" not in TrustedProxies(["10.0.0.0/8"])
