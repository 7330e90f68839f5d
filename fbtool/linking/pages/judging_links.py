"""The verdict on a link, by the gateway's word alone: no sign-in is needed for it.

Two clocks run: the Page token's own end, and Facebook's data access, which ends 90 days after the person last
allowed the app (documented). Both are told of `REMIND_SECONDS` ahead.
"""

from datetime import datetime

from fbtool.facebook.tokens import REMIND_SECONDS
from fbtool.language import Sentence, say
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.diagnosis import class_of_reason, remedy_of
from fbtool.linking.pages.verdicts import NOTHING, Diagnosis, PageView, Step, Verdict

_HEARD_FIRST = "messages"
"""The webhook field without which no customer is heard."""


def judge_link(link: PageLink, now: float) -> Diagnosis:
    """What is the matter with a link at ``now`` (unix seconds)."""
    if not link.works:
        return _broken(link)
    if 0 < link.token_expires_at <= now:
        evidence = say("Facebook's permission for this Page ended on {day}.", day=day(link.token_expires_at))
        return Diagnosis(Verdict.NEEDS_SIGN_IN, evidence, _sign_in(link), Step.SIGN_IN)
    if link.subscribed_fields is not None and _HEARD_FIRST not in link.subscribed_fields:
        return Diagnosis(
            Verdict.SUBSCRIPTION_INCOMPLETE,
            say("Facebook does not send the customers' messages of this Page to the gateway."),
            say("Link the Page again; that renews the subscription."),
            Step.LINK_AGAIN,
        )
    warning = reminder(link.token_expires_at, link.data_access_expires_at, now)
    if warning.text:
        return Diagnosis(Verdict.ENDS_SOON, warning, _sign_in(link), Step.SIGN_IN)
    return Diagnosis(Verdict.LINKED)


def view_of_link(link: PageLink, now: float) -> PageView:
    """A linked Page as a person sees it without a sign-in; ``now`` in unix seconds."""
    return PageView(page_id=link.page_id, name=link.name, link=link, **vars(judge_link(link, now)))


def reminder(token_expires_at: int, data_access_expires_at: int, now: float) -> Sentence:
    """What to say about the clock that ends first, from `REMIND_SECONDS` ahead; else nothing.

    All times are unix seconds; an end of 0 is never.
    """
    token_ends = 0 < token_expires_at <= now + REMIND_SECONDS
    data_ends = 0 < data_access_expires_at <= now + REMIND_SECONDS
    if token_ends and not (data_ends and data_access_expires_at < token_expires_at):
        return say("Facebook's permission ends on {day}.", day=day(token_expires_at))
    if not data_ends:
        return NOTHING
    if data_access_expires_at <= now:
        return say(
            "Facebook's data access ended on {day}, 90 days after the last confirmation.",
            day=day(data_access_expires_at),
        )
    return say(
        "Facebook's data access ends on {day}, 90 days after the last confirmation.", day=day(data_access_expires_at)
    )


def day(unix_seconds: int) -> Sentence:
    """A day on the calendar of this computer, as people write it in their language."""
    at = datetime.fromtimestamp(unix_seconds).astimezone()
    return say("{year}-{month}-{day}", year=at.year, month=f"{at.month:02}", day=f"{at.day:02}")


def _broken(link: PageLink) -> Diagnosis:
    if link.reason is None:
        return Diagnosis(Verdict.NEEDS_SIGN_IN, NOTHING, say("Sign in with Facebook again."), Step.SIGN_IN)
    known = class_of_reason(link.reason.code)
    step = known[1] if known else Step.SIGN_IN
    return Diagnosis(Verdict.NEEDS_SIGN_IN, Sentence(link.reason.what), Sentence(link.reason.remedy), step)


def _sign_in(link: PageLink) -> Sentence:
    if link.person:
        return remedy_of(Step.SIGN_IN, link.person)
    return say("Sign in with Facebook again.")
