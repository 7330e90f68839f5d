"""When the queue is looked at: for a Page of which there is news, and as a whole only when something falls due."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from fbtool.gateway.channels import port
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.rate_limits import RateLimits
from fbtool.gateway.store import Store
from fbtool.gateway.store.limits import LEASE_MS
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import OutboxSignal
from tests.gateway.store.conftest import NOW, PAGE, arrival, fingerprint, furnish, outgoing


class Counting:
    """The store, and how often each of its methods was called."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._store, name)


class Dispatching:
    """Stands in for the dispatcher: brings everything to its end at once, but ``again`` a first time."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.dispatched: list[str] = []
        self.again: set[str] = set()
        self.all = asyncio.Event()
        self.wanted = 0

    async def dispatch(self, message: QueuedMessage) -> int | None:
        if message.id in self.again:
            self.again.remove(message.id)
            await self._store.outbox.retry(message.id, NOW, 1)
            return NOW
        await self._store.outbox.finish(message.id, message.account_id, arrival(f"fate of {message.id}"), NOW)
        self.dispatched.append(message.id)
        if len(self.dispatched) == self.wanted:
            self.all.set()
        return None


class Channel:
    """As much of a channel as a sender asks for."""

    rates = RateLimits()
    repeatable = False


def sender_of(store: Any, dispatcher: Any, signal: OutboxSignal, clock: Callable[[], int]) -> Sender:
    """A sender that seals nothing."""
    return Sender(
        "facebook",
        cast("Store", store),
        cast("Vault", None),
        cast("port.Channel", Channel()),
        cast("Dispatcher", dispatcher),
        signal,
        clock,
    )


async def sent(store: SqliteStore, names: list[str], again: set[str]) -> tuple[list[str], Counter[str]]:
    """In which order a sender carries these answers (a name's first letter is its conversation), and its calls."""
    await furnish(store)
    for name in names:
        message = outgoing(name, conversation=name[0], expires_ms=NOW + 10**9)
        await store.outbox.enqueue(message, fingerprint(name), fingerprint(name), NOW)
    counting, dispatching = Counting(store), Dispatching(store)
    counting.outbox = outbox = Counting(store.outbox)
    dispatching.wanted, dispatching.again = len(names), set(again)
    wakeup = OutboxSignal()
    sender = sender_of(counting, dispatching, wakeup, lambda: NOW)
    running, all_gone = asyncio.create_task(sender.run()), asyncio.create_task(dispatching.all.wait())
    await asyncio.wait([running, all_gone], return_when=asyncio.FIRST_COMPLETED)
    assert not running.done(), running.exception()
    running.cancel()
    await asyncio.wait([running])
    await sender.finish()
    await store.stop()
    return dispatching.dispatched, outbox.calls


def test_a_landing_makes_only_its_own_page_worth_a_look(tmp_path: Path) -> None:
    names = [f"{conversation}{number}" for number in range(8) for conversation in "abc"]
    carried, calls = asyncio.run(sent(SqliteStore(tmp_path / "gateway.sqlite"), names, set()))
    assert [name for name in carried if name[0] == "a"] == [f"a{number}" for number in range(8)]
    assert calls["take_due"] >= 8, "one of each conversation at a time"
    assert calls["heads"] < 8


def test_an_answer_that_has_to_go_again_is_found(tmp_path: Path) -> None:
    carried, _ = asyncio.run(sent(SqliteStore(tmp_path / "gateway.sqlite"), ["a0", "a1", "b0"], {"a0"}))
    assert sorted(carried) == ["a0", "a1", "b0"]
    assert carried.index("a0") < carried.index("a1")


def test_an_answer_that_takes_longer_than_its_lease_by_the_clock_is_not_given_up(tmp_path: Path) -> None:
    class Slow:
        def __init__(self) -> None:
            self.begun, self.ends = asyncio.Event(), asyncio.Event()
            self.lost_ids: list[str] = []

        async def dispatch(self, message: QueuedMessage) -> int | None:
            self.begun.set()
            await self.ends.wait()
            return None

        async def lost(self, message_id: str) -> None:
            self.lost_ids.append(message_id)

    async def life() -> None:
        store, slow, now = SqliteStore(tmp_path / "gateway.sqlite"), Slow(), [NOW]
        await furnish(store)
        await store.outbox.enqueue(outgoing("a0"), b"1", b"1", NOW)
        clock = lambda: now[0]  # noqa: E731
        sender = sender_of(store, slow, OutboxSignal(), clock)
        running = asyncio.create_task(sender.run())
        await slow.begun.wait()
        now[0] += 2 * LEASE_MS
        assert len(await store.outbox.interrupted("facebook", now[0])) == 1, "so it would be for another process"
        await sender._survey()
        assert slow.lost_ids == []
        slow.ends.set()
        running.cancel()
        await asyncio.wait([running])
        await sender.finish()
        await store.stop()

    asyncio.run(life())


def test_the_bell_names_each_page_once_and_forgets_it() -> None:
    async def life() -> None:
        wakeup = OutboxSignal()
        for page_id in (PAGE, "2", PAGE):
            wakeup.notify(page_id)
        await wakeup.wait(60)
        assert wakeup.taken() == [PAGE, "2"]
        assert wakeup.taken() == []
        await wakeup.wait(0)

    asyncio.run(life())
