"""How fast, and whether at all, may be sent: a pure policy with a clock from outside, no I/O.

::

    open ──told to wait, or trouble──► closed ──time──► one probe ──it went──► open
                                          ▲                 │
                                          └──trouble again──┘

Each source of a channel has a gate, so that one source's trouble never stops another, and the channel has one for what
concerns all. What is counted by time is divided by the gateways that share a database.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

SLOW_PER_SECOND = 1.0
"""The rate once most of a limit is used up."""
_NEARLY_PERCENT = 80
"""So much of a limit used up is nearly all of it."""
SUSPICIOUS = 3
"""So many conversations in a row in trouble are no coincidence: it is the source's trouble."""
_SECOND_MS = 1000
_MINUTE_MS = 60 * _SECOND_MS
_HOUR_MS = 60 * _MINUTE_MS
LATELY_MS = 10 * _MINUTE_MS


@dataclass(frozen=True)
class Rates:
    """How fast a channel takes messages, as its platform documents it."""

    in_flight: int = 32
    """Most calls of one source at the same moment; at 200 ms each that is 160 a second."""
    per_second: float = 300.0
    """Of one source."""
    media_per_second: float = 10.0
    """Audio and video of one source."""
    in_all_per_second: float = 5_000.0
    """Of all sources; where none is documented, far beyond our connections."""


class SendPause(Enum):
    """Why a gate closes, with the first and the longest pause in milliseconds; each further one doubles."""

    TROUBLE = 2 * _SECOND_MS, 5 * _MINUTE_MS
    UNREACHABLE = 1 * _SECOND_MS, 1 * _MINUTE_MS
    THROTTLED = 1 * _MINUTE_MS, 15 * _MINUTE_MS
    STOPPED = 1 * _HOUR_MS, 6 * _HOUR_MS

    def pause(self, times: int, spread: float) -> int:
        """How long the gate stays closed the ``times``-th time; ``spread`` from 0 to 1 keeps sources apart."""
        first, longest = self.value
        whole: int = min(first << min(times - 1, 20), longest)
        return int(whole * (0.5 + spread / 2))


@dataclass
class _Gate:
    until_ms: int = 0
    times: int = 0
    """How often it closed since something last went through; 0 = open."""
    probing: bool = False

    def room(self, now: int) -> int | None:
        """How many may go: none while closed, one to try, None = as many as there are."""
        if not self.times:
            return None
        return 0 if now < self.until_ms or self.probing else 1

    def close(self, now: int, closing: SendPause, spread: float, at_least_ms: int = 0) -> None:
        if now >= self.until_ms or self.probing:
            # Calls that were under way when it closed say nothing new.
            self.times += 1
            self.until_ms = now + closing.pause(self.times, spread)
        self.probing = False
        self.until_ms = max(self.until_ms, now + at_least_ms)

    def open(self) -> None:
        self.until_ms, self.times, self.probing = 0, 0, False


@dataclass
class _Bucket:
    usual: float
    filled_ms: int = 0
    tokens: float = field(init=False)
    rate: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.rate = self.usual

    def level(self, now: int, gateways: int) -> float:
        elapsed = max(now - self.filled_ms, 0) / 1000
        share = self.rate / gateways
        self.tokens = min(self.tokens + elapsed * share, max(share, 1))
        self.filled_ms = max(now, self.filled_ms)
        return self.tokens


@dataclass
class _Lane:
    bucket: _Bucket
    media: _Bucket
    gate: _Gate = field(default_factory=_Gate)
    media_turn_ms: int = 0
    """When the last of those that wait for their turn may go."""
    flying: int = 0
    failing: set[bytes] = field(default_factory=set)
    """Conversations in trouble since something last went through."""
    stopped: bool = False
    went_ms: int = 0
    """When the platform last answered as it should."""

    def room(self, now: int, gateways: int) -> int:
        gate, level = self.gate.room(now), int(self.bucket.level(now, gateways))
        return level if gate is None else min(gate, level)


