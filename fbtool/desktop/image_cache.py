"""Small pictures that many rows share: chips, avatars, tick boxes, pictures of Pages. Drawn once."""

import hashlib
import tkinter as tk
from collections import OrderedDict
from collections.abc import Callable

from PIL import Image, ImageTk

from fbtool.desktop.shapes import Shapes

AVATAR = 40
"""Pixels at 100 %."""
_KEPT = 300
"""Pictures of Pages kept at a time."""
_DISCS = ("#1565C0", "#B5400B", "#0B7A6B", "#7C3AED", "#B91C1C", "#15803D", "#92610A", "#BE185D")
"""White initials on each have at least 4.5:1."""


class ImageCache:
    """The pictures of one window; sizes in real pixels."""

    def __init__(self, root: tk.Misc, shapes: Shapes) -> None:
        self._root, self._shapes = root, shapes
        self._drawn: dict[tuple[object, ...], ImageTk.PhotoImage] = {}
        self._page_pictures: OrderedDict[str, ImageTk.PhotoImage] = OrderedDict()

    def drawn(self, draw: Callable[..., Image.Image], *arguments: object, **named: object) -> ImageTk.PhotoImage:
        """What a method of `Shapes` draws from these arguments."""
        key = (draw.__name__, *arguments, *named.items())
        if key not in self._drawn:
            self._drawn[key] = self.photo(draw(*arguments, **named))
        return self._drawn[key]

    def disc(self, name: str, side: int) -> ImageTk.PhotoImage:
        """The ground of a placeholder; the same name always has the same colour."""
        colour = _DISCS[hashlib.blake2b(name.encode(), digest_size=1).digest()[0] % len(_DISCS)]
        return self.drawn(self._shapes.disc, side, colour)

    def page_picture(self, url: str) -> ImageTk.PhotoImage | None:
        """The picture of a Page, if it was fetched."""
        found = self._page_pictures.get(url)
        if found is not None:
            self._page_pictures.move_to_end(url)
        return found

    def keep_page_picture(self, url: str, picture: Image.Image) -> None:
        """Keep a fetched picture; the one unused longest goes."""
        self._page_pictures[url] = self.photo(picture)
        while len(self._page_pictures) > _KEPT:
            self._page_pictures.popitem(last=False)

    def photo(self, image: Image.Image) -> ImageTk.PhotoImage:
        """An image for Tk; whoever shows it has to keep it."""
        return ImageTk.PhotoImage(image, master=self._root)


def initials(name: str) -> str:
    """Two letters that stand for a name."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])
    return letters.upper()
