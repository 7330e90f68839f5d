"""The chat server of the toy channel, as the channel conformance asks for it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from fbtool.gateway.channels.conformance import Platform, Taken
from fbtool.gateway.channels.port import Outcome, Scope

SECRET = "the-shops-own-shared-secret"


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class ChatServer(Platform):
    channel = "toy"

    def __init__(self, site: Path) -> None:
        self.secrets = {"toy.secret": SECRET}
        self.environment = {"PYTHONPATH": str(site)}
        self.taken: list[Taken] = []
        self.attempts = 0
        self._refusal: tuple[Outcome, Scope, str] | None = None
        self._silent = False
        self._last: dict[str, str] = {}
        self._going_on = threading.Event()

    def connect(self, gateway: str, token: str, place: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"}
        told = requests.put(f"{gateway}/v1/toy/shops/{place}", headers=headers, timeout=30)
        return told.status_code, told.json().get("id", "")

    def write(self, gateway: str, source_id: str, customer: str, text: str, message_id: str) -> int:
        return self.tell(gateway, source_id, customer=customer, text=text, id=message_id)

    def refuse(self, outcome: Outcome, scope: Scope, only: str = "") -> bool:
        self._refusal = outcome, scope, only
        return True

    def stay_silent(self) -> None:
        self._silent = True

    def take_all(self) -> None:
        self._refusal, self._silent = None, False

    def prove(self, gateway: str) -> bool:
        last = self._last
        status = self.tell(gateway, last["source_id"], customer=last["customer"], reference=last["reference"], id="c0")
        return status == 200

    def tell(self, gateway: str, source_id: str, secret: str = SECRET, **news: Any) -> int:
        """Call the gateway."""
        address = f"{gateway}/toy/{source_id.removeprefix('toy:')}"
        given = {"time": time.time_ns() // 1_000_000, **news}
        return requests.post(address, json=given, headers={"Authorization": f"Bearer {secret}"}, timeout=30).status_code

    def asked(self, message: dict[str, str]) -> tuple[int, Any]:
        """What it says to an answer; 0: nothing."""
        self.attempts += 1
        self._last = message
        outcome, scope, only = self._refusal or (None, None, "")
        if only not in {"", message["source_id"], message["customer"]}:
            outcome = None
        if outcome in {None, Outcome.UNCLEAR}:
            self.taken.append(Taken(message["source_id"], message["customer"], message["text"]))
        if outcome is Outcome.UNCLEAR:
            return 0, None
        if self._silent:
            self._going_on.wait(120)
            return 0, None
        if outcome is not None:
            assert scope is not None
            return 400, {"outcome": outcome.value, "scope": scope.value}
        return 200, {"id": f"c{len(self.taken)}"}

    @contextmanager
    def serving(self) -> Iterator["ChatServer"]:
        """Answer the gateway's calls."""
        chat = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                status, said = chat.asked(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if not status:  # the connection breaks after the request was read
                    self.close_connection = True
                    return
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Stay silent."""

        server = _Server(("127.0.0.1", 0), Handler)
        self.settings = {"server": f"http://127.0.0.1:{server.server_port}/"}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._going_on.set()
            server.shutdown()
            server.server_close()
            thread.join()
