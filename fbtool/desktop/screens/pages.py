"""The main screen: the Pages as cards, with search, filter, banner, and what can be done for many at once."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from tkinter import ttk

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, VAST, WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.page_list import Listener, PageList
from fbtool.desktop.page_row import Action, Group, PageRow, action_of
from fbtool.desktop.presenters.pages import PagesPresenter
from fbtool.desktop.screens.banner import Banner
from fbtool.desktop.screens.footer import Footer
from fbtool.desktop.screens.screen import Screen, problem_card
from fbtool.desktop.widgets import Area, button, copy_text, field, label, set_kind
from fbtool.language import Sentence, say

_WIDEST = 1120
"""Pixels at 100 %, in the middle: on a wider window the eye would lose the row between a name and its button."""
FetchPictures = Callable[[Sequence[PageRow], Callable[[], None]], None]
"""Fetches the pictures of rows, and calls back when there are some."""


class PagesScreen(Screen[PagesPresenter]):
    """Shows `PagesPresenter`."""

    title = say("Pages")

    def __init__(self, parent: tk.Misc, presenter: PagesPresenter, see: FetchPictures) -> None:
        super().__init__(parent, presenter)
        px = self.theme.px
        self._inside = inside = Area(self)
        inside.pack(fill="both", expand=True, padx=px(WIDE), pady=(px(WIDE), px(SPACE)))
        self.bind("<Configure>", lambda event: self._keep_narrow(event.width))
        self._searched = tk.StringVar(self, presenter.searched)
        self._head(inside)
        self._footer = Footer(inside, presenter)
        self._footer.pack(side="bottom", fill="x")
        self._banner = Banner(inside, presenter.act_on_notice).spread()
        self._problem = Area(inside)
        self._filters: dict[Group, ttk.Button] = {}
        self._filter_bar(inside)
        self._empty = Area(inside)
        self._list = PageList(
            inside,
            Listener(
                presenter.act, self._navigator.details, presenter.toggle, presenter.select_shown, self._show_menu,
                on_seen=lambda rows: see(rows, self._list.redraw),
            ),
        )  # fmt: skip
        self._menu = tk.Menu(self, tearoff=False)

    # ---- drawing ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the state; what has not changed stays as it is."""
        it = self._presenter
        counts = it.counts()
        for group, made in self._filters.items():
            made.configure(text=str(group.label(counts[group])))
            set_kind(made, "Chosen" if group is it.group else "Quiet")
            made.state(["!disabled" if counts[group] or group in {Group.ALL, it.group} else "disabled"])
        self._refresh_button.state(["disabled" if it.looking or it.linking.work else "!disabled"])
        self._banner.show(it.notice)
        self._show_problem()
        rows = it.rows()
        self._list.show(rows)
        if rows:
            self._empty.pack_forget()
            self._list.pack(fill="both", expand=True)
        else:
            self._list.pack_forget()
            self._show_empty()
        self._footer.refresh()

    def enter(self) -> None:
        """The list comes first."""
        self._list.canvas.focus_set()

    def escape(self) -> None:
        """First the search ends, then the selection."""
        if self._searched.get():
            self._searched.set("")
            self._list.canvas.focus_set()
        else:
            self._presenter.clear_selection()

    def focus_search(self) -> None:
        """Give the keyboard to the search."""
        self._search.focus_set()
        self._search.select_range(0, "end")

    def active_page(self) -> str:
        """The id of the Page that the keyboard is at, or nothing."""
        rows = self._presenter.rows()
        return rows[self._list.active].page_id if self._list.active < len(rows) else ""

    def _keep_narrow(self, width: int) -> None:
        margin, rest = self.theme.px(WIDE), width - self.theme.px(_WIDEST)
        self._inside.pack_configure(padx=(max(margin, rest // 2), max(margin, rest - rest // 2)))

    def _head(self, inside: Area) -> None:
        px = self.theme.px
        head = Area(inside).spread(below=SPACE)
        label(head, say("Your Pages"), "Title", wraps=False).pack(side="left")
        self._refresh_button = button(head, say("Refresh (F5)"), self._presenter.refresh, meaning="refresh")
        self._refresh_button.pack(side="right")
        # In a narrow window the field gives way, not a word.
        search = Area(head)
        search.pack(side="right", padx=(px(WIDE), px(TIGHT)))
        label(search, say("Search (Ctrl+F)"), "Dim", wraps=False).pack(side="left")
        self._search = field(search, self._searched, meaning="search", width=22)
        self._search.pack(side="left", fill="x", padx=(px(TIGHT), 0))
        self._searched.trace_add("write", lambda *_: self._presenter.search(self._searched.get()))
        self._search.bind("<Down>", lambda event: self._list.canvas.focus_set())
        self._search.bind("<Return>", lambda event: self._list.canvas.focus_set())

    def _filter_bar(self, inside: Area) -> None:
        bar = Flow(inside, gap=2).spread(below=NEAR)
        for group in Group:
            choose = partial(self._presenter.choose, group)
            self._filters[group] = button(bar, "", choose, meaning=f"filter {group.value}")

    def _show_problem(self) -> None:
        shown = self._presenter.problem
        if not self._problem.looks_new(shown):
            return
        self._problem.clear()
        if shown is None:
            self._problem.pack_forget()
            return
        again = (say("Try again"), self._presenter.refresh, "try-again")
        other = (say("Connect with another code"), self._navigator.connect, "connect-again")
        problem_card(self._problem, shown, again, other, below=SPACE)
        self._problem.pack(fill="x", after=self._banner)

    def _show_empty(self) -> None:
        self._empty.clear()
        self._empty.pack(fill="both", expand=True)
        middle = Area(self._empty)
        middle.pack(pady=self.theme.px(VAST))
        for text, kind in zip(self._words_for_nothing(), ("Heading", "Dim"), strict=False):
            label(middle, text, kind, wraps=False, meaning="empty").pack(pady=self.theme.px(TIGHT))
        if self._presenter.views and (self._presenter.searched or self._presenter.group is not Group.ALL):
            made = button(middle, say("Show all Pages"), self._show_all, meaning="show-all")
            made.pack(pady=self.theme.px(NEAR))
        elif self._presenter.overview is not None and self._presenter.overview.listing is not None:
            made = button(middle, say("A Page is missing"), self._navigator.missing, meaning="missing")
            made.pack(pady=self.theme.px(NEAR))

    def _words_for_nothing(self) -> tuple[Sentence, ...]:
        it = self._presenter
        if it.views:
            return (say("No Page fits."), say("Search and filter leave nothing over."))
        if it.looking is not None:
            return (say("Looking for your Pages …"), say("Facebook and the gateway are asked."))
        if it.problem is not None:
            return ()
        if it.overview is not None and it.overview.listing is None:
            return (say("No Page is linked"), say("Facebook was not asked, because nobody is signed in."))
        return (say("No Page yet"), say("Facebook shows no Page, and none is linked."))

    def _show_all(self) -> None:
        self._searched.set("")
        self._presenter.choose(Group.ALL)
        self._list.canvas.focus_set()

    def _show_menu(self, page_id: str, x: int, y: int) -> None:
        """The menu of a card."""
        view = self._presenter.view(page_id)
        if view is None:
            return
        menu, it = self._menu, self.theme.palette
        menu.delete(0, "end")
        menu.configure(
            background=it.control, foreground=it.text, activebackground=it.accent, activeforeground=it.on_accent,
            font=self.theme.fonts.body, borderwidth=1, relief="flat", disabledforeground=it.faint,
        )  # fmt: skip
        action = action_of(view)
        if action is not Action.EXPLAIN:
            menu.add_command(label=str(action.words), command=lambda: self._presenter.act(page_id))
        menu.add_command(label=str(say("Details")), command=lambda: self._navigator.details(page_id))
        menu.add_separator()
        menu.add_command(label=str(say("Copy the id")), command=lambda: copy_text(self, page_id))
        menu.tk_popup(x, y)
