"""Long work in threads, its results on the Tk thread.

A worker never touches Tk: it puts what it has into a queue, and the Tk thread looks into the queue by `after`
(``event_generate`` from a worker fails around the main loop and blocks while the window is busy).
"""

import threading
import tkinter as tk
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Generic, TypeVar

from fbtool.problem import Problem

T = TypeVar("T")

_SOON, _LATER = 15, 120
"""Milliseconds between two looks into the queue, with work under way and without."""
_AT_A_STRETCH = 0.012
"""Seconds of hearing results before the window may draw again."""


class Job(Generic[T]):
    """One piece of work. The worker sees it as its argument."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self.over = False
        """Whether nothing more will come."""
        self.cancel = threading.Event()
        """Set by `stop`; handed to the functions of `linking`, which end in good order."""
        self.tell = tell
        """From the worker: let the Tk thread hear of progress."""

    def stop(self) -> None:
        """Ask the work to end. What is done stays done."""
        self.cancel.set()


class Jobs:
    """The workers of one window."""

    def __init__(self, root: tk.Misc, on_defect: Callable[[BaseException], None]) -> None:
        self._root = root
        self._on_defect = on_defect
        self._news: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._running: set[Job[Any]] = set()
        self._open = True
        self._next = root.after(_SOON, self._pump)

    def start(
        self,
        work: Callable[[Job[T]], T],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
        progress: Callable[[Any], None] = lambda value: None,
    ) -> Job[T]:
        """Run ``work`` in a thread; exactly one of ``done`` and ``failed`` hears of its end, on the Tk thread.

        An exception that is no `Problem` is a defect and goes to the window's crash dialog; ``failed`` does not hear
        of it.
        """
        job: Job[T] = Job(lambda value: self.post(lambda: progress(value)))
        self._running.add(job)

        def end(hear: Callable[[], None]) -> None:
            job.over = True
            self._running.discard(job)
            if self._open:
                hear()

        def run() -> None:
            try:
                result = work(job)
            except Problem as problem:
                self._news.put(partial(end, partial(failed, problem)))
            except BaseException as error:
                self._news.put(partial(end, partial(self._on_defect, error)))
            else:
                self._news.put(partial(end, partial(done, result)))

        # A daemon, so that a server that is silent cannot keep a closed window's process alive.
        threading.Thread(target=run, name="fbtool-job", daemon=True).start()
        return job

    def post(self, call: Callable[[], None]) -> None:
        """From any thread: let the Tk thread call this soon."""
        self._news.put(lambda: call() if self._open else None)

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._running)

    def stop_all(self) -> None:
        """Ask all work to end."""
        for job in self._running:
            job.stop()

    def close(self) -> None:
        """Hear nothing any more."""
        self._open = False
        self._root.after_cancel(self._next)

    def _pump(self) -> None:
        until = monotonic() + _AT_A_STRETCH
        try:
            while monotonic() < until:
                self._news.get_nowait()()
        except Empty:
            pass
        finally:
            if self._open:
                self._next = self._root.after(_SOON if self._running else _LATER, self._pump)
