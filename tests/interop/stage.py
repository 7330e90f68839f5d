"""Where the trials play: a sandbox with the agency's world, people at a browser, a customer in Messenger."""

import threading
import time
from collections.abc import Collection
from functools import cached_property
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from fbtool.sandbox.scripted_browser import ScriptedBrowser
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import App, Customer, Page, Person, shipped

SCOPES = (
    "pages_show_list",
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "business_management",
)
GREETING = "Guten Tag – was dürfen wir für Sie tun?"
"""What the Page writes."""
SHORT_LIFE = 2 * 60 * 60
"""Seconds after which a token from the login dialog is certainly over."""
_TIMEOUT = 70.0
_LOOK_EVERY = 0.05


class Stage:
    """The agency's Facebook on this computer; use it as a context manager.

    What a trial is about goes through the software on trial. What only has to be there for it (a token, a message of
    the customer) comes from here.
    """

    def __init__(self) -> None:
        self._world = shipped("agency")
        self._server = SandboxServer(self._world)
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy on the way to this computer
        self._pause = threading.Event()

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._server.stop()

    @property
    def address(self) -> str:
        """The base address that takes the place of Facebook's two."""
        return self._server.address

    @property
    def app(self) -> App:
        """The app that the software on trial is."""
        return self._world.apps[0]

    @property
    def app_token(self) -> str:
        """The app's token, put together from its id and secret."""
        return f"{self.app.id}|{self.app.secret}"

    @property
    def callback(self) -> str:
        """The app's registered redirect address; it is not on this computer, so the browser stops there."""
        return self.app.redirect_uris[0]

    @property
    def page(self) -> Page:
        """A Page of which both Klara and Otto may answer the messages."""
        return self._world.pages[0]

    @property
    def page_ids(self) -> set[str]:
        """All Pages that Klara can reach."""
        return {page.id for page in self._world.pages}

    @property
    def klara(self) -> Person:
        """Admin of both businesses."""
        return self._person("klara")

    @property
    def otto(self) -> Person:
        """Moderator of a few Pages."""
        return self._person("otto")

    @property
    def jonas(self) -> Customer:
        """The customer."""
        return self._world.customers[0]

    def _person(self, key: str) -> Person:
        person = self._world.person(key)
        assert person is not None
        return person

    def browse(self, address: str, person: Person | None = None, *, decline: Collection[str] = ()) -> str:
        """Let a person (Klara) walk through the login dialog; returns what the address bar shows at the end."""
        visitor = self._visitor(person or self.klara)
        try:
            sheet = visitor.sign_in(address, decline=decline)
        finally:
            visitor.close()
        return f"{sheet.address}#{sheet.fragment}"

    def cancel(self, address: str) -> str:
        """Let Klara press "Cancel" in the dialog; returns what the address bar shows at the end."""
        visitor = self._visitor(self.klara)
        try:
            return visitor.cancel(address).address
        finally:
            visitor.close()

    @staticmethod
    def _visitor(person: Person) -> ScriptedBrowser:
        return ScriptedBrowser(person.email, person.password, code=person.two_factor_code)

    @cached_property
    def user_token(self) -> str:
        """Klara's long-lived token."""
        exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": self.short_token()}
        return str(self._fetch_token(exchange)["access_token"])

    def short_token(self, person: Person | None = None, *, decline: Collection[str] = ()) -> str:
        """A token as the login dialog gives it, good for one to two hours."""
        query = {"client_id": self.app.id, "redirect_uri": self.callback, "scope": ",".join(SCOPES), "state": "-"}
        end = self.browse(f"{self.address}/dialog/oauth?{urlencode(query)}", person, decline=decline)
        code = parse_qs(urlsplit(end).query)["code"][0]
        return str(self._fetch_token({"code": code, "redirect_uri": self.callback})["access_token"])

    def _fetch_token(self, exchange: dict[str, str]) -> dict[str, Any]:
        credentials = {"client_id": self.app.id, "client_secret": self.app.secret}
        return self.graph("GET", "oauth/access_token", **exchange, **credentials)

    def page_token(self, user_token: str = "") -> str:
        """The Page's token, from Klara's or from ``user_token``."""
        answer = self.graph("GET", self.page.id, access_token=user_token or self.user_token, fields="access_token")
        return str(answer["access_token"])

    def graph(self, method: str, path: str, **parameters: str) -> dict[str, Any]:
        """A call of the Graph API that must succeed."""
        return self._call(method, path, params=parameters)

    def later(self, seconds: float) -> None:
        """Let time pass at this Facebook."""
        self._call("POST", "sandbox/clock", json={"advance": seconds})

    def customer_writes(self, text: str) -> dict[str, Any]:
        """Jonas writes to the Page: his page-scoped id is ``psid``, ``delivered`` counts the apps that took it."""
        return self._call("POST", f"{self._chat}/messages", json={"text": text})

    def answers(self, wanted: int, wait: float = 0) -> list[dict[str, Any]]:
        """What Jonas sees of the Page's messages, after at most ``wait`` seconds for so many."""
        shown = self._call("GET", f"{self._chat}/conversation", params={"wait": wait, "answers": wanted})
        return [message for message in shown["messages"] if message["direction"] == "from_page"]

    def deliveries(self, fields: Collection[str], wait: float) -> list[dict[str, Any]]:
        """All attempts to deliver webhooks, as soon as there is one for each of ``fields`` or ``wait`` is over."""
        deadline = time.monotonic() + wait
        while True:
            attempts: list[dict[str, Any]] = self._call("GET", "sandbox/deliveries")["deliveries"]
            seen = {field for attempt in attempts for field in attempt["fields"]}
            if seen.issuperset(fields) or time.monotonic() > deadline:
                return attempts
            self._pause.wait(_LOOK_EVERY)

    @property
    def _chat(self) -> str:
        return f"sandbox/pages/{self.page.id}/customers/{self.jonas.key}"

    def _call(self, method: str, path: str, **rest: Any) -> dict[str, Any]:
        answer = self._http.request(method, f"{self.address}/{path}", timeout=_TIMEOUT, **rest)
        assert answer.ok, f"{method} {path}: {answer.text}"
        body: dict[str, Any] = answer.json()
        return body


def days(seconds: float) -> int:
    """For a remark: how many days that is."""
    return round(seconds / (24 * 60 * 60))
