"""Times in which the gateway could not take what Facebook delivered: a pure value with a clock from outside.

Facebook ends the subscription of a Page whose deliveries failed for about an hour (documented), and says nothing. From
then on the Page delivers nothing, so neither a success nor a failure of it tells that this has happened.
"""

_MINUTE_MS = 60_000
_LONG_MS = 10 * _MINUTE_MS
"""Failures that lie so far apart are no hiccup. Also the time between two looks."""
_OVER_MS = 70 * _MINUTE_MS
"""So long after the last failure no subscription ends because of it any more."""


class FailedDeliveries:
    """Tells when links are to be looked after because of failed deliveries: again and again, until it is long over."""

    def __init__(self) -> None:
        self._first_ms = self._last_ms = self._looked_ms = 0

    def failed(self, now: int) -> None:
        """Something could not be taken at ``now`` (unix milliseconds)."""
        if now - self._last_ms > _OVER_MS:
            self._first_ms = self._looked_ms = now
        self._last_ms = now

    def wants_look(self, now: int) -> bool:
        """Whether links should be looked after."""
        was_long = self._last_ms - self._first_ms >= _LONG_MS
        return was_long and now - self._last_ms <= _OVER_MS and now - self._looked_ms >= _LONG_MS

    def looked(self, now: int) -> None:
        """They are being looked after."""
        self._looked_ms = now
