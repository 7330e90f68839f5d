"""Opens the window as its program does, and prints a line once it says that it opens, and one at its first screen.

A program of its own: it imports nothing that the window does not.
"""

import tkinter as tk
from typing import TYPE_CHECKING

from fbtool.desktop import program
from fbtool.desktop.opening import Opening
from fbtool.desktop.preferences import PreferencesFile

if TYPE_CHECKING:
    from fbtool.desktop.application import Application


def main() -> None:
    """Open it, and let it live until somebody ends the process."""
    opening = Opening(tk.Tk(className="fbtool"), PreferencesFile.of_this_computer())
    opening.show()
    print(flush=True)
    program.begin(opening, lambda window: _tell(opening, window))
    opening.root.mainloop()


def _tell(opening: Opening, window: "Application") -> None:
    if window.frame.screen is None:
        opening.root.after(5, _tell, opening, window)
        return
    opening.root.update_idletasks()
    print(flush=True)


if __name__ == "__main__":
    main()
