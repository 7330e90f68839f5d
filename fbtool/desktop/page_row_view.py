"""One card of the list: a handful of canvas items and one real button, shown for whichever row is there now."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from tkinter.font import Font

from fbtool.desktop.image_cache import AVATAR, initials
from fbtool.desktop.page_row import Action, PageRow
from fbtool.desktop.theme import Surface, Theme
from fbtool.desktop.widgets import mean

HEIGHT = 64
"""Pixels at 100 %."""
_LEFT = 8
_BOX = 24
_TEXT = 16
"""Between the picture and the name."""
_GAP = 16
_AROUND = 20
"""Of a chip, beside its words."""
_LEAST_NAME = 150
"""What a name and the line below it need beside the chip; with less, the chip takes the place of that line."""


class PageRowView:
    """Items at the same place in the pool; `show` gives them a row and a height on the screen."""

    def __init__(self, canvas: tk.Canvas, theme: Theme, act: Callable[[str], None]) -> None:
        self._canvas, self._theme, self._images, self._act = canvas, theme, theme.images, act
        self.row: PageRow | None = None
        self._drawn: tuple[object, ...] = ()
        fonts, tag = theme.fonts, f"card{id(self)}"
        self.tag = tag
        make = canvas.create_text
        self._ground = canvas.create_rectangle(0, 0, 0, 0, width=0, tags=tag)
        self._ring = canvas.create_rectangle(0, 0, 0, 0, fill="", state="hidden", width=theme.px(2), tags=tag)
        self._line = canvas.create_line(0, 0, 0, 0, width=theme.px(1), tags=tag)
        self._box = canvas.create_image(0, 0, anchor="w", tags=tag)
        self._face = canvas.create_image(0, 0, anchor="w", tags=tag)
        self._initials = make(0, 0, anchor="center", fill="#FFFFFF", font=fonts.strong, tags=tag)
        self._name = make(0, 0, anchor="sw", font=fonts.strong, tags=tag)
        self._about = make(0, 0, anchor="nw", font=fonts.small, tags=tag)
        self._chip = canvas.create_image(0, 0, anchor="e", tags=tag)
        self._chip_text = make(0, 0, anchor="center", font=fonts.small, tags=tag)
        self.button = ttk.Button(canvas, command=self._press, style="Window.Quiet.TButton")
        for key in ("<Return>", "<KP_Enter>"):
            self.button.bind(key, lambda event: self._press())
        self._window = canvas.create_window(0, 0, anchor="e", window=self.button, tags=tag)

    def _press(self) -> str:
        if self.row is not None and self.row.can_act:
            self._act(self.row.page_id)
        return "break"

    def hide(self) -> None:
        """Show nothing."""
        if self.row is not None:
            self.row, self._drawn = None, ()
            self._canvas.itemconfigure(self.tag, state="hidden")

    def show(self, row: PageRow, top: int, width: int, button_width: int, *, active: bool, focused: bool) -> None:
        """Show ``row`` with its upper edge at ``top``; all in real pixels."""
        face = self._images.page_picture(row.picture_url) if row.picture_url else None
        looks = (row, width, button_width, active, focused, face)
        if self.row is None:
            self._canvas.itemconfigure(self.tag, state="normal")
        if looks != self._drawn:
            self._draw(row, width, button_width, active=active, focused=focused)
            self._drawn = looks
        self.row = row
        self._canvas.move(self.tag, 0, top - round(self._canvas.coords(self._ground)[1]))

    def _draw(self, row: PageRow, width: int, button_width: int, *, active: bool, focused: bool) -> None:
        theme, canvas = self._theme, self._canvas
        it, px, height = theme.palette, theme.px, theme.px(HEIGHT)
        middle = height // 2
        surface = Surface.SELECTED if row.selected else Surface.ACTIVE if active and focused else Surface.WINDOW
        canvas.coords(self._ground, 0, 0, width, height)
        canvas.itemconfigure(self._ground, fill=theme.background(surface))
        edge = px(2)
        canvas.coords(self._ring, edge, edge, width - edge, height - edge - px(1))
        canvas.itemconfigure(self._ring, outline=it.ring, state="normal" if active and focused else "hidden")
        canvas.coords(self._line, 0, height - 1, width, height - 1)
        canvas.itemconfigure(self._line, fill=it.line)
        canvas.coords(self._box, px(_LEFT), middle)
        box = (it.accent, it.accent, it.on_accent) if row.selected else (it.control, it.border)
        canvas.itemconfigure(self._box, image=self._images.drawn(theme.shapes.tick_box, *box))
        self._draw_face(row, px(_LEFT + _BOX + 10), middle)
        right = width - px(_LEFT)
        self._draw_button(row, right, middle, button_width, surface)
        right -= button_width + px(_GAP)
        left = px(_LEFT + _BOX + 10 + AVATAR + _TEXT)
        beside = right - self._chip_width(row.chip) - px(_GAP) - left
        roomy = beside >= px(_LEAST_NAME)
        if roomy:
            self._draw_chip(row.chip, row, right, middle)
        else:
            # The state is worth more than category and id, which the details tell.
            chip = _cut(row.chip, theme.fonts.small, right - left - px(_AROUND))
            self._draw_chip(chip, row, left + self._chip_width(chip), middle + px(13))
        room = max(px(40), beside if roomy else right - left)
        canvas.coords(self._name, left, middle + px(1 if roomy else -2))
        canvas.itemconfigure(self._name, text=_cut(row.name, theme.fonts.strong, room), fill=it.text)
        canvas.coords(self._about, left, middle + px(3))
        about = _cut(row.about, theme.fonts.small, room) if roomy else ""
        canvas.itemconfigure(self._about, text=about, fill=it.dim)

    def _draw_face(self, row: PageRow, left: int, middle: int) -> None:
        face = self._images.page_picture(row.picture_url) if row.picture_url else None
        self._canvas.coords(self._face, left, middle)
        self._canvas.itemconfigure(self._face, image=face or self._images.disc(row.name, self._theme.px(AVATAR)))
        self._canvas.coords(self._initials, left + self._theme.px(AVATAR) // 2, middle)
        self._canvas.itemconfigure(self._initials, text="" if face else initials(row.name))

    def _chip_width(self, words: str) -> int:
        return self._theme.fonts.small.measure(words) + self._theme.px(_AROUND)

    def _draw_chip(self, words: str, row: PageRow, right: int, middle: int) -> None:
        """Draw it with its right edge there."""
        theme, paint = self._theme, self._theme.palette.tones[row.tone]
        width = self._chip_width(words)
        height = theme.fonts.small.metrics("linespace") + theme.px(6)
        self._canvas.coords(self._chip, right, middle)
        self._canvas.itemconfigure(
            self._chip, image=self._images.drawn(theme.shapes.pill, width, height, paint.surface)
        )
        self._canvas.coords(self._chip_text, right - width / 2, middle)
        self._canvas.itemconfigure(self._chip_text, text=words, fill=paint.ink)

    def _draw_button(self, row: PageRow, right: int, middle: int, width: int, surface: Surface) -> None:
        self._canvas.coords(self._window, right, middle)
        self._canvas.itemconfigure(self._window, width=width)
        state = "normal" if row.can_act else "disabled"
        self.button.configure(text=str(row.action.words), state=state, style=f"{surface.value}.Quiet.TButton")
        mean(self.button, f"act {row.page_id}")


def button_width(theme: Theme) -> int:
    """Real pixels that the longest label of a card's button needs."""
    longest = max(theme.fonts.body.measure(str(action.words)) for action in Action)
    return longest + 2 * (theme.px(14) + theme.shapes.margin) + theme.px(4)


def _cut(text: str, font: Font, room: int) -> str:
    if font.measure(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.measure(text[:middle] + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
