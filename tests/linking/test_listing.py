"""The list is what all sources know, merged; one dead source is named, and the list is never empty without a reason."""

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.connection_code import Connection
from fbtool.facebook.graph import VERSION, Platform
from fbtool.facebook.pages import Page
from fbtool.facebook.tokens import Person
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.network.workers import WorkStopped
from fbtool.linking.pages.gathering import merge
from fbtool.linking.pages.listing import Listing, SignInEnded, list_pages, ungranted
from fbtool.linking.pages.sources import Source
from fbtool.linking.pages.verdicts import Step, Verdict
from fbtool.meta.errors import GraphError
from fbtool.problem import Kind
from tests.linking.answers import ALL_GRANTED, GRANT, graph_error, link, page
from tests.linking.standin import Answer, Request, ScriptedServer, refusal

ERIKA = SignIn(Person("42", "Erika Muster"), "EAAUSER", 0)
ACCOUNTS = f"/{VERSION}/me/accounts"
PERMISSIONS = f"/{VERSION}/me/permissions"
BUSINESSES = f"/{VERSION}/me/businesses"
BATCH = f"/{VERSION}/"
LINKS = "/v1/facebook/pages"
GRANTED = "/v1/facebook/grant"
WITH_BUSINESSES = {"data": [*ALL_GRANTED["data"], {"permission": "business_management", "status": "granted"}]}


def listing_of(*found: dict[str, Any], after: str = "") -> Answer:
    paging = {"cursors": {"after": after}, "next": "https://elsewhere.test/?access_token=x"} if after else {}
    return Answer(content={"data": list(found), "paging": paging})


def ticked(*ids: str) -> Answer:
    return Answer(content=GRANT | {"granular": [{"scope": "pages_show_list", "pages": list(ids)}]})


def singly(answer_for: Callable[[str], tuple[int, Any] | None]) -> Callable[[Request], Answer]:
    """Facebook's batch: one answer for each id."""

    def script(request: Request) -> Answer:
        items = json.loads(dict(parse_qsl(request.body.decode()))["batch"])
        told = [answer_for(item["relative_url"].split("/")[1].split("?")[0]) for item in items]
        return Answer(content=[one and {"code": one[0], "body": json.dumps(one[1])} for one in told])

    return script


@pytest.fixture
def world(server: ScriptedServer) -> ScriptedServer:
    server.on("GET", PERMISSIONS, Answer(content=ALL_GRANTED))
    server.on("GET", ACCOUNTS, listing_of(page("12", "Zoo"), page("11", "Café Muster"), page("13", "café alt")))
    server.on("GET", LINKS, Answer(content={"pages": [link("11"), link("14", "Lost")]}))
    server.on("POST", GRANTED, Answer(content=GRANT))
    server.on("POST", BATCH, singly(lambda page_id: (400, graph_error(100, 33))))
    return server


def listed(connection: Connection, counts: list[int] | None = None, cancel: threading.Event | None = None) -> Listing:
    with GraphClient(Platform(graph=connection.address)) as graph, GatewayClient(connection) as gateway:
        return list_pages(graph, gateway, ERIKA, (counts if counts is not None else []).append, cancel=cancel)


def verdicts(listing: Listing) -> list[tuple[str, Verdict]]:
    return [(view.name, view.verdict) for view in listing.pages]


@pytest.mark.usefixtures("world")
def test_pages_and_links_are_merged_by_id_and_sorted_by_name(connection: Connection) -> None:
    listing = listed(connection)
    assert verdicts(listing) == [
        ("café alt", Verdict.READY),
        ("Café Muster", Verdict.LINKED),
        ("Lost", Verdict.NOT_LISTED),
        ("Zoo", Verdict.READY),
    ]
    assert listing.needs_attention
    assert listing.person.name == "Erika Muster"
    assert listing.failures == ()


def test_progress_counts_the_pages(world: ScriptedServer, connection: Connection) -> None:
    def script(request: Request) -> Answer:
        return listing_of(page("3")) if request.query.get("after") else listing_of(page("1"), page("2"), after="c")

    world.on("GET", ACCOUNTS, script)
    counts: list[int] = []
    assert len(listed(connection, counts).pages) == 3 + 2
    assert counts[:2] == [2, 3]


