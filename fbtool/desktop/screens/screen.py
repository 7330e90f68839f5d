"""What every screen is: a part of the window that shows a presenter."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Generic, TypeVar

from fbtool.desktop.design_tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.layout import Flow, ScrollArea
from fbtool.desktop.presenters.presenter import Presenter
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.widgets import Area, Card, all_below, button, label, meaning_of, paragraph
from fbtool.language import Sentence, say
from fbtool.palette import Tone
from fbtool.problem import Problem

P = TypeVar("P", bound=Presenter)


class Screen(Area, Generic[P]):
    """One screen of a presenter."""

    title: Sentence = say("Pages")
    """Stands in the window's title, which screen readers read."""
    sidebar = True
    """Whether the side bar is beside it."""

    def __init__(self, parent: tk.Misc, presenter: P) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._navigator = presenter.navigator

    def refresh(self) -> None:
        """Show the state of the presenter."""

    def enter(self) -> None:
        """Give the keyboard to what is used first."""

    def escape(self) -> None:
        """What the Escape key does."""


def problem_card(
    parent: tk.Misc, problem: Problem, *buttons: tuple[Sentence, Callable[[], object], str], above: float = 0,
    below: float = 0,
) -> None:  # fmt: skip
    """A problem in full: what, meaning, remedy, its code to copy, and what can be done at once."""
    told = problem.told()
    card = Card(parent, SURFACE_OF[Tone.BAD]).spread(above, below)
    paragraph(card, told.what, "Strong", meaning="problem")
    for sentence in (told.meaning, told.remedy):
        if sentence:
            paragraph(card, sentence, above=TIGHT)
    paragraph(card, say("For support: {code}", code=_code_of(problem)), "Small", above=NEAR)
    if buttons:
        row = Flow(card).spread(above=SPACE)
        for text, command, name in buttons:
            button(row, text, command, meaning=name)


def _code_of(problem: Problem) -> str:
    """The stable code, with Facebook's trace id where there is one."""
    trace = getattr(problem, "trace_id", "")
    return f"{problem.code} · {trace}" if trace else problem.code


def held_below(area: tk.Misc) -> str:
    """The meaning of what has the keyboard in an area, or nothing."""
    at = area.focus_get()
    return meaning_of(at) if at is not None and str(at).startswith(f"{area}.") else ""


def give_back(area: tk.Misc, held: str) -> None:
    """Give the keyboard to what has this meaning, if it is there again."""
    if held:
        found = (one for one in all_below(area) if meaning_of(one) == held)
        next(found, area).focus_set()


class Column(Screen[P]):
    """A screen that is one scrolling column of text and controls."""

    def __init__(self, parent: tk.Misc, presenter: P) -> None:
        super().__init__(parent, presenter)
        self._scroll = ScrollArea(self, inside=WIDE, widest=720 if self.sidebar else 620, centred=True)
        self._scroll.pack(fill="both", expand=True)
        self.body = self._scroll.inner
        self._back: ttk.Button | None = None

    def enter(self) -> None:
        """The way back has the keyboard."""
        if self._back is not None:
            self._back.focus_set()

    def escape(self) -> None:
        """Back to the list."""
        self._navigator.home()

    def head(self, title: Sentence | str, *, back: bool = True) -> None:
        """The head of the column: its title, and the way back, which does what Escape does."""
        bar = Area(self.body).spread(below=WIDE)
        self._back = button(bar, say("← Back"), self.escape, "Plain", meaning="back") if back else None
        if self._back is not None:
            self._back.pack(side="left", padx=(0, bar.theme.px(NEAR)))
        label(bar, title, "Title").pack(side="left", fill="x", expand=True)

    def reveal(self, widget: tk.Misc) -> None:
        """Scroll to what got the keyboard."""
        self._scroll.reveal(widget)
