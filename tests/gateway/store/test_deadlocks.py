"""Work that stands in another's way in PostgreSQL is done all the same, and nobody hears of it."""

import asyncio

import asyncpg
import pytest

from fbtool.gateway.channels.facebook.store.tables import tables
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import schema
from fbtool.gateway.store.inbox import SentMark
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import Database
from tests.gateway.store.conftest import (
    NOW,
    SHOP,
    Shared,
    arrival,
    fingerprint,
    furnish,
    outgoing,
)
from tests.postgres import Cluster

FIRST, SECOND = "first", "second"


@pytest.fixture
def home(cluster: Cluster) -> Shared:
    return Shared(cluster, cluster.database())


def test_two_who_wait_for_each_other_in_a_circle_are_both_done(home: Shared) -> None:
    async def life() -> None:
        database = Database(home.url, [schema.core("postgres"), tables("postgres")])
        await database.open()
        await database.run(
            lambda db: db.execute("INSERT INTO facebook_deletion VALUES ('first', 0, 0, 0), ('second', 0, 0, 0)")
        )
        both_hold_one = asyncio.Barrier(2)
        tries = []

        async def count(db: Connection, mine: str, then: str) -> None:
            tries.append(mine)
            await db.execute("UPDATE facebook_deletion SET tokens = tokens + 1 WHERE code = $1", mine)
            if len(tries) <= 2:
                await both_hold_one.wait()
            await db.execute("UPDATE facebook_deletion SET tokens = tokens + 1 WHERE code = $1", then)

        await asyncio.gather(
            database.transact(lambda db: count(db, FIRST, SECOND)),
            database.transact(lambda db: count(db, SECOND, FIRST)),
        )
        assert len(tries) >= 3, "one of them was undone and done again"
        done = await database.run(lambda db: db.fetch("SELECT tokens FROM facebook_deletion"))
        assert [row["tokens"] for row in done] == [2, 2]
        await database.close()

    asyncio.run(life())


def test_who_is_in_the_way_for_ever_is_told_as_a_store_that_is_away(home: Shared) -> None:
    async def life() -> None:
        database = Database(home.url, [schema.core("postgres"), tables("postgres")])
        await database.open()

        async def job(db: Connection) -> None:
            raise asyncpg.SerializationError

        with pytest.raises(StoreUnavailable):
            await database.transact(job)
        await database.close()

    asyncio.run(life())


def test_the_end_of_an_answer_and_its_echo_at_another_gateway_lock_in_the_same_order(home: Shared) -> None:
    def mark(name: str) -> SentMark:
        return SentMark(fingerprint(f"mid {name}"), name, fingerprint("c1"), NOW)

    async def life() -> None:
        here, there = home.store(), home.store()
        await furnish(here)
        await there.start(b"")
        ids = [f"m{number}" for number in range(40)]
        for name in ids:
            await here.outbox.enqueue(outgoing(name, conversation=name), name.encode(), b"", NOW)
        sent = {name: arrival(f"sent {name}", sent=mark(name)) for name in ids}
        told = await asyncio.gather(
            *(here.outbox.finish(name, SHOP, sent[name], NOW) for name in ids),
            *(there.inbox.accept([[sent[one] for one in reversed(ids)]], NOW) for _ in range(5)),
            *(here.inbox.accept([[sent[one] for one in ids]], NOW) for _ in range(5)),
        )
        assert len(await here.inbox.waiting(SHOP, 1000)) == len(ids), told
        await here.stop()
        await there.stop()

    before = len(home.cluster.log())
    asyncio.run(life())
    assert "deadlock" not in home.cluster.log()[before:]
