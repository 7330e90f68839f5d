"""``python -m fbtool`` and the ``fbtool`` command."""

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_CANCELLED = 130
_MOMENT = 0.01


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


def _repeat_lost_ctrl_c(lost: "UnraisableHookArgs") -> None:
    """Python drops a Ctrl-C that arrives inside a callback of the garbage collector or of the import system."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    import _thread
    import threading

    def interrupt() -> None:
        main_thread = threading.main_thread().ident
        if sys.platform == "win32" or main_thread is None:
            _thread.interrupt_main()
        else:
            signal.pthread_kill(main_thread, signal.SIGINT)  # a real signal: it ends waiting, too

    # Not at once: the callback is still running and would swallow it again.
    again = threading.Timer(_MOMENT, interrupt)
    again.daemon = True
    again.start()


if __name__ == "__main__":
    main()
