"""One failure never stops the others, and a name must mean one Page."""

import threading

import pytest

from fbtool.connection_code import Connection
from fbtool.facebook.pages import Page
from fbtool.facebook.tokens import Person
from fbtool.linking.links.linker import (
    Outcome,
    PageAmbiguous,
    PageNotReady,
    PageUnknown,
    Result,
    find_pages,
    link_pages,
    unlink_pages,
)
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.consent import Consent
from fbtool.linking.pages.judging import Facts, judge
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from tests.linking.answers import link
from tests.linking.standin import Answer, Request, ScriptedServer, refusal

ALL = {"pages_show_list": "granted", "pages_messaging": "granted", "pages_manage_metadata": "granted"}


def judged(page: Page | None, link: PageLink | None = None, permissions: dict[str, str] = ALL) -> PageView:
    page_id = page.id if page else link.page_id if link else ""
    return judge(Facts(page_id, page, link), Consent(Person("42", "Erika"), permissions))


def view(page_id: str, name: str = "Page", token: str = "EAAPAGE", tasks: tuple[str, ...] = ("MANAGE",)) -> PageView:
    return judged(Page(page_id, name, "Café", tasks, token))


def linked(page_id: str, name: str = "Page") -> PageLink:
    return PageLink(page_id, name, "active", 1)


def results(outcomes: list[Outcome]) -> list[tuple[str, Result]]:
    return [(outcome.page_id, outcome.result) for outcome in outcomes]


def test_several_pages_are_linked_and_one_failure_does_not_stop_them(
    server: ScriptedServer, connection: Connection
) -> None:
    server.on("PUT", "/v1/facebook/pages/1", Answer(201, link("1")))
    server.on("PUT", "/v1/facebook/pages/2", refusal(409, "page_of_other_account"))
    server.on("PUT", "/v1/facebook/pages/3", Answer(200, link("3")))
    with GatewayClient(connection) as gateway:
        outcomes = list(link_pages(gateway, [view("1"), view("2"), view("3")], "Erika", at_once=1))
    assert results(outcomes) == [("1", Result.LINKED), ("2", Result.FAILED), ("3", Result.REFRESHED)]
    assert outcomes[1].problem
    assert outcomes[1].problem.code == "page_of_other_account"
    assert server.requests[0].json["person"] == "Erika"
    assert server.requests[0].json["take_over"] is False


def test_taking_over_is_explicit(server: ScriptedServer, connection: Connection) -> None:
    server.on("PUT", "/v1/facebook/pages/1", Answer(201, link("1")))
    with GatewayClient(connection) as gateway:
        list(link_pages(gateway, [view("1")], "Erika", take_over=True))
    assert server.requests[0].json["take_over"] is True


def test_work_stops_when_nobody_asks_for_more(server: ScriptedServer, connection: Connection) -> None:
    server.on("PUT", "/v1/facebook/pages/1", Answer(201, link("1")))
    with GatewayClient(connection) as gateway:
        work = link_pages(gateway, [view("1"), view("2")], "Erika", at_once=1)
        assert next(work).result is Result.LINKED
    assert len(server.requests) == 1


def test_many_are_linked_at_once_and_each_is_told_when_it_is_done(
    server: ScriptedServer, connection: Connection
) -> None:
    meeting = threading.Barrier(3, timeout=10)

    def together(request: Request) -> Answer:
        meeting.wait()
        return Answer(201, link("1"))

    for number in range(6):
        server.on("PUT", f"/v1/facebook/pages/{number}", together)
    with GatewayClient(connection) as gateway:
        outcomes = list(link_pages(gateway, [view(str(number)) for number in range(6)], "Erika", at_once=3))
    assert {outcome.result for outcome in outcomes} == {Result.LINKED}
    assert {outcome.page_id for outcome in outcomes} == set("012345")


def test_after_a_stop_what_has_begun_is_ended_and_the_rest_is_named(
    server: ScriptedServer, connection: Connection
) -> None:
    stop = threading.Event()

    def stopping(request: Request) -> Answer:
        stop.set()
        return Answer(201, link("1"))

    server.on("PUT", "/v1/facebook/pages/1", stopping)
    with GatewayClient(connection) as gateway:
        work = link_pages(gateway, [view("1"), view("2"), view("3")], "Erika", at_once=1, cancel=stop)
        outcomes = list(work)
    ended = dict(results(outcomes))
    assert ended["1"] is Result.LINKED
    assert ended["3"] is Result.STOPPED
    assert len(outcomes) == 3


