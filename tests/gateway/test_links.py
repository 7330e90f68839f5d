"""The states of a link: whatever happens, it is active exactly while somebody's token lives, and its CRM knows."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fbtool.facebook.errors import GraphError
from fbtool.facebook.tokens import REMIND_SECONDS
from fbtool.gateway.links import Change, Holder, Link, Reason, State, change_between

PEOPLE = st.sampled_from(["anna", "bert", "cora"])
CODES = st.sampled_from([(190, 460), (190, 458), (10, None)])
DAY = 24 * 3600
NOW = 1_800_000_000


def reason(code: tuple[int, int | None] = (190, 460), since: int = NOW) -> Reason:
    return Reason.of(GraphError(*code), since)


def holder(person: str, ends: int = 0) -> Holder:
    return Holder(person, person.title(), b"sealed", NOW, token_expires_at=0, data_access_expires_at=ends)


def link(*holders: Holder) -> Link:
    return Link("11", "shop", "Blumen", NOW, ("messages",), holders)


def test_one_dead_token_of_two_leaves_the_link_active_and_the_other_one_acts() -> None:
    before = link(holder("anna"), holder("bert"))
    after = before.lost("anna", reason())
    assert (after.state, after.current and after.current.person_id) == (State.ACTIVE, "bert")
    assert change_between(before, after) is Change.HOLDER_LOST


def test_the_first_reason_stays_while_the_same_trouble_goes_on() -> None:
    once = link(holder("anna")).lost("anna", reason(since=NOW))
    again = once.lost("anna", reason(since=NOW + DAY))
    assert again == once
    assert change_between(once, again) is None


def test_another_reason_is_told_again() -> None:
    once = link(holder("anna")).lost("anna", reason((190, 459)))
    assert change_between(once, once.lost("anna", reason((190, 458)))) is Change.NEEDS_SIGN_IN


def test_who_signs_in_again_takes_the_place_of_the_own_dead_token() -> None:
    before = link(holder("anna"), holder("bert")).lost("bert", reason())
    after = before.joined(holder("bert"))
    assert [(one.person_id, one.lives) for one in after.holders] == [("bert", True), ("anna", True)]


def test_a_link_without_anybody_still_has_its_reason() -> None:
    before = link(holder("anna"))
    after = before.without("anna", reason())
    assert (after.holders, after.state, after.reason) == ((), State.NEEDS_REAUTHORIZATION, reason())
    assert change_between(before, after) is Change.NEEDS_SIGN_IN
    assert change_between(after, after.joined(holder("bert"))) is Change.REPAIRED


def test_the_end_of_the_last_permission_is_called_to_mind_once() -> None:
    soon, later = NOW + REMIND_SECONDS - 1, NOW + 60 * DAY
    assert link(holder("anna", soon), holder("bert", later)).reminded(NOW).reminded_of == 0
    assert link(holder("anna", soon), holder("bert")).reminded(NOW).reminded_of == 0, "bert's never ends"
    before = link(holder("anna", soon))
    after = before.reminded(NOW)
    assert change_between(before, after) is Change.ENDS_SOON
    assert after.reminded(NOW + DAY) == after


class Life(RuleBasedStateMachine):
    """People sign in, tokens die and come back; beside it, what a CRM believes that only hears the changes."""

    @initialize(person=PEOPLE)
    def begin(self, person: str) -> None:
        self.link = link(holder(person))
        self.alive = {person}
        self.believed = State.ACTIVE

    def becomes(self, after: Link) -> None:
        change = change_between(self.link, after)
        if change in {Change.NEEDS_SIGN_IN, Change.REPAIRED}:
            self.believed = State.ACTIVE if change is Change.REPAIRED else State.NEEDS_REAUTHORIZATION
        elif change is Change.HOLDER_LOST:
            assert len(after.living) < len(self.link.living)
        self.link = after

    @rule(person=PEOPLE)
    def signs_in(self, person: str) -> None:
        self.becomes(self.link.joined(holder(person)))
        self.alive.add(person)

    @rule(person=PEOPLE, code=CODES, forget=st.booleans())
    def token_dies(self, person: str, code: tuple[int, int | None], forget: bool) -> None:
        self.becomes(self.link.lost(person, reason(code), forget_token=forget))
        self.alive.discard(person)

    @rule(person=PEOPLE)
    def token_is_proven(self, person: str) -> None:
        known = self.link.holder(person)
        self.becomes(self.link.proven(person, 0, 0))
        if known:
            self.alive.add(person)

    @rule(person=PEOPLE)
    def data_is_deleted(self, person: str) -> None:
        self.becomes(self.link.without(person, reason()))
        self.alive.discard(person)
        assert self.link.holder(person) is None

    @rule(days=st.integers(0, 100))
    def time_passes(self, days: int) -> None:
        self.becomes(self.link.reminded(NOW + days * DAY))

    @invariant()
    def it_is_active_exactly_while_somebodys_token_lives(self) -> None:
        assert {one.person_id for one in self.link.living} == self.alive
        assert (self.link.state is State.ACTIVE) == bool(self.alive)
        assert (self.link.reason is None) == bool(self.alive)

    @invariant()
    def the_crm_knows_the_state(self) -> None:
        assert self.believed is self.link.state

    @invariant()
    def nothing_of_the_link_itself_is_lost(self) -> None:
        kept = replace(self.link, holders=(), forsaken=None, reminded_of=0)
        assert kept == replace(link(), forsaken=None)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
