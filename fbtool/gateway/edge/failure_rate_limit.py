"""How many failures one address may make before it is not listened to for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable

_REMEMBERED = 10_000
"""Addresses whose failures are remembered; beyond it the one that failed longest ago is forgotten."""


class FailureRateLimit:
    """So many failures a minute for each address, as a bucket that refills steadily."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def failed(self, address: str) -> bool:
        """Count a failure; whether it was within the limit."""
        left = self._remaining(address)
        self._left[address] = (max(left - 1, 0), self._clock())
        self._left.move_to_end(address)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return left >= 1

    def is_over(self, address: str) -> bool:
        """Whether the next failure would be one too many."""
        return self._remaining(address) < 1

    def _remaining(self, address: str) -> float:
        left, at = self._left.get(address, (self._most, 0.0))
        return min(self._most, left + (self._clock() - at) * self._most / 60)
