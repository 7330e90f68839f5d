"""Starts the window: ``fbtool desktop``, ``fbtool-desktop``, and the program that Windows people download."""

import sys
import tkinter as tk

from fbtool.desktop import crash, system
from fbtool.desktop.application import Application
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.presenters.connecting import Consent
from fbtool.desktop.single import Single
from fbtool.linking.choice import Choice, choose, chosen
from fbtool.linking.notebook import folder_of_this_computer
from fbtool.linking.workplace import Workplace


def main() -> None:
    """Run the window until it is closed."""
    sys.exit(run())


def run() -> int:
    """Run the window until it is closed; the exit code."""
    single = Single(folder_of_this_computer())
    if not single.claim():
        return 0
    system.prepare_scale()
    crash.open_log()
    try:
        root = tk.Tk(className="fbtool")
        window = make(root)
        single.listen(window.come_forward)
        window.begin()
        root.mainloop()
    finally:
        single.release()
        crash.close_log()
    return 0


def make(root: tk.Tk) -> Application:
    """The application of this computer in a root window; `Application.begin` shows it."""
    consent = Consent()
    now = chosen()
    choose(Choice(now.account, now.person, lambda: consent.given))
    return Application(root, Workplace.of_this_computer(), PreferencesFile.of_this_computer(), consent)


if __name__ == "__main__":
    main()
