"""Greeting and auto-replies over schedules, shifts, restarts and answers at the last moment, in both databases.

The model knows no plan: at each look it finds from the beginning of the episode, by the rules, what is to be sent. On
PostgreSQL two gateways look at the same time.
"""

import asyncio
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fbtool.gateway.channels.webchat.automatic_texts import APART_MS, LATEST_MS, first_due, next_text
from fbtool.gateway.channels.webchat.settings import AutoReply, WidgetSettings
from fbtool.gateway.channels.webchat.store import DueText, WebchatStore
from fbtool.gateway.channels.webchat.store.tables import webchat_of
from fbtool.gateway.store import Store
from tests.gateway.store.conftest import DATA_KEY, NOW, File, Home, fingerprint
from tests.gateway.store.test_store_model import emptied
from tests.gateway.webchat.store.conftest import (
    SECOND,
    WIDGET,
    answer,
    away,
    closing,
    furnish,
    queue,
    routed,
    said,
    write,
)

C1 = fingerprint("c1")
HELLO = "Guten Tag!"
schedules = st.builds(
    lambda seconds, also_offline: WidgetSettings(
        auto_replies=tuple(AutoReply(number, f"nach {number}") for number in sorted(seconds)), also_offline=also_offline
    ),
    st.sets(st.integers(5, 150), max_size=3),
    st.booleans(),
)
EVENTS = [
    "look",
    "look",
    "look",
    "write",
    "answer",
    "bot",
    "last moment",
    "close",
    "restart",
    "shift",
    "leave",
    "return",
]
events = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.booleans(), st.integers(0, 70 * SECOND) | st.sampled_from([0, 1, SECOND])),
    min_size=5,
    max_size=25,
)


@dataclass
class Episode:
    """What the model knows of the running episode."""

    begun_ms: int
    passed: int = -1
    """The last step that was decided about."""
    last_ms: int = 0
    over: bool = False
    """Whether a person has answered, or it was closed."""


@dataclass
class Model:
    """The rules, without a plan."""

    texts: WidgetSettings
    greets: bool
    available: bool = True
    here: bool = True
    episode: Episode | None = None
    queued: list[str] = field(default_factory=list)

    def look(self, now: int) -> None:
        episode = self.episode
        if episode is None or episode.over or now < episode.last_ms + APART_MS:
            return
        own = {step: reply.seconds * SECOND for step, reply in enumerate(self.texts.auto_replies, 1)}
        own |= {0: 0} if self.greets else {}
        since = now - episode.begun_ms
        ready = [step for step in sorted(own) if step > episode.passed and own[step] <= since <= own[step] + LATEST_MS]
        if not ready:
            return
        step = 0 if ready[0] == 0 else ready[-1]
        episode.passed = step
        if step == 0 or (self.here and (self.available or self.texts.also_offline)):
            self.queued.append(name_of(episode.begun_ms, step, now))
            episode.last_ms = now


def name_of(begun_ms: int, step: int, now: int) -> str:
    return f"{step} of {begun_ms} at {now}"


class Life:
    """A conversation in a store, and the model beside it."""

    def __init__(self, home: Home, texts: WidgetSettings, greets: bool) -> None:
        self.home = home
        self.greeting = HELLO if greets else ""
        self.model = Model(texts, greets)
        self.now = NOW
        self.number = 0
        self.stores: list[Store] = []

    @property
    def chats(self) -> WebchatStore:
        return webchat_of(self.stores[self.number % len(self.stores)])

    async def begin(self) -> None:
        self.stores = [self.home.store() for _ in range(1 if isinstance(self.home, File) else 2)]
        await furnish(self.stores[0])
        for other in self.stores[1:]:
            await other.start(b"")
        await self.happens("write")

    async def stop(self) -> None:
        for store in self.stores:
            await store.stop()

    async def wait(self, until_due: bool, pause: int) -> None:
        """Time passes: so much, or until so long after something is due."""
        due = await self.chats.next_due_ms() if until_due else None
        self.now = max(self.now, due or 0) + pause

    async def happens(self, event: str) -> None:
        self.number += 1
        match event:
            case "look":
                await self.settle(await self.looked_at())
                self.model.look(self.now)
            case "last moment":
                looked_at = await self.looked_at()
                await self.happens("answer")
                assert not await self.settle(looked_at), "a person was quicker"
            case "restart":
                texts = await self.chats.due_texts(self.now, 9)
                await self.restart()
                await self.settle([(self.chats, texts)])
                self.model.look(self.now)
            case "write":
                await self.write()
            case "answer" | "bot":
                if self.model.episode is not None:
                    human = event == "answer"
                    await queue(self.chats, answer(f"{event} {self.number}", human=human), self.now)
                    self.model.queued.append(f"{event} {self.number}")
                    self.model.episode.over |= human
            case "close":
                await self.chats.close(C1, closing(f"{self.number}"), self.now)
                self.model.episode = None
            case "shift":
                self.model.available = not self.model.available
            case "leave":
                if await self.chats.left(self.now + 1, away, self.now):
                    self.model.here = False
            case "return":
                if await self.chats.returned(C1, routed(f"back {self.number}"), self.now):
                    self.model.here = True

    async def write(self) -> None:
        due = first_due(self.model.texts, self.greeting, self.now)
        await write(self.chats, said(f"m{self.number}", time_ms=self.now, due=due), self.now)
        if self.model.episode is None:
            self.model.episode, self.model.here = Episode(self.now), True

    async def looked_at(self) -> list[tuple[WebchatStore, list[DueText]]]:
        """What every gateway finds due."""
        return [(chats, await chats.due_texts(self.now, 9)) for chats in map(webchat_of, self.stores)]

    async def settle(self, looked_at: list[tuple[WebchatStore, list[DueText]]]) -> bool:
        """Every gateway does what it decides; True if one of them did something."""
        did = []
        until = self.now + 1 if self.model.available else 0
        for chats, texts in looked_at:
            for one in texts:
                text, following = next_text(self.model.texts, self.greeting, one, until, self.now)
                name = name_of(one.episode_ms, text.step, self.now) if text else ""
                message = answer(name, human=False) if text else None
                did.append(await chats.settle_due(one, message, following, self.now))
        assert sum(did) <= 1, "of two gateways one does it"
        return any(did)

    async def restart(self) -> None:
        await self.home.crash(self.stores[0])
        for other in self.stores[1:]:
            await other.stop()
        self.stores = [self.home.store() for _ in self.stores]
        for store in self.stores:
            assert await store.start(b"another data key") == DATA_KEY

    async def queued(self) -> list[str]:
        """Everything that was queued, in its order."""
        names: list[str] = []
        while taken := (await self.stores[0].outbox.take_due({WIDGET: 1}, self.now))[WIDGET]:
            names.append(taken[0].id)
            fate = routed(f"sent {names[-1]}").arrival
            await self.stores[0].outbox.finish(names[-1], taken[0].account_id, fate, self.now)
        return names


def test_exactly_the_texts_of_the_rules_are_queued_in_their_order(home: Home) -> None:
    async def scene(life: Life, happening: list[tuple[str, bool, int]]) -> None:
        await life.begin()
        try:
            for event, until_due, pause in happening:
                await life.wait(until_due, pause)
                await life.happens(event)
            assert await life.queued() == life.model.queued
        finally:
            await life.stop()

    @settings(
        max_examples=100 if isinstance(home, File) else 15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(texts=schedules, greets=st.booleans(), happening=events)
    def check(texts: WidgetSettings, greets: bool, happening: list[tuple[str, bool, int]]) -> None:
        asyncio.run(scene(Life(emptied(home), texts, greets), happening))

    check()
