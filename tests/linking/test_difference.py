"""Before and after a sign-in: what came, what went, and whether something that is linked went."""

from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.errors import FacebookError
from fbtool.facebook.tokens import Person
from fbtool.language import Sentence
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.sources import Failure, Source
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.linking.repair.difference import Difference, compare

ERIKA = Person("42", "Erika")


def view(page_id: str, verdict: Verdict = Verdict.READY, token: str = "EAA", *, linked: bool = False) -> PageView:
    return PageView(
        page_id=page_id,
        name=f"Page {page_id}",
        category="",
        verdict=verdict,
        evidence=Sentence(""),
        remedy=Sentence(""),
        step=Step.NOTHING,
        link=PageLink(page_id, "", "active", 1) if linked else None,
        token=token,
    )


def listing(*views: PageView, failed: Source | None = None) -> Listing:
    failures = (Failure(failed, FacebookError(2)),) if failed else ()
    return Listing(ERIKA, (), views, failures)


def ids(views: tuple[PageView, ...]) -> list[str]:
    return [view.page_id for view in views]


def test_gained_and_lost() -> None:
    before = listing(view("1"), view("2"), view("3", Verdict.NOT_TICKED, ""), view("4", Verdict.TASK_MISSING))
    after = listing(view("1"), view("3"), view("4"), view("5"))
    difference = compare(before, after)
    assert ids(difference.gained) == ["3", "5"]
    assert ids(difference.lost) == ["2"]
    assert difference.lost_although_linked == ()


def test_a_linked_page_that_was_lost_is_an_alarm() -> None:
    before = listing(view("1", Verdict.LINKED, linked=True), view("2", Verdict.LINKED, linked=True))
    after = listing(view("1", Verdict.NOT_LISTED, "", linked=True), view("2", Verdict.LINKED_BY_OTHER, "", linked=True))
    difference = compare(before, after)
    assert ids(difference.lost) == ["1", "2"]
    assert ids(difference.lost_although_linked) == ["1"]
    assert difference.lost_although_linked[0].verdict is Verdict.NOT_LISTED


def test_a_source_that_failed_has_lost_nothing() -> None:
    before = listing(view("1", Verdict.LINKED, linked=True))
    assert compare(before, listing(failed=Source.ACCOUNTS)).lost == ()
    without_links = compare(before, listing(failed=Source.LINKS))
    assert ids(without_links.lost_although_linked) == ["1"]


views = st.builds(
    view,
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(Verdict),
    st.sampled_from(["", "EAA"]),
    linked=st.booleans(),
)
failures = st.none() | st.sampled_from(Source)
listings = st.builds(
    lambda found, failed: listing(*found, failed=failed),
    st.lists(views, unique_by=lambda view: view.page_id),
    failures,
)


@given(listings)
def test_nothing_differs_from_itself(one: Listing) -> None:
    assert compare(one, one) == Difference((), (), ())


@given(listings, listings)
def test_each_page_is_in_one_group_at_most(before: Listing, after: Listing) -> None:
    found = compare(before, after)
    assert not set(ids(found.gained)) & set(ids(found.lost))
    assert set(ids(found.lost_although_linked)) <= set(ids(found.lost))
    assert all(view.token for view in found.gained)


@given(listings, listings)
def test_what_is_gained_one_way_is_lost_the_other_way(before: Listing, after: Listing) -> None:
    if not before.failures and not after.failures:
        assert ids(compare(before, after).gained) == ids(compare(after, before).lost)
