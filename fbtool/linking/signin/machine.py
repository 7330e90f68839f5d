"""The sign-in as one state machine. No input, no output, no clock: events in, commands out.

Theory of operation
-------------------
A face (window, command line, test) owns a shell that does what a command says and reports what happened
as an event. Everything that decides about a sign-in lives in the table below::

    IDLE ──Start──► OPENING ──BrowserOpened/BrowserFailed──► WAITING
                       │                                        │
                       └────────────CallbackReceived────────────┤
                                                                ▼
                    DONE ◄──Checked── CHECKING ◄──Exchanged── EXCHANGING
                      ▲                                         │
                      └───────────Exchanged with a person───────┘

Three rules hold everywhere and are not drawn. `UserCancelled` ends every attempt that has begun,
`Tick` ends it when its time is over, `Trouble` ends it with a problem. A callback may arrive before
the browser is reported open, because the two are seen by different threads. An event that the table does not
know in a state is late or double (a reload, an answer after the cancel) and changes nothing.

Where no program may listen, or the person wants it so, the code is typed in: OPENING asks for another address,
WAITING for the code, and a mistyped one leads from EXCHANGING back to WAITING, `MOST_CODES` times at most.

The receiver keeps running until the attempt has ended: the browser fetches its last page from it while
the code is already being exchanged. Every end therefore closes it, and only an end does.
"""

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from fbtool.facebook.tokens import Person
from fbtool.language import N_
from fbtool.linking.signin import events as on
from fbtool.problem import Kind, Problem

TIME_LIMIT = 600.0
"""Seconds from the start to the end of an attempt; the gateway forgets it then, too."""


MOST_CODES = 5
"""Codes that may be typed in for one attempt."""


class State(Enum):
    """Where a sign-in stands."""

    IDLE = "idle"
    """Nothing has begun."""
    OPENING = "opening"
    """The receiver starts, the browser is on its way."""
    WAITING = "waiting"
    """The person is at Facebook."""
    EXCHANGING = "exchanging"
    """The gateway is asked for the token."""
    CHECKING = "checking"
    """Facebook is asked who has signed in."""
    DONE = "done"
    """Somebody has signed in."""
    DENIED = "denied"
    """Facebook did not grant access."""
    EXPIRED = "expired"
    """The time was over first."""
    CANCELLED = "cancelled"
    """The person called it off here."""
    FAILED = "failed"
    """Something did not work; `Login.problem` says what."""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in _ENDS


_ENDS = frozenset({State.DONE, State.DENIED, State.EXPIRED, State.CANCELLED, State.FAILED})
_UNDER_WAY = frozenset({State.OPENING, State.WAITING, State.EXCHANGING, State.CHECKING})


class SignInDenied(Problem):
    """The dialog ended without a grant; that does not mean that the person cancelled."""

    code = "sign_in_denied"
    kind = Kind.ATTENTION
    what = N_("Facebook did not grant access. Nothing was changed.")
    meaning = N_(
        "Either “Cancel” was chosen at Facebook, or Facebook does not let this app ask this person. Facebook does not "
        "say which."
    )
    remedy = N_("Sign in again and confirm every step. If nobody cancelled, tell the person who runs the gateway.")


class SignInExpired(Problem):
    """Ten minutes have passed."""

    code = "sign_in_expired"
    kind = Kind.ATTENTION
    what = N_("The sign-in was not finished within ten minutes. Nothing was changed.")
    meaning = N_("The browser window was perhaps closed, or Facebook showed an error there.")
    remedy = N_("Start the sign-in again. If Facebook shows an error, note its text.")


class SignInCancelled(Problem):
    """The person called it off."""

    code = "sign_in_cancelled"
    kind = Kind.ATTENTION
    what = N_("The sign-in was cancelled. Nothing was changed.")
    remedy = N_("Start it again whenever you like; the browser window can be closed.")


Step: TypeAlias = tuple[State, tuple[on.Command, ...]]


