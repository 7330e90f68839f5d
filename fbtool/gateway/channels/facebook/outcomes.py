"""What an answer of Facebook that is no yes means for the message, and how far it reaches: one table.

The codes and classes are those of Meta's error pages (Graph API "Handling errors", Messenger "Error codes").
"""

from dataclasses import dataclass

from fbtool.facebook.errors import AnswerUnreadable
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable
from fbtool.gateway.channels.port import Outcome, Refused, Scope
from fbtool.gateway.rate_limits import SendPause
from fbtool.language import N_
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Kind, Problem, Sentences

_NOT_BEGUN = frozenset({429, 503})
"""HTTP says with these that the request was not worked on. Other unreadable answers leave it open."""


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
class InQuestion:
    """Perhaps the link's fault or the app's: a check in the Page's name turns this into a refusal."""

    problem: Problem
    scope: Scope


def refusal_of(problem: Problem) -> Refused | InQuestion:
    """The row of the table for what a call raised."""
    match problem:
        case FacebookUnreachable():
            return Refused(Outcome.WAITS, Scope.APP, problem, SendPause.UNREACHABLE)
        case FacebookSilent():
            return Refused(Outcome.UNCLEAR, Scope.MESSAGE, problem)
        case AnswerUnreadable():
            begun = problem.values.get("status") not in _NOT_BEGUN
            return Refused(Outcome.UNCLEAR if begun else Outcome.LATER, Scope.MESSAGE, problem)
        case GraphError():
            return _refusal_of(problem)
        case _:
            return Refused(Outcome.FAILED, Scope.MESSAGE, problem)


def _refusal_of(error: GraphError) -> Refused | InQuestion:
    scope = Scope(error.scope.value)
    match error.reaction:
        case Reaction.SIGN_IN | Reaction.PERMISSION:
            return InQuestion(error, Scope.LINK)
        case Reaction.CONFIGURATION if scope is Scope.APP:
            return InQuestion(error, Scope.APP)
        case Reaction.UNCLEAR:
            return Refused(Outcome.UNCLEAR, scope, error)
        case Reaction.RETRY:
            return Refused(Outcome.LATER, scope, error)
        case Reaction.THROTTLE:
            return Refused(Outcome.WAITS, scope, error, SendPause.THROTTLED)
        case Reaction.BLOCKED:
            return Refused(Outcome.WAITS, scope, error, SendPause.STOPPED, if_alone=OnlyThisRefused(error))
        case _:
            return Refused(Outcome.FAILED, scope, error)
