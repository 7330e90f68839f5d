"""The webhook's short way: from the HTTP parser straight to the doorkeeper, without an ASGI scope, queue and callables.

The usual delivery takes it: POST to the webhook, HTTP/1.1, signed, of known and moderate length, nothing else under
way on its connection. Whatever is different in any respect goes the plain way, through uvicorn and the face; there the
same `Doorkeeper` decides. The short way leans on uvicorn's own class, which is no promised interface; hence the
setting ``server.webhook_way``, and tests of the webhook that run on both ways. docs/benchmarks.md has the gain.
"""

from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fbtool.gateway.door.doorkeeper import PATH, RETRY_AFTER, SIGNATURE, TIRED, Doorkeeper
from fbtool.gateway.door.origins import Trusted

_URL = PATH.encode("ascii")
_MODERATE = 64 * 1024
"""Bytes; below uvicorn's mark at which reading is paused. Facebook's usual delivery has less than one thousand."""
_PHRASES = {200: b"OK", 403: b"Forbidden", TIRED: b"Too Many Requests", 503: b"Service Unavailable"}
_HEADERS = b"content-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\n"


class Way:
    """Where the short way leads; closed until the gateway is ready, and for good if it is not wanted.

    Args:
        trusted: proxies whose ``X-Forwarded-For`` is believed, as on the plain way.
    """

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self.doorkeeper: Doorkeeper | None = None

    def open(self, doorkeeper: Doorkeeper) -> None:
        """From now on deliveries may take it."""
        self.doorkeeper = doorkeeper

    def client(self, peer: str, forwarded: bytes) -> str:
        """Who really sends: the last address that no trusted proxy has."""
        if not forwarded or peer not in self._trusted:
            return peer
        hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",")]
        return next((hop for hop in reversed(hops) if hop not in self._trusted), hops[0])


class _Delivery:
    """A request on the short way; has what uvicorn's protocol looks at in its own kind."""

    def __init__(self, signature: str, forwarded: bytes, *, keep_alive: bool) -> None:
        self.signature = signature
        self.forwarded = forwarded
        self.keep_alive = keep_alive
        self.body = bytearray()
        self.more_body = True
        self.disconnected = False
        self.response_started = False
        self.response_complete = False
        self.message_event = _Nobody

    @property
    def answerable(self) -> bool:
        """Whether somebody waits for an answer that was not given yet."""
        return not (self.disconnected or self.response_complete)


class _Nobody:
    """uvicorn tells a waiting application of news; here nobody waits."""

    @staticmethod
    def set() -> None:
        """Do nothing."""


class ShortWay(HttpToolsProtocol):
    """One connection, whose usual deliveries take the short way."""

    way: ClassVar[Way]

    def on_headers_complete(self) -> None:
        """Decide which way the request takes."""
        delivery = self._usual()
        if delivery is None:
            super().on_headers_complete()
        else:
            self.cycle = delivery  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """The delivery is complete: let the doorkeeper decide."""
        super().on_message_complete()
        delivery: object = self.cycle
        if isinstance(delivery, _Delivery) and delivery.answerable and self.way.doorkeeper:
            task = self.loop.create_task(self._take(delivery, self.way.doorkeeper))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _take(self, delivery: _Delivery, doorkeeper: Doorkeeper) -> None:
        address = self.way.client(self.client[0] if self.client else "", delivery.forwarded)
        status = 500
        try:
            status = await doorkeeper.take(bytes(delivery.body), delivery.signature, address)
        finally:
            if delivery.answerable:
                self._answer(delivery, status)

    def _answer(self, delivery: _Delivery, status: int) -> None:
        delivery.response_started = delivery.response_complete = True
        if not self.transport.is_closing():
            self.transport.write(_head(status, keep_alive=delivery.keep_alive))
            if not delivery.keep_alive:
                self.transport.close()
        self.on_response_complete()

    def _usual(self) -> _Delivery | None:
        busy = self.cycle is not None and not self.cycle.response_complete
        if self.way.doorkeeper is None or self.url != _URL or busy or self.expect_100_continue:
            return None
        if self.parser.get_method() != b"POST" or self.parser.get_http_version() != "1.1":
            return None
        given = dict(self.headers)
        length, signature = given.get(b"content-length", b""), given.get(SIGNATURE, b"")
        unusual = b"upgrade" in given or b"transfer-encoding" in given or len(given) != len(self.headers)
        if unusual or not signature or not length.isdigit() or int(length) > _MODERATE:
            return None
        forwarded, alive = given.get(b"x-forwarded-for", b""), self.parser.should_keep_alive()
        return _Delivery(signature.decode("latin-1"), forwarded, keep_alive=alive)


def along(way: Way) -> type[ShortWay]:
    """The protocol class for one server."""
    return type("AlongWay", (ShortWay,), {"way": way})


def _head(status: int, *, keep_alive: bool) -> bytes:
    phrase = _PHRASES.get(status, b"Internal Server Error")
    more = b"" if keep_alive else b"connection: close\r\n"
    if status == TIRED:
        more += b"retry-after: " + RETRY_AFTER + b"\r\n"
    return b"HTTP/1.1 %d %s\r\n%s%s\r\n" % (status, phrase, _HEADERS, more)
