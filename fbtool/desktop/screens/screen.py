"""What every screen is: a part of the window that shows a presenter."""

import tkinter as tk
from collections.abc import Callable

from fbtool.desktop.chips import Stock
from fbtool.desktop.layout import Flow, ScrollArea
from fbtool.desktop.theme import SURFACE_OF
from fbtool.desktop.tokens import NEAR, SPACE, TIGHT, WIDE
from fbtool.desktop.widgets import Area, Card, all_below, button, label, meaning_of
from fbtool.language import Sentence, say
from fbtool.palette import Tone
from fbtool.problem import Problem


class Screen(Area):
    """One screen."""

    title: Sentence = say("Pages")
    """Stands in the window's title, which screen readers read."""
    sidebar = True
    """Whether the side bar is beside it."""

    def __init__(self, parent: tk.Misc, stock: Stock) -> None:
        super().__init__(parent)
        self.stock = stock

    def refresh(self) -> None:
        """Show the state of the presenter."""

    def enter(self) -> None:
        """Give the keyboard to what is used first."""

    def escape(self) -> None:
        """What the Escape key does."""


def heading(parent: tk.Misc, title: Sentence | str, back: Callable[[], object] | None) -> Area:
    """The head of a screen beside the list: its title, and the way back."""
    bar = Area(parent)
    px = bar.theme.px
    if back is not None:
        made = button(bar, say("← Back"), back, "Plain", meaning="back")
        made.pack(side="left", padx=(0, px(NEAR)))
    label(bar, title, "Title").pack(side="left", fill="x", expand=True)
    return bar


def problem_card(
    parent: tk.Misc, problem: Problem, *buttons: tuple[Sentence, Callable[[], object], str], meaning: str = "problem"
) -> Card:
    """A problem in full: what, meaning, remedy, its code to copy, and what can be done at once."""
    told = problem.told()
    card = Card(parent, SURFACE_OF[Tone.BAD])
    px = card.theme.px
    label(card, told.what, "Strong", meaning=meaning).pack(fill="x")
    for sentence in (told.meaning, told.remedy):
        if sentence:
            label(card, sentence).pack(fill="x", pady=(px(TIGHT), 0))
    label(card, say("For support: {code}", code=code_of(problem)), "Small").pack(fill="x", pady=(px(NEAR), 0))
    if buttons:
        row = Flow(card)
        row.pack(fill="x", pady=(px(SPACE), 0))
        for text, command, name in buttons:
            button(row, text, command, meaning=name)
    return card


def code_of(problem: Problem) -> str:
    """The stable code, with Facebook's trace id where there is one."""
    trace = getattr(problem, "trace_id", "")
    return f"{problem.code} · {trace}" if trace else problem.code


def clear(area: tk.Misc) -> None:
    """Remove everything in an area."""
    for child in area.winfo_children():
        child.destroy()


def held_below(area: tk.Misc) -> str:
    """The meaning of what has the keyboard in an area, or nothing."""
    at = area.focus_get()
    return meaning_of(at) if at is not None and str(at).startswith(f"{area}.") else ""


def give_back(area: tk.Misc, held: str) -> None:
    """Give the keyboard to what has this meaning, if it is there again."""
    if held:
        found = (one for one in all_below(area) if meaning_of(one) == held)
        next(found, area).focus_set()


class Column(Screen):
    """A screen that is one scrolling column of text and controls."""

    def __init__(self, parent: tk.Misc, stock: Stock) -> None:
        super().__init__(parent, stock)
        self._scroll = ScrollArea(self, inside=WIDE, widest=720 if self.sidebar else 620, centred=True)
        self._scroll.pack(fill="both", expand=True)
        self.body = self._scroll.inner

    def reveal(self, widget: tk.Misc) -> None:
        """Scroll to what got the keyboard."""
        self._scroll.reveal(widget)
