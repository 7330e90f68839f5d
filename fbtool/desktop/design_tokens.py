"""The design in numbers: colours, spacing and type, light, dark and in high contrast. No Tk here."""

from dataclasses import dataclass
from enum import Enum

from fbtool.palette import DARK, LIGHT, Paint, Palette, Tone


class Mode(Enum):
    """Which palette is used."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True)
class Contrast:
    """The few colours of a system's high contrast, as ``#RRGGBB``."""

    window: str = "#000000"
    text: str = "#FFFFFF"
    accent: str = "#1AEBFF"
    on_accent: str = "#000000"
    faint: str = "#3FF23F"


def contrast_palette(it: Contrast) -> Palette:
    """Nothing but these colours: every surface is the window, and every line and text is its text."""
    return Palette(
        window=it.window, sidebar=it.window, text=it.text, dim=it.text, faint=it.faint, line=it.text, border=it.text,
        control=it.window, hover=it.window, pressed=it.window, disabled=it.window, selected=it.window,
        chosen=it.accent, on_chosen=it.on_accent, accent=it.accent, accent_hover=it.accent, on_accent=it.on_accent,
        ring=it.accent, danger=it.accent, on_danger=it.on_accent, thumb=it.text,
        tones=dict.fromkeys(Tone, Paint(it.text, it.window)),
    )  # fmt: skip


PALETTES = {Mode.LIGHT: LIGHT, Mode.DARK: DARK, Mode.CONTRAST: contrast_palette(Contrast())}

RADIUS = 6
"""Of controls, in pixels at 100 %; so are all lengths below."""
RING = 2
"""Thickness of the focus ring."""
GAP = 1
"""Between a control and its ring."""
TIGHT, NEAR, SPACE, WIDE, VAST = 4, 8, 12, 20, 32
"""The spacing scale."""
SIDEBAR = 264
"""How wide the side bar is."""
SMALL, BODY, HEADING, TITLE = 9, 10, 12, 17
"""The type scale, in points."""

FAMILIES = ("Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Open Sans", "Noto Sans", "Cantarell", "DejaVu Sans")
"""Fonts in the order of preference: the system's own come first on Windows and macOS."""
