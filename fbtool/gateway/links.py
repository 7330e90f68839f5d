"""The state of a Page link.

::

    (none) ──link──► active ──token died──► needs_reauthorization
                       ▲  ▲                        │
                       │  └────────link again──────┘
    removed ◄──unlink── both

A link that needs a person keeps its id, its history and its place: nothing is deleted and made anew.
Receiving goes on in every state (it needs no token); sending waits until the link is active again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from fbtool.language import LANGUAGES
from fbtool.problem import Problem, Telling


class State(StrEnum):
    """The states a stored link can be in."""

    ACTIVE = "active"
    NEEDS_REAUTHORIZATION = "needs_reauthorization"


@dataclass(frozen=True)
class Reason:
    """Why something failed, told in every language: whoever reads it later chooses."""

    code: str
    told: Mapping[str, Telling]
    since: int
    """Unix seconds."""

    @classmethod
    def of(cls, problem: Problem, since: int) -> "Reason":
        """Keep a problem for readers whose language is not known yet."""
        return cls(problem.code, {language: problem.told(language) for language in LANGUAGES}, since)

    def told_as_lists(self) -> dict[str, list[str]]:
        """The texts as plain JSON values."""
        return {language: list(texts) for language, texts in self.told.items()}

    def to_json(self) -> str:
        """As text for a database."""
        return json.dumps([self.code, self.told_as_lists(), self.since], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Reason":
        """Read what `to_json` wrote."""
        code, told, since = json.loads(text)
        return cls(code, {language: Telling(*texts) for language, texts in told.items()}, since)


@dataclass(frozen=True)
class Link:
    """A Page, its messenger account, its encrypted token, and how they are."""

    page_id: str
    account_id: str
    name: str
    person: str
    """Who linked it, for other admins to read."""
    person_id: str
    """Who linked it, as Facebook tells of the token: the person's id for this app."""
    sealed_token: bytes = field(repr=False)
    linked_at: int
    """Unix seconds of the first link; linking again keeps it."""
    token_expires_at: int
    """Unix seconds; 0 = never."""
    data_access_expires_at: int
    """Unix seconds; 0 = does not apply."""
    subscribed_fields: tuple[str, ...]
    reason: Reason | None = None
    """Why a person has to sign in again; None while the link works."""

    @property
    def state(self) -> State:
        """Derived, so that a state without its reason cannot exist."""
        return State.NEEDS_REAUTHORIZATION if self.reason else State.ACTIVE

    def relinked(self, earlier: "Link | None") -> "Link":
        """This fresh link in the place of an earlier one of the same account: it keeps its beginning."""
        if earlier is None or earlier.account_id != self.account_id:
            return self
        return replace(self, linked_at=earlier.linked_at)
