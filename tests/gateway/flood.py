"""Floods a gateway with what strangers can send without a login, and tells what memory it costs.

``nox -s flood -- --seconds 60`` prints the figures; the tests flood for a moment. The gateway is a real process, and
the memory is what the system counts for it (its resident set, from /proc, so Linux only).
"""

import argparse
import base64
import contextlib
import itertools
import re
import secrets
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.gateway.conftest import ScriptedFacebook, facebook
from tests.gateway.messenger import deliver, delivery, message, signature
from tests.gateway.program import Program

GRAPH_CONNECTIONS = 48
"""Connections at a time: below the most that one address may have."""
ALLOWED_MB = 30
"""More than so much must not be left of a flood."""
PEAK_MB = 400
"""More than so much must not be taken while it lasts: a small server goes on."""
_SETTLE_SECONDS = 20
_PIECE = 64 * 1024
_WEBHOOK = b"POST /facebook/webhook HTTP/1.1\r\nHost: x\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_UPGRADE = b"Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
Pieces = Iterator[bytes]


def _trailers() -> Pieces:
    """A whole request, and then trailers without end."""
    yield _WEBHOOK + _CHUNKED + b"2\r\n{}\r\n0\r\n"
    for number in itertools.count():
        yield b"".join(b"x-%d-%d: 1\r\n" % (number, line) for line in range(_PIECE // 16))


def _one_long_trailer() -> Pieces:
    yield _WEBHOOK + _CHUNKED + b"0\r\nx: "
    yield from itertools.repeat(b"a" * _PIECE)


def _chunk_extensions() -> Pieces:
    yield _WEBHOOK + _CHUNKED + b"2;"
    yield from itertools.repeat(b"a" * _PIECE)


def _header_lines() -> Pieces:
    """As many as there is room for in one piece, each as short as can be."""
    yield b"GET / HTTP/1.1\r\n"
    yield from itertools.repeat(b"a:\r\n" * (_PIECE // 4))


def _one_long_header() -> Pieces:
    yield b"GET / HTTP/1.1\r\nx: "
    yield from itertools.repeat(b"a" * _PIECE)


def _bodies() -> Pieces:
    """As large as a delivery may be, one byte short of its end."""
    size = 8 * 1024 * 1024
    yield _WEBHOOK + b"X-Hub-Signature-256: sha256=%b\r\nContent-Length: %d\r\n\r\n" % (b"0" * 64, size)
    yield from itertools.repeat(b"a" * _PIECE, size // _PIECE - 1)
    yield b"a" * (_PIECE - 1)


def _forms() -> Pieces:
    yield b"POST /oauth/token HTTP/1.1\r\nHost: x\r\n" + _CHUNKED
    yield from itertools.repeat(b"%x\r\n%b\r\n" % (_PIECE, b"a" * _PIECE))


def _pipelined() -> Pieces:
    """Requests of which nobody reads the answers."""
    yield from itertools.repeat(b"GET / HTTP/1.1\r\n\r\n" * (_PIECE // 18))


def _pipelined_bodies() -> Pieces:
    body = b"a" * _PIECE
    one = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    yield from itertools.repeat(b"GET / HTTP/1.1\r\n\r\n" * 100 + one)


def _websocket(content: bytes) -> Pieces:
    key = base64.b64encode(secrets.token_bytes(16))
    yield b"GET /v1/stream HTTP/1.1\r\n" + _UPGRADE + b"Sec-WebSocket-Key: %b\r\n\r\n" % key
    yield from itertools.repeat(content)


def _frame(first: int, content: bytes) -> bytes:
    """A frame with a mask of zeroes, as a client sends it."""
    length = bytes([0x80 | len(content)]) if len(content) < 126 else struct.pack(">BH", 0xFE, len(content))
    return bytes([first]) + length + bytes(4) + content


def _websocket_fragments() -> Pieces:
    """A message of empty parts that never ends."""
    return _websocket(_frame(0x01, b"") + _frame(0x00, b"") * (_PIECE // 6))


def _websocket_pings() -> Pieces:
    return _websocket(_frame(0x89, b"a" * 100) * (_PIECE // 106))


def _websocket_messages() -> Pieces:
    return _websocket(_frame(0x81, b"a" * 60_000))


def _deep_json() -> Pieces:
    """Signed by nobody, so that it has to be refused before a word of it is read."""
    body = b'{"object":"page","entry":' + b"[" * 4_000_000
    yield _WEBHOOK + b"X-Hub-Signature-256: sha256=%b\r\nContent-Length: %d\r\n\r\n" % (b"0" * 64, len(body)) + body


def _deep_json_that_is_signed() -> Pieces:
    body = b'{"object":"page","entry":' + b"[" * 200_000
    head = b"X-Hub-Signature-256: %b\r\nContent-Length: %d\r\n\r\n" % (signature(body).encode(), len(body))
    yield _WEBHOOK + head + body


KINDS: dict[str, Callable[[], Pieces]] = {
    "trailers": _trailers,
    "one long trailer": _one_long_trailer,
    "chunk extensions": _chunk_extensions,
    "header lines": _header_lines,
    "one long header": _one_long_header,
    "bodies": _bodies,
    "forms": _forms,
    "pipelined requests": _pipelined,
    "pipelined bodies": _pipelined_bodies,
    "WebSocket fragments": _websocket_fragments,
    "WebSocket pings": _websocket_pings,
    "WebSocket messages": _websocket_messages,
    "deep JSON": _deep_json,
    "deep JSON, signed": _deep_json_that_is_signed,
}


@dataclass(frozen=True)
class Figures:
    """What one flood cost, in MB of the gateway's process."""

    kind: str
    before: float
    peak: float
    after: float
    sent: float
    """What the gateway's side took from the flood."""

    def __str__(self) -> str:
        return (
            f"{self.kind:<20} before {self.before:6.1f} MB   peak {self.peak:7.1f} MB   after {self.after:6.1f} MB"
            f"   ({self.sent:.0f} MB were sent)"
        )


class Flood:
    """Many strangers and one gateway that has been at work: what it loads only then is no flood's doing."""

    def __init__(self, gateway: Program) -> None:
        gateway.link()
        for number in range(100):
            deliver(gateway.address, delivery(message(f"m_{number}")))
        self._pid = gateway.process.pid
        self._address = gateway.address
        self._port = urlsplit(gateway.address).port
        self._metrics = {"Authorization": f"Bearer {gateway.admin_token}"}
        self._sent = 0

    def memory(self) -> float:
        """What the gateway's process takes now, in MB."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024

    def of(self, kind: str, seconds: float, before: float | None = None) -> Figures:
        """Flood, let go, and tell what it cost compared with ``before``."""
        before = self.memory() if before is None else before
        over = threading.Event()
        self._sent = 0
        strangers = [
            threading.Thread(target=self._stranger, args=(KINDS[kind], over)) for _ in range(GRAPH_CONNECTIONS)
        ]
        for stranger in strangers:
            stranger.start()
        peak, end = before, time.monotonic() + seconds
        while time.monotonic() < end:
            peak = max(peak, self.memory())
            time.sleep(0.02)
        over.set()
        for stranger in strangers:
            stranger.join()
        return Figures(kind, before, peak, self._settled(before), self._sent / 1024**2)

    def _settled(self, before: float) -> float:
        """The memory once all connections have ended and what hangs on them is gone."""
        end = time.monotonic() + _SETTLE_SECONDS
        while True:
            alone = re.search(r"^gateway_connections 1(\.0)?$", self._text(), re.MULTILINE)
            memory = self.memory()
            if (alone and memory <= before + ALLOWED_MB) or time.monotonic() > end:
                return memory
            time.sleep(0.2)

    def _text(self) -> str:
        return requests.get(f"{self._address}/metrics", headers=self._metrics, timeout=60).text

    def _stranger(self, pieces: Callable[[], Pieces], over: threading.Event) -> None:
        while not over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 10) as line:
                line.settimeout(2)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                for piece in pieces():
                    line.sendall(piece)
                    self._sent += len(piece)  # a thread may lose a count to another; it is told roughly
                    if over.is_set():
                        break
                else:
                    self._hold(line, over)

    @staticmethod
    def _hold(line: socket.socket, over: threading.Event) -> None:
        """Stay until the gateway answers or ends it."""
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                line.recv(_PIECE)
                return


def main() -> int:
    """Flood in every way and print the figures; the exit code is 1 if more than `ALLOWED_MB` is left of anything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="for each kind")
    options.add_argument("kinds", nargs="*", help=f"of: {', '.join(KINDS)}")
    chosen = options.parse_args()
    with contextlib.ExitStack() as at_the_end:
        folder = Path(at_the_end.enter_context(tempfile.TemporaryDirectory()))
        # The tests' fixture, used without pytest.
        platform: ScriptedFacebook = at_the_end.enter_context(contextlib.contextmanager(facebook.__wrapped__)())
        gateway = Program(folder, platform)
        at_the_end.callback(gateway.close)
        flood = Flood(gateway)
        first = flood.memory()
        bad = False
        for kind in chosen.kinds or KINDS:
            figures = flood.of(kind, chosen.seconds, first)
            print(figures, flush=True)
            bad |= figures.after > first + ALLOWED_MB or figures.peak > first + PEAK_MB
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
