"""A source routes what comes in, gives its name to it, and holds answers back; each channel sees its own."""

import asyncio
from dataclasses import replace

from tests.gateway.store.conftest import (
    HOUR,
    NOW,
    PAGE,
    SHOP,
    Home,
    account,
    arrival,
    fingerprint,
    furnish,
    outgoing,
    source,
)

WIDGET = "widget"


def test_an_event_is_told_with_the_name_that_its_source_has_now(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        await store.inbox.accept([[arrival("hello")]], NOW)
        assert [one.source_name for one in await store.inbox.waiting(SHOP, 10)] == ["Blumen"]
        await store.sources.keep(replace(source(), name="Blüten"))
        assert [one.source_name for one in await store.inbox.waiting(SHOP, 10)] == ["Blüten"]
        await store.sources.remove(PAGE)
        assert [one.source_name for one in await store.inbox.waiting(SHOP, 10)] == [""]
        assert (await store.inbox.accept([[arrival("stray")]], NOW)).strays == {PAGE}
        await store.stop()

    asyncio.run(life())


def test_a_held_source_holds_its_answers_until_it_is_repaired_or_their_time_is_over(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        await store.sources.keep(source(held=True))
        await store.outbox.enqueue(outgoing("m1", expires_ms=NOW + HOUR), b"1", b"", NOW)
        assert await store.outbox.take_due({PAGE: 5}, NOW) == {PAGE: []}
        (head,) = await store.outbox.heads("facebook")
        assert (head.due_ms, head.expires_ms) == (None, NOW + HOUR)
        await store.sources.keep(source())
        assert await store.sources.source(PAGE) == source()
        assert [one.id for one in (await store.outbox.take_due({PAGE: 5}, NOW))[PAGE]] == ["m1"]
        await store.stop()

    asyncio.run(life())


def test_a_channel_sees_its_own_answers_and_greetings_only(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        chat = replace(account("Chat"), channel="webchat", greeting="Hallo!")
        await store.accounts.add(chat)
        await store.sources.keep(source(WIDGET, chat.id))
        first = arrival("first", WIDGET, conversation=fingerprint("c9"), time_ms=NOW, greets="id of c9")
        assert (await store.inbox.accept([[first]], NOW)).greetings_due
        await store.outbox.enqueue(outgoing("m1"), b"1", b"", NOW)
        await store.outbox.enqueue(outgoing("m2", "c2", WIDGET, account_id=chat.id), b"2", b"", NOW)
        for channel, where, count in (("facebook", PAGE, 0), ("webchat", WIDGET, 1)):
            assert [head.source_id for head in await store.outbox.heads(channel)] == [where]
            assert len(await store.conversations.greetings_due(channel, 5)) == count
        await store.outbox.take_due({PAGE: 1, WIDGET: 1}, NOW)
        await home.crash(store)
        again = home.store()
        await again.start(b"")
        await home.lease_passes()
        assert [one.id for one in await again.outbox.interrupted("facebook", NOW)] == ["m1"]
        assert [one.id for one in await again.outbox.interrupted("webchat", NOW)] == ["m2"]
        await again.stop()

    asyncio.run(life())


def test_an_answer_of_a_dead_gateway_is_found_as_early_as_its_channel_may_be_given_it_again(home: Home) -> None:
    async def life() -> None:
        store = home.store()
        await furnish(store)
        await store.outbox.enqueue(outgoing("m1"), b"1", b"", NOW)
        await store.outbox.take_due({PAGE: 1}, NOW)
        assert await store.outbox.interrupted("facebook", NOW) == []
        assert [one.id for one in await store.outbox.interrupted("facebook", NOW, 0)] == ["m1"]
        await store.stop()

    asyncio.run(life())
