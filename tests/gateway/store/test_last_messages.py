"""When a Page last received and sent is read from what is kept of its conversations, and gone with that."""

import asyncio

from fbtool.gateway.store.conversations import LastMessages
from fbtool.gateway.store.inbox import Arrival, SentMark
from tests.gateway.store.conftest import DAY, NOW, PAGE, Home, arrival, fingerprint, furnish, source

NEVER = LastMessages(None, None)


def written(name: str, customer: str, time_ms: int, page: str = PAGE) -> Arrival:
    return arrival(name, page, conversation=fingerprint(customer), time_ms=time_ms)


def sent(name: str, customer: str, time_ms: int) -> Arrival:
    return arrival(name, sent=SentMark(fingerprint(f"mid {name}"), name, fingerprint(customer), time_ms))


def test_the_latest_of_all_conversations_counts_and_is_forgotten_with_them(home: Home) -> None:
    async def scene() -> None:
        store = home.store()
        await furnish(store)
        await store.sources.keep(source("2"))
        assert await store.conversations.last_messages(PAGE) == NEVER
        await store.inbox.accept([[written("a", "anna", NOW - 5), written("b", "bert", NOW - 9)]], NOW)
        assert await store.conversations.last_messages(PAGE) == LastMessages(NOW - 5, None)
        await store.inbox.accept([[sent("s", "anna", NOW - 3), sent("t", "bert", NOW - 4)]], NOW)
        await store.inbox.accept([[written("c", "carl", NOW, page="2")]], NOW)
        assert await store.conversations.last_messages(PAGE) == LastMessages(NOW - 5, NOW - 3)
        assert await store.conversations.last_messages("2") == LastMessages(NOW, None)
        await store.tidy(NOW + 8 * DAY)
        assert await store.conversations.last_messages(PAGE) == NEVER
        await store.stop()

    asyncio.run(scene())
