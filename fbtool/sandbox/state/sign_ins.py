"""Who is signed in at which browser, and the device logins that are under way."""

from dataclasses import dataclass
from enum import Enum

from fbtool.sandbox.clock import MINUTE

DEVICE_LIFETIME = 7 * MINUTE
"""Seconds that a code is good for (documented: 420)."""
DEVICE_INTERVAL = 5
"""Seconds between two questions of the device (documented)."""


@dataclass(eq=False)
class Browser:
    """One cookie's worth of memory."""

    person: str = ""
    """Key of the person who is signed in; empty: nobody."""
    half_signed_in: str = ""
    """Key of the person whose password was right, but whose second factor is still asked."""

    def forget(self, person: str) -> None:
        """Sign that person out, if it is the one."""
        if self.person == person:
            self.person = ""
        if self.half_signed_in == person:
            self.half_signed_in = ""


class DeviceLoginOutcome(Enum):
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
    outcome: DeviceLoginOutcome = DeviceLoginOutcome.PENDING
    person: str = ""
    """Key of the person who allowed it."""
    polled_at: float = 0

    def expired(self, now: float) -> bool:
        """Whether its seven minutes are over."""
        return now >= self.begun_at + DEVICE_LIFETIME
