"""The guided repair: what is proposed, the two clicks at Facebook, the waiting, and what it has changed."""

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.dialog_illustration import TwoClicks
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.repairing import Phase, RepairingPresenter
from fbtool.desktop.screens.screen import Column, problem_card
from fbtool.desktop.screens.sign_in_panel import SignInPanel
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Card, bullet, button, paragraph, progress_bar
from fbtool.language import Sentence, say
from fbtool.linking.pages.facebook_words import listed
from fbtool.linking.pages.verdicts import Step
from fbtool.linking.repair.difference import Difference
from fbtool.linking.repair.events import Finish
from fbtool.linking.repair.plan import Plan
from fbtool.linking.repair.words import changes, headline, to_do, warning
from fbtool.palette import Tone

_PICTURED = frozenset({Step.EDIT_SETTINGS, Step.BUSINESS_ACCESS})


class RepairingScreen(Column[RepairingPresenter]):
    """Shows `RepairingPresenter`."""

    title = say("Repair")
    _panel: SignInPanel | None = None

    def refresh(self) -> None:
        """Draw the phase."""
        it = self._presenter
        if it.phase is Phase.SIGNING_IN and self._panel is not None and self._panel.winfo_exists() and it.waiting:
            self._panel.show(it.waiting)
            return
        self._panel = None
        self.body.clear()
        self.head(self.title, back=it.phase is Phase.OVER)
        for difference in it.differences:
            self._draw_difference(difference)
        self._draw_outcomes()
        match it.phase:
            case Phase.LOOKING:
                paragraph(self.body, say("Looking what helps …"), above=SPACE, below=NEAR, meaning="looking")
                progress_bar(self.body, meaning="work", known=False).pack(fill="x")
            case Phase.ASKING if it.plan is not None:
                self._draw_plan(it.plan)
            case Phase.SIGNING_IN:
                self._panel = SignInPanel(self.body, cancel=it.cancel, give_code=it.give_code, by_hand=None)
                self._panel.spread()
                if it.waiting is not None:
                    self._panel.show(it.waiting)
            case Phase.OVER:
                self._draw_end()

    def enter(self) -> None:
        """What is drawn takes the keyboard itself."""

    def escape(self) -> None:
        """No to a question, an end to a dialog, else back."""
        match self._presenter.phase:
            case Phase.ASKING:
                self._presenter.decline()
            case Phase.SIGNING_IN:
                self._presenter.cancel()
            case Phase.OVER:
                self._leave()

    def _leave(self) -> None:
        self._navigator.home(anew=True)

    def _card(
        self, tone: Tone, text: Sentence | str, meaning: str = "", *, above: float = NEAR, below: float = 0
    ) -> Card:
        """A card that says something, strongly."""
        card = Card(self.body, SURFACE_OF[tone]).spread(above, below)
        paragraph(card, text, "Strong", meaning=meaning)
        return card

    def _draw_plan(self, plan: Plan) -> None:
        if plan.alarm:
            self._card(Tone.BAD, headline(plan), "alarm", above=0, below=SPACE)
        else:
            paragraph(self.body, headline(plan), "Heading", above=NEAR, below=NEAR, meaning="headline")
        if plan.step in _PICTURED:
            TwoClicks(self.body, plan.pages, plan.linked).spread(TIGHT, SPACE)
        for line in to_do(plan):
            bullet(self.body, "•", line)
        alert = warning(plan)
        if alert is not None:
            self._card(Tone.WARNING, alert, above=SPACE)
        row = Flow(self.body).spread(above=WIDE)
        last = plan.step is Step.RECONNECT
        text = say("Disconnect, then open the browser") if last else say("Open the browser")
        go = button(row, text, self._presenter.agree, "Danger" if last else "Primary", meaning="agree")
        no = button(row, say("Not now (Esc)"), self._presenter.decline, meaning="decline")
        (no if last else go).focus_set()

    def _draw_difference(self, difference: Difference) -> None:
        tone = Tone.BAD if difference.lost_although_linked else Tone.WARNING if difference.lost else Tone.GOOD
        if not (difference.gained or difference.lost):
            tone = Tone.OPEN
        card = Card(self.body, SURFACE_OF[tone]).spread(below=NEAR)
        for line in changes(difference):
            paragraph(card, line, "Strong" if difference.lost_although_linked else "", meaning="change")

    def _draw_outcomes(self) -> None:
        for outcome in self._presenter.outcomes:
            name, problem = outcome.name or outcome.page_id, outcome.problem
            works = say("✓ {name}: the link works", name=name)
            text = works if problem is None else f"✗ {name}: {problem.told().what}"
            paragraph(self.body, text, above=2, below=2, meaning="outcome")

    def _draw_end(self) -> None:
        it = self._presenter
        if it.problem is not None:
            problem_card(self.body, it.problem, above=NEAR)
        elif it.end is not None:
            self._draw_finish(it.end)
        row = Flow(self.body).spread(above=WIDE)
        done = button(row, say("To the Pages"), self._leave, "Primary", meaning="done")
        if it.problem is not None or (it.end is not None and not it.end.well):
            button(row, say("Try again"), it.begin, meaning="again")
        done.focus_set()

    def _draw_finish(self, end: Finish) -> None:
        if end.well:
            self._card(Tone.GOOD, say("All is repaired.") if end.repaired else say("Nothing is broken."), "end")
            return
        if end.problem is not None:
            problem_card(self.body, end.problem, above=NEAR)
        if end.stranger is not None:
            who = say("{name} has signed in, not the person whose links are repaired.", name=end.stranger.name)
            card = self._card(Tone.WARNING, who, "stranger")
            paragraph(card, say("Nothing was changed. Sign out of Facebook in the browser and start again."))
        for left in end.left:
            card = self._card(Tone.WARNING, left.name or say("Pages"), "left")
            for text in (left.why, left.remedy):
                if str(text):
                    paragraph(card, text, above=TIGHT)
        if end.missing_permissions:
            names = listed(end.missing_permissions)
            self._card(Tone.WARNING, say("Not allowed at Facebook: {permissions}.", permissions=names))
