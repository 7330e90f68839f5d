"""Sources, where an account is reached: the port. A Page, a widget, a partner's number."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Source:
    """Where an account is reached."""

    id: str
    """No two sources have the same, whatever their channels."""
    account_id: str
    name: str
    held: bool = False
    """Whether its answers wait until a person has repaired something. What comes in is taken all the same."""


class SourceStore(Protocol):
    """Every method may raise `StoreUnavailable`."""

    async def source(self, source_id: str) -> Source | None:
        """One source."""

    async def of_account(self, account_id: str) -> list[Source]:
        """The sources of an account by name."""

    async def keep(self, source: Source) -> None:
        """Keep a source, new or instead of the one of the same id."""

    async def remove(self, source_id: str) -> None:
        """Forget the source and what is known of its conversations. Waiting events stay until acknowledged."""
