"""Pictures of accounts and of the agents who write for them: the port.

They are shown to customers, so they are kept as they are. The gateway fetches none from an address that a CRM names.
"""

from dataclasses import dataclass, field
from typing import Protocol

REFERENCE = "[A-Za-z0-9_-]{1,64}"
"""How a CRM names an agent's picture."""
MOST_BYTES = 64 * 1024
MOST_OF_ACCOUNT = 500


@dataclass(frozen=True)
class Picture:
    """A picture of an account, or of an agent of it."""

    type: str
    """MIME."""
    body: bytes = field(repr=False)
    changed_ms: int


class PictureStore(Protocol):
    """Every method may raise `StoreUnavailable`. An empty reference means the account's own picture."""

    async def picture(self, account_id: str, reference: str) -> Picture | None:
        """One picture."""

    async def keep(self, account_id: str, reference: str, picture: Picture) -> None:
        """Keep a picture, new or instead of the earlier one. Raises `TooManyPictures`."""

    async def remove(self, account_id: str, reference: str) -> None:
        """Forget a picture."""
