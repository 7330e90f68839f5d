"""An account whose CRM takes nothing is full at some point; its neighbours are not."""

import asyncio
from pathlib import Path

from fbtool.gateway.store.inbox_limit import InboxLimit
from fbtool.gateway.store.sqlite import SqliteStore
from tests.gateway.store.conftest import NOW, account, arrival, furnish, source


def test_a_full_account_refuses_and_a_neighbour_does_not(tmp_path: Path) -> None:
    async def life() -> None:
        store = SqliteStore(tmp_path / "gateway.sqlite", most_waiting=3)
        await furnish(store)
        await store.accounts.add(account("Other"))
        await store.sources.keep(source("2", "idother"))
        await store.inbox.accept([[arrival(f"{number}") for number in range(3)]], NOW)
        mixed = [arrival("neighbour in the same delivery", "2"), arrival("one too many")]
        accepted = await store.inbox.accept([[arrival("one too many")], [arrival("neighbour", "2")], mixed], NOW)
        assert (accepted.refused, accepted.stored, accepted.repeated) == ({0, 2}, 1, 0)
        waiting = await store.inbox.waiting("idshop", 10)
        await store.inbox.acknowledge("idshop", [waiting[0].sequence])
        assert (await store.inbox.accept([[arrival("one too many")]], NOW)).stored == 1
        await store.stop()

    asyncio.run(life())


def test_counting_is_not_done_for_every_delivery() -> None:
    now = [0.0]
    ceiling = InboxLimit(1000, lambda: now[0])
    assert ceiling.is_due, "nobody has counted yet"
    ceiling.counted([])
    ceiling.stored(49)
    assert not ceiling.is_due
    ceiling.stored(1)
    assert ceiling.is_due
    ceiling.counted(["1"])
    assert not ceiling.is_due
    now[0] = 1.0
    assert ceiling.is_due, "who is full may have become free"
