"""Deliveries, acknowledgements, answers, crashes and clock jumps in any order: the stores do what a model does."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fbtool.gateway.channels.facebook.store.tables import links_of
from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store.limits import SEEN_MS
from fbtool.gateway.store.outbox import QueuedMessage
from tests.gateway.store.conftest import (
    DATA_KEY,
    DAY,
    HOUR,
    NOW,
    File,
    Home,
    Shared,
    account,
    arrival,
    fingerprint,
    link,
    outgoing,
)

T = TypeVar("T")
PAGES = {"p1": "idshop", "p2": "idshop", "p3": "idother"}
CONVERSATIONS = ["c1", "c2", "c3"]
items = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([*PAGES])), min_size=1, max_size=6)


@dataclass
class Answer:
    message: QueuedMessage
    state: str = "queued"
    due: int = 0
    created: int = 0


class StoreMachine(RuleBasedStateMachine):
    """The model is what the machine's own fields hold."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now = NOW
        self.linked = dict(PAGES)
        self.waiting: dict[str, list[bytes]] = {"idshop": [], "idother": []}
        self.seen: dict[bytes, int] = {}
        self.answers: list[Answer] = []
        self.keys: dict[str, Answer] = {}
        self.store = self.home.store()
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _begin(self) -> None:
        await self.store.start(DATA_KEY)
        for name in ("Shop", "Other"):
            await self.store.accounts.add(account(name))
        for page, owner in PAGES.items():
            assert await links_of(self.store).keep_link(link(page, owner), [], self.now)

    def teardown(self) -> None:
        self.run(self.store.stop())
        self.runner.close()

    @rule(given=items)
    def deliver(self, given: list[tuple[int, str]]) -> None:
        arrivals = [
            arrival(f"{page} item {number}", page, item_ms=self.now, conversation=fingerprint(f"{page} w"))
            for number, page in given
        ]
        accepted = self.run(self.store.inbox.accept([arrivals], self.now))
        stored = unlinked = 0
        accounts = set()
        for one in arrivals:
            owner = self.linked.get(one.source_id)
            key = one.fingerprint
            if owner is None:
                unlinked += 1
            elif key not in self.seen:
                self.seen[key] = one.item_ms
                self.waiting[owner].append(one.body)
                stored += 1
                accounts.add(owner)
        assert (accepted.stored, accepted.unlinked) == (stored, unlinked)
        assert accepted.repeated == len(arrivals) - stored - unlinked
        assert accepted.accounts == accounts

    @rule(owner=st.sampled_from(["idshop", "idother"]), which=st.sets(st.integers(0, 8)))
    def acknowledge(self, owner: str, which: set[int]) -> None:
        handed = self.run(self.store.inbox.waiting(owner, 100))
        chosen = [event for number, event in enumerate(handed) if number in which]
        assert self.run(self.store.inbox.acknowledge(owner, [event.sequence for event in chosen])) == len(chosen)
        assert self.run(self.store.inbox.acknowledge(owner, [event.sequence for event in chosen])) == 0, (
            "again is harmless"
        )
        self.waiting[owner] = [body for number, body in enumerate(self.waiting[owner]) if number not in which]

    @rule()
    def acknowledge_what_belongs_to_somebody_else(self) -> None:
        foreign = [event.sequence for event in self.run(self.store.inbox.waiting("idother", 100))]
        assert self.run(self.store.inbox.acknowledge("idshop", foreign)) == 0

    @rule(page=st.sampled_from([*PAGES]))
    def unlink(self, page: str) -> None:
        self.run(links_of(self.store).remove_link(page))
        self.linked.pop(page, None)

    @rule(page=st.sampled_from([*PAGES]))
    def link_again(self, page: str) -> None:
        kept = self.run(links_of(self.store).keep_link(link(page, PAGES[page]), [], self.now))
        assert kept == (page not in self.linked), "two who link a new Page at once do not undo each other"
        self.linked[page] = PAGES[page]

    @rule(
        number=st.integers(0, 20),
        conversation=st.sampled_from(CONVERSATIONS),
        page=st.sampled_from(["p1", "p2"]),
        hours=st.integers(0, 48),
    )
    def enqueue(self, number: int, conversation: str, page: str, hours: int) -> None:
        key = f"key {number}"
        message = outgoing(
            f"m{len(self.answers)}", f"{page} {conversation}", page, expires_ms=self.now + (1 + hours) * HOUR
        )
        digest = fingerprint(f"{page} {conversation}")
        earlier = self.keys.get(key)
        try:
            queued = self.run(self.store.outbox.enqueue(message, fingerprint(key), digest, self.now))
        except KeyUsedDifferently:
            assert earlier is not None
            assert earlier.message.conversation != message.conversation
            return
        if earlier is not None:
            assert queued == earlier.message.id
            assert earlier.message.conversation == message.conversation
            return
        assert queued == message.id
        self.keys[key] = Answer(message, due=self.now, created=self.now)
        self.answers.append(self.keys[key])

    @rule(page=st.sampled_from(["p1", "p2"]), limit=st.integers(1, 3))
    def take(self, page: str, limit: int) -> None:
        taken = self.run(self.store.outbox.take_due({page: limit}, self.now))
        due = [one for one in self._first() if one.message.source_id == page and one.due <= self.now][:limit]
        self._taken(taken[page], due)
        assert (self.run(links_of(self.store).link(page)) is not None) == (page in self.linked)

    @rule(page=st.sampled_from(["p1", "p2"]))
    def take_expired(self, page: str) -> None:
        taken = self.run(self.store.outbox.take_expired(page, self.now))
        over = [one for one in self._first() if one.message.source_id == page and one.message.expires_ms <= self.now]
        self._taken(taken, over)

    def _taken(self, taken: list[QueuedMessage], due: list[Answer]) -> None:
        assert [message.id for message in taken] == [answer.message.id for answer in due]
        assert [message.body for message in taken] == [answer.message.body for answer in due]
        for answer in due:
            answer.state = "sending"

    def _first(self) -> list[Answer]:
        """The queued answers that are the oldest of their conversations."""
        first = []
        busy = set()
        for answer in self.answers:
            if answer.state in {"queued", "sending"}:
                if answer.state == "queued" and answer.message.conversation not in busy:
                    first.append(answer)
                busy.add(answer.message.conversation)
        return first

    def _one(self, state: str, which: int) -> Answer | None:
        fitting = [answer for answer in self.answers if answer.state == state]
        return fitting[which % len(fitting)] if fitting else None

    @rule(which=st.integers(0, 5), later=st.integers(0, 2 * HOUR))
    def retry(self, which: int, later: int) -> None:
        answer = self._one("sending", which)
        if answer is not None:
            self.run(self.store.outbox.retry(answer.message.id, self.now + later, answer.message.tries + 1))
            answer.message = replace(answer.message, tries=answer.message.tries + 1)
            answer.state, answer.due = "queued", self.now + later

    @rule(which=st.integers(0, 5), state=st.sampled_from(["sending", "unclear", "done"]))
    def finish(self, which: int, state: str) -> None:
        answer = self._one(state, which)
        if answer is None:
            return
        page = answer.message.source_id
        event = arrival(f"fate of {answer.message.id}", page, item_ms=self.now)
        told = self.run(self.store.outbox.finish(answer.message.id, "idshop", event, self.now))
        assert told == (state != "done"), "a fate is told once"
        if told:
            self.waiting["idshop"].append(event.body)
            self.seen[event.fingerprint] = event.item_ms
        answer.state = "done"

    @rule(which=st.integers(0, 5))
    def wait_for_an_echo(self, which: int) -> None:
        answer = self._one("sending", which)
        if answer is not None:
            self.run(self.store.outbox.await_proof(answer.message.id, self.now + HOUR))
            answer.state, answer.due = "unclear", self.now + HOUR

    @rule(page=st.sampled_from(["p1", "p2"]))
    def no_echo_came(self, page: str) -> None:
        found = {message.id for message in self.run(self.store.outbox.take_unclear(page, self.now))}
        assert found == {
            one.message.id
            for one in self.answers
            if one.state == "unclear" and one.due <= self.now and one.message.source_id == page
        }

    @rule()
    def crash_and_come_back(self) -> None:
        self.run(self.home.crash(self.store))
        self.store = self.home.store()
        assert self.run(self.store.start(b"another data key")) == DATA_KEY
        self.run(self.home.lease_passes())
        found = {message.id for message in self.run(self.store.outbox.interrupted("facebook", self.now))}
        assert found == {one.message.id for one in self.answers if one.state == "sending"}

    @rule(by=st.sampled_from([-3 * DAY, -HOUR, HOUR, DAY, 3 * DAY]))
    def the_clock_is_set(self, by: int) -> None:
        self.now += by

    @rule()
    def tidy(self) -> None:
        self.run(self.store.tidy(self.now))
        oldest = self.now - SEEN_MS
        self.seen = {key: item_ms for key, item_ms in self.seen.items() if item_ms >= oldest}
        gone = {key for key, one in self.keys.items() if one.state == "done" and one.created < self.now - 2 * DAY}
        self.keys = {key: one for key, one in self.keys.items() if key not in gone}

    @invariant()
    def what_waits_is_what_the_model_says_in_its_order(self) -> None:
        for owner, bodies in self.waiting.items():
            assert [event.body for event in self.run(self.store.inbox.waiting(owner, 1000))] == bodies

    @invariant()
    def the_counts_are_the_sizes(self) -> None:
        held = self.run(self.store.holdings())
        assert held.events_waiting == sum(map(len, self.waiting.values()))
        assert held.messages_queued == sum(one.state != "done" for one in self.answers)
        assert held.fingerprints == len(self.seen)


def test_every_store_does_what_the_model_does(home: Home) -> None:
    class Machine(StoreMachine):
        def __init__(self) -> None:
            self.home = emptied(home)
            super().__init__()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30 if isinstance(home, File) else 8,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def emptied(home: Home) -> Home:
    if isinstance(home, File):
        fresh = home.folder.parent / f"run-{len(list(home.folder.parent.iterdir()))}" / "data"
        fresh.mkdir(parents=True)
        return File(fresh)
    assert isinstance(home, Shared)
    if home.sql("SELECT to_regclass('fbtool.vault')"):
        tables = home.sql("SELECT relname FROM pg_stat_user_tables WHERE relname != 'shape'").split()
        home.sql(f"TRUNCATE {', '.join(f'fbtool.{table}' for table in tables)}")
    return home
