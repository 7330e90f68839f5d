"""A process of its own that opens the window on a screen, walks through it, and prints what is wrong with its sizes.

In a process of its own because Tk asks for the scale of the letters once for each screen: ``python -m
tests.desktop.measured CODE WIDTHxHEIGHT``. The environment says where it is; the smallest size is 0x0.
"""

import json
import os
import sys
import tkinter as tk
from pathlib import Path
from tkinter import ttk

from fbtool import language
from fbtool.desktop.widgets import all_below
from tests.desktop.driver import Driver

_WORDS = ttk.Label | ttk.Button | ttk.Checkbutton | ttk.Radiobutton


def clipped(root: tk.Tk) -> list[str]:
    """The texts that cannot be read as a whole: too narrow for their words, or beyond the edge of what holds them."""
    found = []
    for made in all_below(root):
        if not made.winfo_viewable():
            continue
        if isinstance(made, tk.Text):
            [lines] = made.count("1.0", "end-1c", "displaylines") or (0,)
            if str(made.cget("wrap")) == "word" and lines + 1 > int(str(made.cget("height"))):
                found.append(made.get("1.0", "end-1c"))
        elif isinstance(made, _WORDS) and str(made.cget("text")):
            beyond = made.winfo_rootx() + made.winfo_width() > root.winfo_rootx() + root.winfo_width()
            holder = made.nametowidget(made.winfo_parent())
            cut = made.winfo_x() + made.winfo_reqwidth() > holder.winfo_width() + 1
            if beyond or cut or made.winfo_reqwidth() > made.winfo_width() + 1:
                found.append(str(made.cget("text")))
    return found


def main(code: str, size: str) -> None:
    """Walk through the window."""
    language.use("de")
    person = Driver()
    root, found = person.root, dict[str, list[str]]()
    person.find("connection-code")
    smallest = root.minsize()
    root.geometry(f"{smallest[0]}x{smallest[1]}" if size == "0x0" else size)

    def look(name: str) -> None:
        for _ in range(5):
            root.update()
        if wrong := clipped(root):
            found[name] = wrong

    look("connecting")
    person.type("connection-code", code)
    person.press("connect")
    person.find("sign-in")
    look("signing in")
    person.key("<F1>", "sign-in")
    person.find("version")
    look("help")
    person.key("<Escape>", "back")
    back = person.sees("sign-in") and not person.sees("list")
    Path(os.environ["VISITS"]).write_text(json.dumps({"pages": "all"}), "utf-8")
    person.press("sign-in")
    person.find("list")
    person.press("link-all")
    person.settle()
    look("list")
    canvas = person.find("list")
    ends = (canvas.winfo_rootx() + canvas.winfo_width() - root.winfo_rootx()) / root.winfo_width()
    for view in person.window.pages.views:
        person.window.details(view.page_id)
        person.settle()
        look(f"details of {view.name}")
    for name in ("settings", "missing", "about"):
        getattr(person.window, name)()
        person.settle()
        look(name)
    theme = person.window.main_window.theme
    measured = {
        "scale": theme.scale, "letters": theme.fonts.body.metrics("linespace"), "smallest": smallest,
        "clipped": found, "back": back, "list_ends_at": ends,
    }  # fmt: skip
    person.close()
    sys.stdout.write(json.dumps(measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
