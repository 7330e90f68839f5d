"""Each Page gets exactly one verdict, and whoever must act is told what to do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook import catalogue
from fbtool.facebook.errors import AnswerUnreadable, FacebookError
from fbtool.facebook.pages import Page
from fbtool.facebook.tokens import REMIND_SECONDS, Person
from fbtool.linking.network.gateway_documents import Grant, PageLink, Reason
from fbtool.linking.pages.consent import Consent, Portfolios, missing_permissions
from fbtool.linking.pages.diagnosis import class_of, class_of_reason, diagnose, remedy_of
from fbtool.linking.pages.judging import Facts, judge
from fbtool.linking.pages.judging_links import judge_link
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.problem import Problem

NOW = 1_800_000_000
DAY = 86_400
ALL = {
    "pages_show_list": "granted",
    "pages_messaging": "granted",
    "pages_manage_metadata": "granted",
    "pages_read_engagement": "granted",
}
BOTH = ("MESSAGING", "MODERATE")
NEW_TASKS = ("PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_MODERATE")


def page(**more: Any) -> Page:
    return Page(**{"id": "11", "name": "Café", "tasks": BOTH, "access_token": "EAAPAGE", **more})


def link(**more: Any) -> PageLink:
    known = {"page_id": "11", "name": "Café", "state": "active", "linked_at": 1, "person": "Erika", "person_id": "42"}
    return PageLink(**(known | more))


def granted(show_list: tuple[str, ...] | None, data_access_ends: int = 0, **scopes: tuple[str, ...]) -> Grant:
    ids = {scope: frozenset(pages) for scope, pages in scopes.items()}
    listed = None if show_list is None else frozenset(show_list)
    return Grant("42", frozenset(ALL), {"pages_show_list": listed} | ids, 0, data_access_ends)


def consent(**more: Any) -> Consent:
    return Consent(**{"person": Person("42", "Erika"), "permissions": ALL, "now": NOW, **more})


def seen(
    found: Page | None = None, linked: PageLink | None = None, by: Consent | None = None, **facts: Any
) -> PageView:
    return judge(Facts("11", found, linked, **facts), by or consent())


BROKEN: dict[str, Any] = {
    "state": "needs_reauthorization",
    "reason": Reason("facebook_190_460", "The password was changed.", "Sign in again.", 5),
}
DECLINED = consent(permissions=ALL | {"pages_messaging": "declined"})
NO_LIST = consent(permissions=ALL | {"pages_show_list": "declined"})
NEVER_ASKED = consent(permissions={})
UNTICKED = consent(grant=granted(("12",)))
TICKED = consent(grant=granted(("11",)))
OVER = consent(grant=granted(None, data_access_ends=NOW - DAY))
OTHERS: dict[str, Any] = {"person": "Max", "person_id": "43"}
V, S = Verdict, Step

TABLE: list[tuple[str, PageView, Verdict, Step, str]] = [
    ("a Page in order", seen(page()), V.READY, S.NOTHING, ""),
    ("full control includes every task", seen(page(tasks=("MANAGE",))), V.READY, S.NOTHING, ""),
    ("New Pages name their tasks otherwise", seen(page(tasks=("PROFILE_PLUS_FULL_CONTROL",))), V.READY, S.NOTHING, ""),
    ("single tasks are enough where there is a token", seen(page(tasks=NEW_TASKS)), V.READY, S.NOTHING, ""),
    ("unnamed tasks prove nothing", seen(page(tasks=())), V.READY, S.NOTHING, ""),
    ("ticked one by one", seen(page(), by=TICKED), V.READY, S.NOTHING, ""),
    ("permissions are not known", seen(page(), by=consent(permissions=None)), V.READY, S.NOTHING, ""),
    ("linked and in order", seen(page(), link()), V.LINKED, S.NOTHING, ""),
    ("a gateway that names no fields", seen(page(), link(subscribed_fields=None)), V.LINKED, S.NOTHING, ""),
    ("linked, the token was left out this time", seen(page(access_token=""), link()), V.LINKED, S.NOTHING, ""),
    ("linked by somebody else, and I declined", seen(page(), link(**OTHERS), DECLINED), V.LINKED, S.NOTHING, ""),
    ("linked by me, and I declined", seen(page(), link(), DECLINED), V.NOT_LISTED, S.ASK_AGAIN, "pages_messaging"),
    ("dead, and no new token", seen(None, link(**BROKEN)), V.NEEDS_SIGN_IN, S.SIGN_IN, "password was changed"),
    ("dead, with a new token", seen(page(), link(**BROKEN)), V.NEEDS_SIGN_IN, S.LINK_AGAIN, "password was changed"),
    ("somebody else's, dead", seen(None, link(**BROKEN, **OTHERS)), V.NEEDS_SIGN_IN, S.OTHER_PERSON, "password"),
    ("dead, and unticked since", seen(None, link(**BROKEN), UNTICKED), V.NEEDS_SIGN_IN, S.EDIT_SETTINGS, "password"),
    (
        "dead, and the role is gone",
        seen(None, link(**BROKEN), refusal=FacebookError(190, 492)),
        V.NEEDS_SIGN_IN,
        S.OTHER_PERSON,
        "password",
    ),
    ("deaf, and somebody else's", seen(None, link(subscribed_fields=(), **OTHERS)), V.SUBSCRIPTION_INCOMPLETE,
     S.OTHER_PERSON, "does not send"),
    ("dead without a reason", seen(None, link(state="odd")), V.NEEDS_SIGN_IN, S.SIGN_IN, ""),
    ("its time is over", seen(None, link(token_expires_at=NOW - DAY)), V.NEEDS_SIGN_IN, S.SIGN_IN, "ended on"),
    ("deaf", seen(page(), link(subscribed_fields=())), V.SUBSCRIPTION_INCOMPLETE, S.LINK_AGAIN, "does not send"),
    ("hears enough", seen(page(), link(subscribed_fields=("messages",))), V.LINKED, S.NOTHING, ""),
    ("token ends soon", seen(None, link(token_expires_at=NOW + DAY)), V.ENDS_SOON, S.SIGN_IN, "ends on"),
    ("data access ends soon", seen(None, link(data_access_expires_at=NOW + DAY)), V.ENDS_SOON, S.SIGN_IN, "90 days"),
    (
        "it ends soon, and I have confirmed anew",
        seen(page(), link(data_access_expires_at=NOW + DAY), consent(grant=granted(None, NOW + 80 * DAY))),
        V.ENDS_SOON,
        S.LINK_AGAIN,
        "ends on",
    ),
    ("vanished", seen(None, link()), V.NOT_LISTED, S.EDIT_SETTINGS, "no longer lists this Page for Erika"),
    ("vanished, who linked it?", seen(None, link(person="", person_id="")), V.NOT_LISTED, S.EDIT_SETTINGS, "no longer"),
    ("linked, and unticked", seen(None, link(), UNTICKED), V.NOT_LISTED, S.EDIT_SETTINGS, "has not ticked"),
    ("linked, unticked, in a portfolio", seen(page(access_token="", tasks=()), link(), UNTICKED), V.NOT_LISTED,
     S.EDIT_SETTINGS, "has not ticked"),
    ("never mine", seen(None, link(**OTHERS)), V.LINKED_BY_OTHER, S.NOTHING, "Max has linked"),
    ("my namesake's", seen(None, link(person_id="43")), V.LINKED_BY_OTHER, S.NOTHING, "Erika has linked"),
    ("I changed my name", seen(None, link(person="Erika Alt")), V.NOT_LISTED, S.EDIT_SETTINGS, "no longer lists"),
    ("an empty list proves nothing", seen(None, link(person="", person_id=""), NO_LIST), V.LINKED, S.NOTHING, ""),
    ("a list that was not read proves nothing", seen(None, link(), consent(listed_all=False)), V.LINKED, S.NOTHING, ""),
    ("a closed list proves nothing", seen(None, link(), OVER), V.LINKED, S.NOTHING, ""),
    ("trouble proves nothing", seen(None, link(), refusal=FacebookError(2)), V.LINKED, S.NOTHING, ""),
    ("linked, and taken offline", seen(page(is_published=False), link()), V.UNPUBLISHED, S.AT_FACEBOOK, "published"),
    ("declined", seen(page(), by=DECLINED), V.PERMISSION_MISSING, S.ASK_AGAIN, "allowed: messages of your Pages"),
    ("declined and role missing", seen(page(tasks=("ANALYZE",)), by=DECLINED), V.PERMISSION_MISSING, S.ASK_AGAIN, ""),
    (
        "expired",
        seen(page(), by=consent(permissions=ALL | {"pages_messaging": "expired"})),
        V.PERMISSION_MISSING,
        S.ASK_AGAIN,
        "pages_messaging",
    ),
    ("app in development mode", seen(page(), by=NEVER_ASKED), V.APP_WITHHELD, S.OPERATOR, "has not offered Erika"),
    ("not ticked", seen(None, by=UNTICKED, refusal=FacebookError(10)), V.NOT_TICKED, S.EDIT_SETTINGS, "came later"),
    ("seen in the portfolio, not ticked", seen(page(access_token="", tasks=()), by=UNTICKED, portfolio="Nord"),
     V.NOT_TICKED, S.EDIT_SETTINGS, "portfolio “Nord”"),
    ("ticked, but not for messages", seen(page(), by=consent(grant=granted(None, pages_messaging=("12",)))),
     V.NOT_TICKED, S.EDIT_SETTINGS, "pages_messaging"),
    ("one task missing", seen(page(tasks=("MESSAGING",))), V.TASK_MISSING, S.OTHER_PERSON, "(MODERATE)"),
    ("analyst", seen(page(tasks=("ANALYZE",))), V.TASK_MISSING, S.OTHER_PERSON, "tasks “Messages” (MESSAGING), “Co"),
    ("withheld for the role", seen(page(tasks=("ANALYZE",), access_token="")), V.TASK_MISSING, S.OTHER_PERSON, ""),
    ("single tasks only", seen(page(tasks=NEW_TASKS, access_token="")), V.FULL_ACCESS_MISSING, S.OTHER_PERSON, "only"),
    ("withheld", seen(page(access_token=""), in_accounts=True), V.TOKEN_MISSING, S.TWO_FACTOR, "gives no access"),
    ("withheld, the portfolio was read", seen(page(access_token=""), by=consent(portfolios=Portfolios.READ)),
     V.TOKEN_MISSING, S.TWO_FACTOR, "gives no access"),
    ("only through a portfolio", seen(page(access_token=""), by=consent(portfolios=Portfolios.NOT_ALLOWED)),
     V.TOKEN_MISSING, S.BUSINESS_ACCESS, "only through a business portfolio"),
    ("portfolio not ticked", seen(page(access_token=""), by=consent(portfolios=Portfolios.NONE_TICKED)),
     V.BUSINESS_NOT_TICKED, S.BUSINESS_ACCESS, "ticked none"),
    ("not published", seen(page(is_published=False)), V.UNPUBLISHED, S.AT_FACEBOOK, "not published"),
    ("two-factor demanded", seen(None, refusal=FacebookError(415, 2859009)), V.TWO_FACTOR, S.TWO_FACTOR, "two-factor"),
    ("role lost", seen(None, refusal=FacebookError(190, 492)), V.ROLE_LOST, S.OTHER_PERSON, "lost the role"),
    ("gone or invisible", seen(None, refusal=FacebookError(100, 33)), V.ROLE_LOST, S.OTHER_PERSON, "does not show"),
    (
        "a permission of the single read declined",
        seen(None, by=consent(permissions=ALL | {"pages_read_engagement": "declined"}), refusal=FacebookError(10)),
        V.PERMISSION_MISSING,
        S.ASK_AGAIN,
        "pages_read_engagement",
    ),
    ("blocked", seen(None, refusal=FacebookError(368)), V.BLOCKED, S.AT_FACEBOOK, "blocked"),
    ("throttled", seen(None, refusal=FacebookError(4)), V.THROTTLED, S.WAIT, "limit for this app"),
    ("trouble", seen(None, refusal=FacebookError(2, trace_id="Ab1")), V.FACEBOOK_TROUBLE, S.WAIT, "support: Ab1"),
    ("unreadable", seen(None, refusal=AnswerUnreadable(status=200)), V.FACEBOOK_TROUBLE, S.WAIT, "could not be read"),
    ("grant narrowed", seen(None, refusal=FacebookError(190)), V.NEEDS_SIGN_IN, S.EDIT_SETTINGS, "no longer accepts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("view", "verdict", "step", "evidence"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_verdicts(view: PageView, verdict: Verdict, step: Step, evidence: str) -> None:
    assert (view.verdict, view.step) == (verdict, step)
    assert evidence in str(view.evidence)
    assert view.page_id == "11"
    assert str(view.verdict.words)
    assert bool(str(view.remedy)) is (step is not Step.NOTHING)
    assert (step is Step.NOTHING) is verdict.fine


def test_every_verdict_has_a_row() -> None:
    only_by_trying = {Verdict.LINKED_ELSEWHERE}
    assert {row[2] for row in TABLE} == set(Verdict) - only_by_trying


def test_only_links_that_do_not_work_are_alarming() -> None:
    alarming = {verdict for verdict in Verdict if verdict.alarming}
    assert alarming == {V.ENDS_SOON, V.NEEDS_SIGN_IN, V.SUBSCRIPTION_INCOMPLETE, V.NOT_LISTED}


CODES = [
    (10, None, V.ROLE_LOST, S.OTHER_PERSON),
    (190, None, V.NEEDS_SIGN_IN, S.EDIT_SETTINGS),
    (190, 458, V.NEEDS_SIGN_IN, S.SIGN_IN),
    (190, 459, V.NEEDS_SIGN_IN, S.AT_FACEBOOK),
    (190, 460, V.NEEDS_SIGN_IN, S.SIGN_IN),
    (190, 463, V.NEEDS_SIGN_IN, S.SIGN_IN),
    (190, 464, V.NEEDS_SIGN_IN, S.AT_FACEBOOK),
    (190, 467, V.NEEDS_SIGN_IN, S.SIGN_IN),
    (190, 492, V.ROLE_LOST, S.OTHER_PERSON),
    (102, None, V.NEEDS_SIGN_IN, S.SIGN_IN),
    (200, None, V.PERMISSION_MISSING, S.ASK_AGAIN),
    (210, None, V.ROLE_LOST, S.OTHER_PERSON),
    (230, None, V.PERMISSION_MISSING, S.ASK_AGAIN),
    (283, None, V.PERMISSION_MISSING, S.ASK_AGAIN),
    (299, None, V.PERMISSION_MISSING, S.ASK_AGAIN),
    (368, None, V.BLOCKED, S.AT_FACEBOOK),
    (10, 1893063, V.BLOCKED, S.AT_FACEBOOK),
    (415, 2859009, V.TWO_FACTOR, S.TWO_FACTOR),
    (803, None, V.ROLE_LOST, S.OTHER_PERSON),
    (100, 33, V.ROLE_LOST, S.OTHER_PERSON),
    (1, None, V.FACEBOOK_TROUBLE, S.WAIT),
    (2, None, V.FACEBOOK_TROUBLE, S.WAIT),
    (4, None, V.THROTTLED, S.WAIT),
    (17, None, V.THROTTLED, S.WAIT),
    (32, None, V.THROTTLED, S.WAIT),
    (341, None, V.THROTTLED, S.WAIT),
    (613, 1996, V.THROTTLED, S.WAIT),
    (80001, None, V.THROTTLED, S.WAIT),
    (80006, None, V.THROTTLED, S.WAIT),
    (3, None, V.FACEBOOK_TROUBLE, S.OPERATOR),
    (101, None, V.FACEBOOK_TROUBLE, S.OPERATOR),
    (104, None, V.FACEBOOK_TROUBLE, S.OPERATOR),
    (2500, None, V.FACEBOOK_TROUBLE, S.OPERATOR),
]


@pytest.mark.parametrize(("code", "subcode", "verdict", "step"), CODES)
def test_each_code_has_its_class(code: int, subcode: int | None, verdict: Verdict, step: Step) -> None:
    assert class_of(code, subcode) == (verdict, step)
    spelt = f"facebook_{code}" + (f"_{subcode}" if subcode else "")
    if spelt != "facebook_10":
        assert class_of_reason(spelt) == (verdict, step)


def test_a_page_that_may_not_be_read_is_not_a_link_that_lacks_a_permission() -> None:
    assert class_of(10, None) == (Verdict.ROLE_LOST, Step.OTHER_PERSON)
    assert class_of_reason("facebook_10") == (Verdict.PERMISSION_MISSING, Step.ASK_AGAIN)


def test_every_code_that_is_known_has_evidence_and_a_remedy_in_both_languages() -> None:
    for code, subcode in catalogue.known():
        found = diagnose(FacebookError(code, subcode, trace_id="T"), "Erika")
        for language in ("en", "de"):
            assert "T" in found.evidence.spoken(language)
            assert found.remedy.spoken(language)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.NOTHING])
def test_every_step_can_be_said(step: Step) -> None:
    assert str(remedy_of(step, "Erika"))


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("facebook_190_459", S.AT_FACEBOOK),
        ("facebook_190", S.EDIT_SETTINGS),
        ("page_token_unfit", S.EDIT_SETTINGS),
        ("something_new", S.SIGN_IN),
    ],
)
def test_the_gateways_reason_names_the_step(code: str, step: Step) -> None:
    broken = link(state="needs_reauthorization", reason=Reason(code, "What.", "Remedy.", 5))
    assert judge_link(broken, NOW).step is step


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(REMIND_SECONDS + 1, V.LINKED), (REMIND_SECONDS, V.ENDS_SOON), (1, V.ENDS_SOON), (-1, V.ENDS_SOON)],
)
def test_the_reminder_comes_14_days_before_data_access_ends(left: int, verdict: Verdict) -> None:
    assert judge_link(link(data_access_expires_at=NOW + left), NOW).verdict is verdict


def test_of_two_clocks_the_first_is_told() -> None:
    both = link(token_expires_at=NOW + 2 * DAY, data_access_expires_at=NOW + DAY)
    assert "data access" in str(judge_link(both, NOW).evidence)
    both = link(token_expires_at=NOW + DAY, data_access_expires_at=NOW + 2 * DAY)
    assert "permission ends" in str(judge_link(both, NOW).evidence)


def test_a_message_to_forward_names_page_person_and_tasks_in_both_languages() -> None:
    message = seen(page(tasks=("ANALYZE",))).message
    for language in ("en", "de"):
        words = message.spoken(language)
        assert all(part in words for part in ("Café", "11", "Erika", "MESSAGING", "MODERATE"))
    assert "MODERATE" not in seen(page(tasks=("MODERATE",))).message.spoken("en")


def test_a_name_is_taken_from_where_it_is_known() -> None:
    assert seen(page(name=""), link(name="Old name")).name == "Old name"
    assert seen(page(name="New name"), link(name="Old name")).name == "New name"


def test_a_pages_token_is_not_shown() -> None:
    assert "EAAPAGE" not in repr(seen(page()))


def test_the_list_needs_no_permission_that_is_only_nice_to_have() -> None:
    assert missing_permissions({name: status for name, status in ALL.items() if "engagement" not in name}) == ()


pages_seen = st.none() | st.builds(
    page,
    tasks=st.lists(st.sampled_from([*BOTH, *NEW_TASKS, "ANALYZE", "MANAGE"]), unique=True).map(tuple),
    access_token=st.sampled_from(["", "EAAPAGE"]),
    is_published=st.booleans(),
)
moments = st.sampled_from([0, NOW - DAY, NOW + DAY, NOW + 30 * DAY])
links_seen = st.none() | st.builds(
    link,
    state=st.sampled_from(["active", "needs_reauthorization"]),
    reason=st.none() | st.just(BROKEN["reason"]),
    person=st.sampled_from(["", "Erika", "Max"]),
    person_id=st.sampled_from(["", "42", "43"]),
    token_expires_at=moments,
    data_access_expires_at=moments,
    subscribed_fields=st.sampled_from([None, (), ("messages",)]),
)
refusals = st.none() | st.sampled_from(catalogue.known()).map(lambda known: FacebookError(*known))
statuses = st.sampled_from(["granted", "declined", "expired"])
grants = st.none() | st.builds(granted, st.sampled_from([None, (), ("11",), ("12",)]), moments)
consents = st.builds(
    consent,
    permissions=st.none() | st.dictionaries(st.sampled_from(sorted(ALL)), statuses),
    grant=grants,
    portfolios=st.sampled_from(Portfolios),
    listed_all=st.booleans(),
)


@given(pages_seen, links_seen, refusals, consents, st.booleans(), st.sampled_from(["", "Nord"]))
def test_whatever_is_known_there_is_one_verdict_and_a_remedy_exactly_where_something_is_to_be_done(
    found: Page | None, known: PageLink | None, refusal: Problem | None, by: Consent, in_accounts: bool, portfolio: str
) -> None:
    view = seen(found, known, by, refusal=refusal, in_accounts=in_accounts, portfolio=portfolio)
    assert bool(str(view.remedy)) is (view.step is not Step.NOTHING)
    assert view.verdict.fine is (view.step is Step.NOTHING)
    if view.verdict is Verdict.READY:
        assert view.token
        assert view.link is None
    if view.verdict.alarming and view.verdict is not Verdict.NEEDS_SIGN_IN:
        assert view.link is not None