def test_every_part_of_the_list_is_read_also_after_an_empty_one(world: ScriptedServer, connection: Connection) -> None:
    parts = {
        "": listing_of(page("1"), page("2"), after="c1"),
        "c1": listing_of(after="c2"),
        "c2": listing_of(page("3")),
    }
    world.on("GET", ACCOUNTS, lambda request: parts[request.query.get("after", "")])
    world.on("GET", LINKS, Answer(content={"pages": []}))
    assert [view.page_id for view in listed(connection).pages] == ["1", "2", "3"]
    assert {request.headers["Authorization"] for request in world.asked("GET", ACCOUNTS)} == {"Bearer EAAUSER"}
    assert not any("access_token" in request.query for request in world.requests)


def test_a_cursor_that_stands_still_does_not_go_round_for_ever(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", ACCOUNTS, listing_of(page("1"), after="same"))
    assert "1" in {view.page_id for view in listed(connection).pages}
    assert len(world.asked("GET", ACCOUNTS)) == 2


def test_pages_that_the_list_leaves_out_are_read_singly_fifty_at_a_time(
    world: ScriptedServer, connection: Connection
) -> None:
    ids = [str(number) for number in range(1000, 1120)]
    world.on("POST", GRANTED, ticked(*ids, "11", "12", "13"))
    world.on("POST", BATCH, singly(lambda page_id: (200, page(page_id, f"Single {page_id}"))))
    world.on("GET", LINKS, Answer(content={"pages": []}))
    listing = listed(connection)
    assert len(listing.pages) == 123
    assert {view.verdict for view in listing.pages} == {Verdict.READY}
    assert len(world.asked("POST", BATCH)) == 3
    assert all("EAAUSER" not in request.body.decode() for request in world.asked("POST", BATCH))


def test_a_missing_token_is_asked_for_once_more(world: ScriptedServer, connection: Connection) -> None:
    withheld = page("11")
    del withheld["access_token"]
    world.on("GET", ACCOUNTS, listing_of(withheld))
    world.on("GET", LINKS, Answer(content={"pages": []}))
    world.on("POST", BATCH, singly(lambda page_id: (200, page(page_id))))
    [view] = listed(connection).pages
    assert (view.verdict, view.token) == (Verdict.READY, "EAAPAGE11")


def test_what_a_batch_had_no_time_for_is_asked_for_again(world: ScriptedServer, connection: Connection) -> None:
    asked: list[str] = []

    def in_time(page_id: str) -> tuple[int, Any] | None:
        asked.append(page_id)
        return (200, page(page_id)) if asked.count(page_id) == 2 else None

    world.on("POST", GRANTED, ticked("21", "22"))
    world.on("GET", ACCOUNTS, listing_of())
    world.on("GET", LINKS, Answer(content={"pages": []}))
    world.on("POST", BATCH, singly(in_time))
    assert {view.verdict for view in listed(connection).pages} == {Verdict.READY}
    world.on("POST", BATCH, singly(lambda page_id: None))
    assert {view.verdict for view in listed(connection).pages} == {Verdict.FACEBOOK_TROUBLE}


def test_portfolios_are_walked_and_the_copy_with_a_token_counts(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", PERMISSIONS, Answer(content=WITH_BUSINESSES))
    world.on("GET", BUSINESSES, listing_of({"id": "91", "name": "Nord"}, {"id": "92", "name": "Süd"}))
    bare = {"id": "31", "name": "Bare"}
    world.on("GET", f"/{VERSION}/91/owned_pages", listing_of(bare, page("32", "Own")))
    world.on("GET", f"/{VERSION}/91/client_pages", listing_of())
    world.on("GET", f"/{VERSION}/92/owned_pages", listing_of())
    world.on("GET", f"/{VERSION}/92/client_pages", listing_of(page("31", "Bare")))
    listing = listed(connection)
    found = {view.page_id: (view.verdict, view.portfolio) for view in listing.pages}
    assert found["31"] == (Verdict.READY, "Nord")
    assert found["32"] == (Verdict.READY, "Nord")


def test_one_portfolio_that_may_not_be_read_is_named(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", PERMISSIONS, Answer(content=WITH_BUSINESSES))
    world.on("GET", BUSINESSES, listing_of({"id": "91", "name": "Nord"}))
    world.on("GET", f"/{VERSION}/91/owned_pages", Answer(403, graph_error(10)))
    world.on("GET", f"/{VERSION}/91/client_pages", listing_of(page("31", "Client")))
    listing = listed(connection)
    assert "Client" in {view.name for view in listing.pages}
    [failure] = listing.failures
    assert (failure.source, failure.portfolio, failure.trace_id) == (Source.BUSINESSES, "Nord", "Ab1")
    assert "the portfolio “Nord”" in str(failure.sentence)


def test_no_portfolio_ticked_is_said(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", PERMISSIONS, Answer(content=WITH_BUSINESSES))
    world.on("GET", BUSINESSES, listing_of())
    assert [advice.step for advice in listed(connection).advice] == [Step.BUSINESS_ACCESS]


def test_an_empty_list_that_cannot_be_is_asked_for_again(world: ScriptedServer, connection: Connection) -> None:
    answers = iter([listing_of(), listing_of(page("11"))])
    world.on("POST", GRANTED, ticked("11"))
    world.on("GET", ACCOUNTS, lambda request: next(answers))
    world.on("GET", LINKS, Answer(content={"pages": []}))
    assert [view.verdict for view in listed(connection).pages] == [Verdict.READY]


FAILING = [
    (Source.PERMISSIONS, "GET", PERMISSIONS),
    (Source.ACCOUNTS, "GET", ACCOUNTS),
    (Source.GRANT, "POST", GRANTED),
    (Source.SINGLE_PAGES, "POST", BATCH),
    (Source.BUSINESSES, "GET", BUSINESSES),
    (Source.LINKS, "GET", LINKS),
]


@pytest.mark.parametrize(("source", "method", "path"), FAILING, ids=[row[0].value for row in FAILING])
@pytest.mark.parametrize("answer", [Answer(500, graph_error(2)), Answer(502, b"<html>", "text/html"), Answer(cut=True)])
def test_each_source_may_fail_and_is_named(
    world: ScriptedServer, connection: Connection, source: Source, method: str, path: str, answer: Answer
) -> None:
    world.on("GET", PERMISSIONS, Answer(content=WITH_BUSINESSES))
    world.on("GET", BUSINESSES, listing_of())
    world.on(method, path, answer)
    listing = listed(connection)
    assert [failure.source for failure in listing.failures] == [source]
    assert listing.needs_attention
    assert {"11", "14"} & {view.page_id for view in listing.pages}
    [failure] = listing.failures
    assert str(failure.sentence)
    assert str(failure.source.meaning)
    # What is not known is not called lost.
    if source in {Source.ACCOUNTS, Source.SINGLE_PAGES}:
        assert Verdict.NOT_LISTED not in {view.verdict for view in listing.pages}


def test_an_empty_list_because_of_a_failure_is_no_list(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", ACCOUNTS, Answer(500, graph_error(2)))
    world.on("GET", LINKS, Answer(content={"pages": []}))
    with pytest.raises(GraphError) as caught:
        listed(connection)
    assert caught.value.kind is Kind.FACEBOOK
    world.on("GET", ACCOUNTS, listing_of())
    world.on("GET", LINKS, refusal(403, "account_inactive"))
    with pytest.raises(Exception, match="account_inactive"):
        listed(connection)


@pytest.mark.parametrize(
    ("grant", "permissions", "step"),
    [
        (ticked(), ALL_GRANTED, Step.EDIT_SETTINGS),
        (Answer(content=GRANT), ALL_GRANTED, Step.BUSINESS_ACCESS),
        (Answer(content=GRANT | {"granular": []}), ALL_GRANTED, Step.EDIT_SETTINGS),
        (Answer(content=GRANT), {"data": []}, Step.OPERATOR),
        (Answer(content=GRANT), {"data": [{"permission": n, "status": "declined"} for n in GRANT["scopes"]]},
         Step.ASK_AGAIN),
        (Answer(content=GRANT | {"data_access_expires_at": 5}), ALL_GRANTED, Step.SIGN_IN),
    ],
    ids=["none ticked", "all ticked", "not known", "development mode", "declined", "data access over"],
)  # fmt: skip
def test_an_empty_list_has_a_reason_and_a_step(
    world: ScriptedServer, connection: Connection, grant: Answer, permissions: Any, step: Step
) -> None:
    world.on("GET", ACCOUNTS, listing_of())
    world.on("GET", LINKS, Answer(content={"pages": []}))
    world.on("POST", GRANTED, grant)
    world.on("GET", PERMISSIONS, Answer(content=permissions))
    listing = listed(connection)
    assert listing.pages == ()
    [advice] = listing.advice
    assert advice.step is step
    assert str(advice.evidence)
    assert str(advice.remedy)


def test_a_missing_permission_needs_attention(world: ScriptedServer, connection: Connection) -> None:
    declined = {
        "data": [
            row | {"status": "declined"} if "messaging" in row["permission"] else row for row in ALL_GRANTED["data"]
        ]
    }
    world.on("GET", PERMISSIONS, Answer(content=declined))
    world.on("GET", LINKS, Answer(content={"pages": []}))
    listing = listed(connection)
    assert listing.missing_permissions == ("pages_messaging",)
    assert {view.verdict for view in listing.pages} == {Verdict.PERMISSION_MISSING}
    assert listing.needs_attention


def test_all_in_order_needs_no_attention(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", LINKS, Answer(content={"pages": [link("11")]}))
    assert not listed(connection).needs_attention


def test_a_dead_sign_in_names_the_person_and_the_reason(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", PERMISSIONS, Answer(400, graph_error(190, 460)))
    with pytest.raises(SignInEnded) as caught:
        listed(connection)
    told = caught.value.told("en")
    assert told.what == "Facebook has ended the sign-in of Erika Muster."
    assert "password was changed" in told.meaning
    assert "Sign in with Facebook again" in told.remedy
    assert caught.value.kind is Kind.NOT_SIGNED_IN


def test_the_work_can_be_stopped(world: ScriptedServer, connection: Connection) -> None:
    stop = threading.Event()

    def stopping(request: Request) -> Answer:
        stop.set()
        return listing_of(page("1"), after="more" + request.query.get("after", ""))

    world.on("GET", ACCOUNTS, stopping)
    with pytest.raises(WorkStopped):
        listed(connection, cancel=stop)


def test_permissions_alone_can_be_asked_for(world: ScriptedServer, connection: Connection) -> None:
    world.on("GET", PERMISSIONS, Answer(content={"data": []}))
    with GraphClient(Platform(graph=connection.address)) as graph:
        assert ungranted(graph, ERIKA) == ("pages_show_list", "pages_messaging", "pages_manage_metadata")
        world.on("GET", PERMISSIONS, Answer(400, graph_error(190, 463)))
        with pytest.raises(SignInEnded):
            ungranted(graph, ERIKA)
        world.on("GET", PERMISSIONS, Answer(400, graph_error(2)))
        with pytest.raises(GraphError):
            ungranted(graph, ERIKA)


copies = st.lists(
    st.builds(
        Page,
        id=st.sampled_from(["1", "2", "3"]),
        name=st.sampled_from(["", "A", "B"]),
        tasks=st.sampled_from([(), ("MESSAGING",), ("MESSAGING", "MODERATE")]),
        access_token=st.sampled_from(["", "T1", "T2"]),
        is_published=st.booleans(),
    )
)


@given(copies, st.randoms())
def test_the_order_of_the_copies_never_matters(pages: list[Page], random: Any) -> None:
    shuffled = pages.copy()
    random.shuffle(shuffled)
    assert merge(shuffled) == merge(pages)


@given(copies)
def test_each_page_comes_once_and_loses_nothing(pages: list[Page]) -> None:
    merged = merge(pages)
    assert set(merged) == {copy.id for copy in pages}
    for page_id, one in merged.items():
        mine = [copy for copy in pages if copy.id == page_id]
        assert bool(one.access_token) == any(copy.access_token for copy in mine)
        assert bool(one.name) == any(copy.name for copy in mine)
        assert bool(one.tasks) == any(copy.tasks for copy in mine)
        assert one.is_published == all(copy.is_published for copy in mine)
        if one.access_token:
            assert any(copy.access_token == one.access_token for copy in mine)
    assert merge(merged.values()) == merged
