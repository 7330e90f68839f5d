"""Several calls at once: they run in threads, and what follows from them in the one thread that waits.

So the work itself needs no locks, and its order is easy to read: ``start(call, then)``, and ``then`` may start more.
Each call has a client that no other thread uses meanwhile.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag
from typing import Any, Generic, Protocol, Self, TypeVar

from fbtool.language import N_
from fbtool.linking.system.timeouts import SLICE
from fbtool.problem import Kind, Problem

T = TypeVar("T")

AT_ONCE = 8
"""Calls under way at a time: enough to hide the way to Facebook, few enough for its limits."""


class WorkStopped(Problem):
    """Somebody has stopped the work."""

    code = "work_stopped"
    kind = Kind.ATTENTION
    what = N_("Stopped before this was done.")
    meaning = N_("What was done before stays done.")
    remedy = N_("Start it again whenever you like; nothing is done twice.")


@dataclass(frozen=True)
class _Job:
    call: Callable[[], Any]
    then: Callable[[Any], None]


class Workers:
    """Runs calls, ``at_once`` at a time. Everything but the calls happens in the thread that uses it."""

    def __init__(self, at_once: int = AT_ONCE, cancel: Flag | None = None) -> None:
        self._at_once = at_once
        self._cancel = cancel or Flag()
        self._waiting: deque[_Job] = deque()
        self._under_way = 0
        self._done: SimpleQueue[tuple[_Job, Any]] = SimpleQueue()

    @property
    def stopped(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._cancel.is_set()

    def start(self, call: Callable[[], T], then: Callable[[T | Problem], None]) -> None:
        """Run ``call`` in a thread; ``then`` hears its result, or the `Problem` that it raised."""
        self._waiting.append(_Job(call, then))
        self._fill()

    def step(self) -> bool:
        """Wait for one call and let its ``then`` hear; False if none is under way.

        Raises:
            WorkStopped: somebody has asked to stop. What is under way ends by itself.
            Exception: whatever a call raised that is no `Problem`: a defect.
        """
        while self._under_way:
            if self.stopped:
                raise WorkStopped
            try:
                job, outcome = self._done.get(timeout=SLICE)
            except Empty:
                continue
            self._hear(job, outcome)
            return True
        return False

    def finish(self) -> None:
        """Wait until nothing is left to do; raises as `step`."""
        while self.step():
            pass

    def drop_waiting(self) -> None:
        """Forget the calls that have not begun, and wait for those under way; raises defects as `step`."""
        self._waiting.clear()
        while self._under_way:
            try:
                job, outcome = self._done.get(timeout=SLICE)
            except Empty:
                continue
            self._hear(job, outcome)

    def _hear(self, job: _Job, outcome: Any) -> None:
        self._under_way -= 1
        if isinstance(outcome, BaseException) and not isinstance(outcome, Problem):
            raise outcome
        self._fill()
        job.then(outcome)

    def _fill(self) -> None:
        while self._waiting and self._under_way < self._at_once:
            self._under_way += 1
            # A daemon, so that a server that is silent cannot keep a stopped program alive.
            threading.Thread(target=self._run, args=(self._waiting.popleft(),), daemon=True).start()

    def _run(self, job: _Job) -> None:
        try:
            self._done.put((job, job.call()))
        except BaseException as error:  # handed to the thread that waits
            self._done.put((job, error))


class Client(Protocol):
    """What can be multiplied."""

    def another(self) -> Self:
        """A second client of the same kind for the same server, with connections of its own."""

    def close(self) -> None:
        """Close the connections."""


C = TypeVar("C", bound=Client)


class ClientPool(Generic[C]):
    """Lends clients. The first one is borrowed itself and stays open; close the pool."""

    def __init__(self, first: C) -> None:
        self._first = first
        # Appending and popping need no lock: each is one step of the interpreter.
        self._idle = [first]
        self._closed = False

    def use(self, work: Callable[[C], T]) -> T:
        """Do ``work`` with a client that nobody else uses meanwhile; the one whose connection is warmest."""
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._first.another()
        try:
            return work(client)
        finally:
            self._idle.append(client)
            if self._closed:
                self.close()

    def close(self) -> None:
        """Close all clients but the first; those in use are closed when they come back."""
        self._closed = True
        while self._idle:
            try:
                client = self._idle.pop()
            except IndexError:  # another thread was quicker
                return
            if client is not self._first:
                client.close()
