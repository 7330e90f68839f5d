"""The widgets of all screens: made in one place, so that they look and behave alike.

Every widget that a person uses has a *meaning*, a name like ``sign-in`` that tests and `Toast` find it by.
"""

import tkinter as tk
from collections.abc import Callable, Iterator
from tkinter import ttk
from typing import Self, TypeVar
from weakref import WeakKeyDictionary

from fbtool.desktop.design_tokens import NEAR, TIGHT
from fbtool.desktop.image_cache import initials
from fbtool.desktop.theme import Surface, Theme
from fbtool.language import Sentence

W = TypeVar("W", bound=tk.Misc)
Text = Sentence | str

_meanings: "WeakKeyDictionary[tk.Misc, str]" = WeakKeyDictionary()


def mean(widget: W, meaning: str) -> W:
    """Give ``widget`` a meaning."""
    _meanings[widget] = meaning
    return widget


def meaning_of(widget: tk.Misc) -> str:
    """Its meaning, or nothing."""
    return _meanings.get(widget, "")


def all_below(widget: tk.Misc) -> Iterator[tk.Misc]:
    """``widget`` and everything in it, in the order in which it was made."""
    yield widget
    for child in widget.winfo_children():
        yield from all_below(child)


class Area(ttk.Frame):
    """A part of a screen; its children stand on its surface."""

    def __init__(
        self, parent: "tk.Misc", theme: Theme | None = None, surface: Surface | None = None, *, inside: float = 0
    ) -> None:
        self.theme = theme or theme_of(parent)
        self.surface = surface or surface_of(parent)
        super().__init__(parent, style=f"{self.surface.value}.TFrame", padding=self.theme.px(inside) if inside else 0)
        self._drawn: object = None

    def looks_new(self, *looks: object) -> bool:
        """Whether this is not what it looked like when it was asked last; then it has to be drawn anew."""
        before, self._drawn = self._drawn, looks
        return looks != before

    def spread(self, above: float = 0, below: float = 0) -> Self:
        """Pack it across, with this much room above and below."""
        self.pack(fill="x", pady=room(self.theme, above, below))
        return self

    def clear(self) -> None:
        """Remove everything in it."""
        for child in self.winfo_children():
            child.destroy()


class Card(Area):
    """An area with round corners in a tone; in the window's own colour with a thin line around it (`Theme.edge`)."""

    def __init__(self, parent: tk.Misc, surface: Surface = Surface.WINDOW, *, inside: float = 16) -> None:
        super().__init__(parent, None, surface, inside=inside)
        self.configure(style=f"{surface_of(parent).value}.{surface.value}.Card.TFrame")


def room(theme: Theme, above: float, below: float) -> tuple[int, int]:
    """The lengths in real pixels, as ``pady`` takes them."""
    return theme.px(above) if above else 0, theme.px(below) if below else 0


def theme_of(widget: tk.Misc) -> Theme:
    """The theme of the nearest `Area`."""
    return _area(widget).theme


def surface_of(widget: tk.Misc) -> Surface:
    """The surface of the nearest `Area`."""
    return _area(widget).surface


def _area(widget: tk.Misc) -> Area:
    found: tk.Misc | None = widget
    while not isinstance(found, Area):
        found = getattr(found, "master", None)
        if found is None:
            raise LookupError("outside of every Area")
    return found


def label(parent: tk.Misc, text: Text, kind: str = "", *, wraps: bool = True, meaning: str = "") -> ttk.Label:
    """A text; ``kind`` is one of the type scale: Dim, Small, Strong, Heading, Title. It wraps at its width."""
    style = f"{surface_of(parent).value}.{kind + '.' if kind else ''}TLabel"
    made = ttk.Label(parent, text=str(text), style=style, justify="left", anchor="w")
    if wraps:
        made.configure(wraplength=theme_of(parent).px(360))
        made.bind("<Configure>", lambda event: _wrap(made, event.width), add=True)
    return mean(made, meaning) if meaning else made


def paragraph(
    parent: tk.Misc, text: Text, kind: str = "", *, above: float = 0, below: float = 0, meaning: str = ""
) -> ttk.Label:
    """A text packed across, with this much room above and below."""
    made = label(parent, text, kind, meaning=meaning)
    made.pack(fill="x", pady=room(theme_of(parent), above, below))
    return made


def bullet(parent: tk.Misc, mark: str, text: Text) -> None:
    """One entry of a list: its mark and its text."""
    row = Area(parent).spread(2, 2)
    label(row, mark, "Strong", wraps=False).pack(side="left", anchor="n", padx=(0, row.theme.px(NEAR)))
    label(row, text).pack(side="left", fill="x", expand=True)


def copy_text(widget: tk.Misc, text: str) -> None:
    """Put a text on the clipboard."""
    widget.clipboard_clear()
    widget.clipboard_append(text)


def _wrap(made: ttk.Label, width: int) -> None:
    # Only when it changes: setting it asks for a new layout, which would go round for ever.
    if width > 1 and int(str(made.cget("wraplength"))) != width:
        made.configure(wraplength=width)


def button(
    parent: tk.Misc, text: Text, command: Callable[[], object], kind: str = "Quiet", *, meaning: str
) -> ttk.Button:
    """A button; ``kind`` is Quiet, Primary (one per screen), Danger, Plain or Chosen. Enter presses it, too."""
    style = f"{surface_of(parent).value}.{kind}.TButton"
    made = ttk.Button(parent, text=str(text), command=command, style=style)
    made.bind("<Return>", lambda event: _press(made))
    made.bind("<KP_Enter>", lambda event: _press(made))
    return mean(made, meaning)


