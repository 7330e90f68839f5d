"""Our own mistakes: written into a log, told to the person, and never with a secret.

A report is made of an allowance, not of a filter: versions, the kind of the exception and the lines of code. Its text
stays out, because it may hold an address, a name or a token.
"""

import logging
import os
import platform
import threading
import tkinter as tk
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from fbtool import __version__
from fbtool.linking.system.files import HOME_SETTING, folder_of_this_computer

_BYTES, _FILES = 1_000_000, 5
_log = logging.getLogger("fbtool.window")


def log_folder() -> Path:
    """Where the log of the window is."""
    if os.environ.get(HOME_SETTING, "").strip():
        return folder_of_this_computer() / "logs"
    import platformdirs

    return platformdirs.user_log_path("fbtool", appauthor=False)


def open_log() -> None:
    """Write the log from now on; a full disk or a missing right does not stop the window."""
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_folder() / "window.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
    _log.info("start: fbtool %s, Python %s, %s", __version__, platform.python_version(), platform.system())


def close_log() -> None:
    """Close the log's file."""
    for handler in list(_log.handlers):
        _log.removeHandler(handler)
        handler.close()


def report_of(error: BaseException) -> str:
    """What may be said of a defect."""
    lines = [f"fbtool {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}"]
    lines.append(f"{type(error).__module__}.{type(error).__name__}")
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


def note(error: BaseException) -> str:
    """Write a defect into the log; its report."""
    report = report_of(error)
    _log.info("defect: %s", report)
    return report


def catch_all(root: tk.Tk, tell: Callable[[BaseException], None]) -> None:
    """Let no exception pass unseen: those of Tk's callbacks and of threads."""

    def from_tk(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        tell(error)

    def from_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            note(arguments.exc_value)

    root.report_callback_exception = from_tk
    threading.excepthook = from_thread


def _short(filename: str) -> str:
    """The path inside the program; where it is installed may name a person."""
    parts = Path(filename).parts
    return "/".join(parts[parts.index("fbtool") :]) if "fbtool" in parts else parts[-1]
