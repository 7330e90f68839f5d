"""The banner above the list."""

import tkinter as tk
from collections.abc import Callable

from fbtool.desktop.design_tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.presenters.notice import Notice, NoticeAction
from fbtool.desktop.screens.screen import clear
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Area, Card, button, label
from fbtool.language import current, say


class Banner(Area):
    """Shows a `Notice`, or nothing at all."""

    def __init__(self, parent: tk.Misc, act: Callable[[], object]) -> None:
        super().__init__(parent)
        self._act = act
        self._drawn: tuple[object, ...] | None = None

    def show(self, notice: Notice | None) -> None:
        """Draw it if it is another one than before."""
        looks = None if notice is None else (notice, current())
        if looks == self._drawn:
            return
        self._drawn = looks
        clear(self)
        if notice is None:
            self.configure(height=1)
            return
        px = self.theme.px
        card = Card(self, SURFACE_OF[notice.tone])
        card.pack(fill="x", pady=(0, px(SPACE)))
        if notice.help is not NoticeAction.NOTHING:
            made = button(card, notice.button, self._act, "Primary", meaning="banner-action")
            made.pack(side="right", padx=(px(WIDE), 0))
        text = Area(card)
        text.pack(side="left", fill="x", expand=True)
        label(text, notice.title, "Strong", meaning="banner").pack(fill="x")
        if str(notice.text):
            label(text, notice.text, meaning="banner-text").pack(fill="x", pady=(px(TIGHT), 0))
        if notice.trace_id:
            trace = say("Facebook's reference for its support: {trace}", trace=notice.trace_id)
            label(text, trace, "Small").pack(fill="x", pady=(px(TIGHT), 0))
