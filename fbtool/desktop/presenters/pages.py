"""The list of Pages: looking, filtering, selecting, linking and unlinking."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fbtool.desktop import errands, versions
from fbtool.desktop.errands import Overview
from fbtool.desktop.house import House, Presenter, Question
from fbtool.desktop.jobs import Job
from fbtool.desktop.presenters.notice import Help, Notice, notice_of
from fbtool.desktop.rows import Action, Group, Row, action_of, counts_of, filtered, row_of
from fbtool.desktop.versions import Newer
from fbtool.language import Sentence, current, say, say_n
from fbtool.linking.gateway import AccountInactive, AccountWrongChannel
from fbtool.linking.linker import Outcome, Result
from fbtool.linking.oauth import AccountTokenRefused
from fbtool.linking.verdicts import PageView, Verdict
from fbtool.linking.workplace import NotConnected
from fbtool.problem import Problem


@dataclass
class Work:
    """Pages that are being linked or unlinked."""

    ids: tuple[str, ...]
    job: Job[None] | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    name: str = ""
    """Of the Page that was done last."""
    stopping: bool = False


class Pages(Presenter):
    """Lives as long as the window."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.overview: Overview | None = None
        self.looking: Job[Overview] | None = None
        self.found = 0
        """Pages known so far while Facebook is asked."""
        self.problem: Problem | None = None
        """Why nothing could be looked at; what was known before stays on the screen."""
        self.group = Group.ALL
        self.searched = ""
        self.selected: set[str] = set()
        self.work: Work | None = None
        self.summary: tuple[Sentence, bool] | None = None
        """What became of the last work, and whether a part of it failed."""
        self.newer: Newer | None = None
        """A newer version of this tool, if the gateway offers one."""
        self._rows: dict[str, tuple[PageView, tuple[object, ...], Row]] = {}
        self._learnt: dict[str, Outcome] = {}
        """Failures that say more than looking does: only the attempt shows that a Page is another account's."""

    # ---- what is shown ---------------------------------------------------------------------------------

    @property
    def views(self) -> Sequence[PageView]:
        """All Pages."""
        return self.overview.pages if self.overview else ()

    @property
    def notice(self) -> Notice | None:
        """What the banner says."""
        return notice_of(self.overview) if self.overview and self.looking is None else None

    def shown(self) -> list[PageView]:
        """The Pages that fit filter and search."""
        return filtered(self.views, self.group, self.searched)

    def rows(self) -> list[Row]:
        """Their cards."""
        busy = self._busy()
        return [self._row(view, view.page_id in busy, view.page_id in self.selected) for view in self.shown()]

    def _row(self, view: PageView, busy: bool, selected: bool) -> Row:
        # Making all of them anew for each of a thousand outcomes would be felt.
        looks = (busy, selected, current())
        kept = self._rows.get(view.page_id)
        if kept is None or kept[0] is not view or kept[1] != looks:
            kept = self._rows[view.page_id] = (view, looks, row_of(view, busy=busy, selected=selected))
        return kept[2]

    def counts(self) -> dict[Group, int]:
        """How many Pages each filter has."""
        return counts_of(self.views)

    def view(self, page_id: str) -> PageView | None:
        """One Page."""
        return next((view for view in self.views if view.page_id == page_id), None)

    def linkable(self) -> list[PageView]:
        """What “link” would link: the selected Pages that are ready, without a selection all that are."""
        chosen = self.selected or {view.page_id for view in self.views}
        return [view for view in self.views if view.page_id in chosen and view.verdict is Verdict.READY]

    def unlinkable(self) -> list[PageView]:
        """The selected Pages that are linked."""
        return [view for view in self.views if view.page_id in self.selected and view.link is not None]

    # ---- what a person does ----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look at everything anew."""
        if self.looking is not None or self.work is not None:
            return
        workplace = self.house.workplace
        self.problem, self.found = None, 0
        self.looking = self.house.jobs.start(
            lambda job: errands.look(workplace, job.tell, job.cancel), self._looked, self._look_failed, self._hear
        )
        self.changed()

    def search(self, text: str) -> None:
        """Show only what holds these words."""
        if text != self.searched:
            self.searched = text
            self.changed()

    def choose(self, group: Group) -> None:
        """Show only one group."""
        self.group = group
        self.changed()

    def toggle(self, page_id: str) -> None:
        """Select a Page, or not any more."""
        self.selected ^= {page_id}
        self.changed()

    def select_shown(self) -> None:
        """Select all Pages that are shown; if they are, none."""
        shown = {view.page_id for view in self.shown()}
        self.selected = self.selected - shown if shown <= self.selected else self.selected | shown
        self.changed()

    def clear_selection(self) -> None:
        """Select nothing."""
        self.selected = set()
        self.changed()

    def act(self, page_id: str) -> None:
        """What the button of a card does."""
        view = self.view(page_id)
        if view is None or self.work is not None:
            return
        match action_of(view):
            case Action.LINK:
                self._link([view])
            case Action.UNLINK:
                self._ask_to_unlink([view])
            case Action.REPAIR:
                self.house.way.repair((view.page_id,))
            case Action.TAKE_OVER:
                self._ask_to_take_over(view)
            case Action.EXPLAIN:
                self.house.way.details(page_id)

    def link(self) -> None:
        """Link what `linkable` says."""
        if self.work is None and (views := self.linkable()):
            self._link(views)

    def unlink(self) -> None:
        """Unlink the selected Pages, after a question."""
        if self.work is None and (views := self.unlinkable()):
            self._ask_to_unlink(views)

    def stop(self) -> None:
        """End the work in good order."""
        if self.work is not None and self.work.job is not None:
            self.work.stopping = True
            self.work.job.stop()
            self.changed()

    def help(self) -> None:
        """What the banner's button does."""
        notice = self.notice
        match notice.help if notice else Help.NOTHING:
            case Help.SIGN_IN:
                self.house.way.sign_in()
            case Help.REPAIR:
                self.house.way.repair()
            case Help.TRY_AGAIN:
                self.refresh()

    def forget(self) -> None:
        """Forget what was seen: another account or person is looked at from here on."""
        if self.looking is not None:
            self.looking.stop()
        self.overview, self.looking, self.problem, self.summary = None, None, None, None
        self.selected, self.searched, self.group = set(), "", Group.ALL

    # ---- looking ---------------------------------------------------------------------------------------

    def _hear(self, news: Any) -> None:
        if isinstance(news, Overview):
            # What was known of Facebook's side stays on the screen until it is known anew.
            if self.overview is None or self.overview.account.id != news.account.id:
                self.overview = news
        else:
            self.found = news
        self.changed()

    def _looked(self, overview: Overview) -> None:
        self.overview, self.looking = self._with_learnt(overview), None
        self.selected &= {view.page_id for view in overview.pages}
        self._ask_for_newer(overview.address)
        if self.watched and overview.not_listed is not None and overview.person is None and not overview.pages:
            self.house.way.sign_in()
            return
        self.changed()

    def _ask_for_newer(self, address: str) -> None:
        if versions.is_due(self.house.preferences, time.time()):
            self.house.jobs.start(lambda job: versions.newer_at(address), self._know_newer, lambda problem: None)

    def _know_newer(self, newer: Newer | None) -> None:
        self.newer = newer
        self.changed()

    def _look_failed(self, problem: Problem) -> None:
        self.looking = None
        if isinstance(problem, (NotConnected, AccountTokenRefused, AccountInactive, AccountWrongChannel)):
            self.overview = None
        if isinstance(problem, NotConnected) and self.watched:
            self.house.way.connect()
            return
        self.problem = problem
        self.changed()

    # ---- linking ---------------------------------------------------------------------------------------

    def _busy(self) -> frozenset[str]:
        if self.work is None:
            return frozenset()
        return frozenset(self.work.ids) - {outcome.page_id for outcome in self.work.outcomes}

    def _ask_to_unlink(self, views: Sequence[PageView]) -> None:
        links = [view.link for view in views if view.link]
        workplace = self.house.workplace
        one, many = say("End the link of “{name}”?", name=views[0].name), say("End {count} links?", count=len(views))
        title = one if len(views) == 1 else many
        text = say(
            "Facebook then sends nothing more for it, and the gateway forgets the permission. Conversations in the "
            "customer-service system stay."
        )

        def do() -> None:
            self._start(views, lambda job: errands.unlink(workplace, links, job.tell, job.cancel))

        self.house.way.ask(Question(title, text, say("Unlink"), do, self.house.way.home, danger=True))

    def _ask_to_take_over(self, view: PageView) -> None:
        title = say("Take “{name}” over from the other messenger account?", name=view.name)
        text = say("Its messages then arrive here, and no longer at the other messenger account.")
        ready = replace(view, verdict=Verdict.READY)
        way = self.house.way
        way.ask(
            Question(title, text, say("Take over"), lambda: self._link([ready], take_over=True), way.home, danger=True)
        )

    def _link(self, views: Sequence[PageView], *, take_over: bool = False) -> None:
        workplace = self.house.workplace
        self._start(views, lambda job: errands.link(workplace, views, job.tell, job.cancel, take_over=take_over))

    def _start(self, views: Iterable[PageView], work: Any) -> None:
        self.work = Work(tuple(view.page_id for view in views))
        self.summary = None
        self.work.job = self.house.jobs.start(work, lambda _: self._worked(), self._work_failed, self._hear_outcome)
        self.changed()

    def _hear_outcome(self, outcome: Outcome) -> None:
        if self.work is None:
            return
        self.work.outcomes.append(outcome)
        self.work.name = outcome.name or outcome.page_id
        if outcome.result is Result.FAILED and outcome.verdict is not None:
            self._learnt[outcome.page_id] = outcome
        else:
            self._learnt.pop(outcome.page_id, None)
        if self.overview is not None:
            self.overview = self._with_learnt(self.overview)
        self.changed()

    def _with_learnt(self, overview: Overview) -> Overview:
        if not self._learnt:
            return overview
        return replace(overview, pages=tuple(self._taught(view) for view in overview.pages))

    def _taught(self, view: PageView) -> PageView:
        outcome = self._learnt.get(view.page_id)
        if outcome is None or view.verdict is not Verdict.READY or outcome.problem is None:
            return view
        told = outcome.problem.told()
        return replace(
            view, verdict=outcome.verdict or view.verdict, evidence=Sentence(told.what), remedy=Sentence(told.remedy),
            step=outcome.step,
        )  # fmt: skip

    def _worked(self) -> None:
        work, self.work = self.work, None
        if work is None:
            return
        self.summary = summary_of(work.outcomes)
        done = {one.page_id for one in work.outcomes if one.problem is None}
        self.selected -= done
        self.refresh()

    def _work_failed(self, problem: Problem) -> None:
        self.work, self.problem = None, problem
        self.changed()


