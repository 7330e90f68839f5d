"""Drives the real window as a person would: finds things by meaning, presses, types, and waits for what it says."""

import time
import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from fbtool.desktop import program
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.splash import Splash
from fbtool.desktop.widgets import all_below, meaning_of

_PATIENCE = 25.0


class Driver:
    """One window in this process, and somebody at it."""

    def __init__(self) -> None:
        self.root = tk.Tk(className="fbtool")
        self.window = program.make(Splash(self.root, PreferencesFile.of_this_computer()))
        self.defects: list[BaseException] = []
        self.root.report_callback_exception = lambda kind, error, trace: self.defects.append(error)
        self.window.begin()

    def until(self, holds: Callable[[], object], wanted: str) -> None:
        """Let the window live until ``holds`` is true."""
        end = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < end, f"never came: {wanted}; the window says:\n{self.text}"
            self.root.update()
            if self.defects:
                raise self.defects[0]
            time.sleep(0.005)

    def find(self, meaning: str) -> tk.Misc:
        """The widget with this meaning, as soon as it can be seen."""
        self.until(lambda: self._seen(meaning), meaning)
        return self._seen(meaning)[0]

    def sees(self, meaning: str) -> bool:
        """Whether it is there now."""
        self.root.update()
        return bool(self._seen(meaning))

    def press(self, meaning: str) -> None:
        """Press a button that is not disabled."""
        self.until(lambda: self._pressable(meaning), f"{meaning}, to be pressed")
        made = self._seen(meaning)[0]
        assert isinstance(made, ttk.Button | ttk.Checkbutton | ttk.Radiobutton)
        made.invoke()
        self.root.update()

    def type(self, meaning: str, text: str) -> None:
        """Type into a field in place of what is there."""
        made = self.find(meaning)
        assert isinstance(made, ttk.Entry)
        made.delete(0, "end")
        made.insert(0, text)
        self.root.update()

    def written(self, meaning: str) -> str:
        """What stands in a field."""
        made = self.find(meaning)
        assert isinstance(made, ttk.Entry)
        return made.get()

    def copies(self, meaning: str) -> str:
        """A text that is there to be copied."""
        made = self.find(meaning)
        assert isinstance(made, tk.Text)
        return made.get("1.0", "end-1c")

    def key(self, sequence: str, meaning: str = "") -> None:
        """Press a key, where the keyboard is or at a widget."""
        if meaning:
            # No window manager gives the keyboard to the window here.
            self.find(meaning).focus_force()
            self.root.update()
        (self.root.focus_get() or self.root).event_generate(sequence)
        self.root.update()

    def reads(self, text: str) -> None:
        """Wait until the window shows this text."""
        self.until(lambda: text in self.text, f"“{text}”")

    def says(self, meaning: str, text: str) -> None:
        """Wait until the widget with this meaning shows this text."""
        self.until(lambda: any(text in _text_of(one) for one in self._seen(meaning)), f"{meaning}: “{text}”")

    def row(self, name: str) -> str:
        """What the list shows for a Page; empty if the Page is not there."""
        return next((row.chip for row in self.window.pages.rows() if row.name == name), "")

    def until_row(self, name: str, chip: str) -> None:
        """Wait until a Page has this state and nothing is under way."""
        pages = self.window.pages
        self.until(lambda: self.row(name) == chip and not pages.linking.work and not pages.looking, f"{name}: {chip}")

    def act(self, name: str) -> None:
        """Press the button of a Page's card."""
        page_id = next(row.page_id for row in self.window.pages.rows() if row.name == name)
        self.press(f"act {page_id}")

    @property
    def text(self) -> str:
        """All texts that can be seen."""
        shown = (_text_of(widget) for widget in all_below(self.root) if widget.winfo_viewable())
        return "\n".join(text for text in shown if text)

    def settle(self) -> None:
        """Let everything that is due be drawn."""
        pages = self.window.pages
        self.until(lambda: not pages.looking and not pages.linking.work and not self.window.jobs.busy, "rest")
        for _ in range(3):
            self.root.update()

    def close(self) -> None:
        """Close the window as a person does."""
        self.window.close()
        end = time.monotonic() + 30
        while self._exists():
            self.root.update()
            assert time.monotonic() < end, "the window does not close"

    def _exists(self) -> bool:
        try:
            return bool(self.root.winfo_exists())
        except tk.TclError:
            return False

    def _seen(self, meaning: str) -> list[tk.Misc]:
        return [one for one in all_below(self.root) if meaning_of(one) == meaning and one.winfo_viewable()]

    def _pressable(self, meaning: str) -> bool:
        found = self._seen(meaning)
        return bool(found) and isinstance(found[0], ttk.Widget) and not found[0].instate(["disabled"])


def _text_of(widget: tk.Misc) -> str:
    if isinstance(widget, ttk.Label | ttk.Button | ttk.Checkbutton | ttk.Radiobutton):
        return str(widget.cget("text"))
    if isinstance(widget, tk.Text):
        return widget.get("1.0", "end-1c")
    return ""
