"""Signing in with Facebook: the shell around the state machine in `login`, for any face."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag

from fbtool.connection import Connection
from fbtool.facebook import tokens
from fbtool.facebook.graph import Platform
from fbtool.facebook.permissions import LOGIN_SCOPE
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.signin import events as on
from fbtool.linking.signin import machine as login
from fbtool.linking.signin.oauth import BY_HAND, Attempt, SignInCodeRefused, SignInUnfinished, short_code
from fbtool.linking.signin.receiver import Callback, Receiver, ReceiverBlocked
from fbtool.problem import Problem

ASK_AGAIN = "rerequest"
"""``auth_type``: Facebook asks again for permissions that were declined (documented)."""
CHOOSE_AGAIN = "reauthorize"
"""``auth_type``: Facebook shows the choice of Pages again (seen)."""

_SLICE = 0.25
"""Seconds of waiting at a time: on Windows Ctrl-C is noticed only in between."""


@dataclass(frozen=True)
class Progress:
    """Where a sign-in stands, for a face to show. It comes at every change and about four times a second."""

    state: login.State
    url: str
    """The address for the browser, to be shown and copied; empty before it is known."""
    browser_opened: bool
    seconds_left: float
    by_hand: bool = False
    """Whether the browser's last page shows a code that has to be typed in here."""


def sign_in(
    connection: Connection,
    account_id: str,
    platform: Platform,
    *,
    open_browser: Callable[[str], bool] | None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    cancel: Flag | None = None,
    auth_type: str = "",
    scope: Iterable[str] = LOGIN_SCOPE,
    type_code: Callable[[bool], str] | None = None,
    by_hand: bool = False,
) -> SignIn:
    """Let a person sign in; returns when that has ended, after ten minutes at the latest.

    ``open_browser`` gets the address and says whether a browser took it; None = only show the address.
    ``type_code`` asks the person for the code of the browser's last page, with True if the one before was wrong, and
    returns what was typed, or nothing to cancel. It is used if this computer lets no program listen, or with
    ``by_hand`` at once. ``cancel`` ends the waiting from another thread. Whatever happens (also Ctrl-C), the port is
    closed.

    Raises:
        SignInCodeRefused: the code was wrong too often.
        SignInDenied, SignInExpired, SignInCancelled, SignInUnfinished: it ended without a token.
        Problem: those of the receiver, of `Attempt.redeem` and of `GraphClient.run`.
    """
    shell = _Shell(connection, account_id, platform, open_browser, on_progress, tuple(scope), auth_type, type_code)
    try:
        shell.run(cancel or Flag(), by_hand=by_hand)
    finally:
        shell.close()
    machine = shell.machine
    if machine.problem is not None:
        raise machine.problem
    assert machine.person is not None  # noqa: S101 - the machine ends with a problem or a person
    return SignIn(machine.person, machine.token, machine.expires_at)


class _Shell:
    """Does what the machine's commands say and reports what happened."""

    def __init__(
        self,
        connection: Connection,
        account_id: str,
        platform: Platform,
        open_browser: Callable[[str], bool] | None,
        on_progress: Callable[[Progress], None],
        scope: tuple[str, ...],
        auth_type: str,
        type_code: Callable[[bool], str] | None,
    ) -> None:
        self.machine = login.Login()
        self._connection = connection
        self._account_id = account_id
        self._platform = platform
        self._open_browser = open_browser
        self._on_progress = on_progress
        self._scope = scope
        self._auth_type = auth_type
        self._type_code = type_code
        self._receiver: Receiver | None = None
        self._attempt: Attempt | None = None
        self._browser_opened = False
        self._heard: SimpleQueue[on.Event | BaseException] = SimpleQueue()
        """What happened outside, in the order in which it happened."""

    def run(self, cancel: Flag, *, by_hand: bool) -> None:
        self._tell(on.Start(time.monotonic(), with_browser=self._open_browser is not None, by_hand=by_hand))
        while not self.machine.state.over:
            if cancel.is_set():
                self._tell(on.UserCancelled())
                return
            try:
                heard = self._heard.get(timeout=_SLICE)
            except Empty:
                heard = on.Tick(time.monotonic())
            if isinstance(heard, BaseException):
                raise heard
            self._tell(heard)

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
            commands = self.machine.handle(waiting.pop(0))
            self._report()
            for command in commands:
                answer = self._carry_out(command)
                if answer is not None:
                    waiting.append(answer)

    def _carry_out(self, command: on.Command) -> on.Event | None:
        try:
            match command:
                case on.StartReceiver():
                    return self._listen()
                case on.PrepareByHand():
                    self._begin(BY_HAND, secrets.token_urlsafe(32))
                    return on.ByHandReady(self._url)
                case on.AskForCode(again):
                    return self._ask_for_code(again)
                case on.OpenBrowser(url):
                    self._outside(lambda: self._browse(url))
                case on.Exchange(code):
                    self._outside(lambda: self._attempt.redeem(code) if self._attempt else None)
                case on.AskWho(token):
                    self._outside(lambda: self._ask_who(token))
                case on.CloseReceiver():
                    self.close()
                case on.ShowLink():
                    self._report()
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

    def _browse(self, url: str) -> on.Event:
        self._browser_opened = self._open_browser is not None and self._open_browser(url)
        return on.BrowserOpened() if self._browser_opened else on.BrowserFailed()

    def _ask_who(self, token: str) -> on.Event:
        with GraphClient(self._platform) as graph:
            return on.Checked(graph.run(tokens.person(token)))

    def _listen(self) -> on.Event:
        state = secrets.token_urlsafe(32)
        try:
            self._receiver = Receiver(state, lambda callback: self._heard.put(_event_of(callback)))
        except ReceiverBlocked as problem:
            return on.ReceiverFailed(problem) if self._type_code else on.Trouble(problem)
        self._begin(self._receiver.redirect_uri, state)
        return on.ReceiverReady(self._url)

    def _begin(self, redirect_uri: str, state: str) -> None:
        self._attempt = Attempt(
            self._connection,
            self._account_id,
            redirect_uri=redirect_uri,
            state=state,
            scope=self._scope,
            auth_type=self._auth_type,
        )

    def _ask_for_code(self, again: bool) -> on.Event:
        typed = self._type_code(again) if self._type_code else ""
        while typed.strip() and self._type_code:
            if code := short_code(typed):
                return on.CallbackReceived(code)
            typed = self._type_code(True)
        return on.UserCancelled()

    @property
    def _url(self) -> str:
        return self._attempt.url if self._attempt else ""

    def _report(self) -> None:
        left = self.machine.seconds_left(time.monotonic())
        self._on_progress(
            Progress(self.machine.state, self._url, self._browser_opened, left, by_hand=self.machine.by_hand)
        )


def _event_of(callback: Callback) -> on.Event:
    if callback.code:
        return on.CallbackReceived(callback.code)
    if callback.error == "access_denied":
        return on.DenialReceived()
    return on.Trouble(SignInUnfinished.because(callback.error, callback.description))
