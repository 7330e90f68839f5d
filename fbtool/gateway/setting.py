"""One setting of the gateway: declared where it is used, by the core or by a channel, with all that is known of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fbtool.language import Sentence, say

LEAST_CHARACTERS = 24
"""Of a token or an app's secret: who guesses it is let in, or believed. Meta's have 32, ours 43."""


def weak_token(text: str) -> Sentence | None:
    """Why a token must not be taken; None if it may."""
    if not re.fullmatch(r"[!-~]*", text):
        return say("it holds blanks, or other characters than letters, digits and signs")
    if len(text) < LEAST_CHARACTERS:
        return say("it has only {count} characters, and needs {least}", count=len(text), least=LEAST_CHARACTERS)
    return None


@dataclass(frozen=True)
class Setting:
    """One setting."""

    place: str
    """Section and name, as in ``server.port``. The settings of a channel are in the section of its name."""
    default: str | int | bool | tuple[str, ...]
    """Its value if nobody says otherwise; a value in the settings file is of the same type."""
    why: str
    variable: str = ""
    """The environment variable that comes before the settings file."""
    option: str = ""
    """The option of ``fbtool gateway run`` that comes before both."""
    choices: tuple[str, ...] = ()
    """The only values there are; empty: any."""
    live: bool = False
    """Whether a running gateway takes a new value when it is told to reload."""

    @property
    def section(self) -> str:
        """The part in brackets."""
        return self.place.partition(".")[0]

    @property
    def name(self) -> str:
        """The part before the equals sign."""
        return self.place.partition(".")[2]


@dataclass(frozen=True)
class Secret(Setting):
    """A setting that names the file with a secret; the file's usual name is that of a systemd credential as well.

    ``variable`` names another file; the same without ``_FILE`` holds the secret itself.
    """

    weak: Callable[[str], Sentence | None] = weak_token
    new: Callable[[], str] | None = None
    """Makes one at the first start; None if somebody else has it."""

    @property
    def credential(self) -> str:
        """Its name as a systemd credential (``LoadCredential=``), and of its file in the data folder."""
        return str(self.default)

    def weakness(self, text: str) -> Sentence | None:
        """Why ``text`` must not be taken, whichever way it came; None if it may."""
        return self.weak(text) if text else say("it is empty")


class SettingsReader(Protocol):
    """Reads values from options, environment and settings file, and collects the mistakes in them.

    Where nobody says anything, and where a mistake was found, the value is the setting's default.
    """

    def text(self, place: str) -> str:
        """A text, one of the setting's choices if it has some."""

    def texts(self, place: str) -> tuple[str, ...]:
        """A list of texts; with commas between them outside the settings file."""

    def number(self, place: str, least: int = 1, most: int | None = None) -> int:
        """A whole number."""

    def switch(self, place: str) -> bool:
        """Yes or no."""

    def address(self, place: str) -> str:
        """An https address without a slash at the end; empty if there is none."""

    def folder(self, place: str) -> Path | None:
        """A folder that has to exist; a relative path begins at the data folder."""

    def secret(self, place: str, missing: str = "") -> str:
        """A secret; empty if there is none, or none that may be taken.

        Args:
            place: of the secret.
            missing: the mistake if there is none, about ``{file}``; empty: it may be missing.
        """

    def wrong(self, place: str, what: Sentence) -> None:
        """Note a mistake at a setting."""
