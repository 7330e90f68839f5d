"""The loopback receiver waits for one callback, whatever else browsers and port scanners send."""

import base64
import hashlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import pytest

from fbtool.linking.signin import receiver as room
from fbtool.linking.signin.receiver import Callback, Receiver, ReceiverBlocked

STATE = "expected-state"


class Listening(Receiver):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self._heard: SimpleQueue[Callback] = SimpleQueue()
        super().__init__(STATE, self._heard.put)

    def wait(self, seconds: float) -> Callback | None:
        """The callback, as soon as it is there; None after ``seconds`` without one."""
        try:
            return self._heard.get(timeout=seconds)
        except Empty:
            return None


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    # Most of these browsers never fetch their last page.
    monkeypatch.setattr(room, "FAREWELL_LIMIT", 0.0)
    with closing(Listening()) as listening:
        yield listening


def port_of(receiver: Listening) -> int:
    port = urlsplit(receiver.redirect_uri).port
    assert port
    return port


def get(
    receiver: Listening,
    path: str,
    *,
    host: str = "127.0.0.1",
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(host, port_of(receiver), timeout=5)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def callback(receiver: Listening, query: str = f"code=c1&state={STATE}") -> str:
    return f"{urlsplit(receiver.redirect_uri).path}?{query}"


def test_it_listens_on_this_computer_only_under_a_random_path(receiver: Listening) -> None:
    parts = urlsplit(receiver.redirect_uri)
    assert (parts.scheme, parts.hostname) == ("http", "127.0.0.1")
    assert parts.path.startswith("/cb/")
    with closing(Listening()) as other:
        assert urlsplit(other.redirect_uri).path != parts.path
        assert port_of(other) != port_of(receiver)


def test_the_callback_is_answered_before_it_is_handed_on(receiver: Listening) -> None:
    status, headers, _ = get(receiver, callback(receiver))
    assert status == 303
    assert receiver.wait(5) == Callback(code="c1")
    status, _, text = get(receiver, headers["location"])
    assert status == 200
    assert "You can close this window and return to fbtool." in text


def test_the_code_does_not_stay_in_the_address_bar(receiver: Listening) -> None:
    _, headers, _ = get(receiver, callback(receiver, f"code=one-time-code&state={STATE}"))
    assert headers["location"].startswith("/done/")
    assert "one-time-code" not in headers["location"]  # a code of two letters may stand in a random path by chance
    assert STATE not in headers["location"]


def test_a_denial_is_handed_on_with_its_reason_and_shown_as_one(receiver: Listening) -> None:
    _, headers, _ = get(receiver, callback(receiver, f"error=access_denied&error_description=Not+now&state={STATE}"))
    assert receiver.wait(5) == Callback(error="access_denied", description="Not now")
    assert "did not grant access" in get(receiver, headers["location"])[2]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("error_code=1349048&error_message=Can%27t+load+URL", Callback(error="1349048", description="Can't load URL")),
        ("error=server_error&code=c1", Callback(error="server_error")),
        ("", Callback(error="no code")),
    ],
)
def test_a_known_state_ends_the_attempt_however_little_comes_with_it(
    receiver: Listening, query: str, error: Callback
) -> None:
    assert get(receiver, callback(receiver, f"{query}&state={STATE}"))[0] == 303
    assert receiver.wait(5) == error


def test_the_last_page_speaks_german_and_loads_nothing(receiver: Listening) -> None:
    _, headers, _ = get(receiver, callback(receiver))
    _, headers, text = get(receiver, headers["location"], headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in text
    assert "prefers-color-scheme: dark" in text
    for foreign in ("http:", "https:", "src=", "<script", "@import", "url("):
        assert foreign not in text
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    style = re.search("<style>(.*)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert headers["content-security-policy"].startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["connection"] == "close"
    assert "server" not in headers


def test_a_browser_that_connects_ahead_and_sends_nothing_blocks_nobody(receiver: Listening) -> None:
    with socket.create_connection(("127.0.0.1", port_of(receiver))):
        assert get(receiver, callback(receiver))[0] == 303
        assert receiver.wait(5) == Callback(code="c1")


def test_the_icon_is_no_callback(receiver: Listening) -> None:
    assert get(receiver, "/favicon.ico")[0] == 204
    assert receiver.wait(0) is None
    assert get(receiver, callback(receiver))[0] == 303
    assert receiver.wait(5) == Callback(code="c1")


@pytest.mark.parametrize(
    "query",
    [
        "code=c1",
        "code=c1&state=",
        "code=c1&state=wrong",
        "error=access_denied&state=wrong",
        "",
        "%ff",
    ],
)
def test_a_wrong_state_is_refused_and_the_waiting_goes_on(receiver: Listening, query: str) -> None:
    assert get(receiver, callback(receiver, query))[0] == 400
    assert receiver.wait(0) is None
    assert get(receiver, callback(receiver))[0] == 303
    assert receiver.wait(5) == Callback(code="c1")


def test_a_reload_is_answered_and_changes_nothing(receiver: Listening) -> None:
    places = [get(receiver, callback(receiver))[1]["location"] for _ in range(2)]
    assert places[0] == places[1]
    assert [get(receiver, place)[0] for place in places] == [200, 200]
    assert receiver.wait(5) == Callback(code="c1")
    assert receiver.wait(0) is None


def test_two_at_once_give_one_callback(receiver: Listening) -> None:
    threads = [
        threading.Thread(target=get, args=(receiver, callback(receiver, f"code=c{n}&state={STATE}"))) for n in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = receiver.wait(5)
    assert first in {Callback(code="c1"), Callback(code="c2")}
    assert receiver.wait(0) is None


@pytest.mark.parametrize("path", ["/", "/cb/", "/cb/guessed", "/done/guessed", "/robots.txt", "//evil.test/"])
def test_other_paths_are_not_there(receiver: Listening, path: str) -> None:
    status, _, text = get(receiver, path)
    assert status == 404
    assert "evil" not in text


def test_a_foreign_host_name_is_turned_away(receiver: Listening) -> None:
    # A page of another site that has its name point here (DNS rebinding).
    assert get(receiver, callback(receiver), headers={"Host": f"evil.test:{port_of(receiver)}"})[0] == 404
    assert receiver.wait(0) is None


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_this_computer_has_three_names(receiver: Listening, name: str) -> None:
    assert get(receiver, callback(receiver), headers={"Host": f"{name}:{port_of(receiver)}"})[0] == 303


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_it_listens_on_both_loopbacks_where_both_exist(receiver: Listening) -> None:
    try:
        status, _, _ = get(receiver, callback(receiver), host="::1")
    except OSError:
        pytest.skip("no IPv6 loopback here")
    assert status == 303


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "BREW"])
def test_only_get_is_understood(receiver: Listening, method: str) -> None:
    assert get(receiver, callback(receiver), method=method)[0] == 501
    assert receiver.wait(0) is None


def raw(receiver: Listening, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            pass
        return received


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0" * 99,
    ],
    ids=["nothing", "newlines", "TLS", "half a line", "version", "zeros"],
)
def test_a_port_scanner_learns_nothing_and_ends_nothing(receiver: Listening, junk: bytes) -> None:
    answer = raw(receiver, junk)
    assert b"Python" not in answer
    assert junk.strip() == b"" or junk not in answer
    assert get(receiver, callback(receiver))[0] == 303
    assert receiver.wait(5) == Callback(code="c1")


