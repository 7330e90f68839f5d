"""Back-pressure: an account whose CRM takes nothing must not fill the disk of all others."""

import time
from collections.abc import Callable, Iterable, Sequence

from fbtool.gateway.store.inbox import Arrival

_LOOK_AGAIN_SECONDS = 1.0
FULL_SOURCES = """
    SELECT id FROM source
    WHERE account_id IN (SELECT account_id FROM inbox GROUP BY account_id HAVING count(*) >= $1)"""
"""The sources of accounts that have so many events waiting."""


class InboxLimit:
    """Which sources belong to accounts that are full.

    Counting is dear, so it is done after every twentieth part of ``most`` events, and every second while somebody
    is full: an account may have that much more than ``most``.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._full: frozenset[str] = frozenset()
        self._uncounted = most
        self._counted_at = clock()

    @property
    def is_due(self) -> bool:
        """Whether somebody has to count before the next `refused`."""
        since = self._clock() - self._counted_at
        return self._uncounted * 20 >= self.most or (bool(self._full) and since >= _LOOK_AGAIN_SECONDS)

    def counted(self, full_sources: Iterable[str]) -> None:
        """Somebody has counted: these sources are full."""
        self._full = frozenset(full_sources)
        self._uncounted = 0
        self._counted_at = self._clock()

    def refused(self, deliveries: Sequence[Sequence[Arrival]]) -> frozenset[int]:
        """Which deliveries may not pass. All of such a one has to come again: Facebook knows no "half of it"."""
        if not self._full:
            return frozenset()
        return frozenset(
            number
            for number, arrivals in enumerate(deliveries)
            if not self._full.isdisjoint(arrival.source_id for arrival in arrivals)
        )

    def stored(self, count: int) -> None:
        """So many events were stored."""
        self._uncounted += count
