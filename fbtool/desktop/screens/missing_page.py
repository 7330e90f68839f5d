"""A Page is not in the list: its name is asked for, and the guided repair looks for it."""

import tkinter as tk

from fbtool.desktop.design_tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.dialog_illustration import TwoClicks
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.screens.screen import Column
from fbtool.desktop.widgets import button, field, paragraph
from fbtool.language import say


class MissingPageScreen(Column[Presenter]):
    """One field and one button."""

    title = say("Is a Page missing?")

    def __init__(self, parent: tk.Misc, presenter: Presenter) -> None:
        super().__init__(parent, presenter)
        px = self.theme.px
        self._wanted = tk.StringVar(self)
        self.head(self.title)
        paragraph(
            self.body,
            say("Most often the Page was not ticked in Facebook's dialog. fbtool opens the dialog so that you can "
                "tick it, and looks further if that does not help: business portfolios, roles, permissions."),
        )  # fmt: skip
        TwoClicks(self.body, (), ()).spread(SPACE, SPACE)
        paragraph(self.body, say("Name or id of the Page"), "Strong")
        self._field = field(self.body, self._wanted, meaning="page-name")
        self._field.pack(fill="x", pady=(px(TIGHT), 0))
        self._field.bind("<Return>", lambda event: self._go())
        row = Flow(self.body).spread(above=WIDE)
        button(row, say("Look for this Page"), self._go, "Primary", meaning="look-for")
        button(row, say("Cancel (Esc)"), self.escape, meaning="cancel")

    def enter(self) -> None:
        """The field comes first."""
        self._field.focus_set()

    def _go(self) -> None:
        name = self._wanted.get().strip()
        if name:
            self._navigator.repair((name,))
        else:
            self._field.focus_set()
