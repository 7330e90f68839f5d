"""When a Page may write to a customer, as a pure function.

Source: Meta, "Send messages" (2026): 24 hours for anyone; seven days for a human agent, with an approved
feature; every other message tag answers error 100 since 27 April 2026.
"""

from dataclasses import dataclass
from enum import Enum

STANDARD_MS = 24 * 3600 * 1000
HUMAN_MS = 7 * 24 * 3600 * 1000


class Closed(Enum):
    """Why a message may not be sent."""

    NEVER_WROTE = "never_wrote"
    """The customer never wrote, or so long ago that the gateway has forgotten it."""
    AUTOMATIC_TOO_LATE = "automatic_too_late"
    """More than 24 hours; only a human may still answer."""
    TOO_LATE = "too_late"
    """More than seven days; the customer has to write first."""


@dataclass(frozen=True)
class Envelope:
    """How the Send API wants the message declared."""

    messaging_type: str
    tag: str = ""


@dataclass(frozen=True)
class Deadlines:
    """Until when an answer is possible, in unix milliseconds."""

    anyone: int
    human: int


def deadlines(last_customer_ms: int, *, human_agent: bool = True) -> Deadlines:
    """The ends of both windows that the customer's last message opened.

    ``human_agent``: whether Facebook has approved the app for the longer one.
    """
    return Deadlines(last_customer_ms + STANDARD_MS, last_customer_ms + (HUMAN_MS if human_agent else STANDARD_MS))


def declare(last_customer_ms: int | None, now_ms: int, *, human: bool) -> Envelope | Closed:
    """How to declare a message sent at ``now_ms``, or why it may not be sent."""
    if last_customer_ms is None:
        return Closed.NEVER_WROTE
    ends = deadlines(last_customer_ms)
    if now_ms < ends.anyone:
        return Envelope("RESPONSE")
    if now_ms >= ends.human:
        return Closed.TOO_LATE
    return Envelope("MESSAGE_TAG", "HUMAN_AGENT") if human else Closed.AUTOMATIC_TOO_LATE
