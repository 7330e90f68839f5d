"""What a person is told before and after a step of a repair, the same in the window and on the command line.

Facebook changes the labels of its dialog often, so the texts name what a button does, and its label only as an
example.
"""

from collections.abc import Iterable

from fbtool.language import Sentence, say, say_n
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.verdicts import PageView, Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.plan import Plan

_PICKS_PAGES = frozenset({Step.SIGN_IN, Step.EDIT_SETTINGS, Step.BUSINESS_ACCESS, Step.RECONNECT})

_EDIT_SETTINGS = say(
    "If Facebook says that you were connected before, do not press the large button: choose the smaller one that opens "
    "the settings (it is called “Edit settings” or similar)."
)
_LEAVE_THE_REST = say("Leave everything else as it is: what loses its tick there is lost for fbtool.")


def headline(plan: Plan) -> Sentence:
    """What the step is and why."""
    if plan.alarm:
        return say_n(
            "Careful: this linked Page was not ticked in the last sign-in, so its link stops working: {pages}.",
            "Careful: these linked Pages were not ticked in the last sign-in, so their links stop working: {pages}.",
            len(plan.pages),
            pages=_listed(plan.pages),
        )
    match plan.step:
        case Step.SIGN_IN if plan.person:
            return say("Sign in with Facebook again as {person}; the earlier sign-in is over.", person=plan.person)
        case Step.SIGN_IN:
            return say("Sign in with Facebook first.")
        case Step.ASK_AGAIN:
            return say("Facebook asks once more for what was not allowed.")
        case Step.BUSINESS_ACCESS:
            return say(
                "Facebook also asks for the business portfolios, because some Pages are reached only through them."
            )
        case Step.RECONNECT:
            return say("Last resort: disconnect fbtool's app at Facebook, and connect it anew.")
    return say("Facebook shows the choice of Pages again.")


def to_do(plan: Plan) -> tuple[Sentence, ...]:
    """What to click and tick at Facebook, in order."""
    lines = []
    if plan.person:
        lines.append(
            say("Sign in as {person}. If Facebook shows somebody else, switch the account there.", person=plan.person)
        )
    if plan.step in _PICKS_PAGES:
        if plan.step is Step.SIGN_IN and set(plan.pages) <= set(plan.linked):
            lines.append(say("If Facebook shows what you chose the last time, confirm it as it is."))
        elif plan.step is not Step.RECONNECT:
            lines.append(_EDIT_SETTINGS)
        lines.append(_tick(plan))
        if plan.tick:
            lines.append(_LEAVE_THE_REST)
    if plan.step is Step.BUSINESS_ACCESS:
        lines.append(say("Tick every business portfolio to which these Pages belong."))
    if plan.permissions:
        lines.append(say("Switch on: {permissions}.", permissions=listed(plan.permissions)))
    else:
        lines.append(say("Leave every permission switched on."))
    return tuple(lines)


def warning(plan: Plan) -> Sentence | None:
    """What the step breaks until it is finished, or why it may lead nowhere; None if neither."""
    if plan.step is not Step.RECONNECT:
        return _nobody_lists(plan) if plan.unlisted else None
    if not plan.linked:
        return say("Until you have signed in again, nothing can be linked.")
    return say_n(
        "Until you have signed in again, this linked Page stands still: {pages}.",
        "Until you have signed in again, these {count} linked Pages stand still: {pages}.",
        len(plan.linked),
        pages=_listed(plan.linked),
    )


def _nobody_lists(plan: Plan) -> Sentence:
    return say_n(
        "Facebook shows {person} no such Page: {pages}. If it is mistyped, no dialog helps.",
        "Facebook shows {person} no such Pages: {pages}. If they are mistyped, no dialog helps.",
        len(plan.unlisted),
        person=plan.person,
        pages=_listed(plan.unlisted),
    )


def changes(difference: Difference) -> tuple[Sentence, ...]:
    """What a dialog has changed."""
    lines = []
    if difference.gained:
        lines.append(say("Facebook now gives access to: {pages}.", pages=_names(difference.gained)))
    alarm = difference.lost_although_linked
    others = [view for view in difference.lost if view not in alarm]
    if others:
        lines.append(
            say("Facebook no longer gives access to: {pages}. None of them is linked by you.", pages=_names(others))
        )
    if alarm:
        lines.append(say("Alarm: Facebook no longer gives access to linked Pages: {pages}.", pages=_names(alarm)))
    if not lines:
        lines.append(say("The choice of Pages is the same as before."))
    return tuple(lines)


def _tick(plan: Plan) -> Sentence:
    if not plan.tick:
        return say("Tick every Page that is to be linked.")
    if not plan.linked:
        return say("Tick: {pages}.", pages=_listed(plan.pages))
    others = [name for name in plan.pages if name not in plan.linked]
    if not others:
        return say("Tick all of these, they are linked already: {linked}.", linked=_listed(plan.linked))
    return say(
        "Tick: {pages}. Keep ticked what is linked already: {linked}.",
        pages=_listed(others),
        linked=_listed(plan.linked),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _names(views: Iterable[PageView]) -> str:
    return ", ".join(view.name or view.page_id for view in views)
