"""The person's own browser: the only place where a Facebook password may be typed (RFC 8252 §8.12)."""

import os
import sys
import webbrowser

from fbtool.address import read_address
from fbtool.linking.system.timeouts import StillRunning, within

PATIENCE = 3.0
"""Seconds that a browser's command has to say that there is none."""


def open_in_browser(url: str) -> bool:
    """Open ``url`` in the system's browser; False if there is none to be seen.

    Without a screen nothing is started: a text browser would take over the terminal, and Facebook's pages
    do not work in one. A command that stays (``BROWSER="prog %s"`` is waited for by Python) is a browser that is open.
    """
    address = read_address(url)
    if address is None or address.scheme not in {"https", "http"} or not _has_screen():
        return False
    try:
        return within(PATIENCE, lambda: webbrowser.open(url))
    except StillRunning:
        return True
    except (webbrowser.Error, OSError, ValueError):
        # A setting BROWSER that names no program, or cannot be read as a command.
        return False


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
