"""Everything about one Page: what is the matter, what to do, its link and its clocks; to be copied for support."""

import tkinter as tk

from fbtool.desktop.chips import Stock
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.details import Details
from fbtool.desktop.rows import Action, action_of, tone_of
from fbtool.desktop.screens.screen import Column, clear, give_back, heading, held_below, problem_card
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.widgets import Area, Card, button, copyable, label
from fbtool.language import current, say
from fbtool.linking.pages.verdicts import PageView


class DetailsScreen(Column):
    """Shows `Details`."""

    title = say("Details")

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Details) -> None:
        super().__init__(parent, stock)
        self._it = presenter

    def refresh(self) -> None:
        """Draw it anew. What has the keyboard keeps it: answers come while somebody is at work here."""
        held = held_below(self.body)
        self._draw()
        give_back(self.body, held)

    def _draw(self) -> None:
        clear(self.body)
        view = self._it.view
        name = view.name or view.page_id if view else self._it.page_id
        heading(self.body, name, self.escape).pack(fill="x", pady=(0, self.theme.px(WIDE)))
        if view is None:
            label(self.body, say("This Page is not in the list any more.")).pack(fill="x")
            return
        self._draw_verdict(view)
        if self._it.problem is not None:
            problem_card(self.body, self._it.problem).pack(fill="x", pady=(0, self.theme.px(SPACE)))
        self._draw_buttons(view)
        if view.message.text:
            self._draw_message(view)
        self._draw_facts()

    def enter(self) -> None:
        """The way back has the keyboard."""
        for child in self.body.winfo_children()[:1]:
            for made in child.winfo_children()[:1]:
                made.focus_set()

    def escape(self) -> None:
        """Back to the list."""
        self._it.house.way.home()

    def _draw_verdict(self, view: PageView) -> None:
        px = self.theme.px
        card = Card(self.body, SURFACE_OF[tone_of(view.verdict)])
        card.pack(fill="x", pady=(0, px(SPACE)))
        words = str(view.verdict.words)
        label(card, words[:1].upper() + words[1:], "Strong", meaning="verdict").pack(fill="x")
        for text in (view.evidence, view.remedy):
            if str(text):
                label(card, text).pack(fill="x", pady=(px(TIGHT), 0))

    def _draw_buttons(self, view: PageView) -> None:
        px = self.theme.px
        row = Flow(self.body)
        row.pack(fill="x", pady=(0, px(WIDE)))
        action = action_of(view)
        if action is not Action.EXPLAIN:
            kind = "Quiet" if action is Action.UNLINK else "Primary"
            button(row, action.words, self._it.act, kind, meaning="act")
        if view.link is not None:
            check = button(row, say("Check now"), self._it.check, meaning="check")
            check.state(["disabled" if self._it.checking else "!disabled"])
        button(row, say("Copy for support"), self._copy, meaning="copy")

    def _draw_message(self, view: PageView) -> None:
        px = self.theme.px
        label(self.body, say("A message to whoever can help"), "Heading").pack(fill="x")
        text = view.message.spoken(current())
        copyable(self.body, text, meaning="message", whole=True).pack(fill="x", pady=(px(TIGHT), px(WIDE)))

    def _draw_facts(self) -> None:
        px = self.theme.px
        table = Area(self.body)
        table.pack(fill="x")
        table.columnconfigure(1, weight=1)
        for row, (name, value) in enumerate(self._it.facts()):
            label(table, name, "Dim", wraps=False).grid(row=row, column=0, sticky="nw", padx=(0, px(WIDE)), pady=px(6))
            made = copyable(table, value, meaning=f"fact {row}", whole=True, framed=False)
            made.grid(row=row, column=1, sticky="we")

    def _copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._it.for_support())
        self._it.house.way.tell(say("Copied."))
