"""Garbage collection on the Tk thread only.

Python collects cycles in whichever thread happens to allocate; if that is a worker and the garbage holds a variable or
a picture of Tk, Tk is touched from a foreign thread: an error at best, a crash of the interpreter at worst.
"""

import gc
import tkinter as tk

_EVERY = 250
"""Milliseconds."""


class GarbageCollector:
    """Collects as often as Python would, from `start` to `stop`."""

    def __init__(self, root: tk.Misc) -> None:
        self._root = root
        self._next = ""

    def start(self) -> None:
        """From now on nobody else collects."""
        gc.disable()
        self._next = self._root.after(_EVERY, self._look)

    def settle(self) -> None:
        """Everything is loaded. What the imports have made stays anyway; looking through it each time would be felt."""
        # Without collecting before: that would be felt, too, and little of what was loaded is garbage.
        gc.freeze()

    def stop(self) -> None:
        """Collect no more; the window is about to end."""
        self._root.after_cancel(self._next)

    def give_back(self) -> None:
        """The window has ended, and its things with it: collect them, then let Python collect again."""
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _look(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        generations = [at for at in range(3) if counts[at] > limits[at]]
        if generations:
            gc.collect(max(generations))
        self._next = self._root.after(_EVERY, self._look)