class Login:
    """One attempt to sign in."""

    def __init__(self) -> None:
        self.state = State.IDLE
        self.problem: Problem | None = None
        """Why it ended, if it did not end well."""
        self.person: Person | None = None
        self.token = ""
        self.expires_at = 0
        """Unix seconds; 0 = no end is known."""
        self.deadline = 0.0
        """Seconds on the clock of `Start.now`."""
        self.with_browser = True
        self.by_hand = False
        """Whether the person carries the code from the browser to here."""
        self.codes = 0
        """How many codes were tried."""

    def __repr__(self) -> str:
        return f"Login({self.state.value})"

    def handle(self, event: on.Event) -> tuple[on.Command, ...]:
        """Take an event and say what to do now. Defined for every event in every state."""
        step = _TABLE.get((self.state, type(event)))
        if step is None:
            return ()
        self.state, commands = step(self, event)
        return commands

    def seconds_left(self, now: float) -> float:
        """How long the attempt may still take."""
        return max(0.0, self.deadline - now)


def _start(login: Login, event: on.Start) -> Step:
    login.deadline = event.now + TIME_LIMIT
    login.with_browser = event.with_browser
    login.by_hand = event.by_hand
    return State.OPENING, (on.PrepareByHand() if event.by_hand else on.StartReceiver(),)


def _fall_back(login: Login, _: on.ReceiverFailed) -> Step:
    if login.by_hand:
        return login.state, ()
    login.by_hand = True
    return State.OPENING, (on.PrepareByHand(),)


def _lead_to_browser(login: Login, event: on.ReceiverReady | on.ByHandReady) -> Step:
    if login.with_browser:
        return State.OPENING, (on.ShowLink(event.url), on.OpenBrowser(event.url))
    state, commands = _wait(login, on.BrowserFailed())
    return state, (on.ShowLink(event.url), *commands)


def _wait(login: Login, _: on.BrowserOpened | on.BrowserFailed) -> Step:
    return State.WAITING, (on.AskForCode(),) if login.by_hand else ()


def _exchange(login: Login, event: on.CallbackReceived) -> Step:
    login.codes += 1
    return State.EXCHANGING, (on.Exchange(event.code),)


def _refuse_code(login: Login, event: on.CodeRefused) -> Step:
    if login.by_hand and login.codes < MOST_CODES:
        return State.WAITING, (on.AskForCode(again=True),)
    return _end(login, State.FAILED, event.problem)


def _take_token(login: Login, event: on.Exchanged) -> Step:
    login.token, login.expires_at = event.token, event.expires_at
    if event.person is None:
        return State.CHECKING, (on.AskWho(event.token),)
    return _know(login, on.Checked(event.person))


def _know(login: Login, event: on.Checked) -> Step:
    login.person = event.person
    return State.DONE, (on.CloseReceiver(),)


def _deny(login: Login, _: on.DenialReceived) -> Step:
    return _end(login, State.DENIED, SignInDenied())


def _fail(login: Login, event: on.Trouble) -> Step:
    return _end(login, State.FAILED, event.problem)


def _cancel(login: Login, _: on.UserCancelled) -> Step:
    return _end(login, State.CANCELLED, SignInCancelled())


def _tick(login: Login, event: on.Tick) -> Step:
    if event.now < login.deadline:
        return login.state, ()
    return _end(login, State.EXPIRED, SignInExpired())


def _end(login: Login, state: State, problem: Problem) -> Step:
    login.problem = problem
    login.token, login.expires_at = "", 0
    return state, (on.CloseReceiver(),)


_TABLE: dict[tuple[State, type], Callable[..., Step]] = {
    (State.IDLE, on.Start): _start,
    (State.OPENING, on.ReceiverReady): _lead_to_browser,
    (State.OPENING, on.ReceiverFailed): _fall_back,
    (State.OPENING, on.ByHandReady): _lead_to_browser,
    (State.OPENING, on.BrowserOpened): _wait,
    (State.OPENING, on.BrowserFailed): _wait,
    (State.OPENING, on.CallbackReceived): _exchange,
    (State.OPENING, on.DenialReceived): _deny,
    (State.WAITING, on.CallbackReceived): _exchange,
    (State.WAITING, on.DenialReceived): _deny,
    (State.EXCHANGING, on.Exchanged): _take_token,
    (State.EXCHANGING, on.CodeRefused): _refuse_code,
    (State.CHECKING, on.Checked): _know,
    **{(state, on.Trouble): _fail for state in _UNDER_WAY},
    **{(state, on.Tick): _tick for state in _UNDER_WAY},
    **{(state, on.UserCancelled): _cancel for state in _UNDER_WAY},
}
