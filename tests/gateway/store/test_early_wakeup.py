"""Who waits for a Page's events is woken before they are on disk, and has them when they are."""

import asyncio
from pathlib import Path

from fbtool.gateway.store.inbox import WaitingEvent
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.wakeups import Notifier
from tests.gateway.store.conftest import NOW, arrival, furnish


def test_who_is_woken_asks_in_the_same_group_and_gets_the_event(tmp_path: Path) -> None:
    async def life() -> None:
        bells = Notifier()
        store = SqliteStore(tmp_path / "gateway.sqlite", notify=bells.notify)
        await furnish(store)
        await store.inbox.accept([[arrival("first")]], NOW)  # from now on the store knows whose Page it is
        first = await store.inbox.waiting("idshop", 10)
        await store.inbox.acknowledge("idshop", [event.sequence for event in first])

        async def waiter() -> list[WaitingEvent]:
            wakeup = bells.listen("idshop")
            assert await store.inbox.waiting("idshop", 10) == []
            listening.set()
            await bells.wait(wakeup, 60)
            return await store.inbox.waiting("idshop", 10)

        listening = asyncio.Event()
        waits = asyncio.create_task(waiter())
        await listening.wait()
        accepted = await store.inbox.accept([[arrival("second")]], NOW)
        assert accepted.accounts == {"idshop"}
        # Nobody has rung after the commit; the waiter was woken before it, and nothing it asked came too early.
        assert len(await waits) == 1
        await store.stop()

    asyncio.run(life())


def test_an_event_that_is_refused_wakes_for_nothing(tmp_path: Path) -> None:
    async def life() -> None:
        rung: list[str] = []
        store = SqliteStore(tmp_path / "gateway.sqlite", notify=rung.append)
        await furnish(store)
        await store.inbox.accept([[arrival("once")]], NOW)
        assert rung == [], "nobody knew yet whose Page it is"
        again = await store.inbox.accept([[arrival("once")]], NOW)
        assert (again.stored, again.repeated) == (0, 1)
        assert rung == ["idshop"]
        assert len(await store.inbox.waiting("idshop", 10)) == 1
        await store.stop()

    asyncio.run(life())
