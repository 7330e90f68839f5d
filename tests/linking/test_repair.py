"""The repair as a machine: it ends, it climbs no higher than needed, and it never disconnects unasked."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.facebook.permissions import BUSINESSES, LOGIN_SCOPE
from fbtool.facebook.tokens import Person
from fbtool.language import Sentence
from fbtool.linking.links.linker import Outcome, PageUnknown, Result
from fbtool.linking.network.gateway import GatewayRefused
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.network.http_problems import NoAnswer
from fbtool.linking.pages.listing import Listing, SignInEnded
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.linking.repair import events as on
from fbtool.linking.repair.machine import MOST_DIALOGS, Repair
from fbtool.linking.repair.plan import LADDER, Plan
from fbtool.linking.repair.words import changes, headline, to_do, warning

ERIKA = Person("42", "Erika Muster")
OVER = SignInEnded(person="Erika Muster", reason="", advice="")


def view(number: int, verdict: Verdict, step: Step, *, token: bool, linked: bool) -> PageView:
    link = PageLink(str(number), f"Page {number}", "active", 1, person=ERIKA.name) if linked else None
    return PageView(
        page_id=str(number), name=f"Page {number}", category="", verdict=verdict, evidence=Sentence(""),
        remedy=Sentence(""), step=step, link=link, token="EAAPAGE" if token else "",
    )  # fmt: skip


def listing(*views: PageView, missing: tuple[str, ...] = ()) -> Listing:
    return Listing(person=ERIKA, missing_permissions=missing, pages=views)


@dataclass
class World:
    """Linked Pages, each with the smallest step that helps it."""

    needs: list[Step]
    healed: set[int] = field(default_factory=set)
    taken: list[Step] = field(default_factory=list)

    def look(self) -> on.Event:
        if any(need is Step.SIGN_IN and number not in self.healed for number, need in enumerate(self.needs)):
            return on.Blind(OVER, tuple(self._view(number).link for number in range(len(self.needs))))  # type: ignore[arg-type]
        missing = any(need is Step.ASK_AGAIN and number not in self.healed for number, need in enumerate(self.needs))
        views = [self._view(number) for number in range(len(self.needs))]
        return on.Looked(listing(*views, missing=("pages_messaging",) if missing else ()))

    def take(self, step: Step) -> None:
        self.taken.append(step)
        height = LADDER.index(step)
        self.healed |= {number for number, need in enumerate(self.needs) if LADDER.index(need) <= height}

    def link(self, pages: tuple[PageView, ...]) -> on.Event:
        for page in pages:
            if self.needs[int(page.page_id)] is Step.LINK_AGAIN:
                self.healed.add(int(page.page_id))
        return on.LinkTried(tuple(Outcome(page.page_id, page.name, Result.REFRESHED) for page in pages))

    def _view(self, number: int) -> PageView:
        need = self.needs[number]
        if number in self.healed:
            return view(number, Verdict.LINKED, Step.NOTHING, token=True, linked=True)
        if need is Step.LINK_AGAIN:
            return view(number, Verdict.SUBSCRIPTION_INCOMPLETE, need, token=True, linked=True)
        return view(
            number, Verdict.NOT_LISTED, min(need, Step.EDIT_SETTINGS, key=LADDER.index), token=False, linked=True
        )


@given(st.lists(st.sampled_from(LADDER), min_size=1, max_size=5))
def test_it_mends_everything_and_climbs_no_higher_than_needed(needs: list[Step]) -> None:
    world, machine = World(needs), Repair(person=ERIKA)
    command: on.Command | None = machine.start()
    while not isinstance(command, on.Finish):
        match command:
            case on.ShowDifference(_, then):
                command = then
            case on.Propose(plan):
                command = machine.handle(on.Decision.RECONNECT if plan.step is Step.RECONNECT else on.Decision.YES)
            case on.OpenDialog(plan):
                world.take(plan.step)
                command = machine.handle(on.CameBack(ERIKA))
            case on.LinkPages(pages):
                command = machine.handle(world.link(pages))
            case _:
                command = machine.handle(world.look())
    assert command.well
    dialogs = [need for need in needs if need is not Step.LINK_AGAIN]
    assert (max(world.taken, key=LADDER.index) if world.taken else None) == (
        max(dialogs, key=LADDER.index) if dialogs else None
    )
    assert len(world.taken) == len(set(world.taken))


STEPS = list(Step)
VIEWS = st.builds(
    view,
    st.integers(0, 3),
    st.sampled_from(list(Verdict)),
    st.sampled_from(STEPS),
    token=st.booleans(),
    linked=st.booleans(),
)
LISTINGS = st.builds(
    lambda views, missing: listing(*{one.page_id: one for one in views}.values(), missing=missing),
    st.lists(VIEWS, max_size=4),
    st.sampled_from([(), ("pages_messaging",)]),
)
PROBLEMS = st.sampled_from([None, NoAnswer(host="h"), GatewayRefused(422, "page_token_unfit", "x", "", "")])


@given(st.data(), st.sampled_from([(), ("Page 1",), ("nobody's",)]))
def test_whatever_facebook_and_the_person_do_it_ends_and_never_disconnects_unasked(
    data: st.DataObject, wanted: tuple[str, ...]
) -> None:
    machine, dialogs = Repair(wanted, ERIKA), 0
    command: on.Command | None = machine.start()
    answer: on.Event = on.Decision.NO
    while not isinstance(command, on.Finish):
        match command:
            case on.ShowDifference(_, then):
                command = then
                continue
            case on.Propose():
                answer = data.draw(st.sampled_from(on.Decision))
            case on.OpenDialog(plan):
                assert plan.step is not Step.RECONNECT or answer is on.Decision.RECONNECT
                dialogs += 1
                answer = data.draw(st.sampled_from([on.CameBack(ERIKA), on.DialogFailed(OVER)]))
            case on.LinkPages(pages):
                assert all(page.token for page in pages)
                problem = data.draw(PROBLEMS)
                answer = on.LinkTried(tuple(Outcome(page.page_id, page.name, Result.FAILED, problem) for page in pages))
            case _:
                answer = on.Looked(data.draw(LISTINGS)) if data.draw(st.booleans()) else on.Blind(OVER, ())
        command = machine.handle(answer)
        assert command is not None
    assert dialogs <= MOST_DIALOGS


def walk(machine: Repair, *events: on.Event) -> list[on.Command | None]:
    machine.start()
    return [machine.handle(event) for event in events]


FINE = view(1, Verdict.LINKED, Step.NOTHING, token=True, linked=True)
READY = view(2, Verdict.READY, Step.NOTHING, token=True, linked=False)
LOST = view(1, Verdict.NOT_LISTED, Step.EDIT_SETTINGS, token=False, linked=True)


def test_nothing_broken_is_nothing_done() -> None:
    assert walk(Repair(person=ERIKA), on.Looked(listing(FINE, READY))) == [on.Finish((), ())]


def test_a_ready_page_is_linked_only_if_it_was_named() -> None:
    (command,) = walk(Repair(("page 2",), ERIKA), on.Looked(listing(FINE, READY)))
    assert command == on.LinkPages((READY,))


def test_a_mistyped_name_is_no_page_to_be_ticked() -> None:
    with pytest.raises(PageUnknown):
        walk(Repair(("Page1",), ERIKA), on.Looked(listing(FINE)))


def test_a_list_without_pages_is_repaired_by_the_choice_of_pages() -> None:
    (command,) = walk(Repair(person=ERIKA), on.Looked(listing()))
    assert isinstance(command, on.Propose)
    assert (command.plan.step, command.plan.tick) == (Step.EDIT_SETTINGS, ())


def test_a_page_lost_although_linked_goes_before_every_linking() -> None:
    commands = walk(
        Repair(("Page 2",), ERIKA),
        on.Looked(listing(FINE)),
        on.Decision.YES,
        on.CameBack(ERIKA),
        on.Looked(listing(LOST, READY)),
    )
    shown = commands[-1]
    assert isinstance(shown, on.ShowDifference)
    assert [page.page_id for page in shown.difference.lost_although_linked] == ["1"]
    assert isinstance(shown.then, on.Propose)
    assert (shown.then.plan.step, shown.then.plan.alarm) == (Step.EDIT_SETTINGS, True)
    assert shown.then.plan.tick == ("Page 1",)


def test_who_declines_the_remedy_of_an_alarm_still_gets_the_other_pages_linked() -> None:
    machine = Repair(("Page 2",), ERIKA)
    walk(machine, on.Looked(listing(FINE)), on.Decision.YES, on.CameBack(ERIKA), on.Looked(listing(LOST, READY)))
    assert machine.handle(on.Decision.NO) == on.LinkPages((READY,))


def test_somebody_else_ends_it() -> None:
    max_ = Person("43", "Max")
    end = walk(Repair(person=ERIKA), on.Looked(listing(LOST)), on.Decision.YES, on.CameBack(max_))[-1]
    assert isinstance(end, on.Finish)
    assert (end.stranger, end.well, [left.page_id for left in end.left]) == (max_, False, ["1"])


def test_trouble_of_a_server_is_no_reason_to_bother_the_person() -> None:
    incomplete = view(1, Verdict.SUBSCRIPTION_INCOMPLETE, Step.LINK_AGAIN, token=True, linked=True)
    failed = Outcome("1", "Page 1", Result.FAILED, NoAnswer(host="gateway.test"))
    end = walk(
        Repair(person=ERIKA), on.Looked(listing(incomplete)), on.LinkTried((failed,)), on.Looked(listing(incomplete))
    )[-1]
    assert isinstance(end, on.Finish)
    assert "gateway.test does not answer" in str(end.left[0].why)


def test_an_event_that_does_not_fit_changes_nothing() -> None:
    machine = Repair(person=ERIKA)
    assert machine.handle(on.Decision.RECONNECT) is None
    assert machine.handle(on.CameBack(ERIKA)) is None


def test_only_business_access_asks_for_the_portfolios() -> None:
    for step in LADDER:
        plan = Plan(step, "Erika Muster", ("Page 1",))
        assert (BUSINESSES in plan.scope) == (step is Step.BUSINESS_ACCESS)
        assert set(LOGIN_SCOPE) <= set(plan.scope)


@pytest.mark.parametrize("step", LADDER)
@pytest.mark.parametrize("linked", [(), ("Page 1",), ("Page 1", "Page 3")])
def test_every_plan_can_be_told(step: Step, linked: tuple[str, ...]) -> None:
    plan = Plan(step, "Erika Muster", ("Page 2",), linked, ("pages_messaging",))
    told = " ".join(str(sentence) for sentence in (headline(plan), *to_do(plan), warning(plan) or ""))
    assert "pages_messaging" in told
    assert "{" not in told
    if step is not Step.ASK_AGAIN and step is not Step.LINK_AGAIN:
        assert all(name in told for name in plan.tick)


def test_a_change_is_told_and_no_change_too() -> None:
    from fbtool.linking.repair.difference import compare

    assert "Page 2" in str(changes(compare(listing(FINE), listing(FINE, READY)))[0])
    assert "Alarm" in str(changes(compare(listing(FINE), listing(LOST)))[0])
    assert "no longer" in str(changes(compare(listing(READY), listing()))[0])
    assert "the same" in str(changes(compare(listing(FINE), listing(FINE)))[0])
