"""Until when customers can be answered, as far as Facebook allows it to this app."""

from collections.abc import Callable

from fbtool.facebook import messaging_window
from fbtool.gateway.messages import Deadlines

_REMEMBERED_MS = 24 * 3600 * 1000


class ReplyWindow:
    """Facebook's windows, and whether it has approved this app for the longer one ("Human Agent").

    Nobody can ask Facebook for that: a refused answer tells. It is remembered for a day, or until such an answer goes;
    by each gateway process for itself.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._refused_until_ms = 0

    def refused(self) -> None:
        """Facebook does not allow this app the longer time."""
        self._refused_until_ms = self._clock() + _REMEMBERED_MS

    def went(self) -> None:
        """An answer went in the longer time."""
        self._refused_until_ms = 0

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        """The ends of both windows; the same where the longer one is not allowed."""
        ends = messaging_window.deadlines(last_customer_ms, human_agent=self._clock() >= self._refused_until_ms)
        return Deadlines(ends.anyone, ends.human)

    def is_over(self, last_customer_ms: int | None, *, human: bool) -> bool:
        """Whether an answer would come too late, or the customer never wrote."""
        if last_customer_ms is None:
            return True
        ends = self.deadlines(last_customer_ms)
        return self._clock() >= (ends.human if human else ends.anyone)
