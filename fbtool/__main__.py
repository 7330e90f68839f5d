"""``python -m fbtool`` and the ``fbtool`` command."""

import _thread
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_CANCELLED = 130
_MOMENT = 0.1


def main() -> None:
    """Run the command line. Ctrl-C ends it at any moment, also while its modules are being loaded."""
    sys.unraisablehook = _repeat_lost_ctrl_c
    try:
        from fbtool.cli import run

        run()
    except KeyboardInterrupt:
        sys.exit(_CANCELLED)
    finally:
        # It is ending anyway; another Ctrl-C would only print where it was.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # CPython marks a Ctrl-C inside exec("...") (dataclasses make themselves so) as unhandled, for good, and would
        # end by that signal instead of our code. Evaluating a text takes the mark away (its run_eval_code_obj).
        eval("0")  # noqa: S307


def _repeat_lost_ctrl_c(lost: "UnraisableHookArgs") -> None:
    """Python drops a Ctrl-C that arrives inside a callback of the garbage collector or of the import system."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    try:
        _thread.start_new_thread(_press_again, (_thread.get_ident(),))
    except KeyboardInterrupt:
        _thread.start_new_thread(_press_again, (_thread.get_ident(),))


def _press_again(main_thread: int) -> None:
    # Not at once: until the callback has ended it would be swallowed again.
    time.sleep(_MOMENT)
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main_thread, signal.SIGINT)  # also wakes it when it waits


if __name__ == "__main__":
    main()
