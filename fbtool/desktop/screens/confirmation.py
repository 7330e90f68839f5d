"""A question before something is done."""

import tkinter as tk

from fbtool.desktop.design_tokens import WIDE
from fbtool.desktop.image_cache import ImageCache
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.presenter import Confirmation, Presenter
from fbtool.desktop.screens.screen import Column, heading
from fbtool.desktop.widgets import button, label
from fbtool.language import say


class ConfirmationScreen(Column):
    """Shows a `Confirmation`; both answers lead back."""

    def __init__(self, parent: tk.Misc, images: ImageCache, presenter: Presenter, confirmation: Confirmation) -> None:
        super().__init__(parent, images)
        self._it, self._confirmation = presenter, confirmation
        self.title = confirmation.title
        px = self.theme.px
        heading(self.body, confirmation.title, None).pack(fill="x", pady=(0, px(WIDE)))
        label(self.body, confirmation.text, meaning="question").pack(fill="x")
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), 0))
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
