"""What an error of Facebook means for one Page, and the smallest step that can help.

The classes follow Meta's "Handling errors" by code and subcode; how each code is classed is the catalogue's
knowledge (`fbtool.facebook.catalogue`), what it means for a Page is this module's.
"""

from fbtool.facebook.catalogue import codes_of, meaning_of
from fbtool.language import Sentence, say
from fbtool.linking.pages.verdicts import Diagnosis, Step, Verdict
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem

_R, _V, _S = Reaction, Verdict, Step

_BY_CODE: dict[tuple[int, int | None], tuple[Verdict, Step]] = {
    (10, None): (_V.ROLE_LOST, _S.OTHER_PERSON),  # a Page of somebody else is read like this
    (100, 33): (_V.ROLE_LOST, _S.OTHER_PERSON),  # gone, or invisible for this person
    (190, None): (_V.NEEDS_SIGN_IN, _S.EDIT_SETTINGS),  # the grant was narrowed ("impersonating")
    (190, 458): (_V.NEEDS_SIGN_IN, _S.SIGN_IN),
    (190, 459): (_V.NEEDS_SIGN_IN, _S.AT_FACEBOOK),
    (190, 464): (_V.NEEDS_SIGN_IN, _S.AT_FACEBOOK),
    (190, 492): (_V.ROLE_LOST, _S.OTHER_PERSON),
    (210, None): (_V.ROLE_LOST, _S.OTHER_PERSON),  # documented for a role that is gone
    (415, None): (_V.TWO_FACTOR, _S.TWO_FACTOR),
    (803, None): (_V.ROLE_LOST, _S.OTHER_PERSON),
}
_BY_REACTION: dict[Reaction, tuple[Verdict, Step]] = {
    _R.SIGN_IN: (_V.NEEDS_SIGN_IN, _S.SIGN_IN),
    _R.PERMISSION: (_V.PERMISSION_MISSING, _S.ASK_AGAIN),
    _R.BLOCKED: (_V.BLOCKED, _S.AT_FACEBOOK),
    _R.THROTTLE: (_V.THROTTLED, _S.WAIT),
    _R.RETRY: (_V.FACEBOOK_TROUBLE, _S.WAIT),
    _R.UNCLEAR: (_V.FACEBOOK_TROUBLE, _S.WAIT),
}
_OTHERWISE = (_V.FACEBOOK_TROUBLE, _S.OPERATOR)
_GATEWAYS_OWN: dict[str, tuple[Verdict, Step]] = {
    "page_token_unfit": (_V.NOT_TICKED, _S.EDIT_SETTINGS),
    "page_of_other_account": (_V.LINKED_ELSEWHERE, _S.TAKE_OVER),
    "subscription_incomplete": (_V.SUBSCRIPTION_INCOMPLETE, _S.LINK_AGAIN),
    "facebook_unreadable": (_V.FACEBOOK_TROUBLE, _S.WAIT),
}
"""Problems of the gateway; that a Page is another account's, only the attempt to link it tells."""
_OF_A_LINK: dict[tuple[int, int | None], tuple[Verdict, Step]] = {(10, None): (_V.PERMISSION_MISSING, _S.ASK_AGAIN)}
"""What an error means when the Page's own token gets it; `_BY_CODE` is about reading a Page with the person's."""


def class_of(code: int, subcode: int | None, status: int = 400) -> tuple[Verdict, Step]:
    """The verdict on a Page whose reading or linking ended with this error, and the step that can help."""
    for place in ((code, subcode), (code, None)):
        # A Messenger subcode must not fall back to what the plain code means for a Page.
        if place in _BY_CODE and (place == (code, subcode) or code not in {10, 190}):
            return _BY_CODE[place]
    return _BY_REACTION.get(meaning_of(code, subcode, status).reaction, _OTHERWISE)


def class_of_reason(code: str) -> tuple[Verdict, Step] | None:
    """The same by the code that the gateway gives (``facebook_190_460``); None if it says nothing about a Page."""
    codes = codes_of(code)
    if codes is None:
        return _GATEWAYS_OWN.get(code)
    return _OF_A_LINK.get(codes) or class_of(*codes)


def remedy_at_hand(problem: Problem) -> Sentence:
    """What the person who waits for an answer can do.

    The catalogue's remedy for trouble that passes is that of the gateway, which tries again by itself; here somebody
    has to.
    """
    verdict_and_step = class_of_reason(problem.code)
    if verdict_and_step is not None and verdict_and_step[1] is Step.WAIT:
        return remedy_of(Step.WAIT, "")
    return Sentence(problem.told().remedy)


def diagnose(error: Problem, person: str) -> Diagnosis:
    """The verdict on a Page that could not be read for ``person`` because of ``error``."""
    if not isinstance(error, GraphError):
        what = Sentence(type(error).what, error.values)
        return Diagnosis(_V.FACEBOOK_TROUBLE, what, remedy_of(_S.WAIT, person), _S.WAIT)
    verdict, step = class_of(error.error_code, error.subcode, error.status)
    what = Sentence(meaning_of(error.error_code, error.subcode, error.status).what)
    if verdict is _V.ROLE_LOST and error.error_code != 190:
        what = say("Facebook does not show this Page to {person}: the role is gone, or the Page is.", person=person)
    if error.trace_id:
        what = say("{what} Facebook's reference for its support: {trace}", what=what, trace=error.trace_id)
    return Diagnosis(verdict, what, remedy_of(step, person), step)


def remedy_of(step: Step, person: str) -> Sentence:
    """What to do, in one sentence, where nothing more precise is known."""
    match step:
        case Step.NOTHING:
            return Sentence("")
        case Step.LINK_AGAIN:
            return say("Link the Page again; that renews permission and subscription.")
        case Step.SIGN_IN:
            return say("Sign in with Facebook again as {person}.", person=person)
        case Step.ASK_AGAIN:
            return say("Sign in again and allow everything that Facebook asks for.")
        case Step.EDIT_SETTINGS:
            return say(
                "Sign in again, choose “Edit settings” at Facebook and tick this Page, too; keep the Pages ticked "
                "that are linked already."
            )
        case Step.BUSINESS_ACCESS:
            return say(
                "Sign in once more with access to the business portfolios, and tick the Page's portfolio at Facebook."
            )
        case Step.RECONNECT:
            return say(
                "Disconnect the app at Facebook and connect it anew; all links of {person} pause.", person=person
            )
        case Step.TWO_FACTOR:
            return say("Switch two-factor authentication on at facebook.com, then sign in again.")
        case Step.AT_FACEBOOK:
            return say("Open facebook.com as {person} and follow what is shown there, then try again.", person=person)
        case Step.OTHER_PERSON:
            return say(
                "Somebody with full control of the Page has to give {person} a role on it, or sign in here.",
                person=person,
            )
        case Step.TAKE_OVER:
            return say("Unlink it there first, or take it over on purpose.")
        case Step.OPERATOR:
            return say("Tell the person who runs the gateway.")
        case Step.WAIT:
            return say("Try again in a few minutes.")
