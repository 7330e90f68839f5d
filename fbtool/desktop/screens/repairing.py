"""The guided repair: what is proposed, the two clicks at Facebook, the waiting, and what it has changed."""

import tkinter as tk

from fbtool.desktop.chips import Stock
from fbtool.desktop.illustration import TwoClicks
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.repairing import Phase, Repairing
from fbtool.desktop.screens.screen import Column, clear, heading, problem_card
from fbtool.desktop.screens.waiting_panel import WaitingPanel
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.tokens import NEAR, SPACE, TIGHT, WIDE, Tone
from fbtool.desktop.widgets import Area, Card, button, label, progress_bar
from fbtool.language import say
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.verdicts import Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.events import Finish
from fbtool.linking.repair.plan import Plan
from fbtool.linking.repair.words import changes, headline, to_do, warning

_PICTURED = frozenset({Step.EDIT_SETTINGS, Step.BUSINESS_ACCESS})


class RepairingScreen(Column):
    """Shows `Repairing`."""

    title = say("Repair")

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Repairing) -> None:
        super().__init__(parent, stock)
        self._it = presenter
        self._panel: WaitingPanel | None = None

    def refresh(self) -> None:
        """Draw the phase."""
        it = self._it
        if it.phase is Phase.SIGNING_IN and self._panel is not None and self._panel.winfo_exists() and it.waiting:
            self._panel.show(it.waiting)
            return
        self._panel = None
        clear(self.body)
        over = it.phase is Phase.OVER
        heading(self.body, say("Repair"), self.escape if over else None).pack(fill="x", pady=(0, self.theme.px(WIDE)))
        for difference in it.differences:
            self._draw_difference(difference)
        self._draw_outcomes()
        match it.phase:
            case Phase.LOOKING:
                self._draw_looking()
            case Phase.ASKING if it.plan is not None:
                self._draw_plan(it.plan)
            case Phase.SIGNING_IN:
                self._panel = WaitingPanel(self.body, cancel=it.cancel_dialog, give_code=it.give_code, by_hand=None)
                self._panel.pack(fill="x")
                if it.waiting is not None:
                    self._panel.show(it.waiting)
            case Phase.OVER:
                self._draw_end()

    def escape(self) -> None:
        """No to a question, an end to a dialog, else back."""
        match self._it.phase:
            case Phase.ASKING:
                self._it.decline()
            case Phase.SIGNING_IN:
                self._it.cancel_dialog()
            case Phase.OVER:
                self._leave()

    def _leave(self) -> None:
        self._it.house.way.home(anew=True)

    def _draw_looking(self) -> None:
        px = self.theme.px
        label(self.body, say("Looking what helps …"), meaning="looking").pack(fill="x", pady=(px(SPACE), px(NEAR)))
        bar = progress_bar(self.body, meaning="work", known=False)
        bar.pack(fill="x")
        bar.start(20)

    def _draw_plan(self, plan: Plan) -> None:
        px = self.theme.px
        if plan.alarm:
            card = Card(self.body, SURFACE_OF[Tone.BAD])
            card.pack(fill="x", pady=(0, px(SPACE)))
            label(card, headline(plan), "Strong", meaning="alarm").pack(fill="x")
        else:
            label(self.body, headline(plan), "Heading", meaning="headline").pack(fill="x", pady=px(NEAR))
        if plan.step in _PICTURED:
            TwoClicks(self.body, plan.pages, plan.linked).pack(fill="x", pady=(px(TIGHT), px(SPACE)))
        for line in to_do(plan):
            row = Area(self.body)
            row.pack(fill="x", pady=px(2))
            label(row, "•", "Strong", wraps=False).pack(side="left", anchor="n", padx=(0, px(NEAR)))
            label(row, line).pack(side="left", fill="x", expand=True)
        alert = warning(plan)
        if alert is not None:
            card = Card(self.body, SURFACE_OF[Tone.WARNING])
            card.pack(fill="x", pady=(px(SPACE), 0))
            label(card, alert, "Strong").pack(fill="x")
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), 0))
        last = plan.step is Step.RECONNECT
        text = say("Disconnect, then open the browser") if last else say("Open the browser")
        go = button(row, text, self._it.agree, "Danger" if last else "Primary", meaning="agree")
        no = button(row, say("Not now (Esc)"), self._it.decline, meaning="decline")
        (no if last else go).focus_set()

    def _draw_difference(self, difference: Difference) -> None:
        px = self.theme.px
        tone = Tone.BAD if difference.lost_although_linked else Tone.WARNING if difference.lost else Tone.GOOD
        if not (difference.gained or difference.lost):
            tone = Tone.OPEN
        card = Card(self.body, SURFACE_OF[tone])
        card.pack(fill="x", pady=(0, px(NEAR)))
        for line in changes(difference):
            label(card, line, "Strong" if difference.lost_although_linked else "", meaning="change").pack(fill="x")

    def _draw_outcomes(self) -> None:
        px = self.theme.px
        for outcome in self._it.outcomes:
            name = outcome.name or outcome.page_id
            if outcome.problem is None:
                label(self.body, say("✓ {name}: the link works", name=name), meaning="outcome").pack(
                    fill="x", pady=px(2)
                )
            else:
                text = f"✗ {name}: {outcome.problem.told().what}"
                label(self.body, text, meaning="outcome").pack(fill="x", pady=px(2))

    def _draw_end(self) -> None:
        it, px = self._it, self.theme.px
        if it.problem is not None:
            problem_card(self.body, it.problem).pack(fill="x", pady=(px(NEAR), 0))
        elif it.end is not None:
            self._draw_finish(it.end)
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), 0))
        done = button(row, say("To the Pages"), self._leave, "Primary", meaning="done")
        if it.problem is not None or (it.end is not None and not it.end.well):
            button(row, say("Try again"), it.begin, meaning="again")
        done.focus_set()

    def _draw_finish(self, end: Finish) -> None:
        px = self.theme.px
        if end.well:
            card = Card(self.body, SURFACE_OF[Tone.GOOD])
            card.pack(fill="x", pady=(px(NEAR), 0))
            text = say("All is repaired.") if end.repaired else say("Nothing is broken.")
            label(card, text, "Strong", meaning="end").pack(fill="x")
            return
        if end.problem is not None:
            problem_card(self.body, end.problem).pack(fill="x", pady=(px(NEAR), 0))
        if end.stranger is not None:
            card = Card(self.body, SURFACE_OF[Tone.WARNING])
            card.pack(fill="x", pady=(px(NEAR), 0))
            who = say("{name} has signed in, not the person whose links are repaired.", name=end.stranger.name)
            label(card, who, "Strong", meaning="stranger").pack(fill="x")
            label(card, say("Nothing was changed. Sign out of Facebook in the browser and start again.")).pack(fill="x")
        for left in end.left:
            card = Card(self.body, SURFACE_OF[Tone.WARNING])
            card.pack(fill="x", pady=(px(NEAR), 0))
            label(card, left.name or say("Pages"), "Strong", meaning="left").pack(fill="x")
            for text_ in (left.why, left.remedy):
                if str(text_):
                    label(card, text_).pack(fill="x", pady=(px(TIGHT), 0))
        if end.missing_permissions:
            names = listed(end.missing_permissions)
            card = Card(self.body, SURFACE_OF[Tone.WARNING])
            card.pack(fill="x", pady=(px(NEAR), 0))
            label(card, say("Not allowed at Facebook: {permissions}.", permissions=names), "Strong").pack(fill="x")
