"""What nobody fetches is dropped at last, and told; a wrong clock drops nothing."""

import asyncio
from pathlib import Path

import msgspec

from fbtool.gateway.delivery.intake import StoredEvent
from fbtool.gateway.delivery.retention import Retention, SteadyClock
from fbtool.gateway.store import Store
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.vault import Vault, new_data_key
from tests.gateway.messenger import delivery, message
from tests.gateway.parts import intake_of, webhook_events_of
from tests.gateway.store.conftest import DAY, HOUR, account, source

MASTER = b"k" * 32
START = 1_790_000_000_000


class Time:
    """A clock on the wall that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.ticks = 0.0
        self.set_by_ms = 0

    def wall_ms(self) -> int:
        return START + int(self.ticks * 1000) + self.set_by_ms

    def pass_(self, milliseconds: int) -> None:
        self.ticks += milliseconds / 1000


class Office:
    """A store with a Page, and what forgets in it."""

    def __init__(self, store: Store, vault: Vault, time: Time) -> None:
        self.store = store
        self.vault = vault
        self.time = time
        self.webhooks = webhook_events_of(store, vault, clock=time.wall_ms)
        self.intake = intake_of(store, vault, clock=time.wall_ms)
        self.forgetting = Retention(store, self.intake, SteadyClock(time.wall_ms, lambda: time.ticks))

    async def deliver(self, *mids: str, time_ms: int | None = None) -> None:
        made = self.time.wall_ms() if time_ms is None else time_ms
        await self.webhooks.receive([delivery(*(message(mid) | {"timestamp": made} for mid in mids))])

    async def events(self) -> list[StoredEvent]:
        waiting = await self.store.inbox.waiting("idshop", 100)
        return [msgspec.json.decode(self.vault.open(one.body, one.source_id), type=StoredEvent) for one in waiting]

    async def kinds(self) -> list[str]:
        return [event.kind for event in await self.events()]


async def opened(folder: Path) -> Office:
    store = SqliteStore(folder / "gateway.sqlite")
    vault = Vault(MASTER, await store.start(new_data_key(MASTER)))
    await store.accounts.add(account())
    await store.sources.keep(source())
    return Office(store, vault, Time())


def test_a_crm_that_was_away_for_a_day_gets_everything(tmp_path: Path) -> None:
    async def life() -> None:
        office = await opened(tmp_path)
        for number in range(20):
            await office.deliver(f"m_{number}")
            office.time.pass_(2 * HOUR)
            assert await office.forgetting.once() == []
        assert await office.kinds() == ["message"] * 20
        await office.store.stop()

    asyncio.run(life())


def test_what_nobody_fetches_in_two_weeks_is_dropped_and_told_once(tmp_path: Path) -> None:
    async def life() -> None:
        office = await opened(tmp_path)
        await office.deliver("m_1", "m_2")
        office.time.pass_(10 * DAY)
        await office.deliver("m_3")
        office.time.pass_(4 * DAY + 1)
        (dropped,) = await office.forgetting.once()
        assert (dropped.account_id, dropped.count, dropped.oldest_ms) == ("idshop", 2, START)
        assert await office.forgetting.once() == []
        events = await office.events()
        assert [event.kind for event in events] == ["message", "dropped"]
        assert events[1].content == {"count": 2, "oldest": START, "newest": START}
        await office.store.stop()

    asyncio.run(life())


def test_a_clock_that_jumps_ahead_drops_nothing_before_there_was_time_to_fetch_it(tmp_path: Path) -> None:
    async def life() -> None:
        office = await opened(tmp_path)
        office.time.pass_(2 * HOUR)
        sent_ms = office.time.wall_ms()
        await office.deliver("m_1")
        office.time.set_by_ms = 365 * DAY
        assert await office.forgetting.once() == []
        office.time.pass_(HOUR // 2)
        assert await office.forgetting.once() == []
        office.time.set_by_ms = 0  # somebody has corrected it
        office.time.pass_(2 * HOUR)
        assert await office.forgetting.once() == []
        office.time.pass_(2 * HOUR)
        assert await office.forgetting.once() == []
        assert await office.kinds() == ["message"]
        await office.deliver("m_1", time_ms=sent_ms)
        assert await office.kinds() == ["message"], "the fingerprint was forgotten too early"
        await office.store.stop()

    asyncio.run(life())


def test_a_gateway_that_was_off_for_long_lets_the_crm_fetch_first(tmp_path: Path) -> None:
    async def life() -> None:
        office = await opened(tmp_path)
        await office.deliver("m_1")
        office.time.set_by_ms = 20 * DAY  # its computer was off
        restarted = Retention(office.store, office.intake, SteadyClock(office.time.wall_ms, lambda: office.time.ticks))
        assert await restarted.once() == []
        office.time.pass_(HOUR)
        assert [loss.count for loss in await restarted.once()] == [1]
        await office.store.stop()

    asyncio.run(life())
