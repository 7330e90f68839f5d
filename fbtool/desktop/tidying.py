"""Garbage collection on the Tk thread only.

Python collects cycles in whichever thread happens to allocate; if that is a worker and the garbage holds a variable or
a picture of Tk, Tk is touched from a foreign thread: an error at best, a crash of the interpreter at worst.
"""

import gc

from fbtool.desktop.jobs import Clock

_EVERY = 250
"""Milliseconds."""


class Tidying:
    """Collects as often as Python would, from `start` to `stop`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def start(self) -> None:
        """From now on nobody else collects."""
        gc.disable()
        # What the imports have made stays anyway; looking through it each time would be felt.
        gc.collect()
        gc.freeze()
        self._clock.after(_EVERY, self._look)

    def stop(self) -> None:
        """Collect once more, then let Python collect again; the clock must have ended."""
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _look(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        generations = [at for at in range(3) if counts[at] > limits[at]]
        if generations:
            gc.collect(max(generations))
        self._clock.after(_EVERY, self._look)
