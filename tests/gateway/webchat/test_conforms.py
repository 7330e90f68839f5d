"""The web chat keeps what every channel has to keep; its platform is the browsers of visitors."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.channels.conformance import CASES, Case, NotHere, Platform, Taken
from fbtool.gateway.channels.port import Outcome, Scope
from tests.gateway.webchat.browser import Browser

TICKET_NEEDED, SECONDS = 403, 30


class Browsers(Platform):
    """One for each customer. They ask for answers whenever somebody wants to know what they have got."""

    channel = "webchat"
    settings: dict[str, str] = {}  # noqa: RUF012 - never changed
    secrets: dict[str, str] = {}  # noqa: RUF012
    environment: dict[str, str] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self._browsers: dict[tuple[str, str], Browser] = {}
        self._sent: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._connected: set[str] = set()
        self._taken: list[Taken] = []
        self._silent = False

    @property
    def taken(self) -> list[Taken]:  # type: ignore[override]
        """What the visitors see."""
        for (source, customer), browser in self._browsers.items():
            seen, cursor = len(browser.messages), browser.cursor
            try:
                browser.poll()
            except requests.ConnectionError:
                continue
            if self._silent:
                browser.cursor = cursor  # shown, but not acknowledged
            self._taken += [Taken(source, customer, text) for text in browser.texts()[seen:]]
        return list(self._taken)

    @property
    def attempts(self) -> int:  # type: ignore[override]
        """As many: nothing is refused."""
        return len(self.taken)

    def connect(self, gateway: str, token: str, place: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"}
        told = requests.get(f"{gateway}/v1/webchat/settings", headers=headers, timeout=30)
        if not told.ok:
            return told.status_code, ""
        source = f"webchat:{told.json()['account']['id']}"
        if source in self._connected:
            raise NotHere  # an account is reached at one place
        self._connected.add(source)
        return 200, source

    def write(self, gateway: str, source_id: str, customer: str, text: str, message_id: str) -> int:
        base = f"{gateway}/webchat/{source_id.removeprefix('webchat:')}"
        browser = self._browsers.setdefault((source_id, customer), Browser(base, f"203.0.113.{len(self._browsers)}"))
        browser.base = base
        ticket = browser.call("ticket", {})
        if not ticket.ok:
            return ticket.status_code
        fresh = {"id": browser.message_id(browser_age(ticket)), "text": text, "ticket": ticket.json()["ticket"]}
        sent = self._sent.setdefault((source_id, customer, message_id), fresh)
        answer = browser.call("messages", sent | {"key": browser.key})
        end = time.monotonic() + SECONDS
        while answer.status_code == TICKET_NEEDED and time.monotonic() < end:  # nobody has typed yet
            time.sleep(0.1)
            answer = browser.call("messages", sent)
        if answer.ok:
            browser.key = answer.json()["key"]
        return 200 if answer.ok else answer.status_code

    def refuse(self, outcome: Outcome, scope: Scope, only: str = "") -> bool:
        return False

    def stay_silent(self) -> None:
        self._silent = True

    def take_all(self) -> None:
        self._silent = False

    def prove(self, gateway: str) -> bool:
        return False


def browser_age(ticket: requests.Response) -> int:
    """How far the browser's clock is ahead of the gateway's."""
    return time.time_ns() // 1_000_000 - int(ticket.json()["time"])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_web_chat_conforms(case: Case, tmp_path: Path, database_url: str, end_leases: Callable[[], None]) -> None:
    try:
        case.run(Browsers(), tmp_path, database_url, end_leases)
    except NotHere:
        pytest.skip("nothing of the kind can happen in a web chat")
