"""The state of a Page link, in one place: values and their transitions, no I/O.

::

    (none) ──link──► active ──last holder's token died──► needs_reauthorization
                       ▲  ▲                                     │
                       │  └── somebody signs in, or a token is proven again ──┘
    removed ◄──unlink, moved to another account── both

A link has one *holder* for each person who linked it: while one of their tokens lives, it is active. A link that
needs a person keeps its id, its history and its place: nothing is deleted and made anew. Receiving goes on in every
state (it needs no token); sending waits until the link is active again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from fbtool.facebook.tokens import REMIND_SECONDS
from fbtool.language import LANGUAGES
from fbtool.problem import Problem, Telling


class State(StrEnum):
    """The states a link can be in; a removed one is not stored."""

    ACTIVE = "active"
    NEEDS_REAUTHORIZATION = "needs_reauthorization"
    REMOVED = "removed"


class Change(StrEnum):
    """What happened to a link, as its CRM is told."""

    NEEDS_SIGN_IN = "needs_sign_in"
    REPAIRED = "repaired"
    HOLDER_LOST = "holder_lost"
    """One of several tokens died; another one goes on."""
    ENDS_SOON = "ends_soon"
    """The last permission ends within `REMIND_SECONDS`."""
    SUBSCRIPTION_MENDED = "subscription_mended"
    """Facebook had stopped sending the Page's messages; they come again."""
    SENDING_STOPPED = "sending_stopped"
    """Facebook has blocked the Page for a while; answers wait."""
    TAKEN_OVER = "taken_over"
    """The Page came from another account of this gateway."""
    MOVED = "moved"
    """The Page went to another account of this gateway."""


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
class Holder:
    """A person by whose permission the gateway acts for a Page."""

    person_id: str
    """As Facebook tells of the token: the person's id for this app."""
    person: str
    """Their name, for other admins to read."""
    sealed_token: bytes = field(repr=False)
    """Empty once the person has taken the permission back: then there is nothing to keep."""
    linked_at: int
    """Unix seconds of the person's latest sign-in for this Page."""
    token_expires_at: int
    """Unix seconds; 0 = never."""
    data_access_expires_at: int
    """Unix seconds; 0 = does not apply."""
    reason: Reason | None = None
    """Why the token is not used any more; None while it lives."""

    @property
    def lives(self) -> bool:
        """Whether the token is used."""
        return self.reason is None

    @property
    def ends_at(self) -> int:
        """When time ends the permission: unix seconds, 0 = never."""
        return min(filter(None, (self.token_expires_at, self.data_access_expires_at)), default=0)


@dataclass(frozen=True)
class Link:
    """A Page, its messenger account, who holds it, and how it is."""

    page_id: str
    account_id: str
    name: str
    linked_at: int
    """Unix seconds of the first link; linking again keeps it."""
    subscribed_fields: tuple[str, ...]
    holders: tuple[Holder, ...]
    """The latest sign-in first; the first living one acts."""
    forsaken: Reason | None = None
    """Why there is no holder left; None if there are some."""
    reminded_of: int = 0
    """The end (unix seconds) that was last called to mind."""
    check_at_ms: int = 0
    """When the link is looked after next."""
    version: int = 0
    """Counts changes, so that two at the same moment do not undo each other. 0: not stored yet."""

    @property
    def current(self) -> Holder | None:
        """Who acts, or acted last; None if everybody's data was deleted."""
        return next((holder for holder in self.holders if holder.lives), self.holders[0] if self.holders else None)

    @property
    def reason(self) -> Reason | None:
        """Why a person has to sign in; None while the link works. Derived: no state without its reason can exist."""
        return self.current.reason if self.current else self.forsaken

    @property
    def state(self) -> State:
        """Derived from the reason."""
        return State.NEEDS_REAUTHORIZATION if self.reason else State.ACTIVE

    @property
    def living(self) -> tuple[Holder, ...]:
        """Those whose tokens work."""
        return tuple(holder for holder in self.holders if holder.lives)

    @property
    def ends_at(self) -> int:
        """When time ends the last permission: unix seconds, 0 = never, also if none lives."""
        ends = [holder.ends_at for holder in self.living]
        return max(ends, default=0) if all(ends) else 0

    def holder(self, person_id: str) -> Holder | None:
        """The holder with this id."""
        return next((holder for holder in self.holders if holder.person_id == person_id), None)

    def joined(self, holder: Holder) -> "Link":
        """Somebody signed in for the Page; their earlier token gives way, those of others stay."""
        others = tuple(other for other in self.holders if other.person_id != holder.person_id)
        return replace(self, holders=(holder, *others), forsaken=None)

    def lost(self, person_id: str, reason: Reason, *, forget_token: bool = False) -> "Link":
        """A token died. The first reason stays until a token is proven again or somebody signs in."""

        def mourned(holder: Holder) -> Holder:
            token = b"" if forget_token else holder.sealed_token
            known = holder.reason is not None and holder.reason.code == reason.code
            return replace(holder, sealed_token=token, reason=holder.reason if known else reason)

        return self._with(person_id, mourned)

    def proven(self, person_id: str, token_expires_at: int, data_access_expires_at: int) -> "Link":
        """Facebook confirms the token."""
        return self._with(
            person_id,
            lambda holder: replace(
                holder,
                token_expires_at=token_expires_at,
                data_access_expires_at=data_access_expires_at,
                reason=None,
            ),
        )

    def without(self, person_id: str, reason: Reason) -> "Link":
        """The person's data is deleted; ``reason`` is told if nobody is left."""
        others = tuple(holder for holder in self.holders if holder.person_id != person_id)
        return replace(self, holders=others, forsaken=None if others else self.forsaken or reason)

    def reminded(self, now: int) -> "Link":
        """Call the end of the last permission to mind, once for each end."""
        ends = self.ends_at
        due = ends and ends - REMIND_SECONDS <= now and ends != self.reminded_of
        return replace(self, reminded_of=ends) if due else self

    def _with(self, person_id: str, change: Callable[[Holder], Holder]) -> "Link":
        """The link with one of its holders changed."""
        return replace(self, holders=tuple(change(one) if one.person_id == person_id else one for one in self.holders))


def change_between(before: Link, after: Link) -> Change | None:
    """What the CRM has to be told about a transition; None if the link is to it what it was."""
    if before.reason != after.reason:
        known = before.reason and after.reason and before.reason.code == after.reason.code
        if after.reason:
            return None if known else Change.NEEDS_SIGN_IN
        return Change.REPAIRED
    if any((holder := after.holder(old.person_id)) is None or not holder.lives for old in before.living):
        return Change.HOLDER_LOST
    return Change.ENDS_SOON if before.reminded_of != after.reminded_of else None
