"""Our own mistake, told to the person."""

import tkinter as tk

from fbtool.desktop import os_integration
from fbtool.desktop.crash_log import log_folder
from fbtool.desktop.design_tokens import NEAR, SPACE
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.screens.screen import Column
from fbtool.desktop.widgets import button, copy_text, copyable, paragraph
from fbtool.language import say


class CrashScreen(Column[Presenter]):
    """The report and what to do with it."""

    title = say("fbtool made a mistake")

    def __init__(self, parent: tk.Misc, presenter: Presenter, report: str) -> None:
        super().__init__(parent, presenter)
        self.head(self.title, back=False)
        paragraph(
            self.body,
            say("What was done before stays done. Please send the report below to whoever gave you fbtool; it holds no "
                "names and no secrets. Nothing is sent by itself."),
            meaning="crash",
        )  # fmt: skip
        copyable(self.body, report, meaning="report", lines=10).pack(fill="x", pady=self.theme.px(SPACE))
        row = Flow(self.body).spread(above=NEAR)
        self._on = button(row, say("Go on"), self.escape, "Primary", meaning="go-on")
        button(row, say("Copy the report"), lambda: copy_text(self, report), meaning="copy")
        button(row, say("Open the folder"), lambda: os_integration.open_folder(log_folder()), meaning="open-log")

    def enter(self) -> None:
        """Going on has the keyboard."""
        self._on.focus_set()
