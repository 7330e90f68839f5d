"""What is the matter with a Page: exactly one verdict, its evidence, one remedy and one step. A pure function.

The order of the questions is the order in which the answers matter to a person: first what the gateway
knows of a link, then what Facebook withholds, from the consent as a whole down to the single Page.
"""

from dataclasses import dataclass, replace

from fbtool.facebook.pages import Page
from fbtool.facebook.permissions import READ_PAGE, has_facebook_access, missing_tasks
from fbtool.language import say, say_n
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.consent import Consent, Portfolios
from fbtool.linking.pages.diagnosis import diagnose, remedy_of
from fbtool.linking.pages.facebook_words import ask_for_full_access, ask_for_tasks, listed
from fbtool.linking.pages.judging_links import judge_link
from fbtool.linking.pages.verdicts import Diagnosis, PageView, Step, Verdict
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem


@dataclass(frozen=True)
class Facts:
    """What the sources say of one Page; at least one of ``page``, ``link`` and ``refusal`` is there."""

    page_id: str
    page: Page | None = None
    """All copies merged; None if Facebook shows none."""
    link: PageLink | None = None
    in_accounts: bool = False
    """Whether Facebook's plain list of the person's Pages holds it."""
    portfolio: str = ""
    """The portfolio that lists it."""
    refusal: Problem | None = None
    """Why the Page could not be read by itself."""

    @property
    def token(self) -> str:
        """The Page's token, or nothing."""
        return self.page.access_token if self.page else ""

    @property
    def name(self) -> str:
        """The Page's name, from where it is known."""
        return (self.page.name if self.page else "") or (self.link.name if self.link else "")


def judge(facts: Facts, consent: Consent) -> PageView:
    """Judge a Page for the person who has consented."""
    found = _of_link(facts, facts.link, consent) if facts.link else _of_page(facts, consent)
    return PageView(
        page_id=facts.page_id,
        name=facts.name,
        category=facts.page.category if facts.page else "",
        picture_url=facts.page.picture_url if facts.page else "",
        portfolio=facts.portfolio,
        link=facts.link,
        token=facts.token,
        **vars(found),
    )


def _of_link(facts: Facts, link: PageLink, consent: Consent) -> Diagnosis:
    found = judge_link(link, consent.now)
    if found.verdict.alarming:
        return _renewable(found, facts, link, consent)
    others = not link.rests_on(consent.person)
    known_as_mine = bool(link.person or link.person_id) and not others
    if known_as_mine and consent.missing:
        return replace(permission_missing(consent), verdict=Verdict.NOT_LISTED)
    if facts.page is not None and consent.ticked(facts.page_id) is not False:
        return _unpublished() if not facts.page.is_published else found
    if not consent.list_proves or _passes(facts):
        return found
    if others:
        return Diagnosis(Verdict.LINKED_BY_OTHER, say("{person} has linked this Page.", person=link.person))
    if consent.ticked(facts.page_id) is False:
        return replace(_not_ticked(facts, consent), verdict=Verdict.NOT_LISTED)
    person = consent.person.name
    return Diagnosis(
        Verdict.NOT_LISTED,
        say("Facebook no longer lists this Page for {person}.", person=person),
        say(
            "Sign in again, choose “Edit settings” at Facebook and tick this Page, too; keep the Pages ticked that are "
            "linked already. If it is not offered there, the role on the Page was taken away."
        ),
        Step.EDIT_SETTINGS,
    )


def _renewable(found: Diagnosis, facts: Facts, link: PageLink, consent: Consent) -> Diagnosis:
    """A link in trouble: with a fresh Page token at hand no dialog is needed; without one, what withholds it counts."""
    page = _of_page(facts, consent)
    ends_soon = found.verdict is Verdict.ENDS_SOON
    confirmed = consent.grant is not None and consent.grant.data_access_expires_at > link.data_access_expires_at
    if page.verdict is Verdict.READY and (confirmed or not ends_soon):
        return replace(found, remedy=remedy_of(Step.LINK_AGAIN, consent.person.name), step=Step.LINK_AGAIN)
    if found.step not in {Step.SIGN_IN, Step.LINK_AGAIN}:
        return found
    if link.person and not link.rests_on(consent.person):
        remedy = say("{person} has linked this Page and has to sign in again.", person=link.person)
        return replace(found, remedy=remedy, step=Step.OTHER_PERSON)
    known = facts.page is not None or facts.refusal is not None or consent.ticked(facts.page_id) is False
    if known and not ends_soon and page.step not in {Step.NOTHING, Step.WAIT}:
        # The person is signed in already, so that signing in once more would change nothing.
        return replace(found, remedy=page.remedy, step=page.step, message=page.message)
    return found


def _passes(facts: Facts) -> bool:
    """Whether the Page's absence comes from trouble that passes."""
    return facts.refusal is not None and diagnose(facts.refusal, "").step is Step.WAIT


def _of_page(facts: Facts, consent: Consent) -> Diagnosis:
    if consent.missing:
        return permission_missing(consent)
    if consent.ticked(facts.page_id) is False:
        return _not_ticked(facts, consent)
    if facts.page is None:
        return _refused(facts.refusal, consent) if facts.refusal else _withheld(facts, consent)
    if absent := consent.missing_for(facts.page_id):
        return _not_for_this_page(absent, consent)
    if facts.page.tasks and (lacking := missing_tasks(facts.page.tasks)):
        return _tasks(facts, lacking, consent)
    if not facts.token:
        # What the single read said is more precise than the silence of the list.
        return _refused(facts.refusal, consent) if facts.refusal else _withheld(facts, consent)
    return Diagnosis(Verdict.READY) if facts.page.is_published else _unpublished()


