"""The window's size and place: remembered, and kept on the screen."""

import tkinter as tk

from fbtool.desktop.preferences import PreferencesFile

SMALLEST = (780, 540)
"""Pixels at 100 %, so that it fits 800×600 with its frame; on a small screen less."""
USUAL = (1100, 720)
_MOST_OF_THE_SCREEN = 0.9


def restore(root: tk.Tk, preferences: PreferencesFile, scale: float) -> None:
    """Give the window its remembered size and place, or the usual size; ``scale`` is 1 at 100 %."""
    wide, high = root.winfo_screenwidth(), root.winfo_screenheight()
    both = (wide, high)
    root.minsize(*(min(round(length * scale), round(all_ * 0.8)) for length, all_ in zip(SMALLEST, both, strict=True)))
    size = [min(round(length * scale), round(all_ * _MOST_OF_THE_SCREEN))
            for length, all_ in zip(USUAL, both, strict=True)]  # fmt: skip
    wanted = preferences.now.geometry
    root.geometry(wanted if wanted and _fits(wanted, wide, high) else f"{size[0]}x{size[1]}")
    if preferences.now.maximised:
        _maximise(root)


def save(root: tk.Tk, preferences: PreferencesFile) -> None:
    """Remember size and place."""
    maximised = _is_maximised(root)
    changed: dict[str, str | bool] = {"maximised": maximised}
    if not maximised:
        changed["geometry"] = root.geometry()
    preferences.change(**changed)


def _fits(geometry: str, wide: int, high: int) -> bool:
    """Whether a remembered place is still on the screen: a monitor may be gone."""
    size, *place = geometry.replace("-", "+-").split("+")
    try:
        width, height = (int(part) for part in size.split("x"))
        left, top = (int(part) for part in place[:2]) if len(place) >= 2 else (0, 0)
    except ValueError:
        return False
    return 200 <= width <= wide and 200 <= height <= high and -50 <= left <= wide - 100 and -50 <= top <= high - 100


def _maximise(root: tk.Tk) -> None:
    """Nothing happens where the window manager cannot."""
    try:
        root.state("zoomed")
    except tk.TclError:
        root.attributes("-zoomed", True)


def _is_maximised(root: tk.Tk) -> bool:
    if root.state() == "zoomed":
        return True
    try:
        return bool(int(root.attributes("-zoomed")))
    except (tk.TclError, ValueError):
        return False
