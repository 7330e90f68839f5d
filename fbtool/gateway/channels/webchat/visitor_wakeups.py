"""Wakes the polls of browsers: for answers, when an agent types, when somebody is there or nobody is any more.

Nothing of this is kept: what a poll was not there for, it sees in the store, or it has passed.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from fbtool.gateway.channels.webchat.store import wakeup_id
from fbtool.gateway.channels.webchat.visitor_keys import Visitor
from fbtool.gateway.wakeups import AVAILABLE, Notifier

TYPING = "typing:"
"""In front of what a conversation is woken by: an agent types there."""
TYPING_SECONDS = 6.0
"""How long an agent's key press is news, …"""
TYPING_EACH_SECONDS = 3.0
"""… and for how long the next one is none: a browser shows it for six seconds."""
_REMEMBERED = 10_000


class Poll:
    """One poll that waits."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.replaced = False
        """Whether a newer poll of the conversation has come."""
        self.typing = False
        """Whether an agent types."""


class _Typing(NamedTuple):
    at: float
    told: bool


class VisitorWakeups:
    """Who waits, and for what.

    Args:
        notifier: hears of everything.
        clock: seconds.
    """

    def __init__(self, notifier: Notifier, clock: Callable[[], float] = time.monotonic) -> None:
        self._notifier = notifier
        self._clock = clock
        self._of_chat: dict[str, Poll] = {}
        self._of_account: dict[str, set[Poll]] = {}
        self._typed: dict[str, _Typing] = {}
        """When an agent typed, and whether a poll was there to hear it."""
        notifier.subscribe(self._hear)

    @property
    def stopping(self) -> bool:
        """Whether the gateway stops; nobody should wait for more."""
        return self._notifier.closed

    def wake(self, conversation: bytes) -> None:
        """There is something to fetch in the conversation of this fingerprint."""
        self._notifier.notify(wakeup_id(conversation))

    def typing(self, conversation: bytes) -> str:
        """An agent types there; the id by which other gateways are told."""
        typing = TYPING + wakeup_id(conversation)
        self._notifier.notify(typing)
        return typing

    @contextlib.contextmanager
    def poll(self, visitor: Visitor) -> Iterator[Poll]:
        """Be the conversation's poll meanwhile; an earlier one hears that it is not any more."""
        poll, chat = Poll(), wakeup_id(visitor.conversation.fingerprint)
        earlier = self._of_chat.get(chat)
        if earlier is not None:
            earlier.replaced = True
            earlier.news.set()
        self._of_chat[chat] = poll
        self._of_account.setdefault(visitor.account_id, set()).add(poll)
        typed = self._typed.get(chat)
        if typed is not None and not typed.told and self._clock() - typed.at < TYPING_SECONDS:
            poll.typing = True
            self._typed[chat] = typed._replace(told=True)
        try:
            yield poll
        finally:
            if self._of_chat.get(chat) is poll:
                del self._of_chat[chat]
            polls = self._of_account[visitor.account_id]
            polls.discard(poll)
            if not polls:
                del self._of_account[visitor.account_id]

    async def wait(self, poll: Poll, seconds: float) -> None:
        """Return when there may be news for the poll, or after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await poll.news.wait()

    def _hear(self, changed_id: str) -> None:
        if not changed_id:
            for poll in self._of_chat.values():
                poll.news.set()
        elif changed_id in self._of_chat:
            self._of_chat[changed_id].news.set()
        elif changed_id.startswith(TYPING):
            self._hear_typing(changed_id.removeprefix(TYPING))
        elif changed_id.startswith(AVAILABLE):
            for poll in self._of_account.get(changed_id.removeprefix(AVAILABLE), ()):
                poll.news.set()

    def _hear_typing(self, chat: str) -> None:
        now, poll, before = self._clock(), self._of_chat.get(chat), self._typed.pop(chat, None)
        if before is not None and before.told and now - before.at < TYPING_EACH_SECONDS:
            self._typed[chat] = before
            return
        self._typed[chat] = _Typing(now, told=poll is not None)
        if len(self._typed) > _REMEMBERED:
            del self._typed[next(iter(self._typed))]
        if poll is not None:
            poll.typing = True
            poll.news.set()
