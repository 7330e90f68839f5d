"""A browser that visits the sandbox's facebook.com: who is signed in, and the dialogs it has open."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fbtool.sandbox.dialog.walk import Walk


@dataclass
class Browser:
    """One cookie's worth of memory."""

    person: str = ""
    """Key of the person who is signed in; empty: nobody."""
    half_signed_in: str = ""
    """Key of the person whose password was right, but whose second factor is still asked."""
    walks: dict[str, "Walk"] = field(default_factory=dict)
    """The open login dialogs, by their id."""

    def forget(self, person: str) -> None:
        """Sign that person out, if it is the one."""
        if self.person == person:
            self.person = ""
        if self.half_signed_in == person:
            self.half_signed_in = ""
