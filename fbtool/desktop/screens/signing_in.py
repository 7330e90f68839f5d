"""The sign-in with Facebook, from the button to the result."""

from fbtool.desktop.design_tokens import SPACE, WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.signing_in import SigningInPresenter
from fbtool.desktop.screens.screen import Column, problem_card
from fbtool.desktop.screens.sign_in_panel import SignInPanel
from fbtool.desktop.widgets import button, paragraph
from fbtool.language import say


class SigningInScreen(Column[SigningInPresenter]):
    """Shows `SigningInPresenter`."""

    title = say("Sign in with Facebook")
    _panel: SignInPanel | None = None

    def refresh(self) -> None:
        """Draw the state."""
        waiting = self._presenter.waiting
        if waiting is not None and self._panel is not None and self._panel.winfo_exists():
            self._panel.show(waiting)
            return
        self._panel = None
        self.body.clear()
        self.head(self.title, back=not self._presenter.first)
        if not self._presenter.under_way:
            self._draw_start()
            return
        self._panel = SignInPanel(
            self.body, cancel=self._presenter.cancel, give_code=self._presenter.give_code,
            by_hand=lambda: self._presenter.begin(by_hand=True),
        ).spread()  # fmt: skip
        if waiting is not None:
            self._panel.show(waiting)

    def enter(self) -> None:
        """Draw; the button gets the keyboard while drawing."""
        self.refresh()

    def escape(self) -> None:
        """First the sign-in ends, then the screen."""
        if self._presenter.under_way:
            self._presenter.cancel()
        elif not self._presenter.first:
            self._navigator.home()

    def _draw_start(self) -> None:
        if self._presenter.problem is not None:
            problem_card(self.body, self._presenter.problem, below=WIDE)
        paragraph(
            self.body,
            say("Facebook shows fbtool the Pages that you manage. Sign in as somebody who has a role on them; the "
                "browser opens for it."),
        )  # fmt: skip
        row = Flow(self.body).spread(WIDE, SPACE)
        text = self.title if self._presenter.problem is None else say("Try again")
        start = button(row, text, self._presenter.begin, "Primary", meaning="sign-in")
        other = say("The browser is on another device")
        button(row, other, lambda: self._presenter.begin(by_hand=True), "Plain", meaning="by-hand")
        paragraph(
            self.body,
            say("Your password stays with Facebook. fbtool keeps a permission in the secret store of this computer; "
                "it ends after about 60 days."),
            "Dim",
        )  # fmt: skip
        start.focus_set()
