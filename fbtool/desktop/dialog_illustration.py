"""The drawn picture of the two clicks at Facebook: our own drawing, in the reader's language and the window's colours.

Facebook changes its dialog often; so it shows what the buttons do and where to look, not how the dialog looks today.
"""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Literal

from PIL import Image

from fbtool.desktop.design_tokens import GAP, RING
from fbtool.desktop.layout import Flow
from fbtool.desktop.shapes import CLEAR
from fbtool.desktop.widgets import surface_of, theme_of
from fbtool.language import Sentence, say
from fbtool.palette import Tone

_WIDE, _HIGH = 296, 196
_BETWEEN = 24
_MOST_PAGES = 3


class TwoClicks(Flow):
    """First the small choice “Edit settings”, then the ticks: beside it, or below it in a narrow window."""

    def __init__(self, parent: tk.Misc, pages: Sequence[str], linked: Sequence[str]) -> None:
        super().__init__(parent, gap=_BETWEEN)
        _Picture(self).edit_settings()
        _Picture(self).choose(pages, linked)


class _Picture(tk.Canvas):
    """One click."""

    def __init__(self, parent: tk.Misc) -> None:
        self._theme = theme_of(parent)
        px = self._theme.px
        super().__init__(
            parent, width=px(_WIDE + 2), height=px(_HIGH + 2), highlightthickness=0, borderwidth=0,
            background=self._theme.background(surface_of(parent)),
        )  # fmt: skip
        it = self._theme.palette
        self._put(0, 0, self._theme.shapes.panel, px(_WIDE), px(_HIGH), it.sidebar, it.line)

    def edit_settings(self) -> None:
        """The small choice, not the large one."""
        it = self._theme.palette
        self._text(_WIDE / 2, 34, say("You connected fbtool before"), strong=True)
        self._bar(60, 58, _WIDE - 120)
        self._bar(84, 70, _WIDE - 168)
        self._button(28, 92, _WIDE - 56, say("Continue as before"), it.tones[Tone.OPEN].surface, it.dim)
        self._button(28, 138, _WIDE - 56, say("Edit settings"), it.control, it.text)
        self._mark(28, 138, _WIDE - 56, 34, "1")

    def choose(self, pages: Sequence[str], linked: Sequence[str]) -> None:
        """The ticks."""
        it = self._theme.palette
        self._text(_WIDE / 2, 24, say("Which Pages?"), strong=True)
        names = [*linked[:1], *(name for name in pages if name not in linked[:1])][:_MOST_PAGES] or [
            str(say("Your Page"))
        ]
        for at, name in enumerate(names):
            y = 52 + at * 30
            self._put(28, y - GAP - RING, self._theme.shapes.tick_box, it.accent, it.accent, it.on_accent)
            note = str(say("keep it ticked")) if name in linked else ""
            self._text(58, y + 10, _short(name, 16 if note else 26), anchor="w")
            if note:
                self._text(_WIDE - 28, y + 10, note, anchor="e", small=True)
        self._mark(20, 48, _WIDE - 40, 30 * len(names) - 2, "2")
        self._button(28, 148, _WIDE - 56, say("Continue"), it.accent, it.on_accent)

    def _put(
        self, left: float, top: float, draw: Callable[..., Image.Image], *arguments: object, **named: float
    ) -> None:
        image = self._theme.images.drawn(draw, *arguments, **named)
        x, y = (self._theme.px(length) if length else 0 for length in (left, top))
        self.create_image(x, y, image=image, anchor="nw")

    def _button(self, left: float, top: float, width: float, text: Sentence, fill: str, ink: str) -> None:
        px, it = self._theme.px, self._theme.palette
        border = it.border if fill == it.control else fill
        self._put(left, top, self._theme.shapes.panel, px(width), px(34), fill, border, radius=6)
        self.create_text(px(left + width / 2), px(top + 17), text=str(text), fill=ink, font=self._theme.fonts.body)

    def _mark(self, left: float, top: float, width: float, height: float, number: str) -> None:
        """A frame around what has to be clicked, with its number."""
        px, it, shapes = self._theme.px, self._theme.palette, self._theme.shapes
        self._put(max(1, left - 5), top - 5, shapes.panel, px(width + 10), px(height + 10), CLEAR, it.danger,
                  radius=9, thick=2.5)  # fmt: skip
        x = max(1, left - 17)
        self._put(x, top - 15, shapes.disc, px(24), it.danger)
        self.create_text(px(x + 12), px(top - 3), text=number, fill=it.on_danger, font=self._theme.fonts.strong)

    def _bar(self, left: float, top: float, width: float) -> None:
        px = self._theme.px
        self.create_rectangle(px(left), px(top), px(left + width), px(top + 5), width=0, fill=self._theme.palette.line)

    def _text(
        self, x: float, y: float, text: Sentence | str, *, strong: bool = False, small: bool = False,
        anchor: Literal["w", "e", "center"] = "center",
    ) -> None:  # fmt: skip
        px, fonts, it = self._theme.px, self._theme.fonts, self._theme.palette
        font = fonts.strong if strong else fonts.small if small else fonts.body
        self.create_text(
            px(x), px(y), text=str(text), anchor=anchor, font=font, fill=it.dim if small else it.text,
        )  # fmt: skip


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"
