"""What the system says and wants: scale, dark or light, the colour of the title bar."""

import os
import sys
import tkinter as tk
from collections.abc import Mapping
from pathlib import Path
from tkinter import font

from fbtool.desktop.design_tokens import FAMILIES, PALETTES, Contrast, Mode, contrast_palette
from fbtool.palette import Palette

DOTS_PER_INCH = 96
"""What 100 % is, on every system."""
_TITLE_BAR = 20
"""DWMWA_USE_IMMERSIVE_DARK_MODE (documented since Windows 11, works since Windows 10 20H1)."""
_PATIENCE = 2.0
_POINTS_PER_INCH = 72
_LEAST_DOTS, _MOST_DOTS = 48, 480
"""What a screen may have; anything else is a slip of somebody's settings."""


def prepare_scale() -> None:
    """Tell Windows that we draw at the real scale; before the first window.

    *System* awareness: Tk 8.6 does not handle a change of scale, so that on a second monitor with another scale a
    window is slightly soft, but of the right size.
    """
    if sys.platform == "win32":
        import ctypes

        system_aware = 1
        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(system_aware)
        except OSError:
            ctypes.windll.user32.SetProcessDPIAware()


def settle_scale(root: tk.Tk) -> float:
    """Let letters and lengths have one scale, which is returned: 1 at 100 %. Before anything is measured or drawn.

    On X11 the person's choice may stand in ``Xft.dpi`` only. Tk heeds it for letters and not for lengths (measured with
    Tk 8.6.13), so the lengths are told.
    """
    dots = _dots_of_letters()
    if dots:
        root.tk.call("tk", "scaling", dots / _POINTS_PER_INCH)
        return dots / DOTS_PER_INCH
    return root.winfo_fpixels("1i") / DOTS_PER_INCH


def _dots_of_letters() -> float:
    """What Xft takes for the dots of an inch, by the question that Xft itself asks; 0 where it has no choice."""
    if sys.platform in {"win32", "darwin"}:
        return 0
    import ctypes

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return 0
    x11.XOpenDisplay.restype, x11.XGetDefault.restype = ctypes.c_void_p, ctypes.c_char_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        return 0
    try:
        told = x11.XGetDefault(display, b"Xft", b"dpi") or b""
        dots = float(told)
    except ValueError:
        return 0
    finally:
        x11.XCloseDisplay(display)
    return dots if _LEAST_DOTS <= dots <= _MOST_DOTS else 0


def preferred_mode() -> Mode:
    """What the person has chosen for all programs of this computer; light where that is not known."""
    if sys.platform == "win32":
        return _mode_of_windows()
    if sys.platform == "darwin":
        return Mode.DARK if _asked("defaults", "read", "-g", "AppleInterfaceStyle") == "Dark" else Mode.LIGHT
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return Mode.LIGHT
    if _asked("gsettings", "get", "org.gnome.desktop.a11y.interface", "high-contrast") == "true":
        return Mode.CONTRAST
    answer = _asked("gsettings", "get", "org.gnome.desktop.interface", "color-scheme")
    return Mode.DARK if "dark" in answer else Mode.LIGHT


def _mode_of_windows() -> Mode:
    if sys.platform == "win32":
        import winreg

        if _windows_has_high_contrast():
            return Mode.CONTRAST
        place = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
                return Mode.LIGHT if winreg.QueryValueEx(key, "AppsUseLightTheme")[0] else Mode.DARK
        except OSError:
            return Mode.LIGHT
    return Mode.LIGHT


def _windows_has_high_contrast() -> bool:
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class HighContrast(ctypes.Structure):
            _fields_ = (("size", wintypes.UINT), ("flags", wintypes.DWORD), ("scheme", wintypes.LPWSTR))

        get_high_contrast, is_on = 0x42, 1
        it = HighContrast(size=ctypes.sizeof(HighContrast))
        ctypes.windll.user32.SystemParametersInfoW(get_high_contrast, it.size, ctypes.byref(it), 0)
        return bool(it.flags & is_on)
    return False


def contrast_colours() -> Contrast:
    """The colours of high contrast: on Windows those that the person has chosen there, elsewhere our own."""
    if sys.platform == "win32" and _windows_has_high_contrast():
        import ctypes

        def colour(index: int) -> str:
            value = ctypes.windll.user32.GetSysColor(index)  # 0x00BBGGRR
            return f"#{value & 0xFF:02X}{value >> 8 & 0xFF:02X}{value >> 16 & 0xFF:02X}"

        window, text, accent, on_accent, faint = 5, 8, 13, 14, 17
        return Contrast(colour(window), colour(text), colour(accent), colour(on_accent), colour(faint))
    return Contrast()


def family(root: tk.Misc) -> str:
    """The best family of letters that the system has."""
    there = set(font.families(root))
    return next((name for name in FAMILIES if name in there), "TkDefaultFont")


def palettes() -> Mapping[Mode, Palette]:
    """The colours of every mode, those of high contrast as the system has them now."""
    return {**PALETTES, Mode.CONTRAST: contrast_palette(contrast_colours())}


def colour_title_bar(root: tk.Tk, mode: Mode) -> None:
    """Let the title bar fit the window; only Windows lets us."""
    if sys.platform == "win32":
        import ctypes

        root.update_idletasks()
        handle = ctypes.windll.user32.GetParent(root.winfo_id())
        dark = ctypes.c_int(mode is Mode.DARK)
        ctypes.windll.dwmapi.DwmSetWindowAttribute(handle, _TITLE_BAR, ctypes.byref(dark), ctypes.sizeof(dark))


def _asked(*command: str) -> str:
    import subprocess

    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603 - fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def open_folder(folder: Path) -> None:
    """Show a folder in the system's file manager."""
    if sys.platform == "win32":
        os.startfile(folder)  # noqa: S606 - our own folder
        return
    import subprocess

    command = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen([command, str(folder)], stdin=subprocess.DEVNULL)  # noqa: S603 - fixed word, our own folder
    except OSError:
        return
