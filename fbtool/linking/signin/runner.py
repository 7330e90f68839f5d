"""Signing in with Facebook, for any face: does what the state machine in `machine` says."""

import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from fbtool.connection_code import BY_HAND, Connection
from fbtool.facebook import tokens
from fbtool.facebook.graph import Platform
from fbtool.facebook.permissions import LOGIN_SCOPE
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.signin import machine as on
from fbtool.linking.signin.browser import open_in_browser
from fbtool.linking.signin.problems import SignInCodeRefused, SignInUnfinished
from fbtool.linking.signin.receiver import Callback, Receiver, ReceiverBlocked
from fbtool.linking.system.timeouts import SLICE
from fbtool.problem import Problem

if TYPE_CHECKING:
    from fbtool.linking.signin.oauth import Attempt

_SHORT_CODE = re.compile(r"[A-HJ-NP-Z2-9]{8}")


@dataclass(frozen=True)
class Progress:
    """Where a sign-in stands, for a face to show. It comes at every change and about four times a second."""

    state: on.State
    url: str
    """The address for the browser, to be shown and copied; empty before it is known."""
    browser_opened: bool
    seconds_left: float
    by_hand: bool = False
    """Whether the browser's last page shows a code that has to be typed in here."""


@dataclass(frozen=True)
class SignInOptions:
    """How a sign-in shall go."""

    auth_type: str = ""
    """What Facebook's dialog does again, see `fbtool.facebook.login.Ask`; empty = nothing."""
    scope: tuple[str, ...] = LOGIN_SCOPE
    with_browser: bool = True
    """Whether to open the browser here; otherwise the address is only shown."""
    by_hand: bool = False
    """Whether a short code is typed in, for a browser on another device."""


_USUAL = SignInOptions()


class Face:
    """Who talks with the person: a window, a command line, a test. As it is here, it shows nothing.

    All but `show` may be called in threads of their own.
    """

    takes_codes = False
    """Whether `type_code` is there, for a computer that lets no program listen."""

    def open_browser(self, url: str) -> bool:
        """Open the address; False if no browser took it."""
        return open_in_browser(url)

    def show(self, progress: Progress) -> None:
        """Show what is new; called at every change and about four times a second."""

    def type_code(self, again: bool) -> str:
        """Ask for the code of the browser's last page; empty to cancel. ``again``: the one before was wrong."""
        return ""

    def cancelled(self) -> bool:
        """Whether the person wants the waiting to end."""
        return False


def sign_in(
    connection: Connection, account_id: str, platform: Platform, face: Face, options: SignInOptions = _USUAL
) -> SignIn:
    """Let a person sign in; returns when that has ended, after ten minutes at the latest.

    Whatever happens (also Ctrl-C), the port is closed.

    Raises:
        SignInCodeRefused: the code was wrong too often.
        SignInDenied, SignInExpired, SignInCancelled, SignInUnfinished: it ended without a token.
        Problem: those of the receiver, of `Attempt.redeem` and of `GraphClient.run`.
    """
    with closing(_Runner(connection, account_id, platform, face, options)) as runner:
        machine = runner.run()
    if machine.problem is not None:
        raise machine.problem
    assert machine.person is not None  # noqa: S101 - the machine ends with a problem or a person
    return SignIn(machine.person, machine.token, machine.expires_at)


