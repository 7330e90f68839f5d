"""What happens to a chat's calls on their way through the relay, and which calls there were.

A trouble is for single calls: ``Trouble(TroubleKind.LOST, "messages")`` loses exactly the next answer to *messages*.
"""

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

_KEPT = 1000


class TroubleKind(Enum):
    """Kinds of trouble."""

    CUT = "cut"
    """The connection ends before the gateway hears anything."""
    UNAVAILABLE = "unavailable"
    """503 with Retry-After, as a gateway says it: a page may read it."""
    BAD_GATEWAY = "bad-gateway"
    """502 as a proxy says it: a page of another origin may not read it."""
    HELD = "held"
    """The call waits until the trouble is taken away; then it goes on."""
    LOST = "lost"
    """The gateway has worked, its answer never arrives."""
    TRUNCATED = "truncated"
    """The gateway has worked, half of its answer arrives."""
    SLOW = "slow"
    """The answer comes late."""

    @property
    def before(self) -> bool:
        """Whether it happens before the gateway is asked."""
        return self in (TroubleKind.CUT, TroubleKind.UNAVAILABLE, TroubleKind.BAD_GATEWAY, TroubleKind.HELD)


@dataclass(eq=False)
class Trouble:
    """One trouble.

    Attributes:
        call: which calls it meets: ``script``, ``status``, ``ticket``, ``messages``, ``events``, …; "" = all.
        left: how many more calls it meets; None = until it is taken away.
        seconds: how late a slow answer is; what Retry-After says.
    """

    kind: TroubleKind
    call: str = ""
    left: int | None = 1
    seconds: float = 1
    id: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """It has been taken away."""


@dataclass
class RelayedCall:
    """One call that came through, without what it said."""

    method: str
    call: str
    cookies: bool
    """Whether the browser sent cookies along."""
    query: bool
    """Whether the address had a query."""
    status: int = 0
    """What the browser got; 0: nothing (yet)."""
    trouble: str = ""


class Troubles:
    """Those that are on, and the calls."""

    def __init__(self) -> None:
        self._on: list[Trouble] = []
        self._numbers = itertools.count(1)
        self.calls: deque[RelayedCall] = deque(maxlen=_KEPT)

    def add(self, trouble: Trouble) -> Trouble:
        """Switch one on."""
        trouble.id = str(next(self._numbers))
        self._on.append(trouble)
        return trouble

    def all(self) -> list[Trouble]:
        """Those that will still meet somebody, or hold somebody up."""
        return list(self._on)

    def clear(self, trouble_id: str = "") -> bool:
        """Take one away, or all of them; False if there is no such."""
        gone = [one for one in self._on if not trouble_id or one.id == trouble_id]
        for one in gone:
            self._on.remove(one)
            one.ended.set()
        return bool(gone)

    def meet(self, call: RelayedCall, *, before: bool) -> Trouble | None:
        """The trouble that this call meets now, before or after the gateway's work; it is one less afterwards."""
        for one in self._on:
            if one.kind.before is before and one.call in ("", call.call) and one.left != 0:
                call.trouble = one.kind.value
                self._spend(one)
                return one
        return None

    def _spend(self, one: Trouble) -> None:
        if one.left is None:
            return
        one.left -= 1
        # Whoever is held up waits for this very one.
        if one.left == 0 and one.kind is not TroubleKind.HELD:
            self._on.remove(one)
