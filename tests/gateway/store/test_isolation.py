"""A delivery over which a store stumbles keeps no other one out, and the store goes on."""

import asyncio

from tests.gateway.store.conftest import NOW, SHOP, Home, arrival, furnish


def test_what_comes_at_the_same_time_as_an_event_that_cannot_be_stored_is_stored(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        broken = arrival("broken", fingerprint=None)
        first, bad, last = await asyncio.gather(
            *(store.inbox.accept([[event]], NOW) for event in (arrival("first"), broken, arrival("last"))),
            return_exceptions=True,
        )
        assert isinstance(bad, Exception)
        assert (first.stored, last.stored) == (1, 1)
        assert (await store.inbox.accept([[arrival("later")]], NOW)).stored == 1
        assert [event.body for event in await store.inbox.waiting(SHOP, 10)] == [b"first", b"last", b"later"]
        await store.stop()

    asyncio.run(life())
