"""One deadline at a time, which may be moved with every request without a timer for each."""

import asyncio
from collections.abc import Callable


class Deadline:
    """Calls ``missed`` with the reason when a deadline that was set is neither moved nor cleared in time.

    Its timer is left alone as long as it rings too early, for it can be set anew then: a busy connection starts one
    timer in some seconds instead of two for each request.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, missed: Callable[[str], None]) -> None:
        self._loop = loop
        self._missed = missed
        self._reason = ""
        self._at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0

    @property
    def is_set(self) -> bool:
        """Whether something has to happen in time."""
        return self._at is not None

    def set(self, seconds: float, reason: str) -> None:
        """From now on ``seconds`` are left."""
        self._at, self._reason = self._loop.time() + seconds, reason
        if self._timer is None or self._at < self._rings_at:
            self._watch(self._at)

    def clear(self) -> None:
        """It happened in time."""
        self._at = None

    def end(self) -> None:
        """Nothing is waited for any more."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self, until: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = until
        self._timer = self._loop.call_at(until, self._notify)

    def _notify(self) -> None:
        self._timer = None
        if self._at is None:
            return
        if self._loop.time() < self._at:
            self._watch(self._at)
            return
        self._at = None
        self._missed(self._reason)