@pytest.mark.parametrize("length", [9_000, 70_000])
def test_an_oversized_request_line_is_refused(receiver: Listening, length: int) -> None:
    answer = raw(receiver, b"GET /" + b"a" * length + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 414 " in answer.split(b"\r\n")[0] or answer == b""
    assert get(receiver, callback(receiver))[0] == 303


def test_the_number_of_connections_is_limited_and_comes_back(
    receiver: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:
        idle = [
            held.enter_context(socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5))
            for _ in range(room.CONNECTION_LIMIT)
        ]
        with socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5) as one_more:
            assert one_more.recv(1) == b""
        for connection in idle:
            connection.shutdown(socket.SHUT_RDWR)
    deadline = time.monotonic() + 5
    while True:
        try:
            assert get(receiver, callback(receiver))[0] == 303
            break
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline


def test_a_connection_that_says_nothing_is_closed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.SILENCE_LIMIT == 5.0
    monkeypatch.setattr(room._Handler, "timeout", 0.05)
    with (
        closing(Listening()) as receiver,
        socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5) as idle,
    ):
        assert idle.recv(1) == b""


def test_cancelling_is_quick_and_frees_the_port() -> None:
    receiver = Listening()
    with socket.create_connection(("127.0.0.1", port_of(receiver))):
        started = time.monotonic()
        receiver.close()
        assert time.monotonic() - started < room.SILENCE_LIMIT
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=1)


def test_a_browser_on_the_way_to_its_last_page_still_gets_it() -> None:
    receiver = Listening()
    place = get(receiver, callback(receiver))[1]["location"]
    assert receiver.wait(60)
    closing = threading.Thread(target=receiver.close)
    closing.start()
    assert get(receiver, place)[0] == 200
    closing.join(5)
    assert not closing.is_alive()


def test_it_does_not_end_in_the_middle_of_the_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Listening()
    place = get(receiver, callback(receiver))[1]["location"]
    assert receiver.wait(60)
    closing = threading.Thread(target=receiver.close)
    still_there = []
    compose = room.page

    def take_time(*words: Any) -> bytes:
        closing.join(0.3)
        still_there.append(closing.is_alive())
        return compose(*words)

    monkeypatch.setattr(room, "page", take_time)
    closing.start()
    assert get(receiver, place)[0] == 200
    closing.join(5)
    assert still_there == [True]
    assert not closing.is_alive()


def test_a_browser_that_never_fetches_it_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.FAREWELL_LIMIT <= 3
    monkeypatch.setattr(room, "FAREWELL_LIMIT", 0.1)
    receiver = Listening()
    get(receiver, callback(receiver))
    assert receiver.wait(60)
    receiver.close()


def test_no_free_port_is_a_problem_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ReceiverBlocked) as caught:
        Listening()
    assert "Permission denied" in caught.value.told().what


def test_codes_are_not_shown() -> None:
    assert "c1" not in repr(Callback(code="c1"))


def test_the_last_page_says_how_it_ended_however_soon_the_browser_asks_for_it(
    receiver: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = threading.Event()
    take = receiver._shared.take

    def late(callback: Callback) -> None:
        shown.wait(30)
        take(callback)

    monkeypatch.setattr(receiver._shared, "take", late)
    _, headers, _ = get(receiver, callback(receiver))
    _, _, text = get(receiver, headers["location"])
    shown.set()
    assert "Facebook&#x27;s answer has arrived." in text or "Facebook's answer has arrived." in text
    assert receiver.wait(30) == Callback(code="c1")
