"""Who asks is told by one parser on every way: with ports, brackets, gaps and whatever else a proxy may write."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.edge.client_addresses import ForwardedHeaders, TrustedProxies, client_of
from tests.gateway.conftest import Running
from tests.gateway.messenger import delivery, message
from tests.gateway.test_webhook_connections import Line, here  # noqa: F401 - the fixture

TRUSTED = TrustedProxies(["127.0.0.1", "::1", "10.0.0.0/8"])


def as_told(peer: str, *forwarded: bytes) -> str:
    """The client as an ASGI application is told it."""
    told: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        told.append(scope["client"][0])

    headers = [(b"x-forwarded-for", value) for value in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    asyncio.run(ForwardedHeaders(app, TRUSTED)(scope, None, None))  # type: ignore[arg-type]
    return str(told[0])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.1", b"203.0.113.7", "198.51.100.1"),
        ("127.0.0.1", b"", "127.0.0.1"),
        ("127.0.0.1", b"203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", b"6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1", b"203.0.113.7:50123", "203.0.113.7"),
        ("127.0.0.1", b"203.0.113.7, , ,", "203.0.113.7"),
        ("127.0.0.1", b" ,", "127.0.0.1"),
        ("127.0.0.1", b"203.0.113.7, 10.1.2.3:80", "203.0.113.7"),
        ("127.0.0.1", b"[2001:db8::7]:443", "2001:db8::7"),
        ("127.0.0.1", b"[2001:db8::7]", "2001:db8::7"),
        ("127.0.0.1", b"2001:DB8:0::7", "2001:db8::7"),
        ("::1", b"::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:127.0.0.1", b"203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", b"203.0.113.7, unknown", "127.0.0.1"),
        ("127.0.0.1", b"203.0.113.7, _hidden, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", b"10.0.0.1, 10.0.0.2", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_one_that_no_trusted_proxy_is(peer: str, forwarded: bytes, client: str) -> None:
    assert TRUSTED.client(peer, forwarded) == client
    assert as_told(peer, forwarded) == client


ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), st.sampled_from(["127.0.0.1", "10.9.9.9", "::1"]))
HOPS = st.one_of(
    ADDRESSES.map(str),
    st.tuples(ADDRESSES, st.integers(0, 70_000)).map(lambda one: f"{one[0]}:{one[1]}"),
    st.tuples(ADDRESSES, st.integers(0, 70_000)).map(lambda one: f"[{one[0]}]:{one[1]}"),
    ADDRESSES.map(lambda one: f"[{one}]"),
    st.sampled_from(["", " ", "unknown", "_x", "[", "[::1", "1.2.3", ":", "::", "%", "127.0.0.1%eth0"]),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters=","), max_size=12),
)


@given(st.sampled_from(["127.0.0.1", "::1", "10.3.4.5", "198.51.100.1"]), st.lists(HOPS, max_size=6))
def test_one_line_or_several_tell_the_same_client(peer: str, hops: list[str]) -> None:
    forwarded = ",".join(hops).encode()
    told = as_told(peer, forwarded)
    assert told == as_told(peer, *(hop.encode() for hop in hops)), "in one line or in several"
    assert client_of(told) == client_of(client_of(told)), "always an address"


def test_an_ipv6_customer_is_one_client(here: Running) -> None:  # noqa: F811
    def forge(line: Line, client: str) -> int:
        line.say(delivery(message("m_x")), f"X-Forwarded-For: {client}", signed="sha256=" + "0" * 64)
        return line.hear()[0]

    clients = ["[2001:db8:1:2::1]:4000", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3"]
    with Line(here) as line:
        assert [forge(line, client) for client in clients] == [403, 403, 429]
        assert forge(line, "2001:db8:1:3::1") == 403


def test_another_port_is_no_other_client(here: Running) -> None:  # noqa: F811
    with Line(here) as line:
        heard = []
        for port in (4001, 4002, 4003):
            client = f"203.0.113.9:{port}"
            line.say(delivery(message("m_x")), f"X-Forwarded-For: {client}, ,", signed="sha256=" + "0" * 64)
            heard.append(line.hear()[0])
        assert heard == [403, 403, 429]
