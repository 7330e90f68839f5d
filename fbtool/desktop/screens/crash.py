"""Our own mistake, told to the person."""

import tkinter as tk

from fbtool.desktop import os_integration
from fbtool.desktop.crash_log import log_folder
from fbtool.desktop.design_tokens import NEAR, SPACE, WIDE
from fbtool.desktop.image_cache import ImageCache
from fbtool.desktop.layout import Flow
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.screens.screen import Column, heading
from fbtool.desktop.widgets import button, copyable, label
from fbtool.language import say


class CrashScreen(Column):
    """The report and what to do with it."""

    title = say("fbtool made a mistake")

    def __init__(self, parent: tk.Misc, images: ImageCache, presenter: Presenter, report: str) -> None:
        super().__init__(parent, images)
        self._navigator, self._report = presenter.services.navigator, report
        px = self.theme.px
        heading(self.body, say("fbtool made a mistake"), None).pack(fill="x", pady=(0, px(WIDE)))
        label(
            self.body,
            say("What was done before stays done. Please send the report below to whoever gave you fbtool; it holds no "
                "names and no secrets. Nothing is sent by itself."),
            meaning="crash",
        ).pack(fill="x")  # fmt: skip
        copyable(self.body, report, meaning="report", lines=10).pack(fill="x", pady=px(SPACE))
        row = Flow(self.body)
        row.pack(fill="x", pady=(px(NEAR), 0))
        self._on = button(row, say("Go on"), self.escape, "Primary", meaning="go-on")
        button(row, say("Copy the report"), self._copy, meaning="copy")
        button(row, say("Open the folder"), lambda: os_integration.open_folder(log_folder()), meaning="open-log")

    def enter(self) -> None:
        """Going on has the keyboard."""
        self._on.focus_set()

    def escape(self) -> None:
        """Go on."""
        self._navigator.home()

    def _copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._report)
