"""Browsers, the shop, and visitors of it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import shipped
from tests.gateway.conftest import Clock
from tests.node import installed
from tests.webchat import browsers
from tests.webchat.agent import Agent
from tests.webchat.browsers import Browser
from tests.webchat.visitor import Visitor

ADMIN = "admin-token-of-the-tests"
PACKAGE = Path(__file__).parent / "package.json"


class Shop:
    """The shop, and its control."""

    def __init__(self, address: str) -> None:
        self.address = address

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask or tell ``/sandbox/shop/…``."""
        answer = requests.request(method, f"{self.address}/sandbox/shop/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def is_usually(self, **switches: str) -> None:
        """Set the switches that hold for every page whose address does not say otherwise."""
        self.control("PUT", "usual", switches)

    def trouble(self, kind: str, call: str = "", times: int | None = 1) -> None:
        """Let something happen to the next calls through the relay."""
        self.control("POST", "troubles", {"kind": kind, "call": call, "times": times})

    def no_trouble(self) -> None:
        """Let everything pass; what was held goes on."""
        self.control("DELETE", "troubles")

    def calls(self, name: str = "") -> list[dict[str, Any]]:
        """The calls through the relay."""
        return [one for one in self.control("GET", "calls")["calls"] if name in ("", one["call"])]

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What browsers have complained about."""
        found: list[dict[str, Any]] = self.control("GET", "reports")["reports"]
        return found


class Chat:
    """A web chat as its admin sees it."""

    def __init__(self, gateway: str, clock: Clock) -> None:
        self.gateway = gateway
        self.clock = clock
        wanted = {"name": f"Hofladen Kruse {secrets.token_hex(4)}", "channel": "webchat"}
        made = self._told("POST", "admin/accounts", ADMIN, wanted)
        self.account: str = made["id"]
        self.widget_token: str = made["widget_token"]
        self.agent = Agent(gateway, made["token"])
        self.agent.is_there()
        self.is_set_up()

    def is_set_up(self, **settings: Any) -> None:
        """Save the settings: those that are given, the others as they were."""
        now = self._told("GET", "v1/webchat/settings", self.widget_token)
        wanted = now["settings"] | {"privacy_url": "https://shop.example/privacy"} | settings
        self._told("PUT", "v1/webchat/settings", self.widget_token, {"version": now["version"], "settings": wanted})

    def _told(self, method: str, path: str, token: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{self.gateway}/{path}", headers=headers, json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Gateway]:
    """A gateway that serves web chats."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("gateway"),
        master_key=b"k" * 32,
        admin_token=ADMIN,
        port=0,
        channels=("webchat",),
        of_channel={"webchat": None},
    )
    server = Gateway(settings, clock)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chat(gateway: Gateway, clock: Clock, shop: Shop) -> Chat:
    """A chat of its own on every page of the shop; somebody is there. Earlier visitors are long gone."""
    clock.advance(24 * 3600)
    made = Chat(gateway.address, clock)
    shop.is_usually(gateway=made.gateway, account=made.account, relay="1")
    return made


@pytest.fixture(scope="session")
def running() -> Iterator[Callable[[str], Browser]]:
    """One browser of each kind, started when it is needed first."""
    started: dict[str, Browser] = {}
    with ExitStack() as at_the_end:

        def browser(name: str) -> Browser:
            if packages := browsers.missing(name):
                pytest.skip(f"needs Debian's packages {' and '.join(packages)}")
            if name not in started:
                started[name] = at_the_end.enter_context(browsers.started(name))
            return started[name]

        yield browser


@pytest.fixture(params=browsers.NAMES)
def browser(request: pytest.FixtureRequest, running: Callable[[str], Browser]) -> Browser:
    """Chromium, then Firefox."""
    return running(request.param)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(shipped("small-shop")) as server:
        yield server


@pytest.fixture
def shop(sandbox: SandboxServer) -> Shop:
    """The shop, as if nothing had happened yet."""
    requests.post(f"{sandbox.address}/sandbox/reset", timeout=30).raise_for_status()
    return Shop(sandbox.address)


@pytest.fixture
def visitor(browser: Browser, shop: Shop) -> Iterator[Visitor]:
    """Somebody new at the browser. No script may have failed when they leave."""
    browser.bidi.events.clear()
    with Visitor(browser, shop.address) as somebody:
        yield somebody
        assert somebody.errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    return (installed(PACKAGE) / "node_modules/axe-core/axe.min.js").read_text("utf-8")