class RateLimits:
    """Tells how many messages of a source may go now, and learns from what became of them.

    Args:
        rates: what the platform takes.
        spread: a random number from 0 to 1 for each pause.
    """

    def __init__(self, rates: Rates = Rates(), spread: Callable[[], float] = random.random) -> None:
        self._rates = rates
        self._spread = spread
        self._all = self._lane(rates.in_all_per_second)
        self._sources: defaultdict[str, _Lane] = defaultdict(lambda: self._lane(rates.per_second))
        self._gateways = 1

    def _lane(self, per_second: float) -> _Lane:
        return _Lane(_Bucket(per_second), _Bucket(self._rates.media_per_second))

    def shared_by(self, gateways: int) -> None:
        """So many gateways send for the same sources: each takes its part of what is allowed in a second."""
        self._gateways = max(gateways, 1)

    def room(self, source_id: str, now: int) -> int:
        """How many messages of the source may start at ``now`` (unix milliseconds)."""
        source = self._sources[source_id]
        return max(min(self._rates.in_flight - source.flying, self._room_of(source, now), self.room_in_all(now)), 0)

    def room_in_all(self, now: int) -> int:
        """How many messages of all sources together may start at ``now``."""
        return max(self._room_of(self._all, now), 0)

    def media_turn(self, source_id: str, now: int) -> int:
        """When an audio or a video of the source may go: ``now``, and then it counts; or later, when to ask again."""
        source = self._sources[source_id]
        if source.media.level(now, self._gateways) >= 1:
            source.media.tokens -= 1
            return now
        source.media_turn_ms = max(source.media_turn_ms, now) + int(1000 * self._gateways / source.media.rate)
        return source.media_turn_ms

    def opens_at(self, source_id: str, now: int) -> int | None:
        """When there may be room again; None: not before a call that is under way has ended."""
        source = self._sources[source_id]
        if source.flying >= self._rates.in_flight:
            return None
        moments = [now]
        for lane in (source, self._all):
            if lane.gate.times:
                if now >= lane.gate.until_ms and lane.gate.probing:
                    return None
                moments.append(lane.gate.until_ms)
            lacking = 1 - lane.bucket.level(now, self._gateways)
            if lacking > 0:
                moments.append(now + int(lacking / lane.bucket.rate * self._gateways * 1000) + 1)
        return max(moments)

    def started(self, source_id: str, now: int) -> bool:
        """A message is on its way. Returns whether it is a probe, for `ended`."""
        source, probe = self._sources[source_id], False
        source.flying += 1
        for lane in (source, self._all):
            lane.bucket.level(now, self._gateways)
            lane.bucket.tokens -= 1
            if lane.gate.times:
                lane.gate.probing = probe = True
        return probe

    def ended(self, source_id: str, *, probe: bool) -> None:
        """The call has ended, whatever came of it. Tell what came of it first."""
        source = self._sources[source_id]
        source.flying -= 1
        if probe:
            # One that neither went nor failed (its link died) must not keep the gate shut for ever.
            source.gate.probing = self._all.gate.probing = False

    def went(self, source_id: str, now: int) -> None:
        """The platform answered as it should, be it a yes or a no to this one message."""
        source = self._sources[source_id]
        source.went_ms = now
        source.failing.clear()
        for lane in (source, self._all):
            if lane.gate.probing:
                lane.gate.open()
                lane.stopped = False

    def works(self, source_id: str, now: int) -> bool:
        """Whether something of the source went lately, so that trouble of one message is its own."""
        return now - self._sources[source_id].went_ms < LATELY_MS

    def trouble(self, source_id: str, conversation: bytes, now: int) -> None:
        """The platform answered with trouble, or not at all."""
        source = self._sources[source_id]
        source.failing.add(conversation)
        if source.gate.probing or len(source.failing) >= SUSPICIOUS:
            source.gate.close(now, SendPause.TROUBLE, self._spread())

    def waits(self, source_id: str, pause: SendPause, now: int) -> None:
        """Nothing of the source, or with an empty id nothing at all, can go for a while."""
        lane = self._sources[source_id] if source_id else self._all
        lane.gate.close(now, pause, self._spread())

    def stopped(self, source_id: str, now: int) -> bool:
        """The platform has blocked the source; returns whether that is new."""
        source = self._sources[source_id]
        known, source.stopped = source.stopped, True
        source.gate.close(now, SendPause.STOPPED, self._spread())
        return not known

    def used(self, source_id: str, percent: int, wait_ms: int, now: int) -> None:
        """So much of a limit is used up: of the source's own, or with an empty id of the one for all.

        ``wait_ms``: how long the platform wants nothing more; 0 if it did not say.
        """
        lane = self._sources[source_id] if source_id else self._all
        if percent:
            lane.bucket.level(now, self._gateways)
            lane.bucket.rate = SLOW_PER_SECOND if percent >= _NEARLY_PERCENT else lane.bucket.usual
            lane.bucket.tokens = min(lane.bucket.tokens, lane.bucket.rate)
        if percent >= 100 or wait_ms:
            lane.gate.close(now, SendPause.THROTTLED, self._spread(), wait_ms)

    def _room_of(self, lane: _Lane, now: int) -> int:
        return lane.room(now, self._gateways)
