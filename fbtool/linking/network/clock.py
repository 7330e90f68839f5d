"""What time it is, by the word of the servers: the clock of a person's computer may be wrong by years.

Ends of permissions are told in unix seconds, and whether one has passed must not be guessed by a wrong clock. Every
answer names the time of its server (RFC 9110 §6.6.1), so the first one puts it right.
"""

import time
from email.utils import parsedate_to_datetime

_WRONG_FROM = 60
"""Seconds of difference from which this computer's clock is not believed; an answer is on its way for some."""
_ahead = 0.0


def now() -> float:
    """Unix seconds."""
    return time.time() - _ahead


def hear(date: str) -> None:
    """Learn from the ``Date`` of an answer that has just come; one that cannot be read says nothing."""
    global _ahead
    try:
        ahead = time.time() - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return
    _ahead = ahead if abs(ahead) >= _WRONG_FROM else 0.0
