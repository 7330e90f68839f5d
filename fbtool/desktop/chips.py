"""Small pictures that many rows share: chips, avatars, tick boxes. Drawn once, kept while the theme is worn."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from PIL import Image, ImageTk

from fbtool.desktop.theme import Theme
from fbtool.palette import Tone

AVATAR = 40
"""Pixels at 100 %."""
_KEPT = 300
"""Pictures of Pages kept at a time."""
_DISCS = ("#1565C0", "#B5400B", "#0B7A6B", "#7C3AED", "#B91C1C", "#15803D", "#92610A", "#BE185D")
"""White initials on each have at least 4.5:1."""


class Stock:
    """The pictures of one window."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._made: dict[tuple[object, ...], ImageTk.PhotoImage] = {}
        self._faces: OrderedDict[str, ImageTk.PhotoImage] = OrderedDict()

    def chip(self, tone: Tone, width: int, height: int) -> ImageTk.PhotoImage:
        """The surface of a chip; sizes in real pixels."""
        surface = self._theme.palette.tones[tone].surface
        return self._once(("chip", surface, width, height), lambda: self._theme.pieces.pill(width, height, surface))

    def disc(self, name: str, side: float = AVATAR) -> ImageTk.PhotoImage:
        """The ground of a placeholder; the same name always has the same colour."""
        colour = _DISCS[hashlib.blake2b(name.encode(), digest_size=1).digest()[0] % len(_DISCS)]
        size = self._theme.px(side)
        return self._once(("disc", colour, size), lambda: self._theme.pieces.disc(size, colour))

    def tick_box(self, *, ticked: bool) -> ImageTk.PhotoImage:
        """The sign of a selected or not selected row."""
        it = self._theme.palette
        if ticked:
            return self._once(
                ("on", it.accent), lambda: self._theme.pieces.tick_box(it.accent, it.accent, it.on_accent)
            )
        return self._once(("off", it.border), lambda: self._theme.pieces.tick_box(it.control, it.border))

    def sign(self, side: int, fill: str, ink: str) -> ImageTk.PhotoImage:
        """A tick in a circle of ``side`` real pixels."""
        return self._once(("sign", side, fill, ink), lambda: self._theme.pieces.disc(side, fill, "✓", ink))

    def circle(self, side: int, fill: str, border: str = "") -> ImageTk.PhotoImage:
        """A circle of ``side`` real pixels."""
        return self._once(("circle", side, fill, border), lambda: self._theme.pieces.disc(side, fill, border=border))

    def face(self, url: str) -> ImageTk.PhotoImage | None:
        """The picture of a Page, if it was fetched."""
        found = self._faces.get(url)
        if found is not None:
            self._faces.move_to_end(url)
        return found

    def keep_face(self, url: str, picture: ImageTk.PhotoImage) -> None:
        """Keep a fetched picture; the one unused longest goes."""
        self._faces[url] = picture
        while len(self._faces) > _KEPT:
            self._faces.popitem(last=False)

    def _once(self, key: tuple[object, ...], draw: Callable[[], Image.Image]) -> ImageTk.PhotoImage:
        if key not in self._made:
            self._made[key] = self._theme.photo(draw())
        return self._made[key]


def initials(name: str) -> str:
    """Two letters that stand for a name."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])
    return letters.upper()
