"""Facebook's clock: real time plus what a test has skipped, and a way to wait on it."""

import asyncio
import time
from collections.abc import Callable

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Notifier:
    """Wakes everyone who waits; for use inside one event loop only."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake all who wait now."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, within: float) -> bool:
        """Wait for the next `notify`, at most ``within`` real seconds; say whether it came."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            done, _ = await asyncio.wait({future}, timeout=within)
            return bool(done)
        finally:
            self._waiting.discard(future)


class Clock:
    """The time of the sandbox, in Unix seconds. It never runs backwards, but a test may push it forward."""

    def __init__(self, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._skipped = 0.0
        self._pushed = Notifier()

    def now(self) -> float:
        """Unix time in seconds."""
        return self._real() + self._skipped

    def now_ms(self) -> int:
        """Unix time in milliseconds, as messaging webhooks use it."""
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once; whoever sleeps until a moment in between wakes up."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._skipped += seconds
        self._pushed.notify()

    async def sleep_until(self, moment: float) -> None:
        """Return when `now` has reached ``moment``, by waiting or by `advance`."""
        while (left := moment - self.now()) > 0:
            await self._pushed.wait(within=left)
