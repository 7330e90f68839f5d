"""The outermost wall: absolute deadlines, sizes of heads, numbers of connections.

uvicorn's own timer is put off by every byte, so a client that drips one byte a second would hold its connection for
ever (tried; Kludex/uvicorn #157). Here a thin class around uvicorn's protocol ends such connections::

    connected ──5 s──► head complete ──10 s──► body complete ──► answer ──65 s idle──► closed
        ▲                                                          │
        └──────────────── first byte of the next request ──────────┘
"""

import asyncio
from itertools import chain
from typing import Any, ClassVar, NoReturn

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from fbtool.gateway import limits as numbers
from fbtool.gateway.edge.connection_budgets import ConnectionBudgets, Place
from fbtool.gateway.edge.deadline import Deadline
from fbtool.gateway.edge.websockets import UpgradedConnection

_REASONS = {408: "Request Timeout", 413: "Content Too Large", 431: "Request Header Fields Too Large", 503: "Busy"}
_AGAIN = "retry-after: 10\r\n"
_REMARKS = {
    "too_many": _AGAIN,
    # A visitor's page may read when to come again (CORS); without it, all that its script sees is a failure.
    "too_many_visitors": _AGAIN + "access-control-allow-origin: *\r\naccess-control-expose-headers: Retry-After\r\n",
}
"""What a refusal has in its head, by its reason."""
_LAST_WORDS_SECONDS = 2.0
_IDLE = "idle"
_UPLOADS = b"/v1/"
"""Below it the caller is a CRM or a tool, which may send an attachment over a slow line."""


