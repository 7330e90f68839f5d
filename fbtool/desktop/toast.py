"""A line that appears over the foot of the window for a while and never takes the keyboard."""

import tkinter as tk

from fbtool.desktop.design_tokens import SPACE, WIDE
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Area, Card, label
from fbtool.language import Sentence
from fbtool.palette import Tone

_SECONDS = 6


class Toast:
    """At most one line at a time."""

    def __init__(self, ground: Area) -> None:
        self._ground = ground
        self._card: Card | None = None
        self._timer = ""

    def show(self, text: Sentence, *, bad: bool) -> None:
        """Show a line in place of the one before."""
        self.hide()
        card = self._card = Card(self._ground, SURFACE_OF[Tone.BAD if bad else Tone.GOOD], inside=SPACE)
        label(card, text, "Strong", wraps=False, meaning="toast").pack()
        card.place(relx=0.5, rely=1.0, y=-self._ground.theme.px(WIDE), anchor="s")
        card.bind("<Button-1>", lambda event: self.hide())
        self._timer = self._ground.after(_SECONDS * 1000, self.hide)

    def hide(self) -> None:
        """Show nothing."""
        if self._timer:
            self._ground.after_cancel(self._timer)
            self._timer = ""
        if self._card is not None:
            try:
                self._card.destroy()
            except tk.TclError:
                return
            finally:
                self._card = None
