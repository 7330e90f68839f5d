"""German and English: sentences that wait for their language.

A text is written in English in the code and translated by a gettext catalogue. Code that knows
its reader at once (a command) turns it into words with ``str()``; code that learns about its
reader later (the gateway, from ``Accept-Language``) keeps the `Sentence` until then.
"""

import gettext
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Self

from fbtool.safe_text import shown

LANGUAGES = ("en", "de")
CATALOGUES = Path(__file__).parent / "locale"
"""The folder of the gettext catalogues."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark ``text`` for the catalogue and return it unchanged."""
    return text


@dataclass(frozen=True)
class Sentence:
    """An English text with values, readable in every language of the catalogue."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str = ""
    count: int = 1

    def spoken(self, language: str) -> str:
        """The sentence in ``language`` (one of `LANGUAGES`), with its values filled in.

        A value that is itself a `Sentence` is spoken in the same language. Any other value may come from elsewhere (the
        name of a Page), so it is made fit to be shown.
        """
        catalogue = _catalogue(language)
        if self.plural:
            text = catalogue.ngettext(self.text, self.plural, self.count)
        else:
            text = catalogue.gettext(self.text) if self.text else ""
        if not self.values:
            return text
        values = {
            name: value.spoken(language) if isinstance(value, Sentence) else shown(str(value))
            for name, value in self.values.items()
        }
        return text.format(**values)

    def __str__(self) -> str:
        return self.spoken(current())


def say(text: str, /, **values: object) -> Sentence:
    """A sentence; ``{name}`` in ``text`` stands for the value of that name."""
    return Sentence(text, values)


def say_n(one: str, many: str, count: int, /, **values: object) -> Sentence:
    """A sentence that depends on a number, which it may show as ``{count}``."""
    return Sentence(one, {"count": count, **values}, many, count)


def moment(unix_seconds: float) -> str:
    """A point in time on the clock of this computer, as people write it in the language of this process."""
    at = datetime.fromtimestamp(unix_seconds).astimezone()
    return str(say("{year}-{month}-{day} {time}", year=at.year, month=f"{at:%m}", day=f"{at:%d}", time=f"{at:%H:%M}"))


class Worded(Enum):
    """Members that people read: each has its value, for programs, and behind it its English text."""

    _value_: str
    text: str

    def __new__(cls, value: str, text: str) -> Self:
        """A member with this value."""
        member = object.__new__(cls)
        member._value_, member.text = value, text
        return member

    @property
    def words(self) -> Sentence:
        """What a person reads."""
        return Sentence(self.text)


def use(language: str) -> None:
    """Let this process speak ``language`` from now on."""
    global _current
    _current = language


def current() -> str:
    """The language of this process: set by `use`, otherwise what the person's system says."""
    global _current
    if _current is None:
        _current = _system_language()
    return _current


def best_for(accept_language: str) -> str:
    """The language that suits an ``Accept-Language`` header (RFC 9110 §12.5.4) best; English if none does."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        if primary in LANGUAGES:
            wishes.append((-_quality(parameters), position, primary))
    wishes.sort()
    return wishes[0][2] if wishes and wishes[0][0] < 0 else "en"


_current: str | None = None


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _system_language() -> str:
    # The order of POSIX for messages, with our own switch in front.
    for name in ("FBTOOL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "de" if value.lower().startswith("de") else "en"
    if sys.platform == "win32":
        import ctypes

        german = 0x07  # primary language id, the low ten bits of a LANGID
        return "de" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == german else "en"
    return "en"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("fbtool", CATALOGUES, [language], fallback=True)
