"""The queue of answers under everything that may happen to it: none is lost, none goes twice, none overtakes another.

Real stores and the real pace, a clock that the test moves, and no waiting.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fbtool.gateway.channels.facebook.links import Reason
from fbtool.gateway.channels.facebook.store.tables import links_of
from fbtool.gateway.rate_limits import RateLimits, Rates, SendPause
from fbtool.gateway.store.outbox import QueuedMessage
from tests.gateway.store.conftest import DATA_KEY, SHOP, File, Home, account, arrival, link
from tests.gateway.store.test_store_model import emptied

FLYING = Rates().in_flight
T = TypeVar("T")
NOW = 1_800_000_000_000
HOUR = 3600 * 1000
ECHO = 60_000
FAR = NOW * 2
PAGES = ["11", "12"]
CONVERSATIONS = st.sampled_from([(page, f"{page}/{number}".encode()) for page in PAGES for number in range(3)])


@dataclass
class Known:
    """What the test knows of an answer."""

    page: str
    conversation: bytes
    number: int
    expires: int
    reached_facebook: int = 0
    fate: str = ""


@dataclass
class World:
    answers: dict[str, Known] = field(default_factory=dict)
    flying: dict[str, tuple[QueuedMessage, bool]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)


class Queue(RuleBasedStateMachine):
    """One rule for each thing that happens to a queue."""

    home: Home

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.store = self.home.store()
        self.run(self.store.start(DATA_KEY))
        self.run(self.store.accounts.add(account()))
        self.versions = dict.fromkeys(PAGES, 0)
        for page in PAGES:
            self.keep_link(page, None)
        self.now = NOW
        self.pace = RateLimits(spread=lambda: 1.0)
        self.world = World()
        self.needs_person: set[str] = set()

    def keep_link(self, page: str, reason: Reason | None) -> None:
        assert self.run(links_of(self.store).keep_link(link(page, SHOP, reason, self.versions[page]), [], NOW))
        self.versions[page] += 1

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.stop())
            self.runner.close()

    @rule(where=CONVERSATIONS, hours=st.sampled_from([1, 24, 168]))
    def the_crm_answers(self, where: tuple[str, bytes], hours: int) -> None:
        page, conversation = where
        number = len(self.world.answers)
        message = QueuedMessage(f"m{number}", SHOP, page, conversation, b"sealed", True, self.now + hours * HOUR)
        self.run(self.store.outbox.enqueue(message, b"k%d" % number, b"d", self.now))
        self.world.answers[message.id] = Known(page, conversation, number, message.expires_ms)

    @rule(milliseconds=st.sampled_from([1, 1000, ECHO, HOUR, 30 * HOUR]))
    def time_passes(self, milliseconds: int) -> None:
        self.now += milliseconds

    @rule(page=st.sampled_from(PAGES))
    def the_sender_looks(self, page: str) -> None:
        for message in self.run(self.store.outbox.take_unclear(page, self.now)):
            self.ends(message.id, "unclear")
            self.world.unclear.discard(message.id)
        for message in self.run(self.store.outbox.take_expired(page, self.now)):
            assert self.world.answers[message.id].expires <= self.now
            self.ends(message.id, "expired")
        due = self.run(self.store.outbox.take_due({page: self.pace.room(page, self.now)}, self.now))
        for message in due[page]:
            assert page not in self.needs_person, "nothing is sent while a person is needed"
            self.in_order(message)
            self.world.flying[message.id] = message, self.pace.started(page, self.now)

    def in_order(self, message: QueuedMessage) -> None:
        mine = self.world.answers[message.id]
        assert not mine.fate
        for message_id, other in self.world.answers.items():
            earlier = other.conversation == mine.conversation and other.number < mine.number
            assert not earlier or other.fate or message_id in self.world.unclear, "an earlier answer was overtaken"

    def lands(self, data: st.DataObject) -> tuple[QueuedMessage, bool]:
        message_id = data.draw(st.sampled_from(sorted(self.world.flying)))
        return self.world.flying.pop(message_id)

    def ends(self, message_id: str, fate: str) -> None:
        event = arrival(f"{message_id} {fate}", self.world.answers[message_id].page, item_ms=self.now)
        if self.run(self.store.outbox.finish(message_id, SHOP, event, self.now)):
            assert not self.world.answers[message_id].fate, "a fate is told once"
            self.world.answers[message_id].fate = fate

    @precondition(lambda self: self.world.flying)
    @rule(data=st.data(), outcome=st.sampled_from(["sent", "failed", "later", "unclear", "wait", "stop", "parked"]))
    def facebook_answers(self, data: st.DataObject, outcome: str) -> None:
        message, probe = self.lands(data)
        known = self.world.answers[message.id]
        if outcome in {"sent", "unclear"}:
            known.reached_facebook += 1
        match outcome:
            case "sent" | "failed":
                self.pace.went(known.page, self.now)
                self.ends(message.id, outcome)
            case "unclear":
                self.pace.trouble(known.page, known.conversation, self.now)
                self.run(self.store.outbox.await_proof(message.id, self.now + ECHO))
                if not known.fate:
                    self.world.unclear.add(message.id)
            case "later":
                self.pace.trouble(known.page, known.conversation, self.now)
                self.run(self.store.outbox.retry(message.id, self.now + 1000, message.tries + 1))
            case _:
                if outcome == "wait":
                    self.pace.waits(known.page, SendPause.THROTTLED, self.now)
                elif outcome == "stop":
                    self.pace.stopped(known.page, self.now)
                if outcome == "parked":
                    self.break_link(known.page)
                self.run(self.store.outbox.retry(message.id, self.now, message.tries))
        self.pace.ended(known.page, probe=probe)

    @precondition(lambda self: self.world.answers)
    @rule(data=st.data())
    def an_echo_comes(self, data: st.DataObject) -> None:
        went = sorted(name for name, known in self.world.answers.items() if known.reached_facebook)
        if went:
            message_id = data.draw(st.sampled_from(went))
            self.ends(message_id, "sent")
            self.world.unclear.discard(message_id)

    @rule()
    def the_process_dies_and_comes_back(self) -> None:
        self.run(self.home.crash(self.store))
        self.store = self.home.store()
        self.run(self.store.start(DATA_KEY))
        self.run(self.home.lease_passes())
        for message in self.run(self.store.outbox.interrupted("facebook", self.now)):
            self.run(self.store.outbox.await_proof(message.id, self.now + ECHO))
            self.world.unclear.add(message.id)
        self.world.flying.clear()
        self.pace = RateLimits(spread=lambda: 1.0)

    def break_link(self, page: str) -> None:
        self.keep_link(page, Reason("facebook_190", {}, 0))
        self.needs_person.add(page)

    @rule(page=st.sampled_from(PAGES))
    def somebody_signs_in(self, page: str) -> None:
        self.keep_link(page, None)
        self.needs_person.discard(page)

    @invariant()
    def nothing_reaches_facebook_twice(self) -> None:
        if hasattr(self, "world"):
            assert all(known.reached_facebook <= 1 for known in self.world.answers.values())

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "world"):
            alive = sum(not known.fate for known in self.world.answers.values())
            assert self.run(self.store.holdings()).messages_queued == alive
            unclear = {one.id for page in PAGES for one in self.run(self.store.outbox.take_unclear(page, FAR))}
            assert unclear == self.world.unclear

    @invariant()
    def a_page_never_has_more_calls_than_it_may(self) -> None:
        if hasattr(self, "world"):
            assert all(
                sum(message.source_id == page for message, _ in self.world.flying.values()) <= FLYING for page in PAGES
            )

    @invariant()
    def what_is_due_is_found(self) -> None:
        if hasattr(self, "world"):
            heads = {head.source_id for head in self.run(self.store.outbox.heads("facebook"))}
            flying = {known.conversation for name, known in self.world.answers.items() if name in self.world.flying}
            for known in self.world.answers.values():
                assert known.fate or known.conversation in flying or known.page in heads


def test_every_store_keeps_the_queue_in_order(home: Home) -> None:
    class Machine(Queue):
        def __init__(self) -> None:
            self.home = emptied(home)
            super().__init__()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30 if isinstance(home, File) else 8,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