def _press(made: ttk.Button) -> str:
    made.invoke()
    return "break"


def set_kind(made: ttk.Button, kind: str) -> None:
    """Change what a button looks like."""
    made.configure(style=f"{surface_of(made).value}.{kind}.TButton")


def field(parent: tk.Misc, variable: tk.StringVar, *, meaning: str, hidden: bool = False, width: int = 20) -> ttk.Entry:
    """A field of one line; what is typed into a ``hidden`` one is not shown."""
    theme = theme_of(parent)
    made = ttk.Entry(
        parent, textvariable=variable, style=f"{surface_of(parent).value}.Own.TEntry", font=theme.fonts.body,
        width=width, show="•" if hidden else "",
    )  # fmt: skip
    made.bind("<Control-a>", lambda event: _select_all(made))
    return mean(made, meaning)


def _select_all(made: ttk.Entry) -> str:
    made.select_range(0, "end")
    made.icursor("end")
    return "break"


def tick(parent: tk.Misc, text: Text, variable: tk.BooleanVar, command: Callable[[], object], *, meaning: str) -> None:
    """A tick box with its text, packed at once."""
    style = f"{surface_of(parent).value}.TCheckbutton"
    made = ttk.Checkbutton(parent, text=str(text), variable=variable, command=command, style=style)
    mean(made, meaning).pack(anchor="w", pady=theme_of(parent).px(2))


def radio(
    parent: tk.Misc, text: Text, variable: tk.StringVar, value: str, command: Callable[[], object], *, meaning: str
) -> ttk.Radiobutton:
    """One of several choices."""
    style = f"{surface_of(parent).value}.TRadiobutton"
    made = ttk.Radiobutton(parent, text=str(text), variable=variable, value=value, command=command, style=style)
    made.bind("<Return>", lambda event: made.invoke())
    return mean(made, meaning)


def copyable(
    parent: tk.Misc, text: Text, *, meaning: str, lines: int = 1, framed: bool = True, whole: bool = False
) -> tk.Text:
    """A text that can be selected and copied, with the keyboard too; ``lines`` high, or as high as the ``whole`` is."""
    theme, surface = theme_of(parent), surface_of(parent)
    made = tk.Text(
        parent, height=lines, width=20, wrap="word" if whole or lines > 1 else "char", relief="flat", borderwidth=0,
        highlightthickness=theme.px(2), highlightcolor=theme.palette.ring,
        highlightbackground=theme.palette.line if framed else theme.background(surface),
        font=theme.fonts.body, background=theme.background(surface), foreground=theme.ink(surface),
        selectbackground=theme.palette.accent, selectforeground=theme.palette.on_accent,
        inactiveselectbackground=theme.palette.accent,
        padx=theme.px(NEAR), pady=theme.px(TIGHT), insertwidth=0, cursor="xterm",
    )  # fmt: skip
    made.insert("1.0", str(text))
    made.configure(state="disabled")
    if whole:
        made.bind("<Configure>", lambda event: _show_whole(made), add=True)
    made.bind("<Button-1>", lambda event: made.focus_set(), add=True)
    made.bind("<Control-a>", lambda event: _select_whole(made))
    made.bind("<Tab>", lambda event: _leave(made, forward=True))
    made.bind("<Shift-Tab>", lambda event: _leave(made, forward=False))
    return mean(made, meaning)


def _show_whole(made: tk.Text) -> None:
    # How many lines it has, only Tk knows, and only at this width.
    [lines] = made.count("1.0", "end-1c", "displaylines") or (0,)
    if int(str(made.cget("height"))) != lines + 1:
        made.configure(height=lines + 1)


def _select_whole(made: tk.Text) -> str:
    made.tag_add("sel", "1.0", "end-1c")
    return "break"


def _leave(made: tk.Text, *, forward: bool) -> str:
    target = made.tk_focusNext() if forward else made.tk_focusPrev()
    if target is not None:
        target.focus_set()
    return "break"


def avatar(parent: tk.Misc, name: str, side: float) -> ttk.Label:
    """A person's or account's initials in a circle."""
    theme = theme_of(parent)
    return ttk.Label(
        parent, image=theme.images.disc(name, theme.px(side)), text=initials(name), compound="center",
        foreground="#FFFFFF", font=theme.fonts.strong, style=f"{surface_of(parent).value}.TLabel",
    )  # fmt: skip


def rule(parent: tk.Misc) -> tk.Frame:
    """A thin line across."""
    theme = theme_of(parent)
    return tk.Frame(parent, height=theme.px(1), background=theme.palette.line)


def progress_bar(parent: tk.Misc, *, meaning: str, known: bool) -> ttk.Progressbar:
    """A bar that shows how far work is; without a ``known`` end it only moves."""
    style = f"{surface_of(parent).value}.Own.Horizontal.TProgressbar"
    made = _Bar(parent, style=style, mode="determinate" if known else "indeterminate")
    if not known:
        made.start(20)
    return mean(made, meaning)


class _Bar(ttk.Progressbar):
    def destroy(self) -> None:
        # Tk's own timer of a moving bar outlives it, and complains when the whole window has gone.
        self.stop()
        super().destroy()


def wheel_steps(event: "tk.Event[tk.Misc]") -> int:
    """How far a turn of the wheel goes, in steps; up is negative."""
    if event.num in (4, 5):  # X11
        return -2 if event.num == 4 else 2
    return -round(event.delta / 60) or (-1 if event.delta > 0 else 1)
