"""The product's colours, light and dark, of the window and of every page.

WCAG 2.2 AA: 4.5:1 for text (1.4.3), 3:1 for the borders of controls and the focus ring (1.4.11); a test computes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """What a coloured surface says. A word always says it, too."""

    GOOD = "good"
    OPEN = "open"
    BUSY = "busy"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Paint:
    """Text on a surface, as ``#RRGGBB``."""

    ink: str
    surface: str


@dataclass(frozen=True)
class Palette:
    """All colours of one mode, as ``#RRGGBB``."""

    window: str
    sidebar: str
    text: str
    dim: str
    """Text of second rank."""
    faint: str
    """Text of what cannot be used now; WCAG asks nothing of it."""
    line: str
    """Between rows; carries no information."""
    border: str
    """Around controls."""
    control: str
    """The surface of a control at rest."""
    hover: str
    pressed: str
    disabled: str
    selected: str
    """The surface of a selected row."""
    chosen: str
    """The surface of a chosen filter."""
    on_chosen: str
    accent: str
    accent_hover: str
    on_accent: str
    ring: str
    """Around what has the keyboard."""
    danger: str
    on_danger: str
    thumb: str
    """Of the scrollbar."""
    tones: Mapping[Tone, Paint]


LIGHT = Palette(
    window="#FFFFFF",
    sidebar="#F5F6F8",
    text="#1B1F24",
    dim="#5B6470",
    faint="#9AA1AB",
    line="#E3E6EA",
    border="#868E98",
    control="#FFFFFF",
    hover="#EEF2F7",
    pressed="#E1E7EF",
    disabled="#F2F3F5",
    selected="#E9F1FC",
    chosen="#E9F1FC",
    on_chosen="#1B1F24",
    accent="#0B5FD0",
    accent_hover="#094FAE",
    on_accent="#FFFFFF",
    ring="#0B5FD0",
    danger="#B3261E",
    on_danger="#FFFFFF",
    thumb="#8A929C",
    tones={
        Tone.GOOD: Paint("#0B6E3B", "#DDF3E4"),
        Tone.OPEN: Paint("#444B55", "#E9ECEF"),
        Tone.BUSY: Paint("#0B4F9E", "#DCEBFC"),
        Tone.WARNING: Paint("#6B3A00", "#FFF0D4"),
        Tone.BAD: Paint("#8F1D14", "#FDE5E2"),
    },
)
DARK = Palette(
    window="#1E2126",
    sidebar="#17191D",
    text="#E8EAED",
    dim="#A3ABB6",
    faint="#6B727C",
    line="#343941",
    border="#7D8591",
    control="#282C33",
    hover="#343A43",
    pressed="#3E454F",
    disabled="#22262C",
    selected="#263448",
    chosen="#263448",
    on_chosen="#E8EAED",
    accent="#6AB0FF",
    accent_hover="#8DC3FF",
    on_accent="#08213F",
    ring="#8DC3FF",
    danger="#FF8A80",
    on_danger="#3B0A06",
    thumb="#7D8591",
    tones={
        Tone.GOOD: Paint("#86E0AC", "#12331F"),
        Tone.OPEN: Paint("#D3D8DE", "#33383F"),
        Tone.BUSY: Paint("#A6CFFF", "#142F50"),
        Tone.WARNING: Paint("#FFD596", "#3D2D10"),
        Tone.BAD: Paint("#FFB8B0", "#4A1813"),
    },
)
