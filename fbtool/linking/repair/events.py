"""What the repair's state machine hears (events) and what it wants done (commands). See `machine`."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from fbtool.facebook.tokens import Person
from fbtool.language import Sentence
from fbtool.linking.links.linker import Outcome
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.verdicts import PageView, Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.plan import Plan
from fbtool.problem import Problem

# ---- What happened ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looked:
    """The Pages were listed."""

    listing: Listing


@dataclass(frozen=True)
class Blind:
    """Nothing can be listed, because nobody is signed in or the sign-in is dead."""

    problem: Problem
    links: tuple[PageLink, ...]
    """What the gateway has."""


class Decision(Enum):
    """What the person says to a plan."""

    NO = "no"
    YES = "yes"
    """Enough for every step but `Step.RECONNECT`."""
    RECONNECT = "reconnect"
    """The person knows that all their links pause, and wants it."""


@dataclass(frozen=True)
class CameBack:
    """Somebody has signed in."""

    person: Person


@dataclass(frozen=True)
class DialogFailed:
    """The dialog ended without a sign-in."""

    problem: Problem


@dataclass(frozen=True)
class LinkTried:
    """The Pages were linked, or the gateway said why not."""

    outcomes: tuple[Outcome, ...]


Event: TypeAlias = Looked | Blind | Decision | CameBack | DialogFailed | LinkTried

# ---- What to do ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """List the Pages; answer with `Looked` or `Blind`."""


@dataclass(frozen=True)
class Propose:
    """Say what the step is and what to do at Facebook; answer with a `Decision`."""

    plan: Plan


@dataclass(frozen=True)
class OpenDialog:
    """Let the person sign in, for `Step.RECONNECT` after disconnecting; answer with `CameBack` or `DialogFailed`.

    The sign-in of somebody else than expected must not be kept.
    """

    plan: Plan


@dataclass(frozen=True)
class ShowDifference:
    """Show what the dialog has changed. Needs no answer: the next command comes with it."""

    difference: Difference
    then: "Command"


@dataclass(frozen=True)
class LinkPages:
    """Link these Pages or renew their links; answer with `LinkTried`."""

    pages: tuple[PageView, ...]


@dataclass(frozen=True)
class Left:
    """Something that could not be repaired."""

    page_id: str
    name: str
    step: Step | None
    """What could still help; None if fbtool knows nothing more."""
    why: Sentence
    remedy: Sentence


@dataclass(frozen=True)
class Finish:
    """The end."""

    repaired: tuple[PageView, ...]
    left: tuple[Left, ...]
    missing_permissions: tuple[str, ...] = ()
    problem: Problem | None = None
    """Why the last dialog failed."""
    stranger: Person | None = None
    """Who came back in the place of the expected person."""

    @property
    def well(self) -> bool:
        """Whether all is repaired."""
        return not (self.left or self.missing_permissions or self.problem or self.stranger)


Command: TypeAlias = Look | Propose | OpenDialog | ShowDifference | LinkPages | Finish
