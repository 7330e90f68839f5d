"""Clients for several threads: each serves one thread at a time, and its open connection is used again."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

T = TypeVar("T")


class Client(Protocol):
    """What can be multiplied."""

    def another(self) -> Self:
        """A second client of the same kind for the same server, with connections of its own."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


C = TypeVar("C", bound=Client)


class Pool(Generic[C]):
    """Lends clients. The first one is borrowed itself and stays open; close the pool, or use it in ``with``."""

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
