"""Visitors, CRMs, workers, crashes and clock jumps in any order: both stores do what a model of them does.

On PostgreSQL two gateways take turns.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fbtool.gateway.channels.webchat.problems import ConversationOver
from fbtool.gateway.channels.webchat.store import (
    EPISODE_MS,
    FAREWELL_MS,
    FORGOTTEN_MS,
    KEPT_FORGOTTEN_MS,
    ON_ITS_WAY_MS,
    Answer,
    Closing,
    Due,
    DueText,
    KnownConversation,
    RowKind,
    TakenAs,
    Unreached,
    WebchatStore,
)
from fbtool.gateway.channels.webchat.store.tables import webchat_of
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.limits import KEY_MS, SEEN_MS
from tests.gateway.store.conftest import DATA_KEY, DAY, NOW, File, Home, fingerprint
from tests.gateway.store.test_store_model import emptied
from tests.gateway.webchat.store.conftest import HOUR, MINUTE, SECOND, SHOP, answer, furnish, routed, said

T = TypeVar("T")
CHATS = ["c1", "c2"]
MOST_EVENTS = 40
GONE_MS, KEPT_GONE_MS = HOUR // 2, 3 * DAY
chats = st.sampled_from(CHATS)


@dataclass
class Waits:
    """Something that waits for a browser."""

    kind: RowKind
    message_id: str = ""
    not_after_ms: int | None = None


@dataclass
class Chat:
    """A conversation of the model."""

    episode_ms: int
    last_message_ms: int
    last_poll_ms: int
    keeps: bool
    here: bool = True
    closed_ms: int | None = None
    due: Due | None = None
    last_automatic_ms: int = 0
    waits: list[Waits] = field(default_factory=list)


@dataclass
class Queued:
    """An answer of the model's queue."""

    chat: str
    created_ms: int
    automatic: bool = False
    done: bool = False