class EdgeConnection(HttpToolsProtocol):
    """One connection. Made by uvicorn; a subclass for each server binds it to its budgets."""

    budgets: ClassVar[ConnectionBudgets]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._place: Place | None = None
        """Among the connections that are open; None before the connection is made, and after it has left."""
        self._answered: RequestResponseCycle | None = None
        """The request that is being answered; with pipelining not the last one, which is all that uvicorn knows."""
        self._turned_away = False
        self._in_head = False
        self._in_body = False
        self._loose_bytes = 0
        """What came since the last part of a body, or since the request began: head, chunk sizes, trailers."""
        self._trailers = 0
        self._deadline = Deadline(self.loop, self._too_late)
        self._reading = Deadline(self.loop, self._abandon)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the connection in, or turn it away."""
        super().connection_made(transport)
        self._place = self.budgets.enter(self.client[0] if self.client else "")
        if self._place.is_allowed():
            self._deadline.set(numbers.HEADER_SECONDS, "slow_head")
        else:
            self._turn_away(503, self._place.budget.refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and tell whoever answers on it."""
        self._leave()
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and watch how much comes that is no body."""
        if self._turned_away:
            return
        self._loose_bytes += len(data)
        super().data_received(data)
        if self._loose_bytes > numbers.HEADER_BYTES and (self._in_head or self._in_body) and not self._turned_away:
            self._turn_away(431, "large_head")

    def send_400_response(self, msg: str) -> None:
        """Tell that this is no HTTP, unless it was we who stopped the parser."""
        if not self._turned_away:
            super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._loose_bytes = self._trailers = 0
        self._deadline.set(numbers.HEADER_SECONDS, "slow_head")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a line of the head. One behind the body, a trailer, is counted and dropped: nobody here wants any.

        Kept, a trailer would count as a header (RFC 9110, 6.5.1, forbids that), and there could be any number.
        """
        if self._in_head:
            super().on_header(name, value)
        else:
            self._trailers += 1
        if max(len(self.headers), self._trailers) > numbers.HEADERS:
            self._stop(431, "large_head")

    def on_headers_complete(self) -> None:
        """The head is complete: the body's time begins."""
        size, length = self._measured()
        if size > numbers.HEADER_BYTES:
            self._stop(431, "large_head")
        if length > numbers.WEBHOOK_BYTES and not self._is_upload():
            self._stop(413, "large_body")
        if len(self.pipeline) >= numbers.PIPELINED:
            self._stop(503, "many_requests")
        if self._place and not self._place.take(self.url):
            self._stop(503, self._place.budget.refusal)
        self._in_head, self._in_body = False, True
        self._loose_bytes = 0
        extra = min(length / numbers.UPLOAD_BYTES_PER_SECOND, numbers.UPLOAD_SECONDS) if self._is_upload() else 0.0
        self._deadline.set(numbers.BODY_SECONDS + extra, "slow_body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass the body on."""
        self._loose_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete: no deadline until the next one."""
        self._in_body = False
        self._deadline.clear()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what came meanwhile, or wait for the next request.

        As uvicorn does, but for two things. Its idle timer starts and stops anew for each request. And it reads on
        while requests wait for their turn, so that their number grows faster than they are answered. An answer before
        the end of the body (it was too long) ends the connection: nobody reads the rest.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self.flow.resume_reading()
        if self._in_body:
            self.transport.close()
        elif not self._deadline.is_set:  # else the next request has begun
            self._deadline.set(self.timeout_keep_alive, _IDLE)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over: our deadlines end here, but it is counted until its own end.

        Not before everything is answered that came before: the answers would come in the wrong order.
        """
        if not self._is_idle():
            self._turn_away(503, "many_requests")
            return
        self._no_deadlines()
        super().handle_websocket_upgrade()
        inner, turned_away = self.transport.get_protocol(), self.budgets.metrics.turned_away
        self.transport.set_protocol(UpgradedConnection(inner, self.transport, turned_away, self._leave))

    def pause_writing(self) -> None:
        """The reader is slower than we are."""
        super().pause_writing()
        if not self._reading.is_set:
            self._reading.set(numbers.READING_SECONDS, "slow_reader")

    def resume_writing(self) -> None:
        """The reader goes on."""
        super().resume_writing()
        self._reading.end()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_upload(self) -> bool:
        return self.url.startswith(_UPLOADS)

    def _measured(self) -> tuple[int, int]:
        """The length of the head, and that of the body as the head says."""
        size = len(self.url) + sum(map(len, chain.from_iterable(self.headers))) + 4 * len(self.headers)
        announced = dict(self.headers).get(b"content-length", b"")
        return size, int(announced) if announced.isdigit() else 0

    def _too_late(self, reason: str) -> None:
        if reason == _IDLE:
            self.transport.close()
        elif self.flow.read_paused:
            # It is we who do not read at the moment; the client cannot help it.
            self._deadline.set(numbers.BODY_SECONDS, reason)
        else:
            self._turn_away(408, reason)

    def _stop(self, status: int, reason: str) -> NoReturn:
        """Turn the client away from within the parser, which then reads no further."""
        self._turn_away(status, reason)
        raise _Stopped

    def _turn_away(self, status: int, reason: str) -> None:
        self._turned_away = True
        self._deadline.end()
        self.budgets.metrics.turned_away.add(reason)
        if self._is_idle() or (self._in_body and not self.cycle.response_started):
            remarks = f"connection: close\r\n{_REMARKS.get(reason, '')}content-length: 0\r\n"
            head = f"HTTP/1.1 {status} {_REASONS[status]}\r\n{remarks}\r\n"
            self.transport.write(head.encode("ascii"))
        self.transport.close()
        self.loop.call_later(_LAST_WORDS_SECONDS, self.transport.abort)

    def _abandon(self, reason: str) -> None:
        self.budgets.metrics.turned_away.add(reason)
        self.transport.abort()

    def _no_deadlines(self) -> None:
        self._deadline.end()
        self._reading.end()

    def _leave(self) -> None:
        self._no_deadlines()
        if self._place:
            self._place.leave()
            self._place = None


def behind(budgets: ConnectionBudgets) -> type[EdgeConnection]:
    """The protocol class for one server."""
    return type("CountedEdgeConnection", (EdgeConnection,), {"budgets": budgets})


class _Stopped(Exception):
    """The parser is not to go on."""
