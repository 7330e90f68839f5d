"""A sign-in under way in the browser: what is known of it, and how a person takes part from here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Event as Flag
from time import monotonic

from fbtool.desktop.presenters.presenter import Presenter
from fbtool.linking.signin.machine import TIME_LIMIT, State
from fbtool.linking.signin.runner import Face, Progress

_SLICE = 0.25


@dataclass(frozen=True)
class SignInStatus:
    """What the waiting screen shows."""

    state: State
    url: str
    browser_opened: bool
    until: float
    """On the clock of `time.monotonic`."""
    by_hand: bool
    asks_for_code: bool = False
    code_was_wrong: bool = False

    @property
    def seconds_left(self) -> int:
        """How long the person still has."""
        return max(0, round(self.until - monotonic()))


@dataclass(frozen=True)
class CodeWanted:
    """The worker waits for the short code."""

    again: bool


class BrowserSignIn(Face):
    """One sign-in, between its worker and the screen."""

    takes_codes = True

    def __init__(self) -> None:
        self.cancel = Flag()
        self._tell: Callable[[Progress | CodeWanted], None] = _to_nobody
        self._codes: SimpleQueue[str] = SimpleQueue()
        self.shown: SignInStatus | None = None

    def hear(self, news: Progress | CodeWanted) -> bool:
        """On the Tk thread: take what the worker told; whether anything but the clock has changed."""
        before = self.shown
        if isinstance(news, CodeWanted):
            if before is not None:
                self.shown = replace(before, by_hand=True, asks_for_code=True, code_was_wrong=news.again)
            return True
        asks = before is not None and before.asks_for_code and news.state is State.WAITING
        self.shown = SignInStatus(
            news.state, news.url, news.browser_opened, monotonic() + news.seconds_left, news.by_hand,
            asks_for_code=asks, code_was_wrong=asks and before is not None and before.code_was_wrong,
        )  # fmt: skip
        return before is None or replace(before, until=self.shown.until) != self.shown

    def give_code(self, code: str) -> None:
        """On the Tk thread: the person has typed the short code."""
        self._codes.put(code)

    def begin(self, tell: Callable[[Progress | CodeWanted], None]) -> None:
        """In the worker, before anything else there: what is told goes this way."""
        self._tell = tell

    def show(self, progress: Progress) -> None:
        """In the worker."""
        self._tell(progress)

    def cancelled(self) -> bool:
        """In the worker."""
        return self.cancel.is_set()

    def type_code(self, again: bool) -> str:
        """In the worker: waits for the person, at most as long as the attempt lives."""
        self._tell(CodeWanted(again))
        until = monotonic() + TIME_LIMIT
        while monotonic() < until and not self.cancel.is_set():
            try:
                return self._codes.get(timeout=_SLICE)
            except Empty:
                continue
        return ""


class AttemptPresenter(Presenter):
    """A presenter with a sign-in in the browser, while one is under way."""

    _attempt: BrowserSignIn | None = None

    @property
    def waiting(self) -> SignInStatus | None:
        """What is known of the sign-in under way; None before and after."""
        return self._attempt.shown if self._attempt else None

    def give_code(self, code: str) -> None:
        """Hand the typed code on."""
        if self._attempt is not None:
            self._attempt.give_code(code)

    def cancel(self) -> None:
        """Call the sign-in off."""
        if self._attempt is not None:
            self._attempt.cancel.set()


def _to_nobody(news: Progress | CodeWanted) -> None:
    """The worker has not begun."""