@pytest.mark.parametrize(
    ("code", "verdict", "step"),
    [
        ("page_of_other_account", Verdict.LINKED_ELSEWHERE, Step.TAKE_OVER),
        ("page_token_unfit", Verdict.NOT_TICKED, Step.EDIT_SETTINGS),
        ("facebook_415_2859009", Verdict.TWO_FACTOR, Step.TWO_FACTOR),
        ("store_unavailable", None, Step.OPERATOR),
    ],
)
def test_what_the_gateway_refuses_has_a_verdict_and_a_step(
    server: ScriptedServer, connection: Connection, code: str, verdict: Verdict | None, step: Step
) -> None:
    server.on("PUT", "/v1/facebook/pages/1", refusal(409, code))
    with GatewayClient(connection) as gateway:
        [outcome] = link_pages(gateway, [view("1")], "Erika")
    assert (outcome.verdict, outcome.step) == (verdict, step)


@pytest.mark.parametrize(
    "unready",
    [
        view("1", tasks=("ANALYZE",)),
        view("1", token=""),
        judged(Page("1", "Page", "", ("MANAGE",), "EAA"), permissions={}),
        judged(None, linked("1")),
        judged(None, PageLink("1", "Page", "active", 1, person="Max")),
    ],
    ids=["role", "token", "permission", "vanished", "somebody else's"],
)
def test_what_is_not_ready_is_not_tried_and_says_what_to_do(
    server: ScriptedServer, connection: Connection, unready: PageView
) -> None:
    with GatewayClient(connection) as gateway:
        [outcome] = link_pages(gateway, [unready], "Erika")
    assert isinstance(outcome.problem, PageNotReady)
    assert str(unready.verdict.words) in outcome.problem.told("en").what
    assert outcome.problem.told("en").remedy
    assert server.requests == []


def test_a_link_that_needs_a_sign_in_is_renewed_by_linking_again(
    server: ScriptedServer, connection: Connection
) -> None:
    server.on("PUT", "/v1/facebook/pages/1", Answer(200, link("1")))
    broken = judged(Page("1", "Page", "", ("MANAGE",), "EAANEW"), PageLink("1", "Page", "needs_reauthorization", 1))
    assert broken.step is Step.LINK_AGAIN
    with GatewayClient(connection) as gateway:
        [outcome] = link_pages(gateway, [broken], "Erika")
    assert outcome.result is Result.REFRESHED


def test_several_are_unlinked_and_one_failure_does_not_stop_them(
    server: ScriptedServer, connection: Connection
) -> None:
    server.on("DELETE", "/v1/facebook/pages/1", refusal(404, "page_not_linked"))
    server.on(
        "DELETE",
        "/v1/facebook/pages/2",
        Answer(content={"page_id": "2", "unsubscribed": False, "note": "Look at Facebook."}),
    )
    with GatewayClient(connection) as gateway:
        outcomes = list(unlink_pages(gateway, [linked("1"), linked("2")], at_once=1))
    assert results(outcomes) == [("1", Result.FAILED), ("2", Result.UNLINKED)]
    assert outcomes[1].note == "Look at Facebook."


PAGES = [
    linked("11", "Café Muster"),
    linked("12", "Café Muster Süd"),
    linked("13", "Twin"),
    linked("14", "Twin"),
    linked("15", "11"),
]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (["12"], ["12"]),
        (["Café Muster"], ["11"]),
        (["  CAFÉ   muster süd "], ["12"]),
        (["11"], ["11"]),
        (["13", "Café Muster", "13"], ["13", "11"]),
        ([], []),
    ],
)
def test_a_page_is_found_by_id_or_name(wanted: list[str], ids: list[str]) -> None:
    assert [page.page_id for page in find_pages(PAGES, wanted)] == ids


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("Muster", "Café Muster, Café Muster Süd"), ("Cafe Muster", "Café Muster"), ("Zoo", ""), ("", "")],
)
def test_an_unknown_page_is_answered_with_near_names(wanted: str, hint: str) -> None:
    with pytest.raises(PageUnknown) as caught:
        find_pages(PAGES, ["11", wanted])
    meaning = caught.value.told("en").meaning
    assert hint in meaning
    assert bool(hint) == bool(meaning)


def test_two_pages_of_one_name_need_an_id() -> None:
    with pytest.raises(PageAmbiguous) as caught:
        find_pages(PAGES, ["twin"])
    assert "13, 14" in caught.value.told("en").meaning
