"""A number of places with a share for each who wants some, so that nobody takes them all."""

import asyncio
from collections import Counter


class FairSemaphore:
    """Lets so many in at a time; who comes when there is no room waits for their turn.

    Args:
        most: places in all.
        each: places of one.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most = most
        self._each = each
        self._inside: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def are_free(self) -> bool:
        """Whether nobody is inside."""
        return not self._inside

    async def enter(self, who: str, within: float | None = None) -> None:
        """Take a place, once there is one for ``who``. Followed by `leave`, unless it failed or was cancelled.

        Raises:
            TimeoutError: there was none within so many seconds.
        """
        if self._has_room(who):
            self._inside[who] += 1
            return
        async with asyncio.timeout(within):
            await self._turn_of(who)

    async def _turn_of(self, who: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((who, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(who)  # the turn came at the same moment
            raise

    def leave(self, who: str) -> None:
        """Give the place back: to who has the fewest of those for whom there is room now, else to who came first."""
        self._inside[who] -= 1
        if not self._inside[who]:
            del self._inside[who]
        self._waiting = [one for one in self._waiting if not one[1].done()]  # others were cancelled
        fitting = [one for one in self._waiting if self._has_room(one[0])]
        if fitting:
            chosen = min(fitting, key=lambda one: self._inside[one[0]])
            self._waiting.remove(chosen)
            self._inside[chosen[0]] += 1
            chosen[1].set_result(None)

    def _has_room(self, who: str) -> bool:
        return self._inside.total() < self._most and self._inside[who] < self._each
