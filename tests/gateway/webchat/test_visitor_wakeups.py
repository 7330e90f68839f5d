"""Who waits for answers is woken for them, and for nobody else's."""

import asyncio

from fbtool.gateway.channels.webchat.store import wakeup_id
from fbtool.gateway.channels.webchat.visitor_keys import Visitor
from fbtool.gateway.channels.webchat.visitor_wakeups import TYPING, VisitorWakeups
from fbtool.gateway.vault import Conversation
from fbtool.gateway.wakeups import AVAILABLE, Notifier


def visitor(number: int = 1, account_id: str = "shop") -> Visitor:
    fingerprint = bytes([number]) * 16
    return Visitor(
        account_id, f"webchat:{account_id}", fingerprint, Conversation(f"conversation {number}", fingerprint)
    )


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_wakes_its_own_conversation() -> None:
    wakeups = VisitorWakeups(Notifier())
    with wakeups.poll(visitor(1)) as mine, wakeups.poll(visitor(2)) as other:
        wakeups.wake(visitor(1).conversation.fingerprint)
        assert (mine.news.is_set(), other.news.is_set()) == (True, False)


def test_availability_wakes_all_of_the_account_and_a_lost_notification_everybody() -> None:
    notifier = Notifier()
    wakeups = VisitorWakeups(notifier)
    with wakeups.poll(visitor(1)) as one, wakeups.poll(visitor(2)) as two, wakeups.poll(visitor(3, "other")) as other:
        notifier.notify(AVAILABLE + "shop")
        assert [poll.news.is_set() for poll in (one, two, other)] == [True, True, False]
        notifier.notify_all()
        assert other.news.is_set()


def test_the_newest_poll_of_a_conversation_is_the_one() -> None:
    wakeups = VisitorWakeups(Notifier())
    with wakeups.poll(visitor()) as older:
        with wakeups.poll(visitor()) as newer:
            assert (older.replaced, older.news.is_set(), newer.replaced) == (True, True, False)
        older.news.clear()
        wakeups.wake(visitor().conversation.fingerprint)
        assert not older.news.is_set(), "its place was taken"
    with wakeups.poll(visitor()) as later:
        wakeups.wake(visitor().conversation.fingerprint)
        assert later.news.is_set()


def test_typing_is_heard_once_in_a_while() -> None:
    seconds = Seconds()
    notifier = Notifier()
    wakeups = VisitorWakeups(notifier, seconds)
    typing = TYPING + wakeup_id(visitor().conversation.fingerprint)
    with wakeups.poll(visitor()) as poll:
        assert wakeups.typing(visitor().conversation.fingerprint) == typing
        assert (poll.typing, poll.news.is_set()) == (True, True)
        poll.typing = False
        seconds.now += 2
        notifier.notify(typing)
        assert not poll.typing, "the browser shows it still"
        seconds.now += 2
        notifier.notify(typing)
        assert poll.typing


def test_typing_between_two_polls_is_heard_by_the_next_one_if_it_comes_soon() -> None:
    for later, heard in ((1, True), (7, False)):
        seconds = Seconds()
        wakeups = VisitorWakeups(Notifier(), seconds)
        wakeups.typing(visitor().conversation.fingerprint)
        seconds.now += later
        with wakeups.poll(visitor()) as poll:
            assert poll.typing is heard
        with wakeups.poll(visitor()) as poll:
            assert not poll.typing, "it was told"


def test_who_waits_comes_back_for_news_or_in_time() -> None:
    async def waiting() -> None:
        wakeups = VisitorWakeups(Notifier())
        with wakeups.poll(visitor()) as poll:
            asyncio.get_running_loop().call_soon(wakeups.wake, visitor().conversation.fingerprint)
            await wakeups.wait(poll, 60)
            assert poll.news.is_set()
            poll.news.clear()
            await wakeups.wait(poll, 0)
            assert not poll.news.is_set()

    asyncio.run(waiting())