def _refused(refusal: Problem, consent: Consent) -> Diagnosis:
    # Some fields of a single Page need this permission; Facebook's error is then that of a foreign Page.
    if isinstance(refusal, GraphError) and refusal.error_code == 10 and consent.lacks(READ_PAGE):
        return _declined((READ_PAGE,), consent.person.name)
    return diagnose(refusal, consent.person.name)


def permission_missing(consent: Consent) -> Diagnosis:
    """What the person has not allowed, whatever the Page: declined, or never offered."""
    person = consent.person.name
    if consent.withheld:
        return Diagnosis(
            Verdict.APP_WITHHELD,
            say(
                "Facebook has not offered {person} to allow: {permissions}.",
                person=person,
                permissions=listed(consent.withheld),
            ),
            say(
                "The app is in development mode, has not been approved for this, or its login configuration lacks it. "
                "Tell the person who runs the gateway; for a test, {person} can be given a role on the app.",
                person=person,
            ),
            Step.OPERATOR,
        )
    return _declined(consent.missing, person)


def _declined(missing: tuple[str, ...], person: str) -> Diagnosis:
    return Diagnosis(
        Verdict.PERMISSION_MISSING,
        say("{person} has not allowed: {permissions}.", person=person, permissions=listed(missing)),
        remedy_of(Step.ASK_AGAIN, person),
        Step.ASK_AGAIN,
    )


def _not_ticked(facts: Facts, consent: Consent) -> Diagnosis:
    person = consent.person.name
    if facts.portfolio:
        evidence = say(
            "The portfolio “{portfolio}” holds this Page, but {person} has not ticked it at Facebook.",
            portfolio=facts.portfolio,
            person=person,
        )
    else:
        evidence = say(
            "{person} has not ticked this Page at Facebook, or it came later than the last sign-in.", person=person
        )
    return Diagnosis(Verdict.NOT_TICKED, evidence, remedy_of(Step.EDIT_SETTINGS, person), Step.EDIT_SETTINGS)


def _not_for_this_page(absent: tuple[str, ...], consent: Consent) -> Diagnosis:
    person = consent.person.name
    evidence = say(
        "{person} has not allowed this for this Page: {permissions}.", person=person, permissions=listed(absent)
    )
    return Diagnosis(Verdict.NOT_TICKED, evidence, remedy_of(Step.EDIT_SETTINGS, person), Step.EDIT_SETTINGS)


def _tasks(facts: Facts, lacking: tuple[str, ...], consent: Consent) -> Diagnosis:
    person = consent.person.name
    return Diagnosis(
        Verdict.TASK_MISSING,
        say_n(
            "{person} lacks the task {tasks} on this Page.",
            "{person} lacks the tasks {tasks} on this Page.",
            len(lacking),
            person=person,
            tasks=listed(lacking),
        ),
        say(
            "Somebody with full control of the Page has to give {person} what is missing, in the Page's settings.",
            person=person,
        ),
        Step.OTHER_PERSON,
        ask_for_tasks(facts.name, facts.page_id, person, lacking),
    )


def _withheld(facts: Facts, consent: Consent) -> Diagnosis:
    """Facebook knows that the Page was ticked, but gives no token for it."""
    person = consent.person.name
    tasks = facts.page.tasks if facts.page else ()
    if tasks and not has_facebook_access(tasks):
        return Diagnosis(
            Verdict.FULL_ACCESS_MISSING,
            say("{person} has only single tasks on this Page, and Facebook gives no access with them.", person=person),
            say("Somebody with full control of the Page has to give {person} Facebook access to it.", person=person),
            Step.OTHER_PERSON,
            ask_for_full_access(facts.name, facts.page_id, person),
        )
    if not facts.in_accounts and consent.portfolios is Portfolios.NOT_ALLOWED:
        evidence = say("Facebook shows this Page to {person} only through a business portfolio.", person=person)
        step = Step.BUSINESS_ACCESS
        return Diagnosis(Verdict.TOKEN_MISSING, evidence, remedy_of(step, person), step)
    if not facts.in_accounts and consent.portfolios is Portfolios.NONE_TICKED:
        return portfolio_not_ticked(consent)
    return Diagnosis(
        Verdict.TOKEN_MISSING,
        say("Facebook lists the Page, but gives no access to it."),
        say(
            "Often two-factor authentication is missing: switch it on at facebook.com, then sign in again. "
            "Otherwise somebody with full control of the Page has to give {person} a role on it.",
            person=person,
        ),
        Step.TWO_FACTOR,
    )


def portfolio_not_ticked(consent: Consent) -> Diagnosis:
    """What the person allowed in vain, whatever the Page."""
    person, step = consent.person.name, Step.BUSINESS_ACCESS
    evidence = say("{person} has allowed business portfolios, but ticked none at Facebook.", person=person)
    return Diagnosis(Verdict.BUSINESS_NOT_TICKED, evidence, remedy_of(step, person), step)


def _unpublished() -> Diagnosis:
    return Diagnosis(
        Verdict.UNPUBLISHED,
        say("The Page is not published, so no customer can write to it."),
        say("Publish the Page in its settings at facebook.com, then try again."),
        Step.AT_FACEBOOK,
    )
