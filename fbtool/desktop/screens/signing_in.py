"""The sign-in with Facebook, from the button to the result."""

import tkinter as tk

from fbtool.desktop.design_tokens import SPACE, WIDE
from fbtool.desktop.image_cache import ImageCache
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.signing_in import SigningInPresenter
from fbtool.desktop.screens.screen import Column, clear, heading, problem_card
from fbtool.desktop.screens.sign_in_panel import SignInPanel
from fbtool.desktop.widgets import button, label
from fbtool.language import say


class SigningInScreen(Column):
    """Shows `SigningInPresenter`."""

    title = say("Sign in with Facebook")

    def __init__(self, parent: tk.Misc, images: ImageCache, presenter: SigningInPresenter) -> None:
        super().__init__(parent, images)
        self._it = presenter
        self._panel: SignInPanel | None = None

    def refresh(self) -> None:
        """Draw the state."""
        waiting = self._it.waiting
        if waiting is not None and self._panel is not None and self._panel.winfo_exists():
            self._panel.show(waiting)
            return
        self._panel = None
        clear(self.body)
        back = None if self._it.first else self.escape
        heading(self.body, say("Sign in with Facebook"), back).pack(fill="x", pady=(0, self.theme.px(WIDE)))
        if self._it.under_way:
            self._panel = SignInPanel(
                self.body, cancel=self._it.cancel, give_code=self._it.give_code,
                by_hand=lambda: self._it.begin(by_hand=True),
            )  # fmt: skip
            self._panel.pack(fill="x")
            if waiting is not None:
                self._panel.show(waiting)
            return
        self._draw_start()

    def enter(self) -> None:
        """Draw; the button gets the keyboard while drawing."""
        self.refresh()

    def escape(self) -> None:
        """First the sign-in ends, then the screen."""
        if self._it.under_way:
            self._it.cancel()
        elif not self._it.first:
            self._it.services.navigator.home()

    def _draw_start(self) -> None:
        px = self.theme.px
        if self._it.problem is not None:
            problem_card(self.body, self._it.problem).pack(fill="x", pady=(0, px(WIDE)))
        label(
            self.body,
            say("Facebook shows fbtool the Pages that you manage. Sign in as somebody who has a role on them; the "
                "browser opens for it."),
        ).pack(fill="x")  # fmt: skip
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), px(SPACE)))
        text = say("Sign in with Facebook") if self._it.problem is None else say("Try again")
        start = button(row, text, self._it.begin, "Primary", meaning="sign-in")
        other = say("The browser is on another device")
        button(row, other, lambda: self._it.begin(by_hand=True), "Plain", meaning="by-hand")
        label(
            self.body,
            say("Your password stays with Facebook. fbtool keeps a permission in the secret store of this computer; "
                "it ends after about 60 days."),
            "Dim",
        ).pack(fill="x")  # fmt: skip
        start.focus_set()
