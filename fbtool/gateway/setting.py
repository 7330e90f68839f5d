"""One setting of the gateway: declared where it is used, by the core or by a channel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fbtool.language import Sentence


@dataclass(frozen=True)
class Setting:
    """One setting."""

    place: str
    """Section and name, as in ``server.port``."""
    kind: type[str] | type[int] | type[bool] | type[list[str]]
    default: str
    """Its value as TOML, if nobody says otherwise."""
    why: str
    variable: str = ""
    """The environment variable that comes before it."""

    @property
    def section(self) -> str:
        """The part in brackets."""
        return self.place.partition(".")[0]

    @property
    def name(self) -> str:
        """The part before the equals sign."""
        return self.place.partition(".")[2]


class SettingsReader(Protocol):
    """Reads values from options, environment and settings file, and collects the mistakes in them."""

    def text(self, place: str) -> str:
        """A text or number; empty if nobody gave one."""

    def choice(self, place: str, choices: tuple[str, ...]) -> str:
        """One of a few words; the first one unless somebody says otherwise."""

    def switch(self, place: str, *, usually: bool) -> bool:
        """Yes or no."""

    def address(self, place: str) -> str:
        """An https address without a slash at the end; empty if there is none."""

    def folder(self, place: str) -> Path | None:
        """A folder that has to exist."""

    def wrong(self, place: str, what: Sentence) -> None:
        """Note a mistake at a setting."""
