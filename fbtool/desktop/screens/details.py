"""Everything about one Page: what is the matter, what to do, its link and its clocks; to be copied for support."""

from fbtool.desktop.design_tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.page_row import Action, action_of, tone_of
from fbtool.desktop.presenters.details import DetailsPresenter
from fbtool.desktop.screens.screen import Column, give_back, held_below, problem_card
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Area, Card, button, copy_text, copyable, label, paragraph
from fbtool.language import current, say
from fbtool.linking.pages.verdicts import PageView


class DetailsScreen(Column[DetailsPresenter]):
    """Shows `DetailsPresenter`."""

    title = say("Details")

    def refresh(self) -> None:
        """Draw it anew. What has the keyboard keeps it: answers come while somebody is at work here."""
        held = held_below(self.body)
        self._draw()
        give_back(self.body, held)

    def _draw(self) -> None:
        self.body.clear()
        view = self._presenter.view
        self.head(view.name or view.page_id if view else self._presenter.page_id)
        if view is None:
            paragraph(self.body, say("This Page is not in the list any more."))
            return
        self._draw_verdict(view)
        if self._presenter.problem is not None:
            problem_card(self.body, self._presenter.problem, below=SPACE)
        self._draw_buttons(view)
        if view.message.text:
            paragraph(self.body, say("A message to whoever can help"), "Heading")
            made = copyable(self.body, view.message.spoken(current()), meaning="message", whole=True)
            made.pack(fill="x", pady=(self.theme.px(TIGHT), self.theme.px(WIDE)))
        self._draw_facts()

    def _draw_verdict(self, view: PageView) -> None:
        card = Card(self.body, SURFACE_OF[tone_of(view.verdict)]).spread(below=SPACE)
        words = str(view.verdict.words)
        paragraph(card, words[:1].upper() + words[1:], "Strong", meaning="verdict")
        for text in (view.evidence, view.remedy):
            if str(text):
                paragraph(card, text, above=TIGHT)

    def _draw_buttons(self, view: PageView) -> None:
        row = Flow(self.body).spread(below=WIDE)
        action = action_of(view)
        if action is not Action.EXPLAIN:
            kind = "Quiet" if action is Action.UNLINK else "Primary"
            button(row, action.words, self._presenter.act, kind, meaning="act")
        if view.link is not None:
            check = button(row, say("Check now"), self._presenter.check, meaning="check")
            check.state(["disabled" if self._presenter.checking else "!disabled"])
        button(row, say("Copy for support"), self._copy, meaning="copy")

    def _draw_facts(self) -> None:
        px = self.theme.px
        table = Area(self.body).spread()
        table.columnconfigure(1, weight=1)
        for row, (name, value) in enumerate(self._presenter.facts()):
            label(table, name, "Dim", wraps=False).grid(row=row, column=0, sticky="nw", padx=(0, px(WIDE)), pady=px(6))
            made = copyable(table, value, meaning=f"fact {row}", whole=True, framed=False)
            made.grid(row=row, column=1, sticky="we")

    def _copy(self) -> None:
        copy_text(self, self._presenter.for_support())
        self._navigator.show_toast(say("Copied."))
