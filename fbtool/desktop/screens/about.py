"""Help and version: the keys, the accessible alternative, licences, and where the log is."""

import platform
import tkinter as tk

from fbtool import __version__
from fbtool.desktop import os_integration
from fbtool.desktop.crash_log import log_folder
from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.image_cache import ImageCache
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.screens.screen import Column, heading
from fbtool.desktop.widgets import Area, button, copyable, label
from fbtool.language import Sentence, say

_KEYS: tuple[tuple[Sentence | str, Sentence], ...] = (
    ("F5", say("look at everything anew")),
    (say("Ctrl+{key}", key="F"), say("search")),
    (say("Ctrl+{key}", key="L"), say("link all Pages that are ready, or the selected ones")),
    ("↑ ↓", say("move in the list")),
    (say("Space"), say("select a Page")),
    (say("Ctrl+{key}", key="A"), say("select all Pages")),
    (say("Enter"), say("what the button of the Page does")),
    (say("Ctrl+{key}", key="I"), say("everything about the Page")),
    (say("Shift+F10"), say("menu of the Page")),
    (say("Ctrl+{key}", key="C"), say("copy the line of the Page")),
    (say("Ctrl+{key}", key=","), say("settings")),
    ("F1", say("this help")),
    ("Esc", say("back, or end what is under way")),
)
_PARTS = (
    "Python, Tcl/Tk, Pillow, requests, requests-oauthlib, oauthlib, msgspec, keyring, truststore, platformdirs, click, "
    "rich"
)


class AboutScreen(Column):
    """Text to read and to copy."""

    title = say("Help")

    def __init__(self, parent: tk.Misc, images: ImageCache, presenter: Presenter) -> None:
        super().__init__(parent, images)
        self._navigator = presenter.services.navigator
        px = self.theme.px
        heading(self.body, say("Help"), self.escape).pack(fill="x", pady=(0, px(WIDE)))
        label(self.body, say("Keys"), "Heading").pack(fill="x", pady=(0, px(TIGHT)))
        table = Area(self.body)
        table.pack(fill="x", pady=(0, px(WIDE)))
        table.columnconfigure(1, weight=1)
        for row, (key, meaning) in enumerate(_KEYS):
            label(table, key, "Strong", wraps=False).grid(
                row=row, column=0, sticky="nw", padx=(0, px(WIDE)), pady=px(1)
            )
            label(table, meaning).grid(row=row, column=1, sticky="we")
        label(self.body, say("With a screen reader"), "Heading").pack(fill="x", pady=(0, px(TIGHT)))
        label(
            self.body,
            say("Screen readers read little of this window. Everything that it does, the command line does too: open a "
                "terminal and type “fbtool --help”."),
        ).pack(fill="x", pady=(0, px(WIDE)))  # fmt: skip
        self._version()

    def enter(self) -> None:
        """The way back has the keyboard."""
        self.body.winfo_children()[0].winfo_children()[0].focus_set()

    def escape(self) -> None:
        """Back to where one came from."""
        self._navigator.back()

    def _version(self) -> None:
        px = self.theme.px
        label(self.body, say("This program"), "Heading").pack(fill="x", pady=(0, px(TIGHT)))
        tcl = self.tk.call("info", "patchlevel")
        under = f"{platform.system()} {platform.release()}"
        about = f"fbtool {__version__} · Python {platform.python_version()} · Tk {tcl} · {under}"
        copyable(self.body, about, meaning="version").pack(fill="x")
        text = say("fbtool is free software under the MIT licence. It is built on {parts}.", parts=_PARTS)
        label(self.body, text, "Dim").pack(fill="x", pady=(px(NEAR), 0))
        label(self.body, say("Log of this window (no names, no secrets):")).pack(fill="x", pady=(px(SPACE), px(TIGHT)))
        copyable(self.body, str(log_folder()), meaning="log-folder").pack(fill="x")
        made = button(
            self.body, say("Open the folder"), lambda: os_integration.open_folder(log_folder()), meaning="open-log"
        )
        made.pack(anchor="w", pady=(px(NEAR), 0))
