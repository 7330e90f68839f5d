"""Wakes those who wait: for events of an account, for answers to send, and for what an account's tokens open."""

import asyncio
import contextlib
from collections.abc import Callable

AVAILABLE = "available:"
"""In front of an account's id: what is notified when somebody is there to answer, or nobody is any more."""


class Signal:
    """Wakes the one who does some work, and tells him for which ids there is something to do."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._event = asyncio.Event()

    def notify(self, changed_id: str) -> None:
        """Something about it has changed."""
        self._ids[changed_id] = None
        self._event.set()

    def taken(self) -> list[str]:
        """The ids for which it rang since the last call, the earliest first."""
        ids, self._ids = self._ids, {}
        self._event.clear()
        return list(ids)

    async def wait(self, seconds: float) -> None:
        """Return when there is news, or after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()


class OutboxSignal(Signal):
    """Wakes the one who sends answers: something about a source's link or queue has changed."""


class AccountSignal(Signal):
    """Wakes the one who ends open requests: an account or its tokens have changed. An empty id: perhaps any."""


class Notifier:
    """One event per account. Listen first, look into the store second, wait third: nothing is missed.

    Channels have ids of their own beside the accounts'; who subscribes hears every id, here or at another gateway.
    """

    def __init__(self) -> None:
        self._wakeups: dict[str, asyncio.Event] = {}
        self._subscribers: list[Callable[[str], None]] = []
        self.account_changes = AccountSignal()
        self.closed = False
        """Whether the gateway stops."""

    def listen(self, account_id: str) -> asyncio.Event:
        """What is set at the account's next news."""
        return self._wakeups.setdefault(account_id, asyncio.Event())

    async def wait(self, wakeup: asyncio.Event, seconds: float) -> None:
        """Return when it is set, after ``seconds``, or when the gateway stops."""
        if self.closed:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for would make a task, and tell of it two turns later
                await wakeup.wait()

    def subscribe(self, hear: Callable[[str], None]) -> None:
        """Call ``hear`` with every id that is notified from now on; an empty one: perhaps any."""
        self._subscribers.append(hear)

    def notify(self, changed_id: str) -> None:
        """Wake all who listen to the account, or whatever else has the id."""
        wakeup = self._wakeups.pop(changed_id, None)
        if wakeup is not None:
            wakeup.set()
        for hear in self._subscribers:
            hear(changed_id)

    def notify_all(self) -> None:
        """Wake everybody: there may be something new for anybody."""
        wakeups, self._wakeups = self._wakeups, {}
        for wakeup in wakeups.values():
            wakeup.set()
        for hear in self._subscribers:
            hear("")

    def close(self) -> None:
        """Wake everybody: the gateway stops."""
        self.closed = True
        self.notify_all()
