"""What a person is told when something cannot be done.

Every error that may reach a person is a `Problem`: a stable code, what happened, what it means and
what to do, in both languages, and never a secret. Each room defines its own as subclasses.
"""

from enum import Enum
from typing import ClassVar, NamedTuple

from fbtool.language import Sentence, current


class Kind(Enum):
    """Who can help. The value is the exit code of the command line."""

    ATTENTION = 3
    """A person has to decide or to allow something; part of the work may be done."""
    NOT_SIGNED_IN = 4
    """There is no connection to a messenger account yet, or nobody has signed in."""
    UNREACHABLE = 5
    """A server does not answer, or something between it and us answers instead."""
    REFUSED = 6
    """The gateway answered and said no."""
    FACEBOOK = 7
    """Facebook answered and said no, or is in trouble."""
    THIS_COMPUTER = 8
    """A port, a file, a setting or the secret store of this computer."""


class Telling(NamedTuple):
    """A problem in one language."""

    what: str
    meaning: str
    remedy: str


class Sentences(NamedTuple):
    """A problem that waits for its language."""

    what: Sentence
    meaning: Sentence
    remedy: Sentence


class Problem(Exception):
    """The base of all problems; only subclasses are raised.

    The keyword arguments fill the ``{names}`` of the texts. They must not be secrets: they end up on
    screens and in logs.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind] = Kind.THIS_COMPUTER
    what: ClassVar[str]
    meaning: ClassVar[str] = ""
    remedy: ClassVar[str]

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code}: {self.told('en').what}")

    def told(self, language: str | None = None) -> Telling:
        """The three sentences in ``language``; without one, in the language of this process."""
        language = language or current()
        return Telling(*(sentence.spoken(language) for sentence in self.sentences()))

    def sentences(self) -> Sentences:
        """The same before the language is known."""
        return Sentences(*(Sentence(text, self.values) for text in self._texts()))

    def _texts(self) -> tuple[str, str, str]:
        return self.what, self.meaning, self.remedy
