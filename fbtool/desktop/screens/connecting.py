"""The first screen: one field for the connection code, or two for address and token."""

import tkinter as tk
from tkinter import ttk

from fbtool.desktop import logo
from fbtool.desktop.design_tokens import NEAR, TIGHT, VAST, WIDE
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.connecting import ConnectingPresenter
from fbtool.desktop.screens.screen import Column, problem_card
from fbtool.desktop.widgets import Area, button, field, paragraph, progress_bar
from fbtool.language import say
from fbtool.linking.network.http import host_of


class ConnectingScreen(Column[ConnectingPresenter]):
    """Shows `ConnectingPresenter`."""

    title = say("Connect")
    sidebar = False

    def __init__(self, parent: tk.Misc, presenter: ConnectingPresenter, *, can_go_back: bool) -> None:
        super().__init__(parent, presenter)
        self._can_go_back = can_go_back
        address, secret = presenter.typed
        self._address, self._secret = tk.StringVar(self, address), tk.StringVar(self, secret)
        self._first: ttk.Entry | None = None

    def refresh(self) -> None:
        """Draw it anew if anything but the fields has changed."""
        if not self.looks_new(self._presenter.with_address, self._presenter.trying, self._presenter.problem):
            return
        self.body.clear()
        px, column = self.theme.px, Area(self.body)
        column.pack(fill="x", padx=px(WIDE), pady=px(VAST))
        ttk.Label(column, image=self.theme.images.drawn(logo.draw, px(56)), style="Window.TLabel").pack(anchor="w")
        paragraph(column, say("Connect this computer"), "Title", above=WIDE, below=TIGHT)
        paragraph(
            column,
            say("fbtool links the Facebook Pages of your company to its messenger account. The account's connection "
                "code tells it where."),
            "Dim", below=WIDE,
        )  # fmt: skip
        if self._presenter.with_address:
            self._draw_address(column)
        else:
            self._draw_code(column)
        self._draw_buttons(column)
        if self._presenter.trying:
            bar = progress_bar(column, meaning="trying", known=False)
            bar.pack(fill="x", pady=(px(WIDE), px(TIGHT)))
            paragraph(column, say("Asking the gateway …"), "Dim")
        if self._presenter.problem is not None:
            more = (say("Go on without, for this start only"), self._presenter.keep_for_this_run, "keep-for-this-run")
            buttons = (more,) if self._presenter.can_do_without_store else ()
            problem_card(column, self._presenter.problem, *buttons, above=WIDE)
        self.enter()

    def enter(self) -> None:
        """The field comes first."""
        if self._first is not None and self._first.winfo_exists():
            self._first.focus_set()

    def escape(self) -> None:
        """Back, if there is something to go back to."""
        if self._can_go_back:
            self._navigator.home()

    def _draw_code(self, column: Area) -> None:
        paragraph(column, say("Connection code"), "Strong")
        self._first = self._field(column, self._secret, "connection-code", hidden=True)
        hint = say("It is one long word that starts with “fbtool-”. The person who runs the gateway has it.")
        if self._presenter.proposed:
            host = host_of(self._presenter.proposed)
            hint = say("Or the account's token, if the account is at {host}: this program came from there.", host=host)
        paragraph(column, hint, "Small", above=TIGHT)

    def _draw_address(self, column: Area) -> None:
        paragraph(column, say("Address of the gateway"), "Strong")
        self._first = self._field(column, self._address, "gateway-address")
        paragraph(column, say("For example https://gateway.example.org"), "Small", below=NEAR)
        paragraph(column, say("Token of the messenger account"), "Strong")
        self._field(column, self._secret, "account-token", hidden=True)

    def _field(self, column: Area, variable: tk.StringVar, meaning: str, *, hidden: bool = False) -> ttk.Entry:
        made = field(column, variable, meaning=meaning, hidden=hidden)
        made.pack(fill="x", pady=(self.theme.px(TIGHT), 0))
        made.bind("<Return>", lambda event: self._try())
        if self._presenter.problem is not None:
            made.state(["invalid"])
        if self._presenter.trying:
            made.state(["disabled"])
        return made

    def _draw_buttons(self, column: Area) -> None:
        row = Flow(column).spread(above=WIDE)
        connect = button(row, say("Connect"), self._try, "Primary", meaning="connect")
        other = say("Use the connection code") if self._presenter.with_address else say("Use address and token instead")
        button(row, other, self._presenter.switch, "Plain", meaning="other-way")
        if self._can_go_back:
            button(row, say("Cancel"), self.escape, "Plain", meaning="cancel")
        if self._presenter.trying:
            connect.state(["disabled"])

    def _try(self) -> None:
        if self._presenter.with_address:
            self._presenter.try_address(self._address.get(), self._secret.get())
        else:
            self._presenter.try_code(self._secret.get())
