"""Calls into what is not ours: a server, the secret store, a browser. Each has its thread and a limit.

Whoever waits can leave; the thread goes on until its call returns, and keeps no program alive.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.25
"""Seconds of waiting at a time: on Windows Ctrl-C is noticed only in between."""


class StillRunning(Exception):
    """The limit has passed, and the call has not returned."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """What ``call`` returns, or raises, in a thread of its own.

    Raises:
        StillRunning: it takes longer than ``seconds``.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            result.append(call())
        except BaseException as error:  # handed to the thread that waits
            failure.append(error)

    thread = threading.Thread(target=work, name="fbtool-outside", daemon=True)
    thread.start()
    until = time.monotonic() + seconds
    while thread.is_alive():
        left = until - time.monotonic()
        if left <= 0:
            raise StillRunning
        thread.join(min(left, SLICE))
    if failure:
        raise failure[0]
    return result[0]
