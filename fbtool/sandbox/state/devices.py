"""Device logins that are under way."""

from dataclasses import dataclass
from enum import Enum

from fbtool.sandbox.clock import MINUTE

LIFETIME = 7 * MINUTE
"""Seconds that a code is good for (documented: 420)."""
INTERVAL = 5
"""Seconds between two questions of the device (documented)."""


class Outcome(Enum):
    """What the person has said."""

    PENDING = "pending"
    ALLOWED = "allowed"
    DECLINED = "declined"


@dataclass
class DeviceLogin:
    """One code, from the device's first call to its last."""

    code: str
    """What the device polls with."""
    user_code: str
    """What the person types."""
    app_id: str
    scope: str
    begun_at: float
    outcome: Outcome = Outcome.PENDING
    person: str = ""
    """Key of the person who allowed it."""
    polled_at: float = 0

    def expired(self, now: float) -> bool:
        """Whether its seven minutes are over."""
        return now >= self.begun_at + LIFETIME
