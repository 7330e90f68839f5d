"""What the web chat keeps, keeps its promises in both databases."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from fbtool.gateway.channels.webchat.problems import ConversationOver, TooManyAnswers
from fbtool.gateway.channels.webchat.store import (
    FAREWELL_MS,
    MOST_ANSWERS,
    ON_ITS_WAY_MS,
    Due,
    RowKind,
    TakenAs,
    WebchatStore,
)
from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import Store
from tests.gateway.store.conftest import DAY, NOW, Home, fingerprint
from tests.gateway.webchat.store.conftest import (
    HOUR,
    MINUTE,
    SECOND,
    SHOP,
    WIDGET,
    acknowledge,
    answer,
    answered,
    away,
    closing,
    delivered,
    failed,
    furnish,
    hand_over,
    queue,
    routed,
    said,
    told,
    too_long,
    waiting,
    write,
)

Scene = Callable[[Store, WebchatStore], Awaitable[None]]
C1 = fingerprint("c1")
VISITOR = fingerprint("visitor of c1")


@pytest.fixture
def play(home: Home) -> Callable[[Scene], None]:
    """Plays a scene in a store with one account."""

    def run(scene: Scene) -> None:
        async def life() -> None:
            store = home.store()
            chats = await furnish(store)
            try:
                await scene(store, chats)
            finally:
                await store.stop()

        asyncio.run(life())

    return run


def test_settings_are_kept_unless_somebody_else_was_quicker(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        assert await chats.settings(SHOP) is None
        assert not await chats.keep_settings(SHOP, 1, b"of a version that there never was")
        assert await chats.keep_settings(SHOP, 0, b"one")
        assert not await chats.keep_settings(SHOP, 0, b"also the first")
        assert await chats.keep_settings(SHOP, 1, b"two")
        assert await chats.settings(SHOP) == (2, b"two")
        assert not await chats.keep_settings("nobody", 0, b"x")

    play(scene)


def test_a_message_is_stored_once_and_its_id_stands_for_one_text(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        assert await write(chats, said("m1", text="Hallo")) is TakenAs.FIRST
        assert await write(chats, said("m1", text="Hallo")) is TakenAs.REPEATED
        assert await write(chats, said("m1", text="Anders")) is TakenAs.OTHER_TEXT
        assert await write(chats, said("m2")) is TakenAs.NEW
        assert await told(store) == ["first m1", "m2"]
        assert await store.conversations.last_customer_ms(C1) == NOW, "the time to answer is open"

    play(scene)


def test_the_same_first_message_at_once_is_stored_once(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        taken = await asyncio.gather(*(write(chats, said("m1")) for _ in range(6)))
        assert sorted(one.value for one in taken) == ["first", *["repeated"] * 5]
        assert await told(store) == ["first m1"]

    play(scene)


def test_an_episode_begins_after_the_end_and_after_a_day_without_a_message(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        assert await write(chats, said("m1")) is TakenAs.FIRST
        assert await write(chats, said("m2"), NOW + DAY - 1) is TakenAs.NEW
        await queue(chats, answer("a1"), NOW + 2 * DAY - 2)
        assert await write(chats, said("m3"), NOW + 3 * DAY - 3) is TakenAs.NEW, "an answer is a message too"
        assert await write(chats, said("m4"), NOW + 4 * DAY) is TakenAs.FIRST
        await chats.close(C1, closing("c1"), NOW + 4 * DAY)
        assert await write(chats, said("m5"), NOW + 4 * DAY) is TakenAs.FIRST

    play(scene)


def test_who_begins_anew_before_hearing_of_the_end_hears_nothing_of_it(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        assert await chats.close(C1, closing("c1"), NOW)
        assert not await chats.close(C1, closing("again"), NOW)
        assert await waiting(chats) == ["closed"]
        await write(chats, said("m2"))
        assert await waiting(chats) == []
        assert await told(store) == ["first m1", "closed c1", "first m2"]

    play(scene)


def test_too_many_waiting_events_of_the_account_take_nothing_new(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        assert await chats.take(said("m1"), 2, NOW) is TakenAs.FIRST
        assert await chats.take(said("m2"), 2, NOW) is TakenAs.NEW
        assert await chats.take(said("m3", "c2"), 2, NOW) is TakenAs.FULL
        assert await chats.take(said("m2"), 2, NOW) is TakenAs.REPEATED
        assert await told(store) == ["first m1", "m2"]
        assert (await store.holdings()).of_channels["web_chats"] == 1
        await store.inbox.acknowledge(SHOP, [event.sequence for event in await store.inbox.waiting(SHOP, 9)])
        assert await chats.take(said("m3", "c2"), 2, NOW) is TakenAs.FIRST

    play(scene)


def test_an_answer_reaches_the_browser_once_and_the_crm_hears_of_each_step(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        assert await queue(chats, answer("a1")) == "a1"
        assert await queue(chats, answer("a1")) == "a1"
        taken = await store.outbox.take_due({WIDGET: 9}, NOW)
        assert [message.id for message in taken[WIDGET]] == ["a1"]
        assert await hand_over(chats, "a1")
        assert await hand_over(chats, "a1"), "again is harmless"
        (row,) = await chats.waiting(C1, 10, NOW)
        assert (row.kind, row.message_id, row.body) == (RowKind.MESSAGE, "a1", b"for the browser a1")
        assert not await store.outbox.finish("a1", SHOP, routed("sent twice").arrival, NOW), "its fate is known"
        assert not await chats.acknowledge(fingerprint("c2"), [row.sequence], delivered, NOW)
        assert await chats.acknowledge(C1, [row.sequence], delivered, NOW)
        assert not await chats.acknowledge(C1, [row.sequence], delivered, NOW)
        assert await hand_over(chats, "a1"), "also after it was fetched"
        assert await chats.waiting(C1, 10, NOW) == []
        assert await told(store) == ["first m1", "sent a1", "delivered a1"]

    play(scene)


def test_the_end_comes_behind_all_answers(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await queue(chats, answer("a1"))
        await chats.close(C1, closing("c1"), NOW)
        assert await waiting(chats) == [], "an answer is on its way"
        await hand_over(chats, "a1")
        await answered(chats, "farewell", now_ms=NOW + FAREWELL_MS)
        assert await waiting(chats) == ["a1", "farewell", "closed"]
        assert await acknowledge(chats)
        assert (await told(store))[-1] == "delivered a1 farewell"

    play(scene)


def test_only_a_known_conversation_is_answered_and_a_farewell_has_five_minutes(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        with pytest.raises(ConversationOver):
            await queue(chats, answer("a0"))
        await write(chats, said("m1"))
        await chats.close(C1, closing("c1"), NOW)
        await queue(chats, answer("a1"), NOW + FAREWELL_MS)
        with pytest.raises(ConversationOver):
            await queue(chats, answer("a2"), NOW + FAREWELL_MS + 1)
        assert await queue(chats, answer("a1"), NOW + HOUR) == "a1", "the earlier answer of a key is found"
        with pytest.raises(KeyUsedDifferently):
            await chats.queue(answer("a1"), b"key a1", b"another digest", NOW + HOUR)

    play(scene)


def test_more_answers_than_a_visitor_may_have_waiting_are_refused(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await asyncio.gather(*(queue(chats, answer(f"a{number}")) for number in range(MOST_ANSWERS)))
        await asyncio.gather(*(hand_over(chats, f"a{number}") for number in range(MOST_ANSWERS // 2)))
        with pytest.raises(TooManyAnswers):
            await queue(chats, answer("one more"))
        await acknowledge(chats)
        await queue(chats, answer("one more"))

    play(scene)


def test_what_is_shown_replaces_what_was_shown_before(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        assert not await chats.show(C1, RowKind.SEEN, b"1")
        await write(chats, said("m1"))
        await chats.show(C1, RowKind.SEEN, b"1")
        await answered(chats, "a1")
        await chats.show(C1, RowKind.SEEN, b"2")
        rows = await chats.waiting(C1, 10, NOW)
        assert [(row.kind, row.body) for row in rows][1:] == [(RowKind.SEEN, b"2")]
        assert await acknowledge(chats)
        assert not await acknowledge(chats)

    play(scene)


def test_a_human_answer_cancels_what_is_due_and_an_automatic_one_does_not(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1", due=Due(0, NOW)))
        await write(chats, said("m2", due=Due(0, NOW + 5)))
        (text,) = await chats.due_texts(NOW, 10)
        assert (text.account_id, text.conversation_id, text.due, text.here) == (SHOP, "c1", Due(0, NOW), True)
        assert await chats.settle_due(text, answer("greeting", human=False), Due(1, NOW + 5 * SECOND), NOW)
        assert not await chats.settle_due(text, answer("again", human=False), None, NOW), "it was done"
        assert await chats.next_due_ms() == NOW + 5 * SECOND
        await queue(chats, answer("bot", human=False))
        (text,) = await chats.due_texts(NOW + 5 * SECOND, 10)
        assert text.last_automatic_ms == NOW
        await queue(chats, answer("human"))
        assert await chats.next_due_ms() is None
        assert not await chats.settle_due(text, answer("too late", human=False), None, NOW)
        taken = await store.outbox.take_due({WIDGET: 1}, NOW)
        assert [message.id for message in taken[WIDGET]] == ["greeting"]

    play(scene)


def test_the_end_of_an_episode_cancels_what_is_due_and_the_next_one_plans_anew(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1", due=Due(1, NOW + MINUTE)))
        await chats.close(C1, closing("c1"), NOW)
        assert await chats.next_due_ms() is None
        await write(chats, said("m2", due=Due(0, NOW + SECOND)), NOW + SECOND)
        (text,) = await chats.due_texts(NOW + SECOND, 10)
        await chats.settle_due(text, answer("greeting", human=False), None, NOW + SECOND)
        await chats.close(C1, closing("c1 again"), NOW + SECOND)
        await write(chats, said("m3", due=Due(0, NOW + HOUR)), NOW + HOUR)
        (text,) = await chats.due_texts(NOW + HOUR, 10)
        assert (text.episode_ms, text.due, text.last_automatic_ms) == (NOW + HOUR, Due(0, NOW + HOUR), 0)

    play(scene)


def test_an_automatic_text_is_handed_out_in_time_or_told_as_failed(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await answered(chats, "late", not_after_ms=NOW + MINUTE)
        assert await waiting(chats, now_ms=NOW + MINUTE) == ["late"]
        assert await waiting(chats, now_ms=NOW + MINUTE + 1) == []
        over = NOW + MINUTE + ON_ITS_WAY_MS
        assert await chats.unreached(HOUR, DAY, failed, over) == [], "its acknowledgement may be on its way"
        assert [one.message_id for one in await chats.unreached(HOUR, DAY, failed, over + 1)] == ["late"]
        assert (await told(store))[-1] == "failed late"

    play(scene)


def test_a_visitor_who_goes_and_comes_is_told_once_each_time(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        assert not await chats.returned(C1, routed("here already"), NOW)
        await chats.polled({C1: NOW + 10 * SECOND, fingerprint("unknown"): NOW})
        await chats.polled({C1: NOW + 5 * SECOND})
        assert await chats.left(NOW + 10 * SECOND, away, NOW + MINUTE) == []
        assert len(await chats.left(NOW + 10 * SECOND + 1, away, NOW + MINUTE)) == 1
        assert await chats.left(NOW + DAY, away, NOW + DAY) == []
        assert await chats.returned(C1, routed("back"), NOW + HOUR)
        assert not await chats.returned(C1, routed("back again"), NOW + HOUR)
        assert (await told(store))[1:] == [f"c1 away since {NOW + 10 * SECOND}", "back"]
        await chats.close(C1, closing("c1"), NOW + HOUR)
        assert await chats.left(NOW + DAY, away, NOW + DAY) == [], "after the end nobody asks"

    play(scene)


def test_who_was_away_at_the_end_is_here_with_the_next_message(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await chats.left(NOW + 1, away, NOW)
        await chats.close(C1, closing("c1"), NOW)
        assert not await chats.returned(C1, routed("only to read the end"), NOW)
        await write(chats, said("m2"))
        assert not await chats.returned(C1, routed("here already"), NOW)
        assert (await told(store))[-1] == "first m2"

    play(scene)


def test_answers_of_a_visitor_who_is_gone_are_told_as_failed(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await write(chats, said("m2", "c2", keeps=True))
        for number, conversation in ((1, "c1"), (2, "c1"), (3, "c2")):
            await answered(chats, f"a{number}", conversation)
        assert await chats.unreached(HOUR, DAY, failed, NOW + HOUR) == []
        lost = await chats.unreached(HOUR, DAY, failed, NOW + HOUR + 1)
        assert [(one.conversation_id, one.message_id) for one in lost] == [("c1", "a1"), ("c1", "a2")]
        assert lost[0].body == b"for the browser a1"
        assert await waiting(chats) == []
        assert await waiting(chats, "c2") == ["a3"], "who keeps the history comes back later"
        assert len(await chats.unreached(HOUR, DAY, failed, NOW + DAY + 1)) == 1
        assert (await told(store))[-3:] == ["failed a1", "failed a2", "failed a3"]

    play(scene)


def test_an_ended_visitor_is_refused_and_everything_of_the_conversation_is_gone(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        until = NOW + 30 * DAY
        await write(chats, said("m1", due=Due(1, NOW + MINUTE)))
        await answered(chats, "a1")
        await queue(chats, answer("a2"))
        assert await chats.end(VISITOR, until, C1, routed("closed by visitor"), failed, NOW)
        assert not await chats.end(VISITOR, NOW + 1, C1, routed("again"), failed, NOW), "nor is it for a shorter time"
        assert await told(store) == ["first m1", "sent a1", "failed a1", "closed by visitor"]
        assert await chats.is_refused(VISITOR, until - 1)
        assert await write(chats, said("m2")) is TakenAs.OVER
        assert await write(chats, said("m1")) is TakenAs.OVER
        assert not await hand_over(chats, "a2"), "what was in the queue reaches nobody"
        with pytest.raises(ConversationOver):
            await queue(chats, answer("a3"))
        assert await waiting(chats) == []
        assert (await store.holdings()).of_channels["web_chats"] == 0
        await store.tidy(until + 1)
        assert not await chats.is_refused(VISITOR, NOW), "forgotten once the key is too old anyway"

    play(scene)


def test_erasing_tells_of_the_answers_only(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await answered(chats, "a1")
        assert await chats.end(VISITOR, NOW + DAY, C1, None, failed, NOW)
        assert await told(store) == ["first m1", "sent a1", "failed a1"]

    play(scene)


def test_what_is_open_too_long_is_closed_by_time_and_then_forgotten(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await write(chats, said("m2", "c2", keeps=True))
        await answered(chats, "a1", "c2")
        assert await chats.expire(too_long, failed, NOW + DAY - 1) == []
        assert [one.conversation_id for one in await chats.expire(too_long, failed, NOW + DAY)] == ["c1"]
        assert await waiting(chats) == ["closed"], "a browser that is still there hears of it"
        assert await chats.expire(too_long, failed, NOW + DAY + FAREWELL_MS + 1) == []
        assert await waiting(chats) == []
        month = NOW + 30 * DAY
        assert [one.conversation_id for one in await chats.expire(too_long, failed, month)] == ["c2"]
        await chats.expire(too_long, failed, month + FAREWELL_MS + 1)
        assert (await told(store))[-3:] == ["closed c1 by time", "closed c2 by time", "failed a1"]
        assert (await store.holdings()).of_channels["web_chats"] == 0

    play(scene)


def test_a_closed_conversation_is_forgotten_when_its_browser_has_everything(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await write(chats, said("m1"))
        await chats.close(C1, closing("c1"), NOW)
        await acknowledge(chats)

        async def kept(now_ms: int = NOW + FAREWELL_MS + 1) -> int:
            await chats.expire(too_long, failed, now_ms)
            return (await store.holdings()).of_channels["web_chats"]

        assert await kept(NOW + FAREWELL_MS) == 1, "it may still be answered"
        await queue(chats, answer("a1"), NOW + FAREWELL_MS)
        assert await kept() == 1, "an answer is on its way"
        await hand_over(chats, "a1")
        assert await kept() == 1, "it waits"
        await acknowledge(chats)
        assert await kept() == 0

    play(scene)


def test_with_its_source_and_account_everything_goes(play: Callable[[Scene], None]) -> None:
    async def scene(store: Store, chats: WebchatStore) -> None:
        await chats.keep_settings(SHOP, 0, b"settings")
        await write(chats, said("m1", due=Due(0, NOW)))
        await answered(chats, "a1")
        await store.sources.remove(WIDGET)
        assert await chats.due_texts(NOW, 10) == []
        assert await write(chats, said("m2", "c2")) is TakenAs.OVER
        held = (await store.holdings()).of_channels
        assert (held["web_chats"], held["answers_to_fetch"]) == (0, 0)
        account = await store.accounts.account(SHOP)
        assert account is not None
        await store.accounts.remove(account)
        assert await chats.settings(SHOP) is None

    play(scene)
