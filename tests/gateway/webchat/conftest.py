"""A gateway with a web chat, its CRM, and visitors; its data once in a file and once in PostgreSQL."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.channels.webchat.http_script import _fixed
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.server import Gateway
from fbtool.webchat import joiner
from tests.conditions import eventually
from tests.gateway.channels.conftest import end_leases, known_channels  # noqa: F401 - fixtures of the conformance
from tests.gateway.conftest import Clock
from tests.gateway.webchat.browser import Browser


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("cluster") is None:
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


WIDGET = {
    "main.js": """import { startEmbed } from "./embed.js";
import { keep } from "./kept_history.js";
/* Starts the chat. */
window.fbtoolChat = { startEmbed, keep };
""",
    "embed.js": "export const startEmbed = () => 'embedded';\n",
    "kept_history.js": "export const keep = () => 'kept';\n",
}
"""A small one, with features that not every account needs."""


class Shop:
    """An account of the web chat as its CRM and its visitors see it."""

    def __init__(self, gateway: Gateway, clock: Clock, settings: Settings) -> None:
        self.gateway, self.clock, self.settings = gateway, clock, settings
        self.events: list[dict[str, Any]] = []
        self._cursor = ""
        made = self.admin("POST", "accounts", name="Shop", channel="webchat").json()
        self.id, self.token, self.widget_token = made["id"], made["token"], made["widget_token"]
        self._visitors = 0

    @property
    def base(self) -> str:
        return f"{self.gateway.address}/webchat/{self.id}"

    def admin(self, method: str, path: str, **json: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.settings.admin_token}"}
        return requests.request(
            method, f"{self.gateway.address}/admin/{path}", headers=headers, json=json or None, timeout=60
        )

    def api(self, method: str, path: str, *, token: str = "", **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.token}", **kwargs.pop("headers", {})}
        return requests.request(method, f"{self.gateway.address}/v1/{path}", headers=headers, timeout=60, **kwargs)

    def set_up(self, **changes: Any) -> None:
        """Save the chat's settings."""
        now = self.api("GET", "webchat/settings", token=self.widget_token).json()
        wanted = now["settings"] | {"privacy_url": "https://shop.example/privacy"} | changes
        kept = self.api(
            "PUT", "webchat/settings", token=self.widget_token, json={"version": now["version"], "settings": wanted}
        )
        assert kept.status_code == 200, kept.text

    def visitor(self) -> Browser:
        """A browser that nobody has seen before, on a network of its own."""
        self._visitors += 1
        return Browser(self.base, f"198.51.100.{self._visitors}")

    def writes(self, browser: Browser, text: str = "Hallo", **more: Any) -> dict[str, Any]:
        """A visitor writes; the event that the CRM gets."""
        if not browser.key:
            more |= browser.ticket()
            self.clock.advance(3)
        known = len(self.events)
        sent = browser.send(text, **more)
        assert sent.status_code == 201, sent.text
        return self.event(lambda one: one["kind"] == "message", known)

    def take(self) -> list[dict[str, Any]]:
        """Take and acknowledge the events that wait."""
        told = self.api("GET", f"events?after={self._cursor}").json()
        self._cursor = told["cursor"]
        self.events += told["events"]
        return list(told["events"])

    def event(self, fits: Any, known: int = 0, seconds: float = 30) -> dict[str, Any]:
        """Take events until one fits."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            self.take()
            found[:] = [one for one in self.events[known:] if fits(one)]
            return bool(found)

        eventually(is_there, seconds)
        return found[0]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The contents of the events of a kind so far."""
        self.take()
        return [one["content"] for one in self.events if one["kind"] == kind]

    def answers(self, event: dict[str, Any], text: str = "Gern!", **more: Any) -> requests.Response:
        """An agent answers the conversation of an event."""
        body = {"conversation": event["conversation"], "text": text, "human": True} | more
        return self.api("POST", "messages", json=body, headers={"Idempotency-Key": text})

    def sends(self, event: dict[str, Any], text: str = "Gern!", **more: Any) -> str:
        """The same, until it waits for the browser; the message's id."""
        told = self.answers(event, text, **more)
        assert told.status_code == 202, told.text
        message_id = str(told.json()["id"])
        self.event(lambda one: one["kind"] == "sent" and one["content"]["message_id"] == message_id)
        return message_id

    def available(self, available: bool = True) -> None:
        """Somebody is there to answer, or nobody is any more."""
        assert self.api("PUT", "availability", json={"available": available, "seconds": 3600}).ok

    def restart(self) -> None:
        self.gateway.stop()
        self.gateway = Gateway(self.settings, self.clock)
        self.gateway.start()


def settings_of(folder: Path, database_url: str) -> Settings:
    return Settings(
        data_dir=folder,
        master_key=b"k" * 32,
        admin_token="admin-token-of-the-tests",
        port=0,
        database_url=database_url,
        channels=("webchat",),
        of_channel={"webchat": None},
    )


@pytest.fixture(autouse=True)
def widget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A small widget in place of the real one, which is judged elsewhere."""
    folder = tmp_path / "widget"
    folder.mkdir()
    for name, text in WIDGET.items():
        (folder / name).write_text(text, "utf-8")
    parts = (joiner.sources, joiner.joined, joiner.file_name, joiner.integrity, _fixed)
    monkeypatch.setattr(joiner, "joined", cache(lambda features=joiner.ALL: joiner.join(folder, features)))
    for part in parts:
        part.cache_clear()
    yield joiner.joined()
    for part in parts:
        part.cache_clear()


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Iterator[Shop]:
    clock, settings = Clock(), settings_of(tmp_path, database_url)
    gateway = Gateway(settings, clock)
    gateway.start()
    here = Shop(gateway, clock, settings)
    yield here
    here.gateway.stop()
