"""A real gateway, and a Facebook that a test can script where the sandbox would be too well-behaved."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from fbtool.facebook.graph import App, Platform
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from tests.postgres import Cluster, serving

BOTH_STORES = {
    "test_link_monitor", "test_crash", "test_greeting", "test_backup_and_keys", "test_ready", "test_receipts",
    "test_refusals", "test_repetitions", "test_sending", "test_signin", "test_toy", "test_delivery",
    "test_unstorable_values", "test_erasure", "test_pictures",
}  # fmt: skip
"""Test files whose gateway keeps its data once in a file and once in PostgreSQL."""
APP = App("1840000000000001", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
PAGE = "100000000000011"
CUSTOMER = "7300000000000021"
FIELDS = [
    "messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes", "message_edits",
    "message_reactions", "messaging_referrals", "messaging_optins", "messaging_handovers", "standby",
    "messaging_policy_enforcement",
]  # fmt: skip
Answer = tuple[int, Any]


@dataclass
class ScriptedFacebook:
    """Answers Graph calls from a table; a test replaces single answers and looks at what was asked."""

    address: str = ""
    answers: dict[str, Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    date: str = ""
    """What its clock says in every answer; empty: the right time."""

    def says(self, call: str, status: int, content: Any) -> None:
        """From now on answer ``"METHOD path"`` like this."""
        self.answers[call] = lambda params: (status, content)

    def error(self, call: str, code: int, subcode: int | None = None, status: int = 400) -> None:
        """From now on answer with one of Facebook's errors."""
        error = {"message": "x", "type": "OAuthException", "code": code, "fbtrace_id": "TRACE"}
        self.says(call, status, {"error": error | ({"error_subcode": subcode} if subcode else {})})

    def calls(self, call: str) -> list[dict[str, str]]:
        """The parameters of all calls of this kind."""
        return [params for name, params in self.asked if name == call]

    def facts(self, **changes: Any) -> None:
        """What debug_token says about every token."""
        scopes = ["pages_show_list", "pages_messaging", "pages_manage_metadata"]
        facts = {
            "app_id": APP.id, "type": "PAGE", "profile_id": PAGE, "user_id": "1", "is_valid": True,
            "expires_at": 0, "data_access_expires_at": 1802776000, "scopes": scopes,
        }  # fmt: skip
        self.says("GET debug_token", 200, {"data": facts | changes})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200  # a gateway opens a hundred connections at once


@pytest.fixture
def facebook() -> Iterator[ScriptedFacebook]:
    scripted = ScriptedFacebook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            params = dict(parse_qsl(parts.query) + parse_qsl(body.decode()))
            call = f"{self.command} {parts.path.split('/', 2)[2]}"
            scripted.asked.append((call, params))
            if call not in scripted.answers:
                status, content = 404, {"error": {"code": 2500, "message": call, "type": "x", "fbtrace_id": "T"}}
            else:
                status, content = scripted.answers[call](params)
            if status == 0:  # the connection breaks after the request was read
                self.close_connection = True
                return
            payload = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_DELETE = handle_any

        def date_time_string(self, timestamp: float | None = None) -> str:
            return scripted.date or super().date_time_string(timestamp)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = _Server(("127.0.0.1", 0), Handler)
    scripted.address = f"http://127.0.0.1:{server.server_port}"
    scripted.facts()
    scripted.says(f"POST {PAGE}/subscribed_apps", 200, {"success": True})
    scripted.says(f"GET {PAGE}/subscribed_apps", 200, {"data": [{"id": APP.id, "subscribed_fields": FIELDS}]})
    scripted.says(f"DELETE {PAGE}/subscribed_apps", 200, {"success": True})
    scripted.says(f"POST {PAGE}/messages", 200, {"recipient_id": CUSTOMER, "message_id": "m_sent"})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Clock:
    """Real time, and what a test has let pass at once."""

    passed_ms: int = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.passed_ms

    def advance(self, seconds: float) -> None:
        self.passed_ms += int(seconds * 1000)


@dataclass
class Running:
    """A running gateway as its neighbours see it."""

    settings: Settings
    gateway: Gateway
    clock: Clock
    token: str = ""

    @property
    def address(self) -> str:
        return self.gateway.address

    def admin(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.settings.admin_token}"}
        return requests.request(method, f"{self.address}/admin/{path}", headers=headers, timeout=30, **kwargs)

    def api(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}", **kwargs.pop("headers", {})}
        return requests.request(method, f"{self.address}/v1/{path}", headers=headers, timeout=60, **kwargs)

    def link(self) -> requests.Response:
        return self.api("PUT", f"facebook/pages/{PAGE}", json={"page_token": "EAAG-page", "name": "Blumen Beispiel"})

    def restart(self) -> None:
        """Stop and start on the same data; the port may change."""
        self.gateway.stop()
        self.gateway = Gateway(self.settings, self.clock)
        self.gateway.start()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in BOTH_STORES:
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with serving("-c fsync=off") as server:  # the computer does not lose its power during these tests
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.database()


def settings_for(folder: Path, facebook: ScriptedFacebook, **changes: Any) -> Settings:
    own = {field.name for field in fields(FacebookSettings)}
    facebook_settings: dict[str, Any] = {
        "app": APP,
        "platform": Platform(facebook.address, facebook.address),
    } | {name: value for name, value in changes.items() if name in own}
    given: dict[str, Any] = {
        "data_dir": folder,
        "master_key": b"k" * 32,
        "admin_token": "admin-token-of-the-tests",
        "port": 0,
        "of_channel": {"facebook": FacebookSettings(**facebook_settings)},
    }
    return Settings(**(given | {name: value for name, value in changes.items() if name not in own}))


@pytest.fixture
def running(tmp_path: Path, facebook: ScriptedFacebook, database_url: str) -> Iterator[Running]:
    settings = settings_for(tmp_path, facebook, earlier_secret="earlier-secret", database_url=database_url)
    clock = Clock()
    gateway = Gateway(settings, clock)
    gateway.start()
    here = Running(settings, gateway, clock)
    here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    yield here
    here.gateway.stop()
