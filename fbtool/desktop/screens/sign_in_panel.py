"""What is shown while a person is at Facebook: what happens there, the link, the remaining time, and the ways out."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.browser_sign_in import SignInStatus
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import (
    Area,
    Card,
    bullet,
    button,
    copy_text,
    copyable,
    field,
    label,
    paragraph,
    progress_bar,
)
from fbtool.language import Sentence, say
from fbtool.linking.signin.machine import State
from fbtool.palette import Tone

_SECOND = 500


class SignInPanel(Area):
    """Shows a `SignInStatus`."""

    def __init__(
        self, parent: tk.Misc, *, cancel: Callable[[], object], give_code: Callable[[str], object],
        by_hand: Callable[[], object] | None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._cancel, self._give_code, self._by_hand = cancel, give_code, by_hand
        self._code = tk.StringVar(self)
        self._shown: SignInStatus | None = None
        self._clock: ttk.Label | None = None
        self._timer = self.after(_SECOND, self._tick)

    def show(self, waiting: SignInStatus) -> None:
        """Draw it."""
        self._shown = waiting
        self.clear()
        px = self.theme.px
        if waiting.state in {State.EXCHANGING, State.CHECKING}:
            paragraph(self, say("Facebook has answered; fetching the permission …"), "Strong")
        elif waiting.by_hand:
            self._draw_by_hand(waiting)
        else:
            self._draw_browser(waiting)
        progress_bar(self, meaning="waiting", known=False).pack(fill="x", pady=(px(WIDE), px(TIGHT)))
        self._clock = paragraph(self, self._time(), "Dim", meaning="time-left")
        row = Flow(self).spread(above=SPACE)
        button(row, say("Cancel"), self._cancel, meaning="cancel")
        if waiting.url:
            button(row, say("Copy the link"), lambda: copy_text(self, waiting.url), meaning="copy-link")
        if self._by_hand is not None and not waiting.by_hand:
            text = say("The browser is on another device")
            button(row, text, self._by_hand, "Plain", meaning="by-hand")

    def _draw_browser(self, waiting: SignInStatus) -> None:
        if not waiting.browser_opened and waiting.state is State.WAITING:
            card = Card(self, SURFACE_OF[Tone.WARNING]).spread(below=SPACE)
            paragraph(card, say("No browser could be opened here."), "Strong")
            paragraph(card, say("Copy the link and open it in a browser of this computer."))
        else:
            paragraph(self, say("Your browser is open"), "Heading", below=NEAR)
        bullet(self, "1.", say("Sign in at Facebook. Your password stays there; fbtool never sees it."))
        text = say("Choose the Pages that are to be linked, and leave every permission switched on.")
        bullet(self, "2.", text)
        bullet(self, "3.", say("Confirm to the end. This window then goes on by itself."))
        if waiting.url:
            paragraph(self, say("If no window opened, use this link:"), "Small", above=SPACE)
            copyable(self, waiting.url, meaning="link").pack(fill="x", pady=(self.theme.px(TIGHT), 0))

    def _draw_by_hand(self, waiting: SignInStatus) -> None:
        px = self.theme.px
        paragraph(self, say("Sign in on another device"), "Heading", below=NEAR)
        bullet(self, "1.", say("Open this link in any browser:"))
        text = say("Sign in at Facebook and confirm to the end; the last page shows a short code.")
        bullet(self, "2.", text)
        bullet(self, "3.", say("Type the code in here. Never give it to anybody else."))
        copyable(self, waiting.url, meaning="link", lines=3).pack(fill="x", pady=px(NEAR))
        row = Area(self).spread()
        label(row, say("Code"), "Strong", wraps=False).pack(side="left", padx=(0, px(NEAR)))
        entry = field(row, self._code, meaning="short-code", width=12)
        entry.pack(side="left")
        entry.bind("<Return>", lambda event: self._give())
        button(row, say("Go on"), self._give, "Primary", meaning="give-code").pack(side="left", padx=px(NEAR))
        entry.focus_set()
        if waiting.code_was_wrong:
            entry.state(["invalid"])
            text = say("This code does not fit. Compare it with the page, it is valid for two minutes.")
            paragraph(self, text, "Strong", above=TIGHT, meaning="code-wrong")

    def _give(self) -> None:
        if self._code.get().strip():
            self._give_code(self._code.get())

    def _time(self) -> Sentence:
        minutes, seconds = divmod(self._shown.seconds_left if self._shown else 0, 60)
        return say("Waiting for Facebook, {time} left.", time=f"{minutes}:{seconds:02}")

    def _tick(self) -> None:
        if self._clock is not None and self._clock.winfo_exists():
            self._clock.configure(text=str(self._time()))
        self._timer = self.after(_SECOND, self._tick)

    def destroy(self) -> None:
        """Stop the clock, too."""
        self.after_cancel(self._timer)
        super().destroy()