def summary_of(outcomes: Sequence[Outcome]) -> tuple[Sentence, bool]:
    """What became of the work in one line, and whether a part of it failed."""
    linked = sum(one.result in {Result.LINKED, Result.REFRESHED} for one in outcomes)
    unlinked = sum(one.result is Result.UNLINKED for one in outcomes)
    failed = [one for one in outcomes if one.result is Result.FAILED]
    stopped = sum(one.result is Result.STOPPED for one in outcomes)
    parts = []
    if linked:
        parts.append(say_n("{count} Page linked.", "{count} Pages linked.", linked))
    if unlinked:
        parts.append(say_n("{count} link ended.", "{count} links ended.", unlinked))
    if failed:
        first = failed[0]
        why = first.problem.told().what if first.problem else ""
        parts.append(
            say_n(
                "“{name}” failed: {why}", "{count} failed, first “{name}”: {why}", len(failed), name=first.name, why=why
            )
        )
    if stopped:
        parts.append(say_n("{count} was not begun.", "{count} were not begun.", stopped))
    return _joined(parts), bool(failed or stopped)


def _joined(parts: Sequence[Sentence]) -> Sentence:
    if not parts:
        return Sentence("")
    whole = parts[0]
    for part in parts[1:]:
        whole = say("{first} {second}", first=whole, second=part)
    return whole
