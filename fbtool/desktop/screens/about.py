"""Help and version: the keys, the accessible alternative, licences, and where the log is."""

import platform
import tkinter as tk
from functools import partial

from fbtool import __version__
from fbtool.desktop import os_integration
from fbtool.desktop.crash_log import log_folder
from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.screens.screen import Column
from fbtool.desktop.widgets import Area, button, copyable, label, paragraph
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


class AboutScreen(Column[Presenter]):
    """Text to read and to copy."""

    title = say("Help")

    def __init__(self, parent: tk.Misc, presenter: Presenter) -> None:
        super().__init__(parent, presenter)
        px = self.theme.px
        self.head(self.title)
        paragraph(self.body, say("Keys"), "Heading", below=TIGHT)
        table = Area(self.body).spread(below=WIDE)
        table.columnconfigure(1, weight=1)
        for row, (key, meaning) in enumerate(_KEYS):
            name = label(table, key, "Strong", wraps=False)
            name.grid(row=row, column=0, sticky="nw", padx=(0, px(WIDE)), pady=px(1))
            label(table, meaning).grid(row=row, column=1, sticky="we")
        paragraph(self.body, say("With a screen reader"), "Heading", below=TIGHT)
        paragraph(
            self.body,
            say("Screen readers read little of this window. Everything that it does, the command line does too: open a "
                "terminal and type “fbtool --help”."),
            below=WIDE,
        )  # fmt: skip
        paragraph(self.body, say("This program"), "Heading", below=TIGHT)
        tcl = self.tk.call("info", "patchlevel")
        under = f"{platform.system()} {platform.release()}"
        about = f"fbtool {__version__} · Python {platform.python_version()} · Tk {tcl} · {under}"
        copyable(self.body, about, meaning="version").pack(fill="x")
        text = say("fbtool is free software under the MIT licence. It is built on {parts}.", parts=_PARTS)
        paragraph(self.body, text, "Dim", above=NEAR)
        paragraph(self.body, say("Log of this window (no names, no secrets):"), above=SPACE, below=TIGHT)
        copyable(self.body, str(log_folder()), meaning="log-folder").pack(fill="x")
        show = partial(os_integration.open_folder, log_folder())
        button(self.body, say("Open the folder"), show, meaning="open-log").pack(anchor="w", pady=(px(NEAR), 0))

    def escape(self) -> None:
        """Back to where one came from."""
        self._navigator.back()
