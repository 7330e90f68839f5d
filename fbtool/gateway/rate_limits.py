"""How fast, and whether at all, may be sent: a pure policy with a clock from outside, no I/O.

::

    open ──Facebook says wait, or trouble──► closed ──time──► one probe ──it went──► open
                                                ▲                 │
                                                └──trouble again──┘

Each Page has a gate, so that one Page's trouble never stops another, and the app has one for what concerns all. What
Facebook counts by time is divided by the gateways that share a database; whoever looks at it last knows how many.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from fbtool.meta.usage import Limits, Usage

FLYING = 32
"""Most calls of one Page at the same moment; at 200 ms each that is 160 a second."""
PER_SECOND = 300.0
"""Facebook's limit for texts of one Page (documented)."""
MEDIA_PER_SECOND = 10.0
"""Facebook's limit for audio and video of one Page (documented)."""
APP_PER_SECOND = 5_000.0
"""For all Pages together Facebook documents no rate, only how much is used up; this is far beyond our connections."""
SLOW_PER_SECOND = 1.0
"""The rate once 80 per cent of a limit are used up."""
SUSPICIOUS = 3
"""So many conversations in a row in trouble are no coincidence: it is the Page's trouble."""
_SECOND_MS = 1000
_MINUTE_MS = 60 * _SECOND_MS
_HOUR_MS = 60 * _MINUTE_MS
LATELY_MS = 10 * _MINUTE_MS


class SendPause(Enum):
    """Why a gate closes, with the first and the longest pause in milliseconds; each further one doubles."""

    TROUBLE = 2 * _SECOND_MS, 5 * _MINUTE_MS
    UNREACHABLE = 1 * _SECOND_MS, 1 * _MINUTE_MS
    THROTTLED = 1 * _MINUTE_MS, 15 * _MINUTE_MS
    STOPPED = 1 * _HOUR_MS, 6 * _HOUR_MS

    def pause(self, times: int, spread: float) -> int:
        """How long the gate stays closed the ``times``-th time; ``spread`` from 0 to 1 keeps Pages apart."""
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
    usual: float = PER_SECOND
    tokens: float = PER_SECOND
    filled_ms: int = 0
    rate: float = PER_SECOND

    @classmethod
    def of(cls, usual: float) -> "_Bucket":
        return cls(usual, tokens=usual, rate=usual)

    def level(self, now: int, gateways: int) -> float:
        elapsed = max(now - self.filled_ms, 0) / 1000
        share = self.rate / gateways
        self.tokens = min(self.tokens + elapsed * share, max(share, 1))
        self.filled_ms = max(now, self.filled_ms)
        return self.tokens


@dataclass
class _Lane:
    gate: _Gate = field(default_factory=_Gate)
    bucket: _Bucket = field(default_factory=_Bucket)
    media: _Bucket = field(default_factory=lambda: _Bucket.of(MEDIA_PER_SECOND))
    media_turn_ms: int = 0
    """When the last of those that wait for their turn may go."""
    flying: int = 0
    failing: set[bytes] = field(default_factory=set)
    """Conversations in trouble since something last went through."""
    stopped: bool = False
    went_ms: int = 0
    """When Facebook last answered as it should."""

    def room(self, now: int, gateways: int) -> int:
        gate, level = self.gate.room(now), int(self.bucket.level(now, gateways))
        return level if gate is None else min(gate, level)


