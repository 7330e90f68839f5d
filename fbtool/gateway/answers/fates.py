"""What an answer of Facebook means for the message, for its Page and for its link: one table.

The codes and classes are those of Meta's error pages (Graph API "Handling errors", Messenger "Error codes").
"""

from enum import Enum

from fbtool.facebook.catalogue import Reaction
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable
from fbtool.problem import Problem

_OF_THE_APP = frozenset({4, 341})
"""Limits that all Pages share; the other limits are a Page's."""
_NOT_BEGUN = frozenset({429, 503})
"""HTTP says with these that the request was not worked on. Other unreadable answers leave it open."""


class Fate(Enum):
    """What becomes of a message that Facebook did not take."""

    FAILED = "failed"
    """Final: told to the CRM, with what to do."""
    UNCLEAR = "unclear"
    """It may have gone out: the echo is waited for, and nothing is sent again."""
    LATER = "later"
    """Tried again, later and later: twelve times, or six hours while nothing of the Page goes."""
    UNREACHED = "unreached"
    """Not sent at all: everything waits until Facebook can be reached."""
    PAGE_WAITS = "page waits"
    """The Page's limit is reached; its answers wait as long as Facebook says."""
    APP_WAITS = "app waits"
    """The app's limit is reached; all answers wait."""
    PAGE_STOPPED = "page stopped"
    """Facebook has blocked the Page: its answers wait for hours and the CRM is told."""
    PARKED = "parked"
    """The token is refused: another holder's is used, or the answers wait until somebody signs in."""


def fate_of(problem: Problem) -> Fate:
    """The row of the table for what a call raised."""
    match problem:
        case FacebookUnreachable():
            return Fate.UNREACHED
        case FacebookSilent():
            return Fate.UNCLEAR
        case AnswerUnreadable():
            return Fate.LATER if problem.values.get("status") in _NOT_BEGUN else Fate.UNCLEAR
        case GraphError():
            return _fate_of_refusal(problem)
        case _:
            return Fate.FAILED


def _fate_of_refusal(error: GraphError) -> Fate:
    match error.reaction:
        case Reaction.SIGN_IN | Reaction.PERMISSION:
            return Fate.PARKED
        case Reaction.UNCLEAR:
            return Fate.UNCLEAR
        case Reaction.RETRY:
            return Fate.LATER
        case Reaction.THROTTLE:
            return Fate.APP_WAITS if error.error_code in _OF_THE_APP else Fate.PAGE_WAITS
        case Reaction.STOP_PAGE:
            return Fate.PAGE_STOPPED
        case _:
            return Fate.FAILED
