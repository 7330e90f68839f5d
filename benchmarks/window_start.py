"""Opens the window as its program does, and prints a line once it says that it opens, and one at its first screen.

A program of its own: it imports nothing that the window does not.
"""

import tkinter as tk
from typing import TYPE_CHECKING

from fbtool.desktop import program
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.splash import Splash

if TYPE_CHECKING:
    from fbtool.desktop.application import Application


def main() -> None:
    """Open it, and let it live until somebody ends the process."""
    splash = Splash(tk.Tk(className="fbtool"), PreferencesFile.of_this_computer())
    splash.show()
    print(flush=True)
    program.begin(splash, lambda window: _tell(splash, window))
    splash.root.mainloop()


def _tell(splash: Splash, window: "Application") -> None:
    if window.main_window.screen is None:
        splash.root.after(5, _tell, splash, window)
        return
    splash.root.update_idletasks()
    print(flush=True)


if __name__ == "__main__":
    main()
