"""What the short way takes for a delivery, the HTTP parser takes for the same one."""

import httptools
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fbtool.gateway.channels.facebook.fast_path import usual
from fbtool.gateway.limits import HEADERS

SIGNED = b"X-Hub-Signature-256: sha256=0a"
BODY = b'{"object":"page"}'
USUAL = [b"Host: x", SIGNED, b"Content-Length: %d" % len(BODY)]

NAMES = st.sampled_from(
    b"Host|content-length|Content-Length|X-HUB-Signature-256|X-Hub-Signature|Connection|Transfer-Encoding|Upgrade|"
    b"Expect|X-Forwarded-For|Proxy-Connection|Keep-Alive|A b|".split(b"|")
)
VALUES = st.sampled_from(
    b"17|017|+17|17 |17, 17|sha256=0a||close|Keep-Alive|close, upgrade|chunked|100-continue|h2c|203.0.113.7|"
    b"a\tb|\xc3\xa4|a\x00|a\rb|a\r\n b".split(b"|")
)
COLONS = st.sampled_from([b": ", b": ", b": ", b":", b":  ", b" : ", b""])
LINES = st.builds(b"".join, st.tuples(NAMES, COLONS, VALUES))


def request(lines: list[bytes], body: bytes = BODY, start: bytes = b"POST /facebook/webhook HTTP/1.1") -> bytes:
    return b"\r\n".join([start, *lines, b"", b""]) + body


class Parsed:
    """What the parser makes of bytes."""

    def __init__(self, data: bytes) -> None:
        self.url, self.body, self.headers, self.ends = b"", b"", list[tuple[bytes, bytes]](), 0
        self.keep_alive = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_headers_complete(self) -> None:
        self.keep_alive = self.parser.should_keep_alive()

    def on_message_complete(self) -> None:
        self.ends += 1

    def only(self, name: bytes) -> bytes:
        """The value of a header that there is at most once."""
        values = [value for own, value in self.headers if own == name]
        assert len(values) < 2, name
        return values[0] if values else b""


@settings(max_examples=3000)
@given(st.lists(LINES, max_size=2), st.permutations(USUAL), st.sampled_from([BODY, BODY, BODY[1:], BODY + b"P"]))
@example([b"Connection: close"], USUAL, BODY)
@example([b"Connection: keep-alive", b"Connection: close"], USUAL, BODY)
@example([b"X-Forwarded-For: 203.0.113.7"], USUAL, BODY)
def test_both_read_the_same(more: list[bytes], lines: list[bytes], body: bytes) -> None:
    data = request(more + lines, body)
    taken = usual(data)
    if taken is None:
        return  # the parser decides
    parsed = Parsed(data)
    assert (parsed.url, parsed.parser.get_method(), parsed.parser.get_http_version()) == (
        b"/facebook/webhook",
        b"POST",
        "1.1",
    )
    assert (parsed.ends, parsed.body, parsed.keep_alive) == (1, taken.body, taken.keep_alive)
    assert parsed.only(b"x-hub-signature-256") == taken.signature
    assert parsed.only(b"x-forwarded-for") == taken.forwarded
    assert parsed.only(b"content-length").isdigit()
    assert not {b"transfer-encoding", b"upgrade", b"expect"} & {name for name, _ in parsed.headers}


@pytest.mark.parametrize(
    "more",
    [
        [],
        [b"User-Agent: facebookexternalua", b"Accept: */*", b"Accept-Encoding: deflate, gzip"],
        [b"X-Forwarded-For: 203.0.113.7, 10.0.0.1", b"X-Forwarded-Proto: https", b"X-Real-IP: 203.0.113.7"],
        [b"connection: Keep-Alive"],
        [b"Via: 1.1 Caddy", b"X-Hub-Signature: sha1=0a", b"Content-Type: application/json"],
    ],
)
def test_what_facebook_and_proxies_send_is_usual(more: list[bytes]) -> None:
    taken = usual(request(more + USUAL))
    assert taken is not None
    assert (taken.body, taken.signature, taken.keep_alive) == (BODY, b"sha256=0a", True)


@pytest.mark.parametrize(
    "data",
    [
        request(USUAL)[:-1],
        request(USUAL) + b"P",
        b"\r\n" + request(USUAL),
        request(USUAL, start=b"POST /facebook/webhook HTTP/1.0"),
        request(USUAL, start=b"POST /facebook/webhook?a=b HTTP/1.1"),
        request(USUAL, start=b"PUT /facebook/webhook HTTP/1.1"),
        request([*USUAL, SIGNED]),
        request([*USUAL, b"Content-Length: 17"]),
        request([*USUAL, b"Transfer-Encoding: chunked"]),
        request([*USUAL, b"Upgrade: h2c"]),
        request([*USUAL, b"Expect: 100-continue"]),
        request([*USUAL, b"X-Forwarded-For: 1.1.1.1", b"X-Forwarded-For: 2.2.2.2"]),
        request(USUAL[:2]),
        request([USUAL[0], USUAL[2]]),
        request([*USUAL, b"X: " + b"x" * 17_000]),
        request([*USUAL, *([b"X: x"] * HEADERS)]),
        request([b"X-Hub-Signature-256: sha256=0a", b"Content-Length: 70000"], b"x" * 70_000),
        request(USUAL).replace(b"\r\n", b"\n"),
        b"",
    ],
)
def test_whatever_differs_is_left_to_the_parser(data: bytes) -> None:
    assert usual(data) is None
