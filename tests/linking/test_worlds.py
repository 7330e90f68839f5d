"""The list against the real gateway and a Facebook with people, portfolios and faults."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import yaml

from fbtool.linking.links.linker import Outcome, Result, link_pages
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.pages.listing import Listing, SignInEnded
from fbtool.linking.pages.sources import Source
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.linking.repair.difference import compare
from fbtool.sandbox.world import World
from fbtool.sandbox.world.loader import read, shipped
from tests.linking.stage import Stage, staged

FLOWERS, CAFE = "100000000000011", "100000000000012"


@pytest.fixture
def shop() -> Iterator[Stage]:
    with staged(shipped("small-shop")) as stage:
        yield stage


@pytest.fixture
def agency() -> Iterator[Stage]:
    with staged(shipped("agency")) as stage:
        yield stage


def erika(stage: Stage, **choices: Any) -> SignIn:
    return stage.sign_in("erika@example.org", "sommerwiese", **choices)


def klara(stage: Stage, **choices: Any) -> SignIn:
    return stage.sign_in("klara@example.org", "herbstlaub", code="246810", **choices)


def link_ready(stage: Stage, listing: Listing, who: SignIn, **more: Any) -> list[Outcome]:
    with GatewayClient(stage.connection) as gateway:
        ready = [view for view in listing.pages if view.token]
        return list(link_pages(gateway, ready, who.person.name, **more))


def found(listing: Listing) -> dict[str, tuple[Verdict, Step]]:
    return {view.name: (view.verdict, view.step) for view in listing.pages}


def one(listing: Listing, page_id: str) -> PageView:
    [view] = [view for view in listing.pages if view.page_id == page_id]
    return view


def test_sixty_pages_in_two_businesses_need_access_to_the_businesses(agency: Stage) -> None:
    before = agency.list(klara(agency))
    assert Counter(view.verdict for view in before.pages) == {Verdict.READY: 28}
    after = agency.list(klara(agency, portfolios="all"))
    assert Counter(view.verdict for view in after.pages) == {Verdict.READY: 60}
    assert {view.portfolio for view in after.pages} == {"Agentur Nord", "Agentur Süd"}
    assert len(compare(before, after).gained) == 32
    assert not after.failures


def test_pages_ticked_one_by_one_are_found_without_access_to_the_businesses(agency: Stage) -> None:
    names = [page.name for page in shipped("agency").pages]
    listing = agency.list(klara(agency, pages=names))
    assert {view.name for view in listing.pages} == set(names)
    assert {view.verdict for view in listing.pages} == {Verdict.READY}


def test_a_business_that_was_not_ticked_is_said(agency: Stage) -> None:
    listing = agency.list(klara(agency, portfolios=[]))
    assert Step.BUSINESS_ACCESS in {advice.step for advice in listing.advice}


def test_everything_that_goes_wrong_has_its_verdict() -> None:
    with staged(shipped("everything-that-goes-wrong")) as stage:
        who = erika(stage, portfolios="all")
        listing = stage.list(who)
    assert all(view.token not in repr(listing) for view in listing.pages if view.token)
    assert who.token not in repr(listing)
    assert found(listing) == {
        "Alles in Ordnung": (Verdict.READY, Step.NOTHING),
        "Nachrichten ohne Moderieren": (Verdict.TASK_MISSING, Step.OTHER_PERSON),
        "Neue Seite nur mit Aufgaben": (Verdict.READY, Step.NOTHING),
        "Nicht veröffentlicht": (Verdict.UNPUBLISHED, Step.AT_FACEBOOK),
        "Nur als Agentur": (Verdict.READY, Step.NOTHING),
        "Nur Analyst": (Verdict.TASK_MISSING, Step.OTHER_PERSON),
        "Nur im Portfolio": (Verdict.READY, Step.NOTHING),
        "Nur Moderator": (Verdict.READY, Step.NOTHING),
        "Token fehlt in der Liste": (Verdict.READY, Step.NOTHING),
        "Token fehlt überall": (Verdict.TOKEN_MISSING, Step.TWO_FACTOR),
        "Zwei Faktoren verlangt": (Verdict.TOKEN_MISSING, Step.TWO_FACTOR),
    }


def test_people_without_a_role_on_an_app_in_review_learn_why_the_list_is_empty() -> None:
    world = shipped("everything-that-goes-wrong")
    [app] = [app for app in world.apps if app.name == "Acme without review"]
    open_app = msgspec.structs.replace(app, http_localhost=world.apps[0].http_localhost)
    with staged(msgspec.structs.replace(world, apps=(open_app,))) as stage:
        listing = stage.list(erika(stage, pages=None))
    assert listing.pages == ()
    assert [advice.step for advice in listing.advice] == [Step.OPERATOR]


def test_a_page_that_was_unticked_is_an_alarm_and_comes_back(shop: Stage) -> None:
    who = erika(shop)
    before = shop.list(who)
    linked = link_ready(shop, before, who)
    assert Counter(outcome.result for outcome in linked) == {Result.LINKED: 2, Result.FAILED: 1}
    before = shop.list(who)
    assert one(before, FLOWERS).verdict is Verdict.LINKED
    narrowed = shop.list(erika(shop, pages=["Café Sonnenschein"], auth_type="reauthorize"))
    assert (one(narrowed, FLOWERS).verdict, one(narrowed, FLOWERS).step) == (Verdict.NOT_LISTED, Step.EDIT_SETTINGS)
    difference = compare(before, narrowed)
    assert [view.page_id for view in difference.lost_although_linked] == [FLOWERS]
    again = shop.list(erika(shop, auth_type="reauthorize"))
    assert one(again, FLOWERS).verdict is Verdict.LINKED
    assert FLOWERS in {view.page_id for view in compare(narrowed, again).gained}


def test_a_changed_password_needs_a_sign_in_and_then_only_linking_again(shop: Stage) -> None:
    who = erika(shop)
    link_ready(shop, shop.list(who), who)
    shop.fault("password-changed", person="erika")
    with GatewayClient(shop.connection) as gateway:
        gateway.check(FLOWERS)
    with pytest.raises(SignInEnded):
        shop.list(who)
    who = erika(shop)
    broken = one(shop.list(who), FLOWERS)
    assert (broken.verdict, broken.step) == (Verdict.NEEDS_SIGN_IN, Step.LINK_AGAIN)
    with GatewayClient(shop.connection) as gateway:
        [outcome] = link_pages(gateway, [broken], who.person.name)
    assert outcome.result is Result.REFRESHED
    assert one(shop.list(who), FLOWERS).verdict is Verdict.LINKED


def test_a_page_of_another_account_is_taken_over_on_purpose_only(shop: Stage) -> None:
    who = erika(shop)
    listing = shop.list(who)
    other = shop.second_account("Vertrieb")
    with GatewayClient(other) as gateway:
        assert [o.result for o in link_pages(gateway, [one(listing, FLOWERS)], "Erika")] == [Result.LINKED]
    with GatewayClient(shop.connection) as gateway:
        [refused] = link_pages(gateway, [one(listing, FLOWERS)], "Erika")
        assert (refused.verdict, refused.step) == (Verdict.LINKED_ELSEWHERE, Step.TAKE_OVER)
        [taken] = link_pages(gateway, [one(listing, FLOWERS)], "Erika", take_over=True)
        assert taken.result is Result.LINKED
    assert shop.list(who, other).pages


def test_what_somebody_else_has_linked_is_theirs() -> None:
    with staged(shipped("everything-that-goes-wrong")) as stage:
        nora = stage.sign_in("nora@example.org", "frühling")
        link_ready(stage, stage.list(nora), nora)
        listing = stage.list(erika(stage))
    assert found(listing)["Gehört Nora"] == (Verdict.LINKED_BY_OTHER, Step.NOTHING)
    assert found(listing)["Alles in Ordnung"][0] is Verdict.LINKED


def test_an_empty_list_that_passes_is_read_once_more(shop: Stage) -> None:
    who = erika(shop)
    shop.fault("empty-list", call="GET me/accounts", times=1)
    assert len(shop.list(who).pages) == 3


@pytest.mark.parametrize(
    ("call", "source"),
    [
        ("GET me/accounts", Source.ACCOUNTS),
        ("GET me/permissions", Source.PERMISSIONS),
        ("GET debug_token", Source.GRANT),
        ("GET me/businesses", Source.BUSINESSES),
        ("GET */owned_pages", Source.BUSINESSES),
    ],
)
@pytest.mark.parametrize("fault", ["unavailable", "app-limit", "html", "hang-up", "empty-body"])
def test_every_source_may_fail_in_turn(agency: Stage, call: str, source: Source, fault: str) -> None:
    who = klara(agency, portfolios="all")
    agency.fault(fault, call=call)
    listing = agency.list(who)
    assert {failure.source for failure in listing.failures} == {source}
    assert listing.pages
    assert listing.needs_attention


@pytest.mark.parametrize(
    ("fault", "verdict", "step"),
    [
        ("role-lost", Verdict.ROLE_LOST, Step.OTHER_PERSON),
        ("grant-narrowed", Verdict.NEEDS_SIGN_IN, Step.EDIT_SETTINGS),
        ("two-factor-required", Verdict.TWO_FACTOR, Step.TWO_FACTOR),
        ("policy-block", Verdict.BLOCKED, Step.AT_FACEBOOK),
        ("page-limit", Verdict.THROTTLED, Step.WAIT),
        ("unavailable", Verdict.FACEBOOK_TROUBLE, Step.WAIT),
    ],
)
def test_what_facebook_refuses_while_linking_has_its_verdict(
    shop: Stage, fault: str, verdict: Verdict, step: Step
) -> None:
    who = erika(shop)
    listing = shop.list(who)
    shop.fault(fault, page=FLOWERS, call="POST */subscribed_apps")
    outcomes = {outcome.page_id: outcome for outcome in link_ready(shop, listing, who)}
    assert outcomes[CAFE].result is Result.LINKED
    assert (outcomes[FLOWERS].verdict, outcomes[FLOWERS].step) == (verdict, step)


def many(count: int, reaches: tuple[str, ...]) -> World:
    """One admin with ``count`` Pages, whose reach goes round."""
    raw = yaml.safe_load(msgspec.yaml.encode(shipped("small-shop")).decode())
    raw.pop("about", None)
    raw["pages"] = [
        {
            "id": f"1000000001{number:05}",
            "name": f"Filiale {number:04}",
            "category": {"id": "2500", "name": "Lokales Geschäft"},
            "roles": {"erika": {"role": "admin", "reach": reaches[number % len(reaches)]}},
        }
        for number in range(count)
    ]
    return read(yaml.safe_dump(raw, allow_unicode=True), "many Pages")


def test_a_thousand_pages_are_listed_each_once() -> None:
    with staged(many(1000, ("direct",))) as stage:
        listing = stage.list(erika(stage))
    assert Counter(view.verdict for view in listing.pages) == {Verdict.READY: 1000}
    assert [view.name for view in listing.pages] == [f"Filiale {number:04}" for number in range(1000)]
    assert not listing.failures


def test_hundreds_of_pages_that_only_the_grant_names_are_listed() -> None:
    names = [f"Filiale {number:04}" for number in range(400)]
    with staged(many(400, ("direct", "portfolio"))) as stage:
        listing = stage.list(erika(stage, pages=names))
    assert [view.name for view in listing.pages] == names
    assert Counter(view.verdict for view in listing.pages) == {Verdict.READY: 400}
