"""The banner above the list."""

import tkinter as tk
from collections.abc import Callable

from fbtool.desktop.design_tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.presenters.notice import Notice, NoticeAction
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Area, Card, button, paragraph
from fbtool.language import current, say


class Banner(Area):
    """Shows a `Notice`, or nothing at all."""

    def __init__(self, parent: tk.Misc, act: Callable[[], object]) -> None:
        super().__init__(parent)
        self._act = act

    def show(self, notice: Notice | None) -> None:
        """Draw it if it is another one than before."""
        if not self.looks_new(notice, current()):
            return
        self.clear()
        if notice is None:
            self.configure(height=1)
            return
        card = Card(self, SURFACE_OF[notice.tone]).spread(below=SPACE)
        if notice.action is not NoticeAction.NOTHING:
            made = button(card, notice.action.words, self._act, "Primary", meaning="banner-action")
            made.pack(side="right", padx=(self.theme.px(WIDE), 0))
        text = Area(card)
        text.pack(side="left", fill="x", expand=True)
        paragraph(text, notice.title, "Strong", meaning="banner")
        if str(notice.text):
            paragraph(text, notice.text, above=TIGHT, meaning="banner-text")
        if notice.trace_id:
            trace = say("Facebook's reference for its support: {trace}", trace=notice.trace_id)
            paragraph(text, trace, "Small", above=TIGHT)
