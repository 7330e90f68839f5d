"""Waiting on a condition, never on time."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Return as soon as the condition holds.

    Raises:
        AssertionError: it does not hold within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.01)
