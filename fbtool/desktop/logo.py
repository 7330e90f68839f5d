"""The program's logo: a speech bubble whose two links of a chain hold together. Our own design, each size by itself.

The window shows it, and the programs of the Windows download carry it as their icon.
"""

from PIL import Image, ImageDraw

_BLUE, _DEEP, _WHITE = (11, 95, 208), (8, 66, 150), (255, 255, 255)
_FINER = 8
"""Drawn so many times larger, then reduced: smooth edges."""


def draw(size: int) -> Image.Image:
    """The logo, ``size`` pixels wide and high."""
    whole = size * _FINER
    unit = whole / 32
    picture = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    _bubble(pen, unit)
    # Small pictures need fewer, thicker lines.
    picture.alpha_composite(_chain(whole, unit, thick=2.8 if size < 32 else 2.4))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _bubble(pen: ImageDraw.ImageDraw, unit: float) -> None:
    pen.polygon([(6 * unit, 22 * unit), (6 * unit, 31 * unit), (15.5 * unit, 24 * unit)], fill=_DEEP)
    pen.rounded_rectangle((1 * unit, 2 * unit, 31 * unit, 26 * unit), radius=8 * unit, fill=_BLUE)


def _chain(size: int, unit: float, thick: float) -> Image.Image:
    """Two links, each above the other one once."""
    left = _link(size, unit, 5, thick)
    chain = left.copy()
    chain.alpha_composite(_link(size, unit, 14, thick))
    upper_half = (0, 0, size, round(14 * unit))
    chain.alpha_composite(left.crop(upper_half))
    return chain


def _link(size: int, unit: float, left: float, thick: float) -> Image.Image:
    """One link with a rim in the colour of the bubble, which parts it from what lies below."""
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    rim = 0.8
    for grown, colour in ((rim, _BLUE), (0.0, _WHITE)):
        box = ((left - grown) * unit, (9 - grown) * unit, (left + 13 + grown) * unit, (19 + grown) * unit)
        pen.rounded_rectangle(box, radius=(5 + grown) * unit, outline=colour, width=round((thick + 2 * grown) * unit))
    return picture