class WebchatMachine(RuleBasedStateMachine):
    """The model is what the machine's own fields hold."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now = NOW
        self.tick = 0
        self.chats: dict[str, Chat] = {}
        self.refused: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.queued: dict[str, Queued] = {}
        self.told: list[str] = []
        self.looked_at: list[DueText] = []
        self.stores = [self.home.store() for _ in range(1 if isinstance(self.home, File) else 2)]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @property
    def gateway(self) -> WebchatStore:
        """The one whose turn it is."""
        self.tick += 1
        return webchat_of(self.stores[self.tick % len(self.stores)])

    @initialize()
    def begin(self) -> None:
        self.run(furnish(self.stores[0]))
        for other in self.stores[1:]:
            self.run(other.start(b""))

    def teardown(self) -> None:
        for store in self.stores:
            self.run(store.stop())
        self.runner.close()

    def event(self, name: str) -> RoutedArrival:
        return routed(f"{self.tick} {name}", self.now)

    def note(self, name: str) -> None:
        """The CRM is told of it."""
        self.told.append(f"{self.tick} {name}")
        self.seen[self.told[-1]] = self.now

    # What visitors do

    @rule(number=st.integers(0, 6), chat=chats, text=st.sampled_from(["", "other"]), keeps=st.booleans())
    def write(self, number: int, chat: str, text: str, keeps: bool) -> None:
        name = f"{chat} {number}"
        due = Due(number % 2, self.now + number * SECOND) if number else None
        message = said(name, chat, text=text, time_ms=self.now, keeps=keeps, due=due)
        taken = self.run(self.gateway.take(message, MOST_EVENTS, self.now))
        known = self.chats.get(chat)
        if self.refused.get(chat, 0) > self.now:
            expected = TakenAs.OVER
        elif name in self.seen:
            expected = TakenAs.REPEATED if f"{name} {text}" in self.seen else TakenAs.OTHER_TEXT
        elif len(self.told) >= MOST_EVENTS:
            expected = TakenAs.FULL
        elif known and known.closed_ms is None and self.now < known.last_message_ms + EPISODE_MS:
            expected = TakenAs.NEW
            known.last_message_ms = known.last_poll_ms = self.now
            known.keeps = keeps
        else:
            expected = TakenAs.FIRST
            waits = [one for one in known.waits if one.kind is not RowKind.CLOSED] if known else []
            self.chats[chat] = Chat(self.now, self.now, self.now, keeps, due=due, waits=waits)
        assert taken is expected
        if taken in {TakenAs.NEW, TakenAs.FIRST}:
            self.seen[name] = self.seen[f"{name} {text}"] = self.now
            self.told.append(f"first {name}" if taken is TakenAs.FIRST else name)

    @rule(chat=chats, which=st.sets(st.integers(0, 5)), twice=st.booleans())
    def fetch_and_acknowledge(self, chat: str, which: set[int], twice: bool) -> None:
        rows = self.run(self.gateway.waiting(fingerprint(chat), 100, self.now))
        expected = self.handed_out(chat)
        assert [(row.kind, row.message_id) for row in rows] == [(one.kind, one.message_id) for one in expected]
        chosen = [row for number, row in enumerate(rows) if number in which]
        fetched = [row.message_id for row in sorted(chosen) if row.message_id]

        def tell(message_ids: Sequence[str]) -> RoutedArrival:
            return self.event(f"delivered {' '.join(message_ids)}")

        sequences = [row.sequence for row in reversed(chosen)]
        assert self.run(self.gateway.acknowledge(fingerprint(chat), sequences, tell, self.now)) == bool(fetched)
        if fetched:
            self.note(f"delivered {' '.join(fetched)}")
            assert not self.run(self.gateway.acknowledge(fingerprint(chat), sequences, tell, self.now))
        if chat in self.chats:
            gone = [one for number, one in enumerate(expected) if number in which]
            self.chats[chat].waits = [one for one in self.chats[chat].waits if one not in gone]

    @rule(chat=chats)
    def acknowledge_what_waits_for_somebody_else(self, chat: str) -> None:
        other = CHATS[CHATS.index(chat) - 1]
        rows = self.run(self.gateway.waiting(fingerprint(other), 100, self.now))
        foreign = [row.sequence for row in rows]
        work = self.gateway.acknowledge(fingerprint(chat), foreign, lambda ids: self.event("never"), self.now)
        assert not self.run(work)

    def handed_out(self, chat: str) -> list[Waits]:
        known = self.chats.get(chat)
        if known is None:
            return []
        on_its_way = any(one.chat == chat and not one.done for one in self.queued.values())
        timely = [one for one in known.waits if one.not_after_ms is None or one.not_after_ms >= self.now]
        ends = [one for one in timely if one.kind is RowKind.CLOSED and not on_its_way]
        return [one for one in timely if one.kind is not RowKind.CLOSED] + ends

    @rule(chat=chats, ago=st.integers(0, 2 * MINUTE))
    def poll(self, chat: str, ago: int) -> None:
        self.run(self.gateway.polled({fingerprint(chat): self.now - ago, fingerprint("unknown"): self.now}))
        if known := self.chats.get(chat):
            known.last_poll_ms = max(known.last_poll_ms, self.now - ago)

    @rule(chat=chats)
    def return_to_the_page(self, chat: str) -> None:
        gateway = self.gateway
        returned = self.run(gateway.returned(fingerprint(chat), self.event(f"{chat} back"), self.now))
        known = self.chats.get(chat)
        assert returned == bool(known and not known.here and known.closed_ms is None)
        if returned and known:
            known.here, known.last_poll_ms = True, self.now
            self.note(f"{chat} back")

    @rule(chat=chats, by_crm=st.booleans(), days=st.integers(1, 3))
    def end_or_erase(self, chat: str, by_crm: bool, days: int) -> None:
        gateway, until = self.gateway, self.now + days * DAY
        event = None if by_crm else self.event(f"{chat} ended")
        visitor = fingerprint(f"visitor of {chat}")
        ended = self.run(gateway.end(visitor, until, fingerprint(chat), event, self.failed, self.now))
        assert ended == (self.refused.get(chat, 0) <= self.now)
        self.forget(chat)
        if ended and not by_crm:
            self.note(f"{chat} ended")
        self.refused[chat] = max(until, self.refused.get(chat, 0))

    def failed(self, one: Unreached) -> RoutedArrival:
        assert one.body == f"body of {one.message_id}".encode()
        return self.event(f"failed {one.message_id}")

    def forget(self, chat: str) -> None:
        known = self.chats.pop(chat, None)
        for one in known.waits if known else []:
            if one.kind is RowKind.MESSAGE:
                self.note(f"failed {one.message_id}")

    # What CRMs do

    @rule(chat=chats, human=st.booleans())
    def queue(self, chat: str, human: bool) -> None:
        gateway = self.gateway
        message = answer(f"a{self.tick}", chat, human=human)
        known = self.chats.get(chat)
        may = known and (known.closed_ms is None or self.now <= known.closed_ms + FAREWELL_MS)
        try:
            queued = self.run(gateway.queue(message, message.id.encode(), b"digest", self.now))
        except ConversationOver:
            assert not may
            return
        assert may
        assert queued == message.id
        assert known
        self.queued[message.id] = Queued(chat, self.now)
        known.last_message_ms = self.now
        known.due = None if human else known.due

    @rule(which=st.integers(0, 20))
    def queue_again(self, which: int) -> None:
        if by_crm := [name for name, one in self.queued.items() if not one.automatic]:
            name = by_crm[which % len(by_crm)]
            again = answer("another id", self.queued[name].chat)
            assert self.run(self.gateway.queue(again, name.encode(), b"digest", self.now)) == name

    @rule(which=st.integers(0, 20), late=st.none() | st.integers(0, MINUTE))
    def hand_over(self, which: int, late: int | None) -> None:
        if not self.queued:
            return
        name = list(self.queued)[which % len(self.queued)]
        one = self.queued[name]
        gateway, not_after = self.gateway, None if late is None else self.now + late
        handed = Answer(name, fingerprint(one.chat), f"body of {name}".encode(), not_after)
        known = self.chats.get(one.chat)
        assert self.run(gateway.hand_over(handed, self.event(f"sent {name}"), self.now)) == (known is not None)
        if known and not one.done:
            known.waits.append(Waits(RowKind.MESSAGE, name, not_after))
            self.note(f"sent {name}")
            one.done = True

    @rule(chat=chats)
    def show_that_it_was_read(self, chat: str) -> None:
        shown = self.run(self.gateway.show(fingerprint(chat), RowKind.SEEN, b"until now"))
        known = self.chats.get(chat)
        assert shown == (known is not None)
        if known:
            known.waits = [one for one in known.waits if one.kind is not RowKind.SEEN] + [Waits(RowKind.SEEN)]

    @rule(chat=chats)
    def close(self, chat: str) -> None:
        gateway = self.gateway
        closing = Closing(b"by the CRM", self.event(f"{chat} closed"))
        known = self.chats.get(chat)
        is_open = known is not None and known.closed_ms is None
        assert self.run(gateway.close(fingerprint(chat), closing, self.now)) == is_open
        if known and is_open:
            self.close_in_model(chat)

    def close_in_model(self, chat: str) -> None:
        known = self.chats[chat]
        known.closed_ms, known.due = self.now, None
        known.waits.append(Waits(RowKind.CLOSED))
        self.note(f"{chat} closed")

    @rule(count=st.integers(1, 20))
    def take_events(self, count: int) -> None:
        handed = self.run(self.stores[0].inbox.waiting(SHOP, count))
        self.run(self.stores[0].inbox.acknowledge(SHOP, [event.sequence for event in handed]))
        del self.told[:count]

    # What workers do

    @rule()
    def look_for_due_texts(self) -> None:
        found = self.run(self.gateway.due_texts(self.now, 10))
        expected = {
            (chat, known.due, known.here, known.last_automatic_ms, known.episode_ms)
            for chat, known in self.chats.items()
            if known.due and known.due.at_ms <= self.now
        }
        assert {(one.conversation_id, one.due, one.here, one.last_automatic_ms, one.episode_ms) for one in found} == (
            expected
        )
        self.looked_at = (self.looked_at + found)[-6:]

    @rule(which=st.integers(0, 5), sends=st.booleans(), follows=st.booleans())
    def settle_what_was_looked_at_some_time_ago(self, which: int, sends: bool, follows: bool) -> None:
        if not self.looked_at:
            return
        text = self.looked_at[which % len(self.looked_at)]
        gateway, chat = self.gateway, text.conversation_id
        message = answer(f"a{self.tick}", chat, human=False) if sends else None
        following = Due(text.due.step + 1, self.now + SECOND) if follows else None
        known = self.chats.get(chat)
        planned = known is not None and (known.episode_ms, known.due) == (text.episode_ms, text.due)
        assert self.run(gateway.settle_due(text, message, following, self.now)) == planned
        if known and planned:
            known.due = following
            if message:
                known.last_automatic_ms = self.now
                self.queued[message.id] = Queued(chat, self.now, automatic=True)

    @rule()
    def note_who_left(self) -> None:
        gateway, before = self.gateway, self.now - MINUTE

        def tell(one: KnownConversation) -> RoutedArrival:
            return self.event(f"{one.conversation_id} away since {one.last_poll_ms}")

        left = self.run(gateway.left(before, tell, self.now))
        gone = [chat for chat, one in self.sorted() if one.here and one.closed_ms is None and one.last_poll_ms < before]
        assert [one.conversation_id for one in left] == gone
        for chat in gone:
            self.chats[chat].here = False
            self.note(f"{chat} away since {self.chats[chat].last_poll_ms}")

    def sorted(self) -> list[tuple[str, Chat]]:
        return sorted(self.chats.items(), key=lambda item: fingerprint(item[0]))

    @rule()
    def give_up_on_answers(self) -> None:
        gateway = self.gateway
        lost = self.run(gateway.unreached(GONE_MS, KEPT_GONE_MS, self.failed, self.now))
        expected = []
        for _, known in self.sorted():
            is_gone = known.last_poll_ms < self.now - (KEPT_GONE_MS if known.keeps else GONE_MS)
            for one in list(known.waits):
                over = one.not_after_ms is not None and one.not_after_ms < self.now - ON_ITS_WAY_MS
                if one.kind is RowKind.MESSAGE and (is_gone or over):
                    expected.append(one.message_id)
                    known.waits.remove(one)
                    self.note(f"failed {one.message_id}")
        assert [one.message_id for one in lost] == expected

    @rule()
    def expire(self) -> None:
        gateway = self.gateway

        def closed(one: KnownConversation) -> Closing:
            return Closing(b"by time", self.event(f"{one.conversation_id} closed"))

        over = self.run(gateway.expire(closed, self.failed, self.now))
        in_order = self.sorted()
        for chat, known in in_order:
            if known.closed_ms is None or known.closed_ms + FAREWELL_MS >= self.now:
                continue
            on_its_way = any(one.chat == chat and not one.done for one in self.queued.values())
            if self.too_old(known) or not (known.waits or on_its_way):
                self.forget(chat)
        open_too_long = [chat for chat, known in in_order if known.closed_ms is None and self.too_old(known)]
        assert [one.conversation_id for one in over] == open_too_long
        for chat in open_too_long:
            self.close_in_model(chat)

    def too_old(self, known: Chat) -> bool:
        return known.last_message_ms + (KEPT_FORGOTTEN_MS if known.keeps else FORGOTTEN_MS) <= self.now

    @rule(by=st.sampled_from([-HOUR, SECOND, MINUTE, FAREWELL_MS, HOUR, DAY, 10 * DAY]))
    def time_passes(self, by: int) -> None:
        self.now += by

    @rule()
    def tidy(self) -> None:
        self.run(self.stores[-1].tidy(self.now))
        self.seen = {name: item_ms for name, item_ms in self.seen.items() if item_ms >= self.now - SEEN_MS}
        self.refused = {chat: until for chat, until in self.refused.items() if until >= self.now}
        gone = {name for name, one in self.queued.items() if one.done and one.created_ms < self.now - KEY_MS}
        self.queued = {name: one for name, one in self.queued.items() if name not in gone}

    @rule()
    def crash_and_come_back(self) -> None:
        self.run(self.home.crash(self.stores[0]))
        for other in self.stores[1:]:
            self.run(other.stop())
        self.stores = [self.home.store() for _ in self.stores]
        for store in self.stores:
            assert self.run(store.start(b"another data key")) == DATA_KEY

    @invariant()
    def the_crm_is_told_what_the_model_says_in_its_order(self) -> None:
        if self.tick:
            events = self.run(self.stores[0].inbox.waiting(SHOP, 1000))
            assert [event.body.decode() for event in events] == self.told

    @invariant()
    def what_is_next_and_what_is_held_is_what_the_model_says(self) -> None:
        if self.tick:
            planned = [known.due.at_ms for known in self.chats.values() if known.due]
            assert self.run(webchat_of(self.stores[-1]).next_due_ms()) == min(planned, default=None)
            held = self.run(self.stores[-1].holdings())
            assert held.of_channels["web_chats"] == len(self.chats)
            assert held.of_channels["answers_to_fetch"] == sum(
                one.kind is RowKind.MESSAGE for known in self.chats.values() for one in known.waits
            )
            assert held.messages_queued == sum(not one.done for one in self.queued.values())
            assert held.fingerprints == len(self.seen)


def test_every_store_does_what_the_model_does(home: Home) -> None:
    class Machine(WebchatMachine):
        def __init__(self) -> None:
            self.home = emptied(home)
            super().__init__()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=60 if isinstance(home, File) else 8,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
