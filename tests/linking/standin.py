"""A scripted server: it stands where the gateway, Facebook or a proxy would, and says exactly what a test wants."""

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Answer:
    status: int = 200
    content: Any = None
    """Bytes go out as they are, everything else as JSON."""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Whether the connection ends in the middle."""
    silent: bool = False
    """Whether nothing is answered until the server closes."""


Script = Answer | Callable[[Request], Answer]


def refusal(status: int, code: str, **more: str) -> Answer:
    """A problem document, as the gateway's contract has it."""
    told = {
        "type": f"urn:fbtool:{code}",
        "title": "The gateway says what happened.",
        "status": status,
        "code": code,
        "detail": "The gateway says what it means.",
        "remedy": "The gateway says what to do.",
    }
    return Answer(status, told | more, "application/problem+json")


class ScriptedServer:
    """Answers by script and remembers what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.scripts: dict[tuple[str, str], Script] = {}
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def on(self, method: str, path: str, script: Script) -> None:
        self.scripts[method, path] = script

    def asked(self, method: str, path: str) -> list[Request]:
        return [request for request in self.requests if (request.method, request.path) == (method, path)]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(owner: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                dict(self.headers),
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            owner.requests.append(request)
            script = owner.scripts.get((self.command, parts.path), Answer(404, b"<h1>Not here</h1>", "text/html"))
            self.write(script if isinstance(script, Answer) else script(request))

        def write(self, answer: Answer) -> None:
            if answer.silent:
                owner.released.wait(10)
                return
            content = answer.content if isinstance(answer.content, bytes) else json.dumps(answer.content).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if answer.cut else content)
            self.wfile.flush()
            self.close_connection = True

        do_GET = do_PUT = do_POST = do_DELETE = do_CONNECT = answer

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
