"""Wakes those who wait for events of an account."""

import asyncio
import contextlib


class Bells:
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

    def ring(self, account_id: str) -> None:
        """Wake all who listen to the account."""
        bell = self._bells.pop(account_id, None)
        if bell is not None:
            bell.set()

    def ring_all(self) -> None:
        """Wake everybody: there may be something new for anybody."""
        for account_id in list(self._bells):
            self.ring(account_id)

    def close(self) -> None:
        """Wake everybody: the gateway stops."""
        self.closed = True
        self.ring_all()
