"""The guided repair as one state machine. No input, no output: events in, one command out.

Theory of operation
-------------------
A repair looks, takes the smallest step that can help, and looks again, until nothing is broken or nothing is
left that could help::

    LOOKING ──Looked/Blind──► PROPOSING ───YES────► SIGNING_IN ──CameBack──► LOOKING
       │  ▲                       │
       │  └──────LinkTried────────┼──── LINKING ◄── (linking is enough)
       ▼                          ▼
      OVER ◄─────────────── NO: link what can be linked, then end

What makes it safe:

* Linking needs no question, because it is idempotent: a link keeps its id, its history and its conversations.
* If a dialog took a Page away that is linked, nothing is linked before that was offered to be mended.
* `Step.RECONNECT` needs a decision of its own; no general agreement leads to it.
* Somebody else than the expected person ends the repair, with nothing changed.

It always ends: each Page climbs a finite ladder (`plan`), and `MOST_DIALOGS` is above all of them.
"""

from collections import defaultdict
from collections.abc import Mapping
from enum import Enum

from fbtool.facebook.tokens import Person
from fbtool.language import Sentence, say
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.diagnosis import remedy_at_hand
from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.linking.repair import events as on
from fbtool.linking.repair.difference import Difference, compare
from fbtool.linking.repair.plan import Plan, Target, at_once, linked_names, links_of, mended, next_step, targets_of
from fbtool.problem import Problem

MOST_DIALOGS = 12
"""More dialogs than this never help."""
_RENEWS_ALL = frozenset({Step.SIGN_IN, Step.RECONNECT})
"""Steps before which the tokens of all links of the person had died."""


class State(Enum):
    """Where a repair stands."""

    LOOKING = "looking"
    PROPOSING = "proposing"
    SIGNING_IN = "signing_in"
    LINKING = "linking"
    OVER = "over"


