"""What the tests of the sandbox use: a person's client for the Graph API, and an app that listens for webhooks."""

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from fbtool.sandbox.scripted_browser import BrowserPage, ScriptedBrowser

CALLBACK = "https://gateway.example.org/oauth/callback"
APP, SECRET = "1840000000000001", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
ERIKA, ERIKAS_ID = ("erika@example.org", "sommerwiese"), "10220000000000007"
FLOWERS, CAFE, GARAGE = "100000000000011", "100000000000012", "100000000000013"
SCOPES = "pages_show_list,pages_messaging,pages_manage_metadata,pages_read_engagement"
DEADLINE = 10.0

T = TypeVar("T")


class Addressed(Protocol):
    """A sandbox, wherever it runs."""

    @property
    def address(self) -> str: ...


def eventually(look: Callable[[], T]) -> T:
    """The first true answer of ``look``; fails after `DEADLINE` seconds."""
    end = time.monotonic() + DEADLINE
    while not (found := look()):
        assert time.monotonic() < end, f"still {found!r} after {DEADLINE} s"
        threading.Event().wait(0.01)
    return found


@dataclass
class Reply:
    """An answer of the Graph API."""

    status: int
    json: Any
    headers: Any

    @property
    def error(self) -> tuple[int, int]:
        """Code and subcode; the subcode is 0 where the answer has none."""
        error = self.json["error"]
        return error["code"], error.get("error_subcode", 0)

    @property
    def message(self) -> str:
        return str(self.json["error"]["message"])


class Client:
    """Speaks to one sandbox as an app, a person or a Page does."""

    def __init__(self, sandbox: Addressed, app: str = APP, secret: str = SECRET) -> None:
        self.address = sandbox.address
        self.app, self.secret = app, secret
        self.http = requests.Session()
        self.http.trust_env = False
        self.browsers: list[ScriptedBrowser] = []

    @property
    def app_token(self) -> str:
        return f"{self.app}|{self.secret}"

    def close(self) -> None:
        self.http.close()
        for browser in self.browsers:
            browser.close()

    def graph(self, method: str, path: str, token: str = "", **rest: Any) -> Reply:
        headers = rest.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        rest.setdefault("allow_redirects", False)
        answer = self.http.request(method, f"{self.address}/v26.0/{path}", headers=headers, timeout=DEADLINE, **rest)
        body = answer.json() if answer.content else None
        return Reply(answer.status_code, body, answer.headers)

    def get(self, path: str, token: str = "", **params: Any) -> Reply:
        return self.graph("GET", path, token, params=params)

    def post(self, path: str, token: str = "", **data: Any) -> Reply:
        return self.graph("POST", path, token, data=data)

    def delete(self, path: str, token: str = "", **params: Any) -> Reply:
        return self.graph("DELETE", path, token, params=params)

    def sandbox(self, method: str, path: str, json: Any = None, **params: Any) -> Any:
        """The sandbox's own surface."""
        answer = self.http.request(method, f"{self.address}/sandbox/{path}", json=json, params=params, timeout=70)
        assert answer.ok, answer.text
        return answer.json()

    def dialog(self, **changed: Any) -> str:
        """The address of the login dialog with the usual parameters."""
        usual = {"client_id": self.app, "redirect_uri": CALLBACK, "state": "a b&c", "scope": SCOPES}
        wanted = {name: value for name, value in (usual | changed).items() if value is not None}
        return f"{self.address}/v26.0/dialog/oauth?{urlencode(wanted)}"

    def as_app(self, app: str) -> "Client":
        """The same sandbox, used by another app of its world."""
        secret = next(one["secret"] for one in self.sandbox("GET", "world")["apps"] if one["id"] == app)
        self.app, self.secret = app, secret
        return self

    def fault(self, kind: str, **scope: Any) -> str:
        """Switch a fault on; returns its id."""
        return self.sandbox("POST", "faults", {"kind": kind, **scope})["id"]

    def customer_does(self, what: str, page: str = FLOWERS, customer: str = "jonas", **order: Any) -> Any:
        return self.sandbox("POST", f"pages/{page}/customers/{customer}/{what}", order)

    def browser(self, person: tuple[str, ...] = ERIKA) -> ScriptedBrowser:
        """A person by email, password and, if there is one, the code of the second factor."""
        email, password, *code = person
        browser = ScriptedBrowser(email, password, code="".join(code))
        self.browsers.append(browser)
        return browser

    def sign_in(self, person: tuple[str, ...] = ERIKA, *, dialog: Any = None, **choices: Any) -> str:
        """The code at the end of the dialog."""
        sheet = self.browser(person).sign_in(self.dialog(**(dialog or {})), **choices)
        return query_of(sheet)["code"]

    def redeem(self, given: str, /, **changed: Any) -> Reply:
        usual = {"client_id": self.app, "client_secret": self.secret, "redirect_uri": CALLBACK, "code": given}
        return self.get("oauth/access_token", **(usual | changed))

    def user_token(self, person: tuple[str, ...] = ERIKA, *, long: bool = True, **choices: Any) -> str:
        token = self.redeem(self.sign_in(person, **choices)).json["access_token"]
        return self.lengthen(token) if long else token

    def lengthen(self, token: str) -> str:
        return self.get(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=self.app,
            client_secret=self.secret,
            fb_exchange_token=token,
        ).json["access_token"]

    def page_token(self, page: str = FLOWERS, user_token: str = "") -> str:
        return self.get(page, user_token or self.user_token(), fields="access_token").json["access_token"]

    def inspect(self, token: str) -> Any:
        return self.get("debug_token", self.app_token, input_token=token).json["data"]

    def listen_to(self, callback: str, page_token: str, page: str = FLOWERS, fields: str = "messages") -> None:
        """Take the app's and the Page's webhooks at ``callback``."""
        configured = self.post(
            f"{self.app}/subscriptions",
            self.app_token,
            object="page",
            callback_url=callback,
            fields=fields,
            verify_token="open sesame",
        )
        assert configured.json == {"success": True}
        assert self.post(f"{page}/subscribed_apps", page_token, subscribed_fields=fields).json == {"success": True}

    def customer_writes(self, text: str, page: str = FLOWERS, customer: str = "jonas") -> Any:
        return self.sandbox("POST", f"pages/{page}/customers/{customer}/messages", {"text": text})

    def conversation(self, page: str = FLOWERS, customer: str = "jonas", **params: Any) -> Any:
        return self.sandbox("GET", f"pages/{page}/customers/{customer}/conversation", **params)["messages"]

    def answer(self, page_token: str, psid: str, text: str = "Gern!", **more: Any) -> Reply:
        body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": text}} | more
        return self.graph("POST", "me/messages", page_token, json=body)


