"""What an answer of Facebook that is no yes means for the message, and how far it reaches: one table.

The codes and classes are those of Meta's error pages (Graph API "Handling errors", Messenger "Error codes").
"""

from dataclasses import dataclass
from enum import Enum

from fbtool.facebook.catalogue import Reaction, Scope
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.gateway.answers.pace import Closing
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable
from fbtool.language import N_
from fbtool.problem import Kind, Problem, Sentences

_NOT_BEGUN = frozenset({429, 503})
"""HTTP says with these that the request was not worked on. Other unreadable answers leave it open."""


class Outcome(Enum):
    """What becomes of a message that Facebook did not take."""

    FAILED = "failed"
    """Final: told to the CRM, with what to do."""
    UNCLEAR = "unclear"
    """It may have gone out: the echo is waited for, and nothing is sent again."""
    LATER = "later"
    """Tried again, later and later: twelve times, or six hours while nothing of the Page goes."""
    WAITS = "waits"
    """Not its own fault: it waits with all others in the scope, and no try is counted."""
    IN_QUESTION = "in question"
    """Perhaps the link's fault or the app's: a check in the Page's name turns this into another outcome."""


class OnlyThisRefused(Problem):
    """What Facebook said as if more were wrong, after everything else was found in order."""

    code = "facebook"
    kind = Kind.FACEBOOK
    what = ""  # as the cause says
    meaning = N_("Only this was refused: the Page's link is in order, and other customers are not affected.")
    remedy = N_("Try again later, or answer in the Page's inbox at Facebook.")

    def __init__(self, cause: Problem) -> None:
        self.cause = cause
        self.code = cause.code  # type: ignore[misc]
        super().__init__(**cause.values)

    def sentences(self) -> Sentences:
        """What the cause says has happened, and what follows from that here."""
        return super().sentences()._replace(what=self.cause.sentences().what)


@dataclass(frozen=True)
class Refused:
    """What became of a message, and how much else it concerns."""

    outcome: Outcome
    scope: Scope
    problem: Problem
    wait: Closing | None = None
    """How long everything in the scope waits; None: no longer than its reason lasts."""


def refusal_of(problem: Problem) -> Refused:
    """The row of the table for what a call raised."""
    match problem:
        case FacebookUnreachable():
            return Refused(Outcome.WAITS, Scope.APP, problem, Closing.UNREACHABLE)
        case FacebookSilent():
            return Refused(Outcome.UNCLEAR, Scope.MESSAGE, problem)
        case AnswerUnreadable():
            begun = problem.values.get("status") not in _NOT_BEGUN
            return Refused(Outcome.UNCLEAR if begun else Outcome.LATER, Scope.MESSAGE, problem)
        case GraphError():
            outcome, wait = _outcome_of(problem)
            return Refused(outcome, problem.scope, problem, wait)
        case _:
            return Refused(Outcome.FAILED, Scope.MESSAGE, problem)


def _outcome_of(error: GraphError) -> tuple[Outcome, Closing | None]:
    match error.reaction:
        case Reaction.SIGN_IN | Reaction.PERMISSION:
            return Outcome.IN_QUESTION, None
        case Reaction.CONFIGURATION if error.scope is Scope.APP:
            return Outcome.IN_QUESTION, None
        case Reaction.UNCLEAR:
            return Outcome.UNCLEAR, None
        case Reaction.RETRY:
            return Outcome.LATER, None
        case Reaction.THROTTLE:
            return Outcome.WAITS, Closing.THROTTLED
        case Reaction.STOP_PAGE:
            return Outcome.WAITS, Closing.STOPPED
        case _:
            return Outcome.FAILED, None
