"""The list of Pages: looking, filtering, selecting, and what its buttons do."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fbtool.desktop import tasks, update_check
from fbtool.desktop.jobs import Job
from fbtool.desktop.page_row import Action, Group, PageRow, action_of, counts_of, filtered, row_of
from fbtool.desktop.presenters.notice import Notice, NoticeAction, notice_of
from fbtool.desktop.presenters.page_linking import PageLinking
from fbtool.desktop.presenters.presenter import Presenter, Services
from fbtool.desktop.tasks import Overview
from fbtool.desktop.update_check import NewerVersion
from fbtool.language import current, say
from fbtool.linking.local.workplace import NotConnected
from fbtool.linking.network.gateway_documents import AccountInactive, AccountWrongChannel
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.linking.signin.browser import open_in_browser
from fbtool.linking.signin.problems import AccountTokenRefused
from fbtool.problem import Problem


class PagesPresenter(Presenter):
    """Lives as long as the window."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.overview: Overview | None = None
        self.looking: Job[Overview] | None = None
        self.found = 0
        """Pages known so far while Facebook is asked."""
        self.problem: Problem | None = None
        """Why nothing could be looked at; what was known before stays on the screen."""
        self.group = Group.ALL
        self.searched = ""
        self.selected: set[str] = set()
        self.linking = PageLinking(services, self._learn, self._linked, self._link_failed)
        self.newer: NewerVersion | None = None
        """A newer version of this tool, if the gateway offers one."""
        self._rows: dict[str, tuple[PageView, tuple[object, ...], PageRow]] = {}

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

    def rows(self) -> list[PageRow]:
        """Their cards."""
        busy = self.linking.under_way
        return [self._row(view, view.page_id in busy, view.page_id in self.selected) for view in self.shown()]

    def _row(self, view: PageView, busy: bool, selected: bool) -> PageRow:
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
        if self.looking is not None or self.linking.work is not None:
            return
        self.problem, self.found = None, 0
        self.looking = self.jobs.start(
            lambda job: tasks.load_overview(self.workplace, job.tell, job.cancel),
            self._looked,
            self._look_failed,
            self._hear,
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
        if view is None or self.linking.work is not None:
            return
        match action_of(view):
            case Action.LINK:
                self.linking.link([view])
            case Action.UNLINK:
                self.linking.ask_to_unlink([view])
            case Action.REPAIR:
                self.navigator.repair((view.page_id,))
            case Action.TAKE_OVER:
                self.linking.ask_to_take_over(view)
            case Action.EXPLAIN:
                self.navigator.details(page_id)

    def link(self) -> None:
        """Link what `linkable` says."""
        if self.linking.work is None and (views := self.linkable()):
            self.linking.link(views)

    def unlink(self) -> None:
        """Unlink the selected Pages, after a question."""
        if self.linking.work is None and (views := self.unlinkable()):
            self.linking.ask_to_unlink(views)

    def act_on_notice(self) -> None:
        """What the banner's button does."""
        notice = self.notice
        match notice.action if notice else NoticeAction.NOTHING:
            case NoticeAction.SIGN_IN:
                self.navigator.sign_in()
            case NoticeAction.REPAIR:
                self.navigator.repair()
            case NoticeAction.TRY_AGAIN:
                self.refresh()

    def forget(self) -> None:
        """Forget what was seen: another account or person is looked at from here on."""
        if self.looking is not None:
            self.looking.stop()
        self.overview, self.looking, self.problem = None, None, None
        self.linking.forget()
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
        self.overview, self.looking = replace(overview, pages=self.linking.teach(overview.pages)), None
        self.selected &= {view.page_id for view in overview.pages}
        self._ask_for_newer(overview.address)
        if self.watched and overview.not_listed is not None and overview.person is None and not overview.pages:
            self.navigator.sign_in()
            return
        self.changed()

    def _ask_for_newer(self, address: str) -> None:
        if update_check.is_due(self.services.preferences, time.time()):
            self.jobs.start(lambda job: update_check.newer_at(address), self._know_newer, lambda problem: None)

    def _know_newer(self, newer: NewerVersion | None) -> None:
        self.newer = newer
        # Not `changed`: the list need not be what is shown.
        self.navigator.show_newer()

    def fetch_newer(self) -> None:
        """Open the page of the newer version in the browser."""
        if self.newer is not None:
            page = self.newer.page
            self.jobs.start(
                lambda job: open_in_browser(page), lambda opened: self._fetched(page, opened=opened), self._look_failed
            )

    def _fetched(self, page: str, *, opened: bool) -> None:
        if not opened:
            self.navigator.show_toast(say("The browser did not open. The address: {address}", address=page), bad=True)

    def _look_failed(self, problem: Problem) -> None:
        self.looking = None
        if isinstance(problem, (NotConnected, AccountTokenRefused, AccountInactive, AccountWrongChannel)):
            self.overview = None
        if isinstance(problem, NotConnected) and self.watched:
            self.navigator.connect()
            return
        self.problem = problem
        self.changed()

    # ---- linking ---------------------------------------------------------------------------------------

    def _learn(self) -> None:
        if self.overview is not None:
            self.overview = replace(self.overview, pages=self.linking.teach(self.overview.pages))
        self.changed()

    def _linked(self, done: frozenset[str]) -> None:
        self.selected -= done
        self.refresh()

    def _link_failed(self, problem: Problem) -> None:
        self.problem = problem
        self.changed()
