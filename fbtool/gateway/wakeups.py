"""Wakes those who wait: for events of an account, for answers to send, and for what an account's tokens open."""

import asyncio
import contextlib


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
    """One bell per account. Listen first, look into the store second, wait third: nothing is missed."""

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}
        self.account_changes = AccountSignal()
        self.closed = False
        """Whether the gateway stops."""

    def listen(self, account_id: str) -> asyncio.Event:
        """The account's next bell."""
        return self._bells.setdefault(account_id, asyncio.Event())

    async def wait(self, bell: asyncio.Event, seconds: float) -> None:
        """Return when the bell rings, after ``seconds``, or when the gateway stops."""
        if self.closed:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for would make a task, and tell of the bell two turns later
                await bell.wait()

    def notify(self, account_id: str) -> None:
        """Wake all who listen to the account."""
        bell = self._bells.pop(account_id, None)
        if bell is not None:
            bell.set()

    def notify_all(self) -> None:
        """Wake everybody: there may be something new for anybody."""
        for account_id in list(self._bells):
            self.notify(account_id)

    def close(self) -> None:
        """Wake everybody: the gateway stops."""
        self.closed = True
        self.notify_all()
