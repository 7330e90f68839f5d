"""The drawn picture of the two clicks at Facebook: our own drawing, in the reader's language and the window's colours.

Facebook changes its dialog often; so it shows what the buttons do and where to look, not how the dialog looks today.
"""

import tkinter as tk
from collections.abc import Sequence
from typing import Literal

from fbtool.desktop.layout import Flow
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
        self._keep: list[object] = []
        self._panel()

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
            self._tick(28, y)
            note = str(say("keep it ticked")) if name in linked else ""
            self._text(58, y + 10, _short(name, 16 if note else 26), anchor="w")
            if note:
                self._text(_WIDE - 28, y + 10, note, anchor="e", small=True)
        self._mark(20, 48, _WIDE - 40, 30 * len(names) - 2, "2")
        self._button(28, 148, _WIDE - 56, say("Continue"), it.accent, it.on_accent)

    def _panel(self) -> None:
        px = self._theme.px
        image = self._theme.photo(
            self._theme.pieces.panel(px(_WIDE), px(_HIGH), self._theme.palette.sidebar, self._theme.palette.line)
        )
        self._keep.append(image)
        self.create_image(0, 0, image=image, anchor="nw")

    def _button(self, left: float, top: float, width: float, text: Sentence, fill: str, ink: str) -> None:
        px = self._theme.px
        border = self._theme.palette.border if fill == self._theme.palette.control else fill
        image = self._theme.photo(self._theme.pieces.panel(px(width), px(34), fill, border, radius=6))
        self._keep.append(image)
        self.create_image(px(left), px(top), image=image, anchor="nw")
        self.create_text(px(left + width / 2), px(top + 17), text=str(text), fill=ink, font=self._theme.fonts.body)

    def _mark(self, left: float, top: float, width: float, height: float, number: str) -> None:
        """A frame around what has to be clicked, with its number."""
        px, it = self._theme.px, self._theme.palette
        frame = self._theme.pieces.frame(px(width + 10), px(height + 10), it.danger, thick=2.5)
        disc = self._theme.pieces.disc(px(24), it.danger)
        for image, x, y in ((frame, left - 5, top - 5), (disc, left - 17, top - 15)):
            photo = self._theme.photo(image)
            self._keep.append(photo)
            self.create_image(px(max(1, x)), px(y), image=photo, anchor="nw")
        x = max(1, left - 17) + 12
        self.create_text(px(x), px(top - 3), text=number, fill=it.on_danger, font=self._theme.fonts.strong)

    def _tick(self, left: float, top: float) -> None:
        it = self._theme.palette
        photo = self._theme.photo(self._theme.pieces.tick_box(it.accent, it.accent, it.on_accent))
        self._keep.append(photo)
        self.create_image(
            self._theme.px(left), self._theme.px(top) - self._theme.pieces.margin, image=photo, anchor="nw"
        )

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