def query_of(sheet: BrowserPage) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(sheet.address).query, keep_blank_values=True))


@dataclass
class Webhook:
    """One POST that arrived."""

    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def item(self) -> Any:
        """The only item of the only entry."""
        (entry,) = self.json["entry"]
        (item,) = entry.get("messaging") or entry["standby"]
        return item

    def signed_with(self, secret: str) -> bool:
        def of(kind: str) -> str:
            return hmac.new(secret.encode(), self.body, kind).hexdigest()

        return (
            self.headers["x-hub-signature-256"] == f"sha256={of('sha256')}"
            and self.headers["x-hub-signature"] == f"sha1={of('sha1')}"
        )


@dataclass
class Listener:
    """A callback that keeps what arrives and answers as it is told."""

    address: str = ""
    arrived: list[Webhook] = field(default_factory=list)
    status: int = 200
    verify_token: str | None = "open sesame"
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and body of all POSTs, signed or not."""
    reply: bytes = b""

    def items(self, kind: str) -> list[Any]:
        """The messaging items with the key ``kind``."""
        found = []
        for webhook in list(self.arrived):
            for entry in webhook.json["entry"]:
                found += [item for item in entry.get("messaging", []) if kind in item]
        return found


@contextmanager
def listening() -> Iterator[Listener]:
    """A real HTTP server on a free port."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            right = query.get("hub.verify_token") == listener.verify_token
            self._answer(200 if right else 403, query.get("hub.challenge", "").encode() if right else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.posted.append((headers, body))
            if listener.status == 200 and "x-hub-signature-256" in headers:
                listener.arrived.append(Webhook(body, headers))
            self._answer(listener.status, listener.reply)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.address = f"http://127.0.0.1:{server.server_address[1]}/facebook/webhook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
