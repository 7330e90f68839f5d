"""A question before something is done."""

import tkinter as tk

from fbtool.desktop.chips import Stock
from fbtool.desktop.house import Presenter, Question
from fbtool.desktop.layout import Flow
from fbtool.desktop.screens.screen import Column, heading
from fbtool.desktop.tokens import WIDE
from fbtool.desktop.widgets import button, label
from fbtool.language import say


class AskingScreen(Column):
    """Shows a `Question`; both answers lead back."""

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Presenter, question: Question) -> None:
        super().__init__(parent, stock)
        self._it, self._question = presenter, question
        self.title = question.title
        px = self.theme.px
        heading(self.body, question.title, None).pack(fill="x", pady=(0, px(WIDE)))
        label(self.body, question.text, meaning="question").pack(fill="x")
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), 0))
        button(row, question.yes, self._do, "Danger" if question.danger else "Primary", meaning="yes")
        self._no = button(row, say("Cancel (Esc)"), self.escape, meaning="no")

    def enter(self) -> None:
        """The harmless answer has the keyboard."""
        self._no.focus_set()

    def escape(self) -> None:
        """No."""
        self._question.back()

    def _do(self) -> None:
        self._question.back()
        self._question.do()
