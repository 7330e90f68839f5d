"""The webhook's short way: from the socket straight to the doorkeeper, past the HTTP parser and ASGI.

The usual delivery takes it: a POST to the webhook that came whole and alone in one piece, HTTP/1.1, signed, of known
and moderate length, with nothing else under way on its connection. One expression says what is usual, and is stricter
than the parser: whatever is different in any respect goes the plain way, through uvicorn and the face; there the same
`WebhookIngest` decides. The short way leans on uvicorn's own class, which is no promised interface; hence the setting
``facebook.webhook_way``, and tests of the webhook that run on both ways. docs/benchmarks.md has the gain.
"""

import re
from typing import ClassVar, NamedTuple

from fbtool.gateway.channels.facebook.webhook_ingest import PATH, RETRY_AFTER, TIRED, WebhookIngest
from fbtool.gateway.edge.connection import Door, Edge
from fbtool.gateway.edge.origins import Trusted
from fbtool.gateway.limits import HEADER_BYTES, HEADERS

_MODERATE = 64 * 1024
"""Bytes. Facebook's usual delivery has less than one thousand."""
_USUAL = re.compile(
    rb"POST %b HTTP/1\.1\r\n"
    # The lines that count, each only once: (?(1)(?!)) fails if group 1 was there before ...
    rb"(?:(?:(?i:Content-Length): *+(?(1)(?!))([0-9]{1,5}+)"
    rb"|(?i:X-Hub-Signature-256): *+(?(2)(?!))([!-~]++)"
    rb"|(?i:X-Forwarded-For): *+(?(3)(?!))([ -~]++)"
    rb"|(?i:Connection): *+(?(4)(?!))(?i:(close)|keep-alive)"
    # ... and any other line, unless it changes what the rest means.
    rb"|(?!(?i:Content-Length|X-Hub-Signature-256|X-Forwarded-For))"
    rb"(?!(?i:Connection|Proxy-Connection|Transfer-Encoding|Upgrade|Expect))"
    rb"[A-Za-z0-9-]++:[\t -~]*+)\r\n){1,%d}+\r\n" % (re.escape(PATH.encode("ascii")), HEADERS)
)
_PHRASES = {200: b"OK", 403: b"Forbidden", TIRED: b"Too Many Requests", 503: b"Service Unavailable"}
_HEADERS = b"content-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\n"


class Way:
    """Where the short way leads; closed until the gateway is ready, and for good if it is not wanted.

    Args:
        trusted: proxies whose ``X-Forwarded-For`` is believed, as on the plain way.
    """

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self.doorkeeper: WebhookIngest | None = None

    def open(self, doorkeeper: WebhookIngest) -> None:
        """From now on deliveries may take it."""
        self.doorkeeper = doorkeeper

    def client(self, peer: str, forwarded: bytes) -> str:
        """Who really sends."""
        return self._trusted.client(peer, forwarded)


class Usual(NamedTuple):
    """A usual delivery, as it stands in the request."""

    body: bytes
    signature: bytes
    forwarded: bytes
    """``X-Forwarded-For``; empty without one."""
    keep_alive: bool


def usual(data: bytes) -> Usual | None:
    """The delivery, if these bytes are exactly one, and a usual one."""
    head = _USUAL.match(data) if len(data) <= _MODERATE else None
    if head is None or head.end() > HEADER_BYTES:
        return None
    length, signature, forwarded, close = head.groups()
    if length is None or signature is None or head.end() + int(length) != len(data):
        return None
    return Usual(data[head.end() :], signature, forwarded or b"", close is None)


class _Nobody:
    """uvicorn tells a waiting application of news; here nobody waits."""

    @staticmethod
    def set() -> None:
        """Do nothing."""


class _Delivery:
    """A delivery under way on a connection; has what uvicorn's protocol looks at in its own kind of request."""

    more_body = False
    disconnected = False
    response_started = False
    response_complete = False
    message_event = _Nobody

    def __init__(self, line: "FastPathConnection", given: Usual) -> None:
        self._line = line
        self.body, self.signature, self._forwarded, self.keep_alive = given

    @property
    def address(self) -> str:
        """Who really sends it."""
        return self._line.sender(self._forwarded)

    def answer(self, status: int) -> None:
        """Send the answer, if its client is still there."""
        if self.response_complete:
            return
        self.response_started = self.response_complete = True
        self._line.answer(status, keep_alive=self.keep_alive)


class FastPathConnection(Edge):
    """One connection, whose usual deliveries take the short way. Made by uvicorn; `along` binds it."""

    way: ClassVar[Way]

    def data_received(self, data: bytes) -> None:
        """Take a usual delivery; leave everything else to the parser."""
        doorkeeper = self.way.doorkeeper
        given = usual(data) if doorkeeper is not None and self.is_between_requests else None
        if doorkeeper is None or given is None:
            super().data_received(data)
            return
        delivery = _Delivery(self, given)
        self.cycle = delivery  # type: ignore[assignment]
        self._deadline.clear()
        doorkeeper.bring(delivery)

    def sender(self, forwarded: bytes) -> str:
        """Who really sends what came with this ``X-Forwarded-For``."""
        return self.way.client(self.client[0] if self.client else "", forwarded)

    def answer(self, status: int, *, keep_alive: bool) -> None:
        """Send an answer without a body."""
        if not self.transport.is_closing():
            self.transport.write(_STORED if status == 200 and keep_alive else _head(status, keep_alive=keep_alive))
            if not keep_alive:
                self.transport.close()
        self.on_response_complete()


def along(way: Way, door: Door) -> type[FastPathConnection]:
    """The protocol class for one server."""
    return type("ShortWayBehindDoor", (FastPathConnection,), {"way": way, "door": door})


def _head(status: int, *, keep_alive: bool) -> bytes:
    phrase = _PHRASES.get(status, b"Internal Server Error")
    more = b"" if keep_alive else b"connection: close\r\n"
    if status == TIRED:
        more += b"retry-after: " + RETRY_AFTER + b"\r\n"
    return b"HTTP/1.1 %d %s\r\n%s%s\r\n" % (status, phrase, _HEADERS, more)


_STORED = _head(200, keep_alive=True)
