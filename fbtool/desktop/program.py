"""Starts the window: ``fbtool desktop``, ``fbtool-desktop``, and the program that Windows people download."""

import contextlib
import sys
import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

from fbtool.desktop import system
from fbtool.desktop.jobs import Jobs
from fbtool.desktop.opening import Opening
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.single import Single
from fbtool.language import N_
from fbtool.linking.local.choice import Choice, choose, chosen
from fbtool.linking.system.files import folder_of_this_computer
from fbtool.problem import Kind, Problem

if TYPE_CHECKING:
    from fbtool.desktop.application import Application


class ScreenUnreachable(Problem):
    """There is the name of a screen, but no screen."""

    code = "screen_unreachable"
    kind = Kind.THIS_COMPUTER
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
    single = Single(folder_of_this_computer())
    if not single.claim():
        return 0
    system.prepare_scale()
    try:
        opening = Opening(_root(), PreferencesFile.of_this_computer())
        opening.show()
        return _run(opening, single)
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


def _run(opening: Opening, single: Single) -> int:
    # Not before something can be seen: the log's library takes a while.
    from fbtool.desktop import crash

    crash.open_log()
    try:
        begin(opening, lambda window: single.listen(window.come_forward))
        opening.root.mainloop()
        if opening.failure is not None:
            raise opening.failure
    finally:
        crash.close_log()
    return 0


def begin(opening: Opening, made: Callable[["Application"], object]) -> None:
    """Load the program in a thread, so that the window lives meanwhile; then show the first screen.

    ``made`` hears of the application just before. A defect until then ends the window: its dialog is not loaded yet.
    """

    def fail(error: BaseException) -> None:
        from fbtool.desktop import crash

        crash.note(error)
        jobs.close()
        opening.fail(error)

    jobs = Jobs(opening.root, fail)
    opening.root.report_callback_exception = lambda kind, error, trace: fail(error)

    def go_on(_: None) -> None:
        jobs.close()
        window = make(opening)
        made(window)
        window.begin()

    jobs.start(lambda job: _load(), go_on, fail)


def make(opening: Opening) -> "Application":
    """The application of this computer in a window that opens; `Application.begin` shows its first screen."""
    from fbtool.desktop.application import Application
    from fbtool.desktop.presenters.connecting import Consent
    from fbtool.linking.local.workplace import Workplace

    consent = Consent()
    now = chosen()
    choose(Choice(now.account, now.person, lambda: consent.given))
    return Application(opening, Workplace.of_this_computer(), consent)


def _load() -> None:
    """Import what `make` needs."""
    from fbtool.desktop import application  # noqa: F401


if __name__ == "__main__":
    main()