class _Runner:
    """Does what the machine's commands say and reports what happened."""

    def __init__(
        self, connection: Connection, account_id: str, platform: Platform, face: Face, options: SignInOptions
    ) -> None:
        self._machine = on.Login()
        self._connection, self._account_id, self._platform = connection, account_id, platform
        self._face, self._options = face, options
        self._receiver: Receiver | None = None
        self._attempt: Attempt | None = None
        self._browser_opened = False
        self._heard: SimpleQueue[on.Event | BaseException] = SimpleQueue()
        """What happened outside, in the order in which it happened."""

    def run(self) -> on.Login:
        """Go through the whole sign-in, to one of its ends."""
        self._tell(on.Start(time.monotonic(), self._options.with_browser, self._options.by_hand))
        while not self._machine.state.over:
            if self._face.cancelled():
                self._tell(on.UserCancelled())
                break
            try:
                heard = self._heard.get(timeout=SLICE)
            except Empty:
                heard = on.Tick(time.monotonic())
            if isinstance(heard, BaseException):
                raise heard
            self._tell(heard)
        return self._machine

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None
        if self._attempt is not None:
            self._attempt.close()
            self._attempt = None

    def _tell(self, event: on.Event) -> None:
        waiting: list[on.Event] = [event]
        while waiting:
            commands = self._machine.handle(waiting.pop(0))
            self._report()
            for command in commands:
                answer = self._carry_out(command)
                if answer is not None:
                    waiting.append(answer)

    def _carry_out(self, command: on.Command) -> on.Event | None:
        try:
            match command:
                case on.Prepare(by_hand):
                    return self._prepare(by_hand=by_hand)
                case on.AskForCode(again):
                    return self._ask_for_code(again)
                case on.OpenBrowser(url):
                    self._outside(lambda: self._browse(url))
                case on.Exchange(code):
                    self._outside(lambda: self._attempt.redeem(code) if self._attempt else None)
                case on.AskWho(token):
                    self._outside(lambda: self._ask_who(token))
                case on.Close():
                    self.close()
        except Problem as problem:
            return on.Trouble(problem)
        return None

    def _outside(self, call: Callable[[], on.Event | None]) -> None:
        """Let ``call`` run in a thread: whatever it waits for, a cancel and the end of the time are heard."""

        def work() -> None:
            try:
                event = call()
            except SignInCodeRefused as problem:
                event = on.CodeRefused(problem)
            except Problem as problem:
                event = on.Trouble(problem)
            except BaseException as error:  # a defect; raised by the thread that waits
                self._heard.put(error)
                return
            if event is not None:
                self._heard.put(event)

        threading.Thread(target=work, name="fbtool-sign-in", daemon=True).start()

    def _prepare(self, *, by_hand: bool) -> on.Event:
        # Loading it is a good part of a program's start, and only a sign-in needs it.
        from fbtool.linking.signin.oauth import Attempt

        state, redirect_uri = secrets.token_urlsafe(32), BY_HAND
        if not by_hand:
            try:
                self._receiver = Receiver(state, lambda callback: self._heard.put(_event_of(callback)))
            except ReceiverBlocked as problem:
                return on.ReceiverFailed(problem) if self._face.takes_codes else on.Trouble(problem)
            redirect_uri = self._receiver.redirect_uri
        self._attempt = Attempt(
            self._connection,
            self._account_id,
            redirect_uri=redirect_uri,
            state=state,
            scope=self._options.scope,
            auth_type=self._options.auth_type,
        )
        return on.AddressReady(self._attempt.url)

    def _browse(self, url: str) -> on.Event:
        self._browser_opened = self._face.open_browser(url)
        return on.BrowserTried()

    def _ask_who(self, token: str) -> on.Event:
        with GraphClient(self._platform) as graph:
            return on.Checked(graph.run(tokens.person(token)))

    def _ask_for_code(self, again: bool) -> on.Event:
        while (typed := self._face.type_code(again)).strip():
            if code := short_code(typed):
                return on.CallbackReceived(code)
            again = True
        return on.UserCancelled()

    def _report(self) -> None:
        machine, url = self._machine, self._attempt.url if self._attempt else ""
        left = machine.seconds_left(time.monotonic())
        self._face.show(Progress(machine.state, url, self._browser_opened, left, by_hand=machine.by_hand))


def short_code(typed: str) -> str:
    """The short code as the gateway wrote it, however it was typed; empty if it cannot be one."""
    plain = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return f"{plain[:4]}-{plain[4:]}" if _SHORT_CODE.fullmatch(plain) else ""


def _event_of(callback: Callback) -> on.Event:
    if callback.code:
        return on.CallbackReceived(callback.code)
    if callback.error == "access_denied":
        return on.DenialReceived()
    return on.Trouble(SignInUnfinished.because(callback.error, callback.description))
