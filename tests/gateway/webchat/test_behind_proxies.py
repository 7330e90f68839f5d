"""Behind nginx and Caddy, set up as the operator's guide shows: what the visitors of a web chat meet."""

import gzip
import json
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from fbtool.gateway.server import Gateway
from fbtool.webchat import joiner
from tests.conditions import eventually
from tests.gateway.conftest import Clock
from tests.gateway.proxies import NAME, Proxy, caddy, nginx, program
from tests.gateway.test_edge import until_closed
from tests.gateway.webchat.browser import Browser
from tests.gateway.webchat.conftest import Shop, settings_of

PROXIES: dict[str, Callable[[int, Path], AbstractContextManager[Proxy]]] = {"nginx": nginx, "caddy": caddy}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock, settings = Clock(), settings_of(tmp_path, "")
    gateway = Gateway(settings, clock)
    gateway.start()
    here = Shop(gateway, clock, settings)
    here.set_up()
    yield here
    gateway.stop()


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if not program(request.param):
        pytest.skip(f"{request.param} is not installed (Debian: {request.param})")
    with PROXIES[request.param](shop.gateway.port, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def script(shop: Shop) -> str:
    return f"/webchat/{shop.id}.js"


def status(shop: Shop) -> str:
    return f"/webchat/{shop.id}/status"


both = pytest.mark.parametrize("path_of", [script, status])


@both
def test_after_the_script_and_the_status_no_socket_stays_open(
    proxy: Proxy, shop: Shop, path_of: Callable[[Shop], str]
) -> None:
    with proxy.trust.wrap_socket(proxy.dial(), server_hostname=NAME) as line:
        line.sendall(f"GET {path_of(shop)} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        said = until_closed(line)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in said.lower()


@both
def test_with_http2_no_socket_stays_open_either(proxy: Proxy, shop: Shop, path_of: Callable[[Shop], str]) -> None:
    proxy.trust.set_alpn_protocols(["h2"])
    with proxy.trust.wrap_socket(proxy.dial(), server_hostname=NAME) as line:
        line.sendall(_PREFACE + _http2_request(path_of(shop)))
        frames = list(_http2_frames(until_closed(line)))
    (answer,) = [payload for kind, payload in frames if kind == _HEADERS]
    assert answer.startswith(b"\x88"), ":status 200"


def test_a_visitor_waits_through_it_and_is_missed_when_gone(proxy: Proxy, shop: Shop) -> None:
    browser = shop.visitor()
    shop.writes(browser)
    body = json.dumps({"key": browser.key, "wait": 25}).encode()
    path = f"/webchat/{shop.id}/events"
    head = f"POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"

    def visitors() -> int:
        text = shop.api("GET", "../metrics", token=shop.settings.admin_token).text
        return int(re.findall(r"^gateway_visitor_connections (\d+)", text, re.MULTILINE)[0])

    eventually(lambda: visitors() == 0)
    with proxy.trust.wrap_socket(proxy.dial(), server_hostname=NAME) as line:
        line.sendall(head.encode() + body)
        eventually(lambda: visitors() == 1)
    eventually(lambda: visitors() == 0)


def test_the_script_passes_as_it_was_packed_and_is_known_again(proxy: Proxy, shop: Shop) -> None:
    packed = proxy.ask("GET", script(shop), Accept_Encoding="gzip")
    assert gzip.decompress(packed.body).decode().endswith(joiner.joined(frozenset()))
    tag = packed.headers["ETag"]
    assert proxy.ask("GET", script(shop), Accept_Encoding="gzip", If_None_Match=tag).status == 304


def test_pages_of_other_sites_may_read_what_comes_through_it(proxy: Proxy, shop: Shop) -> None:
    for answer in (ticket(proxy, shop, "127.0.0.2"), proxy.ask("POST", f"/webchat/{shop.id}/events", b"{}")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*", answer.status


def ticket(proxy: Proxy, shop: Shop, origin: str, **headers: str) -> Any:
    return proxy.ask("POST", f"/webchat/{shop.id}/ticket", b"{}", origin, Content_Type="text/plain", **headers)


def test_the_gateway_learns_from_where_a_visitor_writes_whatever_that_one_says(proxy: Proxy, shop: Shop) -> None:
    given = json.loads(ticket(proxy, shop, "127.0.0.2", X_Forwarded_For="203.0.113.7").body)["ticket"]
    shop.clock.advance(3)
    body = json.dumps({"id": Browser("").message_id(), "text": "Hallo", "ticket": given}).encode()

    def writes_from(origin: str) -> int:
        forged = {"X_Forwarded_For": "203.0.113.7", "Content_Type": "text/plain"}
        return int(proxy.ask("POST", f"/webchat/{shop.id}/messages", body, origin, **forged).status)

    assert writes_from("127.0.0.3") == 403, "the ticket is another network's"
    assert writes_from("127.0.0.2") == 201


# HTTP/2 (RFC 9113), as much as one request takes.

_HEADERS, _SETTINGS = 1, 4
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def _http2_request(path: str) -> bytes:
    """An empty SETTINGS, its acknowledgement, and a GET; fields without Huffman coding (RFC 7541, 6.2.2)."""
    fields = b"\x82\x87" + b"\x04" + bytes([len(path)]) + path.encode() + b"\x01" + bytes([len(NAME)]) + NAME.encode()
    return _frame(_SETTINGS, 0) + _frame(_SETTINGS, 1) + _frame(_HEADERS, 5, 1, fields)


def _frame(kind: int, flags: int, stream: int = 0, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _http2_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        end = 9 + int.from_bytes(data[:3])
        yield data[3], data[9:end]
        data = data[end:]
