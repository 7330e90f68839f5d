"""Wakes those who wait: for events of an account, and for answers to send."""

import asyncio
import contextlib


class OutboxSignal:
    """Wakes the one who sends answers, and tells him for which Pages there is news."""

    def __init__(self) -> None:
        self._pages: dict[str, None] = {}
        self._event = asyncio.Event()

    def notify(self, source_id: str) -> None:
        """Something about the Page's link or queue has changed."""
        self._pages[source_id] = None
        self._event.set()

    def taken(self) -> list[str]:
        """The Pages for which it rang since the last call, the earliest first."""
        pages, self._pages = self._pages, {}
        self._event.clear()
        return list(pages)

    async def wait(self, seconds: float) -> None:
        """Return when there is news, or after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()


class Notifier:
    """One bell per account. Listen first, look into the store second, wait third: nothing is missed."""

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}
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
