"""The loopback receiver: a tiny web server that waits for the browser to come back from the sign-in.

RFC 8252 §7.3 and §8.3: it binds loopback addresses only, on a free port, and lives no longer than the
attempt. Browsers open connections ahead of time and send nothing, ask for icons, reload; other programs
scan ports. None of this may end or block the attempt, so every connection has its thread and a time limit.
"""

import contextlib
import hmac
import secrets
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from fbtool.language import N_, Sentence, best_for
from fbtool.linking.signin.receiver_page import HEADERS, page
from fbtool.problem import Problem

CONNECTION_LIMIT = 8
"""Connections at a time; more are closed at once."""
SILENCE_LIMIT = 5.0
"""Seconds for which a connection may send nothing."""
REQUEST_LINE_LIMIT = 8 * 1024
"""Bytes of a request line."""
FAREWELL_LIMIT = 3.0
"""Seconds that `Receiver.close` grants a browser that was just sent on to its last page."""
_POLL = 0.02


class ReceiverBlocked(Problem):
    """This computer lets no program listen on a loopback port."""

    code = "receiver_blocked"
    what = N_("fbtool cannot wait for the browser on this computer ({error}).")
    meaning = N_("To hear of the end of the sign-in, fbtool opens a port that only this computer can reach.")
    remedy = N_("Allow fbtool in the security software of this computer, or sign in on another computer.")


@dataclass(frozen=True)
class Callback:
    """What the browser brought back, with the right state."""

    code: str = field(default="", repr=False)
    error: str = ""
    """``access_denied`` or another code of RFC 6749 §4.1.2.1; empty if there is a code."""
    description: str = ""


class Receiver:
    """Listens from its creation until `close`."""

    def __init__(self, state: str, tell: Callable[[Callback], None]) -> None:
        """Start to listen for a callback that carries ``state``.

        ``tell`` hears it in a thread of the receiver.

        Raises:
            ReceiverBlocked: no port can be opened.
        """
        self._shared = _SharedState(state, tell)
        try:
            first = _Server(self._shared, "127.0.0.1", 0)
        except OSError as error:
            raise ReceiverBlocked(error=error.strerror or type(error).__name__) from None
        self._servers = [first]
        port = int(first.server_address[1])
        self._shared.open(port)
        # There may be no IPv6 here, or the port is taken there; the redirect names 127.0.0.1 anyway.
        with contextlib.suppress(OSError):
            self._servers.append(_Server(self._shared, "::1", port))
        self.redirect_uri = f"http://127.0.0.1:{port}{self._shared.callback_path}"
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(_POLL,), name="fbtool-receiver", daemon=True).start()

    def close(self) -> None:
        """Stop listening. A browser on the way to its last page gets it first."""
        self._shared.farewell()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _SharedState:
    """What all connections of one receiver share."""

    def __init__(self, state: str, tell: Callable[[Callback], None]) -> None:
        self._state = state.encode()
        self._tell = tell
        self.callback_path = f"/cb/{secrets.token_urlsafe(16)}"
        self.done_path = f"/done/{secrets.token_urlsafe(16)}"
        self.slots = threading.BoundedSemaphore(CONNECTION_LIMIT)
        self.hosts: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._answered = False
        self._granted = False
        self._done_seen = threading.Event()

    def open(self, port: int) -> None:
        self.hosts = frozenset({f"127.0.0.1:{port}", f"[::1]:{port}", f"localhost:{port}"})

    def read(self, query: str) -> Callback | None:
        """The callback in a query; None if its state is wrong. With the right one it is an end in any case."""
        values = {name: found[0] for name, found in parse_qs(query).items()}
        if not hmac.compare_digest(values.get("state", "").encode(), self._state):
            return None
        if values.get("code") and not values.get("error"):
            return Callback(code=values["code"])
        error = values.get("error") or values.get("error_code") or "no code"
        return Callback(error=error, description=values.get("error_description") or values.get("error_message", ""))

    def note(self, callback: Callback) -> None:
        """What the last page will say of the first callback."""
        with self._lock:
            if not self._answered:
                self._granted = not callback.error

    def take(self, callback: Callback) -> None:
        """Hand on the first callback; a reload brings the same one again."""
        with self._lock:
            if self._answered:
                return
            self._answered = True
        self._tell(callback)

    def done_text(self) -> Sentence:
        return Sentence(_GRANTED if self._granted else _DENIED)

    def done_shown(self) -> None:
        """The last page is on its way, to its last byte."""
        self._done_seen.set()

    def farewell(self) -> None:
        if self._answered:
            self._done_seen.wait(FAREWELL_LIMIT)


_GRANTED = N_("Facebook's answer has arrived.")
_DENIED = N_("Facebook did not grant access.")
_STRANGE = N_("This address does not belong to the sign-in that fbtool is waiting for.")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16
    # On Windows SO_REUSEADDR would let another program of the computer take the port over.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, shared: _SharedState, host: str, port: int) -> None:
        self.shared = shared
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.shared.slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.shared.slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that ends in the middle is the browser's right."""


class _Handler(BaseHTTPRequestHandler):
    timeout = SILENCE_LIMIT
    server: _Server
    raw_requestline: bytes

    def parse_request(self) -> bool:
        if len(self.raw_requestline) > REQUEST_LINE_LIMIT:
            self.requestline, self.request_version, self.command = "", "HTTP/1.0", ""
            self._show(414, Sentence(_STRANGE))
            return False
        return super().parse_request()

    def do_GET(self) -> None:
        shared = self.server.shared
        path, _, query = self.path.partition("?")
        if self.headers.get("Host", "").lower() not in shared.hosts:
            self._show(404, Sentence(_STRANGE))
        elif path == shared.callback_path:
            self._take(shared.read(query))
        elif path == shared.done_path:
            self._show(200, shared.done_text())
            shared.done_shown()
        elif path == "/favicon.ico":
            self._begin(204, 0)
        else:
            self._show(404, Sentence(_STRANGE))

    def _take(self, callback: Callback | None) -> None:
        if callback is None:
            self._show(400, Sentence(_STRANGE))
            return
        self.server.shared.note(callback)  # before the browser can ask for the last page
        # Sent on, so that the code does not stay in the address bar and in the history.
        self._begin(303, 0, {"Location": self.server.shared.done_path})
        self.wfile.flush()
        # Only now: whoever waits may end the process.
        self.server.shared.take(callback)

    def _show(self, status: int, text: Sentence) -> None:
        headers = getattr(self, "headers", None)
        content = page(text, best_for(headers.get("Accept-Language", "") if headers else ""))
        self._begin(status, len(content), {"Content-Type": "text/html; charset=utf-8"})
        self.wfile.write(content)

    def _begin(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what http.server itself refuses, without repeating anything of the request."""
        self._show(code, Sentence(_STRANGE))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: request lines hold codes."""
