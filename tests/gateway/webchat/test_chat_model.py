"""A chat under everything that may happen to it, next to two lists: what was written, and what was answered."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from fbtool.gateway.server import Gateway
from tests.gateway.conftest import Clock
from tests.gateway.webchat.browser import Browser
from tests.gateway.webchat.conftest import Shop, settings_of


@contextmanager
def serving(folder: Path) -> Iterator[Shop]:
    clock, chosen = Clock(), settings_of(folder, "")
    gateway = Gateway(chosen, clock)
    gateway.start()
    shop = Shop(gateway, clock, chosen)
    try:
        yield shop
    finally:
        shop.gateway.stop()


class Chat(RuleBasedStateMachine):
    """One visitor with two tabs, who ends the chat now and then, and a CRM."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.answered: list[str] = []
        self.taken: list[dict[str, Any]] = []
        self.screen: list[str] = []
        self.shown: set[str] = set()
        self.last: dict[str, Any] = {}
        self.is_closed = False
        self.begun = 0
        """How many had been taken when this conversation began."""
        self.shop.take()  # of the chat before
        self.begin_anew()

    def begin_anew(self) -> None:
        self.tabs = [self.shop.visitor()]
        self.key = ""

    @rule()
    def the_visitor_writes(self) -> None:
        first = {} if self.key else self.tabs[0].ticket()
        self.shop.clock.advance(3)
        text = f"message {len(self.written)}"
        self.last = {"id": self.tabs[0].message_id(), "text": text, "keeps": True, **first}
        self.last |= {"key": self.key} if self.key else {}
        assert self.posts(self.last) == 201
        self.written.append(text)
        self.is_closed = False

    @precondition(lambda self: self.last)
    @rule()
    def the_same_comes_again_for_its_answer_was_lost(self) -> None:
        self.shop.clock.advance(3)
        assert self.posts(self.last) == 200

    def posts(self, content: dict[str, Any]) -> int:
        answer = self.tabs[0].call("messages", content)
        assert answer.ok, answer.text
        key = answer.json()["key"]
        assert "key" in content or self.key in {"", key}, "a first message that is repeated has the same key"
        self.key = key
        return answer.status_code

    @precondition(lambda self: self.key)
    @rule(tab=st.integers(0, 1), acknowledges=st.booleans())
    def a_tab_asks_for_answers(self, tab: int, acknowledges: bool) -> None:
        if tab == len(self.tabs):
            self.tabs.append(Browser(self.shop.base, self.tabs[0].headers["X-Forwarded-For"]))
        browser = self.tabs[min(tab, len(self.tabs) - 1)]
        browser.key = self.key
        self.shop.clock.advance(1)
        asked = {} if acknowledges else {"after": ""}
        answer = browser.poll(**asked)
        assert answer.ok, answer.text
        self.shows(answer.json()["events"])

    def shows(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["type"] == "message" and event["id"] not in self.shown:
                self.shown.add(event["id"])
                self.screen.append(event["text"])
        assert self.screen == self.answered[: len(self.screen)]

    @precondition(lambda self: self.key)
    @rule()
    def the_page_is_loaded_again(self) -> None:
        self.tabs = [Browser(self.shop.base, self.tabs[0].headers["X-Forwarded-For"])]

    @rule()
    def the_crm_takes_events(self) -> None:
        self.taken += [event for event in self.shop.take() if event["kind"] == "message"]
        assert [event["content"]["text"] for event in self.taken] == self.written
        assert len({event["conversation"] for event in self.taken[self.begun :]}) <= 1

    @precondition(lambda self: self.key and not self.is_closed)
    @rule(again=st.booleans())
    def the_crm_answers(self, again: bool) -> None:
        self.the_crm_takes_events()
        text = f"answer {len(self.answered)} {secrets.token_hex(4)}"
        ids = {self.shop.sends(self.taken[-1], text)}
        if again:
            ids.add(self.shop.answers(self.taken[-1], text).json()["id"])
        assert len(ids) == 1
        self.answered.append(text)

    @precondition(lambda self: self.key)
    @rule()
    def the_crm_closes(self) -> None:
        self.the_crm_takes_events()
        path = f"conversations/{self.taken[-1]['conversation']}/close"
        assert self.shop.api("POST", path).status_code == 204
        self.is_closed = True

    @precondition(lambda self: self.key)
    @rule()
    def the_visitor_ends_the_chat(self) -> None:
        """What was not fetched is not shown any more, and the key opens nothing."""
        self.the_crm_takes_events()
        browser = self.tabs[0]
        browser.key = self.key
        assert browser.close().status_code == 204
        assert browser.poll().status_code == 410
        del self.answered[len(self.screen) :]
        self.last, self.begun = {}, len(self.taken)
        self.begin_anew()

    @rule(minutes=st.integers(1, 15))
    def time_passes(self, minutes: int) -> None:
        self.shop.clock.advance(minutes * 60)

    @rule()
    def the_gateway_starts_anew(self) -> None:
        self.shop.restart()
        for tab in self.tabs:
            tab.base = self.shop.base

    def teardown(self) -> None:
        """In the end everything has come, once and in order."""
        self.the_crm_takes_events()
        for _ in range(2):
            if self.key:
                self.a_tab_asks_for_answers(0, acknowledges=True)
        assert self.screen == self.answered


def test_a_chat_is_what_was_written_and_what_was_answered() -> None:
    with TemporaryDirectory() as folder, serving(Path(folder)) as shop:
        shop.set_up()

        class OfThisGateway(Chat):
            pass

        OfThisGateway.shop = shop
        chosen = settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(OfThisGateway, settings=chosen)