class Repair:
    """One repair of the Pages that were named, or of everything that is broken."""

    def __init__(self, wanted: tuple[str, ...] = (), person: Person | None = None) -> None:
        self.state = State.LOOKING
        self._wanted = wanted
        self._person = person
        """Who is expected to sign in; None if nobody was signed in."""
        self._listing: Listing | None = None
        self._links: tuple[PageLink, ...] = ()
        self._plan: Plan | None = None
        self._tried: defaultdict[str, set[Step]] = defaultdict(set)
        self._failures: dict[str, Problem] = {}
        self._alarm: frozenset[str] = frozenset()
        self._ever: dict[str, str] = {}
        """Every target there ever was: key → name."""
        self._dialogs = 0
        self._stopped = False
        self._renew_all = False
        self._compare = False
        self._trouble: Problem | None = None

    def start(self) -> on.Command:
        """The first command."""
        return on.Look()

    def handle(self, event: on.Event) -> on.Command | None:
        """Take an event and say what to do now; None for an event that does not fit the state."""
        match self.state, event:
            case State.LOOKING, on.Looked(listing):
                return self._looked(listing)
            case State.LOOKING, on.Blind(problem, links):
                return self._blind(problem, links)
            case State.PROPOSING, on.Decision.RECONNECT:
                return self._sign_in()
            case State.PROPOSING, on.Decision.YES if self._plan and self._plan.step is not Step.RECONNECT:
                return self._sign_in()
            case State.PROPOSING, on.Decision():
                return self._stop()
            case State.SIGNING_IN, on.CameBack(person):
                return self._came_back(person)
            case State.SIGNING_IN, on.DialogFailed(problem):
                self._trouble, self._stopped = problem, True
                return self._look()
            case State.LINKING, on.LinkTried(outcomes):
                self._failures = {one.page_id: one.problem for one in outcomes if one.problem}
                return self._look()
        return None

    def _look(self) -> on.Command:
        self.state = State.LOOKING
        return on.Look()

    def _looked(self, listing: Listing) -> on.Command:
        before, self._listing, self._links = self._listing, listing, links_of(listing)
        self._person = self._person or listing.person
        if not self._compare:
            return self._decide(listing)
        self._compare = False
        difference = compare(before, listing) if before else _first_sight(listing)
        self._alarm |= {view.page_id for view in difference.lost_although_linked}
        return on.ShowDifference(difference, self._decide(listing))

    def _blind(self, problem: Problem, links: tuple[PageLink, ...]) -> on.Command:
        self._links, self._listing = links, None
        self._trouble = self._trouble or problem
        if self._stopped or Step.SIGN_IN in self._tried[""] or self._dialogs >= MOST_DIALOGS:
            return self._finish(None)
        self._tried[""].add(Step.SIGN_IN)
        name = self._person.name if self._person else ""
        names = linked_names(links, self._person)
        return self._propose(Plan(Step.SIGN_IN, name, self._wanted or names, linked=names))

    def _decide(self, listing: Listing) -> on.Command:
        targets = self._targets(listing)
        self._ever |= {target.key: target.name for target in targets}
        open_ones = [one for one in targets if not self._mended(one, listing)]
        steps = {one.key: self._next_step(one, listing) for one in open_ones}
        lost = {key: step for key, step in steps.items() if key in self._alarm and step is not Step.LINK_AGAIN}
        if not self._stopped and at_once(lost):
            return self._climb(listing, open_ones, lost, alarm=True)
        pages = self._linkable(listing, steps)
        if pages:
            for view in pages:
                self._tried[view.page_id].add(Step.LINK_AGAIN)
                self._ever[view.page_id] = view.name or view.page_id
            self._renew_all = False
            self.state = State.LINKING
            return on.LinkPages(pages)
        if not self._stopped and at_once(steps) and self._dialogs < MOST_DIALOGS:
            return self._climb(listing, open_ones, steps, alarm=False)
        return self._finish(listing)

    def _climb(
        self, listing: Listing, targets: list[Target], steps: Mapping[str, Step | None], *, alarm: bool
    ) -> on.Command:
        step = at_once(steps)
        assert step is not None  # noqa: S101 - the callers have looked
        chosen = [one for one in targets if steps.get(one.key) is step]
        for one in chosen:
            self._tried[one.key].add(step)
        person = self._person or listing.person
        plan = Plan(
            step,
            person.name,
            tuple(one.name for one in chosen if one.name),
            linked=linked_names(self._links, person),
            permissions=listing.missing_permissions,
            renews=step is Step.SIGN_IN,
            alarm=alarm,
            unlisted=tuple(one.name for one in chosen if one.key and one.view is None),
        )
        return self._propose(plan)

    def _linkable(self, listing: Listing, steps: Mapping[str, Step | None]) -> tuple[PageView, ...]:
        return tuple(
            view
            for view in listing.pages
            if steps.get(view.page_id) is Step.LINK_AGAIN
            or (self._renew_all and view.link and view.token and view.verdict is not Verdict.LINKED_BY_OTHER)
        )

    def _targets(self, listing: Listing) -> tuple[Target, ...]:
        # After a dialog the person has read what is wanted, and much may be listed that was not before.
        return targets_of(listing, self._wanted, self._alarm | self._failures.keys(), sure=self._dialogs > 0)

    def _next_step(self, target: Target, listing: Listing) -> Step | None:
        return next_step(target, listing, self._tried[target.key], self._failures.get(target.key))

    def _mended(self, target: Target, listing: Listing) -> bool:
        return target.key not in self._failures and mended(target, wanted=bool(self._wanted), listing=listing)

    def _propose(self, plan: Plan) -> on.Command:
        self._plan, self.state = plan, State.PROPOSING
        return on.Propose(plan)

    def _sign_in(self) -> on.Command:
        assert self._plan is not None  # noqa: S101 - a proposal has a plan
        self._dialogs += 1
        self.state = State.SIGNING_IN
        return on.OpenDialog(self._plan)

    def _stop(self) -> on.Command:
        self._stopped = True
        return self._decide(self._listing) if self._listing else self._finish(None)

    def _came_back(self, person: Person) -> on.Command:
        if self._person is not None and person.id != self._person.id:
            self._trouble = None
            return self._finish(self._listing, stranger=person)
        assert self._plan is not None  # noqa: S101 - a dialog has a plan
        self._person = person
        self._renew_all |= self._plan.step in _RENEWS_ALL
        self._compare = True
        self._failures, self._trouble = {}, None
        for steps in self._tried.values():
            # After a dialog a link may work that did not work before.
            steps.discard(Step.LINK_AGAIN)
        return self._look()

    def _finish(self, listing: Listing | None, stranger: Person | None = None) -> on.Command:
        self.state = State.OVER
        if listing is None:
            left = tuple(_broken_link(link) for link in self._links if not link.works)
            return on.Finish((), left, problem=self._trouble, stranger=stranger)
        targets = self._targets(listing)
        open_ones = [one for one in targets if not self._mended(one, listing)]
        still_open = {one.key for one in open_ones}
        repaired = tuple(view for view in listing.pages if view.page_id in self._ever.keys() - still_open)
        left = tuple(self._left(one, listing) for one in open_ones if one.key or not listing.missing_permissions)
        return on.Finish(repaired, left, listing.missing_permissions, self._trouble, stranger)

    def _left(self, target: Target, listing: Listing) -> on.Left:
        step = self._next_step(target, listing)
        failure = self._failures.get(target.key)
        if failure is not None:
            told = failure.told()
            return on.Left(target.key, target.name, step, Sentence(told.what), remedy_at_hand(failure))
        if target.view is not None:
            why = target.view.evidence if target.view.evidence.text else target.view.verdict.words
            return on.Left(target.key, target.name, step, why, target.view.remedy)
        if listing.advice and not target.key:
            return on.Left("", "", step, listing.advice[0].evidence, listing.advice[0].remedy)
        if listing.failures:
            problem = listing.failures[0].problem
            return on.Left(target.key, target.name, step, Sentence(problem.told().what), remedy_at_hand(problem))
        return on.Left(target.key, target.name, step, *_not_offered(listing.person.name))


def _first_sight(listing: Listing) -> Difference:
    """What can be said when nothing could be listed before: a linked Page without access was lost."""
    lost = tuple(
        view
        for view in listing.pages
        if view.link and view.link.rests_on(listing.person) and not view.token and view.verdict is Verdict.NOT_LISTED
    )
    return Difference(gained=(), lost=lost, lost_although_linked=lost)


def _broken_link(link: PageLink) -> on.Left:
    why, remedy = (link.reason.what, link.reason.remedy) if link.reason else (link.state, "")
    return on.Left(link.page_id, link.name or link.page_id, Step.SIGN_IN, Sentence(why), Sentence(remedy))


def _not_offered(person: str) -> tuple[Sentence, Sentence]:
    return (
        say("Facebook does not list this Page for {person}.", person=person),
        say(
            "Look at facebook.com whether {person} has a role on the Page. If not, somebody with full control of the "
            "Page has to give it, in the Page's settings.",
            person=person,
        ),
    )
