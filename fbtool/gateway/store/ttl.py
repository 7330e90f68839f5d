"""What is kept for minutes only: what was granted to people who sign in.

Every value is sealed and every key a fingerprint before it comes here.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MOST_ENTRIES = 2000
"""More at a time are refused. Each one has come back from a platform's dialog."""


class TtlStoreFull(Exception):
    """Too much is kept at the moment."""


class TtlStore(Protocol):
    """The port. Whatever has reached its end is as good as gone. Every method may raise `StoreUnavailable`."""

    async def add(self, key: bytes, body: bytes, seconds: float) -> bool:
        """Keep ``body``; False, and nothing is changed, if there is one. Raises `TtlStoreFull`."""

    async def get(self, key: bytes) -> bytes | None:
        """What is kept."""

    async def claim(self, key: bytes) -> bytes | None:
        """What is kept, for the first who asks this; None for all others."""

    async def change(self, key: bytes, body: bytes) -> None:
        """Keep this instead, until the same end."""

    async def take(self, key: bytes) -> bytes | None:
        """What is kept, and forget it."""


@dataclass
class _Entry:
    body: bytes
    ends: float
    claimed: bool = False


class MemoryTtlStore:
    """That of a single gateway: nothing of it ever reaches a disk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[bytes, _Entry] = {}

    async def add(self, key: bytes, body: bytes, seconds: float) -> bool:
        """See `TtlStore.add`."""
        if self._entry(key) is not None:
            return False
        if len(self._entries) >= MOST_ENTRIES:
            raise TtlStoreFull
        self._entries[key] = _Entry(body, self._clock() + seconds)
        return True

    async def get(self, key: bytes) -> bytes | None:
        """See `TtlStore.get`."""
        entry = self._entry(key)
        return entry.body if entry else None

    async def claim(self, key: bytes) -> bytes | None:
        """See `TtlStore.claim`."""
        entry = self._entry(key)
        if entry is None or entry.claimed:
            return None
        entry.claimed = True
        return entry.body

    async def change(self, key: bytes, body: bytes) -> None:
        """See `TtlStore.change`."""
        if entry := self._entry(key):
            entry.body = body

    async def take(self, key: bytes) -> bytes | None:
        """See `TtlStore.take`."""
        body = await self.get(key)
        self._entries.pop(key, None)
        return body

    def _entry(self, key: bytes) -> _Entry | None:
        """What is kept, once everything that has reached its end is forgotten."""
        now = self._clock()
        self._entries = {key: entry for key, entry in self._entries.items() if entry.ends > now}
        return self._entries.get(key)
