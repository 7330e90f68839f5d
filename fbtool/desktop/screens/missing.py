"""A Page is not in the list: its name is asked for, and the guided repair looks for it."""

import tkinter as tk

from fbtool.desktop.chips import Stock
from fbtool.desktop.house import Presenter
from fbtool.desktop.illustration import TwoClicks
from fbtool.desktop.layout import Flow
from fbtool.desktop.screens.screen import Column, heading
from fbtool.desktop.tokens import SPACE, TIGHT, WIDE
from fbtool.desktop.widgets import button, field, label
from fbtool.language import say


class MissingScreen(Column):
    """One field and one button."""

    title = say("Is a Page missing?")

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Presenter) -> None:
        super().__init__(parent, stock)
        self._way = presenter.house.way
        px = self.theme.px
        self._wanted = tk.StringVar(self)
        heading(self.body, say("Is a Page missing?"), self.escape).pack(fill="x", pady=(0, px(WIDE)))
        label(
            self.body,
            say("Most often the Page was not ticked in Facebook's dialog. fbtool opens the dialog so that you can "
                "tick it, and looks further if that does not help: business portfolios, roles, permissions."),
        ).pack(fill="x")  # fmt: skip
        TwoClicks(self.body, (), ()).pack(fill="x", pady=px(SPACE))
        label(self.body, say("Name or id of the Page"), "Strong").pack(fill="x")
        self._field = field(self.body, self._wanted, meaning="page-name")
        self._field.pack(fill="x", pady=(px(TIGHT), 0))
        self._field.bind("<Return>", lambda event: self._go())
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(WIDE), 0))
        button(row, say("Look for this Page"), self._go, "Primary", meaning="look-for")
        button(row, say("Cancel (Esc)"), self.escape, meaning="cancel")

    def enter(self) -> None:
        """The field comes first."""
        self._field.focus_set()

    def escape(self) -> None:
        """Back to the list."""
        self._way.home()

    def _go(self) -> None:
        name = self._wanted.get().strip()
        if name:
            self._way.repair((name,))
        else:
            self._field.focus_set()
