"""When the queue is looked at: for a Page of which there is news, and as a whole only when something falls due."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, cast

from fbtool.gateway.channels import port
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.rate_limits import RateLimits
from fbtool.gateway.store import Store
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


async def sent(store: SqliteStore, names: list[str], again: set[str]) -> tuple[list[str], Counter[str]]:
    """In which order a sender carries these answers (a name's first letter is its conversation), and its calls."""
    await furnish(store)
    for name in names:
        message = outgoing(name, conversation=name[0], expires_ms=NOW + 10**9)
        await store.outbox.enqueue(message, fingerprint(name), fingerprint(name), NOW)
    counting, dispatching = Counting(store), Dispatching(store)
    dispatching.wanted, dispatching.again = len(names), set(again)
    bell = OutboxSignal()
    channel, vault = cast("port.Channel", Channel()), cast("Vault", None)
    dispatcher = cast("Dispatcher", dispatching)
    sender = Sender("facebook", cast("Store", counting), vault, channel, dispatcher, bell, lambda: NOW)
    running = asyncio.create_task(sender.run())
    await dispatching.all.wait()
    running.cancel()
    await asyncio.wait([running])
    await sender.finish()
    await store.stop()
    return dispatching.dispatched, counting.calls


def test_a_landing_makes_only_its_own_page_worth_a_look(tmp_path: Path) -> None:
    names = [f"{conversation}{number}" for number in range(8) for conversation in "abc"]
    carried, calls = asyncio.run(sent(SqliteStore(tmp_path / "gateway.sqlite"), names, set()))
    assert [name for name in carried if name[0] == "a"] == [f"a{number}" for number in range(8)]
    assert calls["take_due"] >= 8, "one of each conversation at a time"
    assert calls["queue_heads"] < 8


def test_an_answer_that_has_to_go_again_is_found(tmp_path: Path) -> None:
    carried, _ = asyncio.run(sent(SqliteStore(tmp_path / "gateway.sqlite"), ["a0", "a1", "b0"], {"a0"}))
    assert sorted(carried) == ["a0", "a1", "b0"]
    assert carried.index("a0") < carried.index("a1")


def test_the_bell_names_each_page_once_and_forgets_it() -> None:
    async def life() -> None:
        bell = OutboxSignal()
        for page_id in (PAGE, "2", PAGE):
            bell.notify(page_id)
        await bell.wait(60)
        assert bell.taken() == [PAGE, "2"]
        assert bell.taken() == []
        await bell.wait(0)

    asyncio.run(life())
