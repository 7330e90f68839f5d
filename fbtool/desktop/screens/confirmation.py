"""A question before something is done."""

import tkinter as tk

from fbtool.desktop.design_tokens import WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.presenter import Confirmation, Presenter
from fbtool.desktop.screens.screen import Column
from fbtool.desktop.widgets import button, paragraph
from fbtool.language import say


class ConfirmationScreen(Column[Presenter]):
    """Shows a `Confirmation`; both answers lead back."""

    def __init__(self, parent: tk.Misc, presenter: Presenter, confirmation: Confirmation) -> None:
        super().__init__(parent, presenter)
        self._confirmation = confirmation
        self.title = confirmation.title
        self.head(confirmation.title, back=False)
        paragraph(self.body, confirmation.text, meaning="question")
        row = Flow(self.body).spread(above=WIDE)
        button(row, confirmation.yes, self._do, "Danger" if confirmation.danger else "Primary", meaning="yes")
        self._no = button(row, say("Cancel (Esc)"), self.escape, meaning="no")

    def enter(self) -> None:
        """The harmless answer has the keyboard."""
        self._no.focus_set()

    def escape(self) -> None:
        """No."""
        self._confirmation.back()

    def _do(self) -> None:
        self._confirmation.back()
        self._confirmation.do()
