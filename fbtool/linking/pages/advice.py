"""What is to be said about a list of Pages as a whole, above all when it is empty. A pure function."""

from collections.abc import Sequence
from dataclasses import dataclass

from fbtool.language import Sentence, say
from fbtool.linking.pages.consent import Consent, Portfolios
from fbtool.linking.pages.diagnosis import remedy_of
from fbtool.linking.pages.judging import permission_missing, portfolio_not_ticked
from fbtool.linking.pages.judging_links import day, reminder
from fbtool.linking.pages.verdicts import Diagnosis, PageView, Step


@dataclass(frozen=True)
class Advice:
    """One thing about the list, and the smallest step that can help."""

    evidence: Sentence
    remedy: Sentence
    step: Step


def advise(consent: Consent, pages: Sequence[PageView]) -> tuple[Advice, ...]:
    """What to say about ``pages``; at least one thing when there are none."""
    found = [*([_of(permission_missing(consent))] if consent.missing else []), *_clocks(consent)]
    if not pages and not found:
        found.append(_nothing(consent))
    elif consent.portfolios is Portfolios.NONE_TICKED:
        found.append(_of(portfolio_not_ticked(consent)))
    return tuple(found)


def _clocks(consent: Consent) -> list[Advice]:
    person, grant = consent.person.name, consent.grant
    if grant is None:
        return []
    if consent.data_access_over:
        evidence = say(
            "Facebook shows no Pages since {day}: 90 days after a confirmation it closes the lists.",
            day=day(grant.data_access_expires_at),
        )
        return [Advice(evidence, remedy_of(Step.SIGN_IN, person), Step.SIGN_IN)]
    warning = reminder(grant.expires_at, grant.data_access_expires_at, consent.now)
    if not warning.text:
        return []
    evidence = say("The sign-in of {person}: {warning}", person=person, warning=warning)
    return [Advice(evidence, remedy_of(Step.SIGN_IN, person), Step.SIGN_IN)]


def _of(found: Diagnosis) -> Advice:
    return Advice(found.evidence, found.remedy, found.step)


def _nothing(consent: Consent) -> Advice:
    """Why there is no Page at all."""
    person = consent.person.name
    if consent.ticked_none():
        evidence = say("{person} has ticked no Page at Facebook.", person=person)
    elif consent.portfolios is Portfolios.NONE_TICKED:
        return _of(portfolio_not_ticked(consent))
    elif consent.expects_pages():
        evidence = say(
            "Facebook lists no Page for {person}, although all were ticked, and none is linked.", person=person
        )
        remedy = say(
            "Such empty lists pass: try again in a few minutes. If it stays so, {person} has no role on a Page, or "
            "only through a business portfolio: sign in once more with access to the business portfolios.",
            person=person,
        )
        return Advice(evidence, remedy, Step.BUSINESS_ACCESS)
    else:
        evidence = say("Facebook lists no Page for {name}, and none is linked.", name=person)
    remedy = say(
        "Sign in again, choose “Edit settings” at Facebook and tick the Pages. If none is offered there, {person} has "
        "no role on a Page.",
        person=person,
    )
    return Advice(evidence, remedy, Step.EDIT_SETTINGS)
