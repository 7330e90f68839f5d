"""When the greeting and the auto-replies of an episode are sent: a pure schedule.

The greeting comes at once, an auto-reply so many seconds after the episode's first message, each of them once. A
person's answer cancels what is left; that is the store's. What could not be sent in time is not sent at all: nobody
wants "one moment, please" hours later.
"""

from typing import NamedTuple

from fbtool.gateway.channels.webchat.settings import WidgetSettings
from fbtool.gateway.channels.webchat.store import Due, DueText

GREETING = 0
"""The greeting's step; the auto-replies follow it."""
LATEST_MS = 60 * 1000
"""So late an automatic text may be sent, and so long an auto-reply may be handed out after that."""
APART_MS = 3 * 1000
"""Between two automatic texts lies at least so much."""


class AutomaticText(NamedTuple):
    """A text whose turn it is."""

    step: int
    text: str


class Decision(NamedTuple):
    """What becomes of a planned text."""

    text: AutomaticText | None
    """To be sent now."""
    following: Due | None
    """What is planned next."""


class _Planned(NamedTuple):
    step: int
    at_ms: int
    text: str

    @property
    def due(self) -> Due:
        return Due(self.step, self.at_ms)


def first_due(settings: WidgetSettings, greeting: str, now_ms: int) -> Due | None:
    """What is planned when an episode begins now; None if the account has no automatic texts."""
    return next((planned.due for planned in _planned(settings, greeting, now_ms)), None)


def next_text(
    settings: WidgetSettings, greeting: str, looked_at: DueText, available_until_ms: int, now_ms: int
) -> Decision:
    """Decide about a planned text that has to be looked at.

    Args:
        settings: of the account, as they are now.
        greeting: of the account, as it is now; empty: it does not greet.
        looked_at: what is planned, and about its conversation.
        available_until_ms: until when somebody is there to answer.
        now_ms: unix milliseconds.
    """
    free_ms = looked_at.last_automatic_ms + APART_MS
    if now_ms < free_ms:
        return Decision(None, Due(looked_at.due.step, free_ms))
    left = [one for one in _planned(settings, greeting, looked_at.episode_ms) if one.step >= looked_at.due.step]
    ready = [one for one in left if now_ms - LATEST_MS <= one.at_ms <= now_ms]
    later = [one for one in left if one.at_ms > now_ms]
    if ready and ready[0].step == GREETING:
        # Never passed over for an auto-reply that came due meanwhile; that one keeps its distance.
        rest = ready[1:] + later
        return Decision(_told(ready[0]), _not_before(rest[0], now_ms + APART_MS) if rest else None)
    may = looked_at.here and (settings.also_offline or now_ms < available_until_ms)
    chosen = _told(ready[-1]) if ready and may else None
    return Decision(chosen, _not_before(later[0], now_ms + APART_MS if chosen else 0) if later else None)


def _planned(settings: WidgetSettings, greeting: str, begun_ms: int) -> list[_Planned]:
    """All texts of an episode in their order."""
    replies = [
        _Planned(step, begun_ms + reply.seconds * 1000, reply.text)
        for step, reply in enumerate(settings.auto_replies, GREETING + 1)
    ]
    return [_Planned(GREETING, begun_ms, greeting), *replies] if greeting else replies


def _told(planned: _Planned) -> AutomaticText:
    return AutomaticText(planned.step, planned.text)


def _not_before(planned: _Planned, at_ms: int) -> Due:
    return Due(planned.step, max(planned.at_ms, at_ms))
