"""Two gateways do everything at once with the same conversations in PostgreSQL: nobody waits in a circle."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest

from fbtool.gateway.channels.webchat.problems import ConversationOver
from fbtool.gateway.channels.webchat.store import Due, RowKind, TakenAs, WebchatStore
from fbtool.gateway.channels.webchat.store.tables import webchat_of
from fbtool.gateway.store import Store
from tests.gateway.store.conftest import DAY, NOW, Shared, fingerprint
from tests.gateway.webchat.store.conftest import (
    MINUTE,
    SHOP,
    WIDGET,
    acknowledge,
    answer,
    away,
    closing,
    failed,
    furnish,
    hand_over,
    queue,
    routed,
    said,
    told,
    too_long,
    write,
)
from tests.postgres import Cluster

CHATS = [f"c{number}" for number in range(12)]
ROUNDS = 40


@pytest.fixture
def home(cluster: Cluster) -> Shared:
    return Shared(cluster, cluster.database())


async def _answered(store: Store, chats: WebchatStore, name: str, chat: str) -> None:
    """As a CRM and the core's sender do it."""
    try:
        await queue(chats, answer(name, chat))
    except ConversationOver:
        return
    await store.outbox.take_due({WIDGET: 3}, NOW)
    await hand_over(chats, name, chat)
    await store.outbox.finish(name, SHOP, routed(f"end of {name}").arrival, NOW)


async def _settled(chats: WebchatStore, name: str) -> None:
    for text in await chats.due_texts(NOW, 5):
        message = answer(f"{name} {text.conversation_id}", text.conversation_id, human=False)
        await chats.settle_due(text, message, None, NOW)


def _work(store: Store, number: int, luck: random.Random) -> list[Coroutine[Any, Any, Any]]:
    """What one gateway does in a round: everything, each for conversations that others use as well."""
    chats = webchat_of(store)
    chat, other, third = luck.sample(CHATS, 3)
    everybody = luck.sample(CHATS, len(CHATS))
    visitor = fingerprint(f"visitor of {third} {number}")  # another one: the conversations go on
    name = f"{number} {id(store)}"
    work = [
        write(chats, said(f"m {number} {chat}", chat, due=Due(0, NOW))),
        write(chats, said(f"m {number} {other}", other, keeps=True, due=Due(1, NOW))),
        _answered(store, chats, f"a {name}", chat),
        _answered(store, chats, f"b {name}", other),
        acknowledge(chats, chat),
        acknowledge(chats, other),
        chats.show(fingerprint(chat), RowKind.SEEN, b"seen"),
        chats.polled({fingerprint(one): NOW + number for one in everybody}),
        chats.polled({fingerprint(one): NOW + number for one in reversed(everybody)}),
        chats.returned(fingerprint(other), routed(f"back {name}"), NOW),
        chats.left(NOW + number, away, NOW + number),
        chats.unreached(MINUTE, MINUTE, failed, NOW + MINUTE + number),
        chats.close(fingerprint(third), closing(name), NOW),
        chats.expire(too_long, failed, NOW + luck.choice([0, 40 * DAY])),
        _settled(chats, name),
        store.tidy(NOW),
    ]
    if number % 5 == 0:
        work.append(chats.end(visitor, NOW + DAY, fingerprint(third), routed(f"ended {name}"), failed, NOW))
    luck.shuffle(work)
    return work


def test_everything_at_once_at_two_gateways_never_waits_in_a_circle(home: Shared) -> None:
    async def life() -> None:
        here, there = home.store(), home.store()
        await furnish(here)
        await there.start(b"")
        luck = random.Random(17)
        for number in range(ROUNDS):
            await asyncio.gather(*_work(here, number, luck), *_work(there, number, luck))
        events = await told(here)
        assert len(events) == len(set(events)), "nothing was told twice"
        await here.stop()
        await there.stop()

    before = len(home.cluster.log())
    asyncio.run(life())
    assert "deadlock" not in home.cluster.log()[before:]


def test_a_message_that_comes_to_two_gateways_at_once_is_stored_once(home: Shared) -> None:
    async def life() -> None:
        here, there = home.store(), home.store()
        gateways = [await furnish(here), webchat_of(there)]
        await there.start(b"")
        for number in range(20):
            chat = f"c{number % 3} {number}"
            taken = await asyncio.gather(*(write(chats, said(f"m{number}", chat)) for chats in gateways * 2))
            assert sorted(one.value for one in taken) == ["first", "repeated", "repeated", "repeated"]
        assert len(await told(here)) == 20
        await here.stop()
        await there.stop()

    asyncio.run(life())


def test_of_a_message_and_the_end_of_its_conversation_at_once_nothing_is_left_behind(home: Shared) -> None:
    async def life() -> None:
        here, there = home.store(), home.store()
        chats, others = await furnish(here), webchat_of(there)
        await there.start(b"")
        for number in range(20):
            chat = f"c{number}"
            visitor = fingerprint(f"visitor of {chat}")
            end = others.end(visitor, NOW + DAY, fingerprint(chat), routed(f"end of {chat}"), failed, NOW)
            taken, ended = await asyncio.gather(write(chats, said(f"m{number}", chat)), end)
            assert ended
            assert taken in {TakenAs.FIRST, TakenAs.OVER}
        assert (await here.holdings()).of_channels["web_chats"] == 0
        await here.stop()
        await there.stop()

    asyncio.run(life())


def test_of_an_automatic_text_and_a_persons_answer_at_once_none_is_lost_and_order_is_kept(home: Shared) -> None:
    async def life() -> None:
        here, there = home.store(), home.store()
        chats, others = await furnish(here), webchat_of(there)
        await there.start(b"")
        for number in range(20):
            chat = f"c{number}"
            await write(chats, said(f"m{number}", chat, due=Due(0, NOW)))
            (text,) = await chats.due_texts(NOW, 9)
            settled, _ = await asyncio.gather(
                chats.settle_due(text, answer(f"auto {number}", chat, human=False), Due(1, NOW), NOW),
                queue(others, answer(f"human {number}", chat)),
            )
            queued = await _drained(here)
            assert queued == [*([f"auto {number}"] if settled else []), f"human {number}"]
            assert await chats.next_due_ms() is None, "what was planned with the text is cancelled by the answer"
        await here.stop()
        await there.stop()

    asyncio.run(life())


async def _drained(store: Store) -> list[str]:
    names: list[str] = []
    while taken := (await store.outbox.take_due({WIDGET: 1}, NOW))[WIDGET]:
        names.append(taken[0].id)
        await store.outbox.finish(taken[0].id, SHOP, routed(f"end of {taken[0].id}").arrival, NOW)
    return names
