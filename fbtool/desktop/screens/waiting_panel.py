"""What is shown while a person is at Facebook: what happens there, the link, the remaining time, and the ways out."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.waiting import Waiting
from fbtool.desktop.screens.screen import clear
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.tokens import NEAR, SPACE, TIGHT, WIDE, Tone
from fbtool.desktop.widgets import Area, Card, button, copyable, field, label, progress_bar
from fbtool.language import Sentence, say
from fbtool.linking.signin.machine import State

_SECOND = 500


class WaitingPanel(Area):
    """Shows a `Waiting`."""

    def __init__(
        self, parent: tk.Misc, *, cancel: Callable[[], object], give_code: Callable[[str], object],
        by_hand: Callable[[], object] | None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._cancel, self._give_code, self._by_hand = cancel, give_code, by_hand
        self._code = tk.StringVar(self)
        self._shown: Waiting | None = None
        self._clock: ttk.Label | None = None
        self._timer = self.after(_SECOND, self._tick)

    def show(self, waiting: Waiting) -> None:
        """Draw it."""
        self._shown = waiting
        clear(self)
        px = self.theme.px
        if waiting.state in {State.EXCHANGING, State.CHECKING}:
            label(self, say("Facebook has answered; fetching the permission …"), "Strong").pack(fill="x")
        elif waiting.by_hand:
            self._draw_by_hand(waiting)
        else:
            self._draw_browser(waiting)
        bar = progress_bar(self, meaning="waiting", known=False)
        bar.pack(fill="x", pady=(px(WIDE), px(TIGHT)))
        bar.start(20)
        self._clock = label(self, self._time(), "Dim", meaning="time-left")
        self._clock.pack(fill="x")
        row = Flow(self)
        row.pack(fill="x", pady=(px(SPACE), 0))
        button(row, say("Cancel"), self._cancel, meaning="cancel")
        if waiting.url:
            button(row, say("Copy the link"), self._copy, meaning="copy-link")
        if self._by_hand is not None and not waiting.by_hand:
            text = say("The browser is on another device")
            button(row, text, self._by_hand, "Plain", meaning="by-hand")

    def _draw_browser(self, waiting: Waiting) -> None:
        if not waiting.browser_opened and waiting.state is State.WAITING:
            card = Card(self, SURFACE_OF[Tone.WARNING])
            card.pack(fill="x", pady=(0, self.theme.px(SPACE)))
            label(card, say("No browser could be opened here."), "Strong").pack(fill="x")
            label(card, say("Copy the link and open it in a browser of this computer.")).pack(fill="x")
        else:
            label(self, say("Your browser is open"), "Heading").pack(fill="x", pady=(0, self.theme.px(NEAR)))
        self._steps(
            say("Sign in at Facebook. Your password stays there; fbtool never sees it."),
            say("Choose the Pages that are to be linked, and leave every permission switched on."),
            say("Confirm to the end. This window then goes on by itself."),
        )
        if waiting.url:
            label(self, say("If no window opened, use this link:"), "Small").pack(
                fill="x", pady=(self.theme.px(SPACE), 0)
            )
            copyable(self, waiting.url, meaning="link").pack(fill="x", pady=(self.theme.px(TIGHT), 0))

    def _draw_by_hand(self, waiting: Waiting) -> None:
        px = self.theme.px
        label(self, say("Sign in on another device"), "Heading").pack(fill="x", pady=(0, px(NEAR)))
        self._steps(
            say("Open this link in any browser:"),
            say("Sign in at Facebook and confirm to the end; the last page shows a short code."),
            say("Type the code in here. Never give it to anybody else."),
        )
        copyable(self, waiting.url, meaning="link", lines=3).pack(fill="x", pady=px(NEAR))
        row = Area(self)
        row.pack(fill="x")
        label(row, say("Code"), "Strong", wraps=False).pack(side="left", padx=(0, px(NEAR)))
        entry = field(row, self._code, meaning="short-code", width=12)
        entry.pack(side="left")
        entry.bind("<Return>", lambda event: self._give())
        button(row, say("Go on"), self._give, "Primary", meaning="give-code").pack(side="left", padx=px(NEAR))
        entry.focus_set()
        if waiting.code_was_wrong:
            entry.state(["invalid"])
            text = say("This code does not fit. Compare it with the page, it is valid for two minutes.")
            label(self, text, "Strong", meaning="code-wrong").pack(fill="x", pady=(px(TIGHT), 0))

    def _steps(self, *steps: Sentence) -> None:
        for number, text in enumerate(steps, 1):
            row = Area(self)
            row.pack(fill="x", pady=self.theme.px(2))
            label(row, f"{number}.", "Strong", wraps=False).pack(side="left", anchor="n", padx=(0, self.theme.px(NEAR)))
            label(row, text).pack(side="left", fill="x", expand=True)

    def _give(self) -> None:
        if self._code.get().strip():
            self._give_code(self._code.get())

    def _copy(self) -> None:
        if self._shown is not None:
            self.clipboard_clear()
            self.clipboard_append(self._shown.url)

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
