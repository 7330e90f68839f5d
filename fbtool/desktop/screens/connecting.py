"""The first screen: one field for the connection code, or two for address and token."""

import tkinter as tk
from tkinter import ttk

from fbtool.desktop import sign
from fbtool.desktop.chips import Stock
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.connecting import Connecting
from fbtool.desktop.screens.screen import Column, clear, problem_card
from fbtool.desktop.tokens import NEAR, TIGHT, VAST, WIDE
from fbtool.desktop.widgets import Area, button, field, label, progress_bar
from fbtool.language import say
from fbtool.linking.network.http import host_of


class ConnectingScreen(Column):
    """Shows `Connecting`."""

    title = say("Connect")
    sidebar = False

    def __init__(self, parent: tk.Misc, stock: Stock, presenter: Connecting, *, can_go_back: bool) -> None:
        super().__init__(parent, stock)
        self._it = presenter
        self._can_go_back = can_go_back
        address, secret = presenter.typed
        self._address, self._secret = tk.StringVar(self, address), tk.StringVar(self, secret)
        self._drawn: tuple[object, ...] = ()
        self._first: ttk.Entry | None = None
        self._sign = self.theme.photo(sign.draw(self.theme.px(56)))

    def refresh(self) -> None:
        """Draw it anew if anything but the fields has changed."""
        looks = (self._it.with_address, self._it.trying, self._it.problem)
        if looks == self._drawn:
            return
        self._drawn = looks
        clear(self.body)
        px, column = self.theme.px, Area(self.body)
        column.pack(fill="x", padx=px(WIDE), pady=px(VAST))
        ttk.Label(column, image=self._sign, style="Window.TLabel").pack(anchor="w")
        label(column, say("Connect this computer"), "Title").pack(fill="x", pady=(px(WIDE), px(TIGHT)))
        label(
            column,
            say("fbtool links the Facebook Pages of your company to its messenger account. The account's connection "
                "code tells it where."),
            "Dim",
        ).pack(fill="x", pady=(0, px(WIDE)))  # fmt: skip
        if self._it.with_address:
            self._draw_address(column)
        else:
            self._draw_code(column)
        self._draw_buttons(column)
        if self._it.trying:
            self._draw_trying(column)
        if self._it.problem is not None:
            self._draw_problem(column)
        self.enter()

    def enter(self) -> None:
        """The field comes first."""
        if self._first is not None and self._first.winfo_exists():
            self._first.focus_set()

    def escape(self) -> None:
        """Back, if there is something to go back to."""
        if self._can_go_back:
            self._it.house.way.home()

    def _draw_code(self, column: Area) -> None:
        label(column, say("Connection code"), "Strong").pack(fill="x")
        self._first = self._field(column, self._secret, "connection-code", hidden=True)
        hint = say("It is one long word that starts with “fbtool-”. The person who runs the gateway has it.")
        if self._it.proposed:
            host = host_of(self._it.proposed)
            hint = say("Or the account's token, if the account is at {host}: this program came from there.", host=host)
        label(column, hint, "Small").pack(fill="x", pady=(self.theme.px(TIGHT), 0))

    def _draw_address(self, column: Area) -> None:
        label(column, say("Address of the gateway"), "Strong").pack(fill="x")
        self._first = self._field(column, self._address, "gateway-address")
        label(column, say("For example https://gateway.example.org"), "Small").pack(
            fill="x", pady=(0, self.theme.px(NEAR))
        )
        label(column, say("Token of the messenger account"), "Strong").pack(fill="x")
        self._field(column, self._secret, "account-token", hidden=True)

    def _field(self, column: Area, variable: tk.StringVar, meaning: str, *, hidden: bool = False) -> ttk.Entry:
        made = field(column, variable, meaning=meaning, hidden=hidden)
        made.pack(fill="x", pady=(self.theme.px(TIGHT), 0))
        made.bind("<Return>", lambda event: self._try())
        if self._it.problem is not None:
            made.state(["invalid"])
        if self._it.trying:
            made.state(["disabled"])
        return made

    def _draw_buttons(self, column: Area) -> None:
        px = self.theme.px
        row = Flow(column)
        row.pack(fill="x", pady=(px(WIDE), 0))
        connect = button(row, say("Connect"), self._try, "Primary", meaning="connect")
        other = say("Use the connection code") if self._it.with_address else say("Use address and token instead")
        button(row, other, self._it.switch, "Plain", meaning="other-way")
        if self._can_go_back:
            button(row, say("Cancel"), self.escape, "Plain", meaning="cancel")
        if self._it.trying:
            connect.state(["disabled"])

    def _draw_trying(self, column: Area) -> None:
        px = self.theme.px
        bar = progress_bar(column, meaning="trying", known=False)
        bar.pack(fill="x", pady=(px(WIDE), px(TIGHT)))
        bar.start(20)
        label(column, say("Asking the gateway …"), "Dim").pack(fill="x")

    def _draw_problem(self, column: Area) -> None:
        assert self._it.problem is not None  # noqa: S101 - the caller has looked
        more = ((say("Go on without, for this start only"), self._it.keep_for_this_run, "keep-for-this-run"),)
        buttons = more if self._it.can_do_without_store else ()
        problem_card(column, self._it.problem, *buttons).pack(fill="x", pady=(self.theme.px(WIDE), 0))

    def _try(self) -> None:
        if self._it.with_address:
            self._it.try_address(self._address.get(), self._secret.get())
        else:
            self._it.try_code(self._secret.get())
