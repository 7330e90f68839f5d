"""Long work on the command line: it shows how far it is, and the first Ctrl-C ends it in good order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from types import FrameType

from fbtool.cli import output
from fbtool.language import Sentence, say


@contextmanager
def counting(words: Callable[[int], Sentence]) -> Iterator[Callable[[int], None]]:
    """A function that shows a number while something runs: a live line on a terminal, else nothing."""
    console = output.console(stderr=True)
    if not output.is_live(console):
        yield lambda count: None
        return
    with console.status(str(words(0))) as status:
        yield lambda count: status.update(str(words(count)))


@contextmanager
def stoppable() -> Iterator[Flag]:
    """A flag that the first Ctrl-C sets, so that what has begun can be ended; the second one stops at once."""
    flag = Flag()

    def stop(number: int, frame: FrameType | None) -> None:
        flag.set()
        signal.signal(signal.SIGINT, before)
        output.note(say("Stopping when what has begun is done. Ctrl-C again stops at once."))

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)
