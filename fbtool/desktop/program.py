"""Starts the window: ``fbtool desktop``, ``fbtool-desktop``, and the program that Windows people download."""

import contextlib
import sys
import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

from fbtool.desktop import os_integration
from fbtool.desktop.jobs import Jobs
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.single_instance import SingleInstance
from fbtool.desktop.splash import Splash
from fbtool.language import N_
from fbtool.linking.local.choice import Choice, choose, chosen
from fbtool.linking.system.files import folder_of_this_computer
from fbtool.problem import Problem

if TYPE_CHECKING:
    from fbtool.desktop.application import Application


class ScreenUnreachable(Problem):
    """There is the name of a screen, but no screen."""

    code = "screen_unreachable"
    what = N_("The window cannot open: the screen cannot be used ({error}).")
    meaning = N_(
        "The variable DISPLAY often names a screen that was there earlier, for example after a new connection."
    )
    remedy = N_("Open a new terminal on the screen itself, or use the commands, they can do the same: fbtool --help")


def main() -> None:
    """Run the window until it is closed. Why there is none is told, in a box where there is a screen."""
    try:
        sys.exit(run())
    except Problem as problem:
        _tell(problem)
        sys.exit(problem.kind.value)


def run() -> int:
    """Run the window until it is closed; the exit code.

    Raises:
        ScreenUnreachable, WindowSilent, Problem: there is no window, and why.
    """
    single = SingleInstance(folder_of_this_computer())
    if not single.claim():
        return 0
    os_integration.prepare_scale()
    try:
        splash = Splash(_root(), PreferencesFile.of_this_computer())
        splash.show()
        return _run(splash, single)
    finally:
        single.release()


def _root() -> tk.Tk:
    try:
        return tk.Tk(className="fbtool")
    except tk.TclError as error:
        raise ScreenUnreachable(error=error) from None


def _tell(problem: Problem) -> None:
    told = problem.told()
    words = "\n\n".join(part for part in told if part)
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(f"{words}\n[{problem.code}]\n")
    if isinstance(problem, ScreenUnreachable):
        return
    from tkinter import messagebox

    with contextlib.suppress(tk.TclError):
        root = tk.Tk(className="fbtool")
        root.withdraw()
        messagebox.showerror("fbtool", words, parent=root)
        root.destroy()


def _run(splash: Splash, single: SingleInstance) -> int:
    # Not before something can be seen: the log's library takes a while.
    from fbtool.desktop import crash_log

    crash_log.open_log()
    try:
        begin(splash, lambda window: single.listen(window.come_forward))
        splash.root.mainloop()
        if splash.failure is not None:
            raise splash.failure
    finally:
        crash_log.close_log()
    return 0


def begin(splash: Splash, made: Callable[["Application"], object]) -> None:
    """Load the program in a thread, so that the window lives meanwhile; then show the first screen.

    ``made`` hears of the application just before. A defect until then ends the window: its dialog is not loaded yet.
    """

    def fail(error: BaseException) -> None:
        from fbtool.desktop import crash_log

        crash_log.note(error)
        jobs.close()
        splash.fail(error)

    jobs = Jobs(splash.root, fail)
    splash.root.report_callback_exception = lambda kind, error, trace: fail(error)

    def go_on(_: None) -> None:
        jobs.close()
        window = make(splash)
        made(window)
        window.begin()

    jobs.start(lambda job: _load(), go_on, fail)


def make(splash: Splash) -> "Application":
    """The application of this computer in a window that opens; `Application.begin` shows its first screen."""
    from fbtool.desktop.application import Application
    from fbtool.desktop.presenters.connecting import MemoryOnlyConsent
    from fbtool.linking.local.workplace import Workplace

    consent = MemoryOnlyConsent()
    now = chosen()
    choose(Choice(now.account, now.person, lambda: consent.given))
    return Application(splash, Workplace.of_this_computer(), consent)


def _load() -> None:
    """Import what `make` needs."""
    from fbtool.desktop import application  # noqa: F401


if __name__ == "__main__":
    main()
