"""Which account and which person a run is about, where this computer knows several, and what it may keep.

A face sets this once, before it does anything; `workplace` reads it. It stands alone because every start loads it.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """What was chosen for this run."""

    account: str = ""
    """Name or id of a messenger account; empty = the current one."""
    person: str = ""
    """Name or id of a person; empty = the last one to sign in."""
    for_this_run_only: Callable[[], bool] = lambda: False
    """Asks, where there is no secret store, whether to keep secrets until the end of this run."""


_choice = Choice()


def choose(choice: Choice) -> None:
    """Let this process work like this from now on."""
    global _choice
    _choice = choice


def chosen() -> Choice:
    """What was chosen."""
    return _choice
