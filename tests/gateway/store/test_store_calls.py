"""However many events a CRM takes at once, the store is asked as often as for a few."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import apsw
import pytest

from fbtool.gateway.delivery.handout import EventHandout
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.store import Store
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier
from tests.conditions import eventually
from tests.gateway.messenger import delivery, message, now_ms
from tests.gateway.parts import intake_of, webhook_events_of
from tests.gateway.store.conftest import PAGE, SHOP, File, Home, Shared, furnish

KEY = b"k" * 32
MANY, FEW = 500, 2
_PER_QUESTION = 3
"""SQLite begins and ends a transaction around each."""
What = Callable[[int], dict[str, Any]]


@pytest.fixture
def statements(home: Home) -> Iterator[Callable[[], int]]:
    """How many statements the database was given so far."""
    if isinstance(home, File):
        given: list[str] = []

        def trace(database: apsw.Connection) -> None:
            database.exec_trace = lambda cursor, sql, values: given.append(sql) is None

        apsw.connection_hooks.append(trace)
        yield lambda: len(given)
        apsw.connection_hooks.remove(trace)
    else:
        assert isinstance(home, Shared)
        home.cluster.sql("postgres", f"ALTER DATABASE {home.name} SET log_statement = 'all'")
        numbers = itertools.count()

        def count() -> int:
            """The server writes its log a moment later, so what was asked last has to be in it."""
            mark = f"mark {next(numbers)}"
            home.cluster.sql(home.name, f"SELECT '{mark}'")
            eventually(lambda: mark in home.cluster.log())
            return home.cluster.log().count("LOG:  execute")

        yield count


def written(number: int) -> dict[str, Any]:
    return message(f"m_{number}", customer=customer(number))


def delivered(number: int) -> dict[str, Any]:
    return happened(number, delivery={"mids": [f"m_{number}"], "watermark": now_ms()})


def read(number: int) -> dict[str, Any]:
    return happened(number, read={"watermark": now_ms()})


def reacted(number: int) -> dict[str, Any]:
    return happened(number, reaction={"reaction": "love", "emoji": "❤️", "action": "react", "mid": f"m_{number}"})


def happened(number: int, **what: Any) -> dict[str, Any]:
    return {"sender": {"id": customer(number)}, "recipient": {"id": PAGE}, "timestamp": now_ms() + number, **what}


def customer(number: int) -> str:
    return str(7300000000000000 + number)


async def handed(store: Store, data_key: bytes, statements: Callable[[], int], what: What, count: int) -> int:
    """Have so many events come, hand them out, and return how many statements the handing out took."""
    vault, notifier = Vault(KEY, data_key), Notifier()
    handout = EventHandout(store, vault, notifier, intake_of(store, vault), Metrics(), now_ms)
    await webhook_events_of(store, vault).receive([delivery(*map(what, range(count)))])
    consumer = await handout.enter(SHOP, "crm")
    before = statements()
    batch = await handout.next(consumer, MANY, 0, lambda last_ms: Deadlines(last_ms, last_ms))
    assert len(batch.events) == count, json.dumps([one.event.kind for one in batch.events])
    taken = statements() - before
    await handout.acknowledge(SHOP, batch.cursor)
    return taken


@pytest.mark.parametrize("what", [delivered, read, reacted], ids=lambda one: one.__name__)
def test_receipts_cost_two_questions_more_than_messages_however_many_they_are(
    home: Home, statements: Callable[[], int], what: What
) -> None:
    async def life() -> None:
        data_key = new_data_key(KEY)
        store = home.store()
        await furnish(store, data_key)
        await handed(store, data_key, statements, what, FEW)  # connections are made once
        few = await handed(store, data_key, statements, lambda number: what(number + FEW), FEW)
        many = await handed(store, data_key, statements, lambda number: what(number + 2 * FEW), MANY)
        messages = await handed(store, data_key, statements, written, MANY)
        assert many == few
        assert many <= messages + 2 * _PER_QUESTION
        await store.stop()

    asyncio.run(life())
