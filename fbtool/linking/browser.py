"""The person's own browser: the only place where a Facebook password may be typed (RFC 8252 §8.12)."""

import os
import sys
import webbrowser


def open_in_browser(url: str) -> bool:
    """Open ``url`` in the system's browser; False if there is none to be seen.

    Without a screen nothing is started: a text browser would take over the terminal, and Facebook's pages
    do not work in one.
    """
    if not url.startswith(("https://", "http://")) or not _has_screen():
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
