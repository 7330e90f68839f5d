"""``fbtool desktop``: open the window."""

import os
import sys

import click

from fbtool.language import N_
from fbtool.problem import Problem


class NoScreen(Problem):
    """There is no screen that a window could be on."""

    code = "no_screen"
    what = N_("There is no screen here on which a window could open.")
    meaning = N_("This is usual on servers and in remote terminals.")
    remedy = N_("Use the commands instead, they can do the same: fbtool --help")


class TkMissing(Problem):
    """Python was installed without Tk."""

    code = "tk_missing"
    what = N_("This Python has no Tk, which draws the window.")
    meaning = N_("Linux distributions often keep it in a package of its own.")
    remedy = N_("Install it (Debian and Ubuntu: apt install python3-tk), or use the commands: fbtool --help")


@click.command(
    help=N_(
        "Open the window.\n\n"
        "It does what the commands do: connect, sign in, link, repair. Closing it ends nothing but the window.\n\n"
        "Example:\n\n"
        "  fbtool desktop\n\n"
        "Exit codes: 0 closed; 8 there is no screen, or Python has no Tk."
    )
)
def desktop() -> int:
    """Run the window until it is closed."""
    require_screen()
    from fbtool.desktop.program import run

    return run()


def require_screen() -> None:
    """Make sure that a window can open.

    Raises:
        NoScreen, TkMissing: it cannot.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise NoScreen
    try:
        import tkinter  # noqa: F401 - only whether it is there
    except ModuleNotFoundError:
        raise TkMissing from None
