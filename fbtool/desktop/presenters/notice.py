"""The one banner above the list: the most urgent thing, and the smallest step that can help. A pure function."""

from collections.abc import Sequence
from dataclasses import dataclass

from fbtool.desktop.tasks import Overview
from fbtool.language import N_, Sentence, Worded, say, say_n
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.linking.repair.plan import LADDER
from fbtool.palette import Tone
from fbtool.problem import Problem


class NoticeAction(Worded):
    """What the banner's button does, as its label says."""

    NOTHING = "nothing", ""
    SIGN_IN = "sign_in", N_("Sign in with Facebook")
    REPAIR = "repair", N_("Repair")
    TRY_AGAIN = "try_again", N_("Try again")


@dataclass(frozen=True)
class Notice:
    """What the banner says."""

    tone: Tone
    title: Sentence
    text: Sentence
    action: NoticeAction
    trace_id: str = ""


_NAMED = 3
"""Pages that are named before “and … more”."""


def notice_of(overview: Overview) -> Notice | None:
    """What to say first; None if all is well."""
    broken = [view for view in overview.pages if view.verdict.alarming and view.verdict is not Verdict.ENDS_SOON]
    if broken:
        return _broken(broken)
    if overview.not_listed is not None:
        return _not_listed(overview, overview.not_listed)
    listing = overview.listing
    if listing is None:
        return None
    if listing.advice:
        advice = listing.advice[0]
        action = NoticeAction.REPAIR if advice.step in LADDER else NoticeAction.NOTHING
        if advice.step is Step.SIGN_IN:
            action = NoticeAction.SIGN_IN
        return Notice(Tone.WARNING, advice.evidence, advice.remedy, action)
    if listing.failures:
        failure = listing.failures[0]
        return Notice(Tone.WARNING, failure.sentence, failure.source.meaning, NoticeAction.TRY_AGAIN, failure.trace_id)
    ending = [view for view in overview.pages if view.verdict is Verdict.ENDS_SOON]
    if ending:
        title = say_n("A link should be renewed soon: {pages}", "{count} links should be renewed soon: {pages}",
                      len(ending), pages=_names(ending))  # fmt: skip
        return Notice(Tone.WARNING, title, ending[0].evidence, NoticeAction.REPAIR)
    return None


def _not_listed(overview: Overview, problem: Problem) -> Notice:
    if overview.person is None:
        title, text = say("Sign in to see all your Pages"), say("Linked Pages go on working without it.")
        return Notice(Tone.BUSY, title, text, NoticeAction.SIGN_IN)
    told = problem.told()
    # With links, one sign-in of the same person renews them all; that is a repair.
    action = NoticeAction.REPAIR if overview.pages else NoticeAction.SIGN_IN
    return Notice(Tone.WARNING, Sentence(told.what), Sentence(told.meaning), action)


def _broken(views: Sequence[PageView]) -> Notice:
    title = say_n(
        "A linked Page hears nothing any more: {pages}",
        "{count} linked Pages hear nothing any more: {pages}",
        len(views),
        pages=_names(views),
    )
    first = views[0]
    text = first.evidence if first.evidence.text else say("State: {state}.", state=first.verdict.words)
    if any(view.step in LADDER for view in views):
        return Notice(Tone.BAD, title, text, NoticeAction.REPAIR)
    return Notice(Tone.BAD, title, say("{why} {remedy}", why=text, remedy=first.remedy), NoticeAction.NOTHING)


def _names(views: Sequence[PageView]) -> str:
    names = ", ".join(view.name or view.page_id for view in views[:_NAMED])
    more = len(views) - _NAMED
    return str(say("{names} and {count} more", names=names, count=more)) if more > 0 else names