class RateLimits:
    """Tells how many messages of a Page may go now, and learns from what became of them.

    Args:
        spread: a random number from 0 to 1 for each pause.
    """

    def __init__(self, spread: Callable[[], float] = random.random) -> None:
        self._spread = spread
        self._app = _Lane(bucket=_Bucket.of(APP_PER_SECOND))
        self._pages: defaultdict[str, _Lane] = defaultdict(_Lane)
        self._gateways = 1

    def shared_by(self, gateways: int) -> None:
        """So many gateways send for the same Pages: each takes its part of what Facebook allows in a second."""
        self._gateways = max(gateways, 1)

    def room(self, source_id: str, now: int) -> int:
        """How many messages of the Page may start at ``now`` (unix milliseconds)."""
        page = self._pages[source_id]
        return max(min(FLYING - page.flying, self._room_of(page, now), self.room_in_all(now)), 0)

    def room_in_all(self, now: int) -> int:
        """How many messages of all Pages together may start at ``now``."""
        return max(self._room_of(self._app, now), 0)

    def media_turn(self, source_id: str, now: int) -> int:
        """When an audio or a video of the Page may go: ``now``, and then it is counted; or later, when to ask again."""
        page = self._pages[source_id]
        if page.media.level(now, self._gateways) >= 1:
            page.media.tokens -= 1
            return now
        page.media_turn_ms = max(page.media_turn_ms, now) + int(1000 * self._gateways / page.media.rate)
        return page.media_turn_ms

    def opens_at(self, source_id: str, now: int) -> int | None:
        """When there may be room again; None: not before a call that is under way has ended."""
        page = self._pages[source_id]
        if page.flying >= FLYING:
            return None
        moments = [now]
        for lane in (page, self._app):
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
        page, probe = self._pages[source_id], False
        page.flying += 1
        for lane in (page, self._app):
            lane.bucket.level(now, self._gateways)
            lane.bucket.tokens -= 1
            if lane.gate.times:
                lane.gate.probing = probe = True
        return probe

    def ended(self, source_id: str, *, probe: bool) -> None:
        """The call has ended, whatever came of it. Tell what came of it first."""
        page = self._pages[source_id]
        page.flying -= 1
        if probe:
            # One that neither went nor failed (its link died) must not keep the gate shut for ever.
            page.gate.probing = self._app.gate.probing = False

    def went(self, source_id: str, now: int) -> None:
        """Facebook answered as it should, be it a yes or a no to this one message."""
        page = self._pages[source_id]
        page.went_ms = now
        page.failing.clear()
        for lane in (page, self._app):
            if lane.gate.probing:
                lane.gate.open()
                lane.stopped = False

    def works(self, source_id: str, now: int) -> bool:
        """Whether something of the Page went lately, so that trouble of one message is its own."""
        return now - self._pages[source_id].went_ms < LATELY_MS

    def trouble(self, source_id: str, conversation: bytes, now: int) -> None:
        """Facebook answered with trouble, or not at all."""
        page = self._pages[source_id]
        page.failing.add(conversation)
        if page.gate.probing or len(page.failing) >= SUSPICIOUS:
            page.gate.close(now, SendPause.TROUBLE, self._spread())

    def unreachable(self, now: int) -> None:
        """Facebook cannot be reached: that concerns all Pages."""
        self._app.gate.close(now, SendPause.UNREACHABLE, self._spread())

    def throttled(self, source_id: str, now: int, *, whole_app: bool = False) -> None:
        """Facebook takes no more calls for a while, of the Page or of the whole app."""
        lane = self._app if whole_app else self._pages[source_id]
        lane.gate.close(now, SendPause.THROTTLED, self._spread())

    def stopped(self, source_id: str, now: int) -> bool:
        """Facebook has blocked the Page; returns whether that is new."""
        page = self._pages[source_id]
        known, page.stopped = page.stopped, True
        page.gate.close(now, SendPause.STOPPED, self._spread())
        return not known

    def told(self, source_id: str, limits: Limits, now: int) -> None:
        """What an answer's headers say about the limits; ``source_id`` is empty for calls about no Page."""
        self._heed(self._app, limits.app, now)
        if source_id:
            self._heed(self._pages[source_id], limits.source, now)

    def _room_of(self, lane: _Lane, now: int) -> int:
        return lane.room(now, self._gateways)

    def _heed(self, lane: _Lane, usage: Usage, now: int) -> None:
        if usage.percent:
            lane.bucket.level(now, self._gateways)
            lane.bucket.rate = SLOW_PER_SECOND if usage.should_slow_down else lane.bucket.usual
            lane.bucket.tokens = min(lane.bucket.tokens, lane.bucket.rate)
        if usage.is_throttled:
            lane.gate.close(now, SendPause.THROTTLED, self._spread(), usage.wait_minutes * _MINUTE_MS)
