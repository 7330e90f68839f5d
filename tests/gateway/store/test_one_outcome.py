"""An answer has one fate, also when two are reported at the same moment."""

import asyncio

from tests.gateway.store.conftest import NOW, PAGE, SHOP, Home, arrival, furnish, outgoing


def test_of_two_fates_at_once_one_is_stored(home: Home) -> None:
    async def scene() -> None:
        store = home.store()
        await furnish(store)
        answer = outgoing("m1")
        await store.outbox.enqueue(answer, b"key", b"digest", NOW)
        assert len((await store.outbox.take_due({PAGE: 1}, NOW))[PAGE]) == 1
        fates = (arrival("sent"), arrival("failed"))
        told = await asyncio.gather(*(store.outbox.finish(answer.id, SHOP, fate, NOW) for fate in fates))
        assert sorted(told) == [False, True]
        assert len(await store.inbox.waiting(SHOP, 10)) == 1
        await store.stop()

    asyncio.run(scene())
