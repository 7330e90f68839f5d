"""What the gateway writes about itself: lines for people, or one JSON object a line for programs.

A line never holds a text, a name, a token or an id. Ids become *pseudonyms*: the same within a day of one process, so
that lines can be connected, and meaningless afterwards. Messages of libraries are withheld, since they may quote what
they worked on; where it happened is told. Writing happens in a thread of its own: a blocked terminal stops no request.
"""

import contextlib
import hashlib
import hmac
import json
import logging
import queue
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from typing import IO

from fbtool.safe_text import escaped, shown, shown_lines

_OWN = "fbtool"
_WITHHELD = "a library reported a problem; its words are withheld because they may quote content"
_SAME_PER_MINUTE = 10
_DAY_SECONDS = 86400
_ORDINARY = {*vars(logging.makeLogRecord({})), "message", "taskName", "asctime"}


class Pseudonyms:
    """Turns ids into words that mean something for a day only."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, value: str) -> str:
        """Eight hexadecimal digits: the same for the same value on the same day of this process."""
        today = f"{int(time.time()) // _DAY_SECONDS} {value}"
        return hmac.new(self._key, today.encode(), hashlib.sha256).hexdigest()[:8]


pseudonyms = Pseudonyms()


@contextlib.contextmanager
def written(log_format: str, *, verbose: bool, stream: IO[str] | None = None) -> Iterator[None]:
    """Write the log of this process while the context lasts.

    Args:
        log_format: ``text`` or ``json``.
        verbose: every delivery (as counts) instead of warnings only.
        stream: where to; standard error if not given.
    """
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonLines() if log_format == "json" else _Lines())
    handler.addFilter(_RepeatFilter())
    listener = QueueListener(waiting, handler)
    entrance = _AsItIs(waiting)
    root = logging.getLogger()
    earlier = root.level
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    root.addHandler(entrance)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(entrance)
        root.setLevel(earlier)
        listener.stop()


class _AsItIs(QueueHandler):
    """Hands records to the writing thread without formatting them here."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


class _RepeatFilter(logging.Filter):
    """The same line at most ten times a minute; what was left out is counted in the next one that is written."""

    def __init__(self) -> None:
        super().__init__()
        self._minutes: dict[tuple[str, str], tuple[int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key = (record.name, record.msg if isinstance(record.msg, str) else type(record.msg).__name__)
        minute, count = self._minutes.get(key, (0, 0))
        now = int(record.created // 60)
        if now != minute:
            if count > _SAME_PER_MINUTE:
                record.left_out = count - _SAME_PER_MINUTE
            self._minutes[key] = (now, 1)
            return True
        self._minutes[key] = (minute, count + 1)
        return count < _SAME_PER_MINUTE


class _JsonLines(logging.Formatter):
    """One JSON object a line, UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        return escaped(json.dumps(line | _details(record), ensure_ascii=False, default=str))


class _Lines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")
        details = "".join(f" {name}={shown(str(value))}" for name, value in _details(record).items())
        return f"{at} {record.levelname} {record.name}: {shown_lines(_event(record))}{details}"


def _event(record: logging.LogRecord) -> str:
    return record.getMessage() if record.name.partition(".")[0] == _OWN else _WITHHELD


def _details(record: logging.LogRecord) -> dict[str, object]:
    details = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
    if record.exc_info and record.exc_info[0]:
        details["exception"] = record.exc_info[0].__name__  # never its text
        last = traceback.extract_tb(record.exc_info[2])[-1:]
        details["place"] = ", ".join(f"{frame.name}:{frame.lineno}" for frame in last)
    return details
