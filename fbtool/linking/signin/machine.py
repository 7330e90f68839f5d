"""The sign-in as one state machine. No input, no output, no clock: events in, commands out.

Theory of operation
-------------------
A runner does what a command says and reports what happened as an event. Everything that decides about a sign-in lives
in the table below::

    IDLE ──Start──► OPENING ──────────BrowserTried──────────► WAITING
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
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from fbtool.facebook.tokens import Person
from fbtool.linking.signin.problems import SignInCancelled, SignInDenied, SignInExpired
from fbtool.problem import Problem

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


# ---- What happened: events ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """The person wants to sign in."""

    now: float
    """Seconds on a clock that never jumps; the same clock as `Tick.now`."""
    with_browser: bool = True
    """Whether to open the browser here; otherwise the link is only shown."""
    by_hand: bool = False
    """Whether the last page shows a code to be typed in, instead of coming back to this computer."""


@dataclass(frozen=True)
class AddressReady:
    """The address for the browser is made, and the receiver listens, unless the code is typed in."""

    url: str


@dataclass(frozen=True)
class ReceiverFailed:
    """No program may listen here."""

    problem: Problem


@dataclass(frozen=True)
class BrowserTried:
    """The system took the address or has no browser; whether a window appeared cannot be known."""


@dataclass(frozen=True)
class CallbackReceived:
    """The browser came back with a code, or it was typed in."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class DenialReceived:
    """The browser came back without a grant."""


@dataclass(frozen=True)
class CodeRefused:
    """The gateway does not know the code."""

    problem: Problem


@dataclass(frozen=True)
class Exchanged:
    """The gateway gave the token."""

    token: str = field(repr=False)
    expires_at: int
    """Unix seconds; 0 = no end is known."""
    person: Person | None


@dataclass(frozen=True)
class Checked:
    """Facebook said who it is."""

    person: Person


@dataclass(frozen=True)
class Trouble:
    """A command could not be carried out."""

    problem: Problem


@dataclass(frozen=True)
class Tick:
    """Time has passed."""

    now: float


@dataclass(frozen=True)
class UserCancelled:
    """The person has had enough."""


Event: TypeAlias = (
    Start | AddressReady | ReceiverFailed | BrowserTried | CallbackReceived | DenialReceived | CodeRefused | Exchanged
    | Checked | Trouble | Tick | UserCancelled
)  # fmt: skip

# ---- What to do: commands -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Prepare:
    """Make the address; answer with `AddressReady` or `ReceiverFailed`."""

    by_hand: bool = False
    """Whether its last page shows a code; otherwise listen on this computer."""


@dataclass(frozen=True)
class OpenBrowser:
    """Open the address; answer with `BrowserTried`."""

    url: str


@dataclass(frozen=True)
class AskForCode:
    """Let the person type the code; answer with `CallbackReceived` or `UserCancelled`, as soon as it is there."""

    again: bool = False
    """Whether the code before was not the right one."""


@dataclass(frozen=True)
class Exchange:
    """Redeem the code at the gateway; answer with `Exchanged`, `CodeRefused` or `Trouble`."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class AskWho:
    """Ask Facebook whose token it is; answer with `Checked` or `Trouble`."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class Close:
    """Stop listening."""


Command: TypeAlias = Prepare | OpenBrowser | AskForCode | Exchange | AskWho | Close
Step: TypeAlias = tuple[State, tuple[Command, ...]]


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

    def handle(self, event: Event) -> tuple[Command, ...]:
        """Take an event and say what to do now. Defined for every event in every state."""
        step = _TABLE.get((self.state, type(event)))
        if step is None:
            return ()
        self.state, commands = step(self, event)
        return commands

    def seconds_left(self, now: float) -> float:
        """How long the attempt may still take."""
        return max(0.0, self.deadline - now)


def _start(login: Login, event: Start) -> Step:
    login.deadline = event.now + TIME_LIMIT
    login.with_browser = event.with_browser
    login.by_hand = event.by_hand
    return State.OPENING, (Prepare(event.by_hand),)


def _fall_back(login: Login, _: ReceiverFailed) -> Step:
    if login.by_hand:
        return login.state, ()
    login.by_hand = True
    return State.OPENING, (Prepare(by_hand=True),)


def _lead_to_browser(login: Login, event: AddressReady) -> Step:
    return (State.OPENING, (OpenBrowser(event.url),)) if login.with_browser else _wait(login, BrowserTried())


def _wait(login: Login, _: BrowserTried) -> Step:
    return State.WAITING, (AskForCode(),) if login.by_hand else ()


def _exchange(login: Login, event: CallbackReceived) -> Step:
    login.codes += 1
    return State.EXCHANGING, (Exchange(event.code),)


def _refuse_code(login: Login, event: CodeRefused) -> Step:
    if login.by_hand and login.codes < MOST_CODES:
        return State.WAITING, (AskForCode(again=True),)
    return _end(login, State.FAILED, event.problem)


def _take_token(login: Login, event: Exchanged) -> Step:
    login.token, login.expires_at = event.token, event.expires_at
    if event.person is None:
        return State.CHECKING, (AskWho(event.token),)
    return _know(login, Checked(event.person))


def _know(login: Login, event: Checked) -> Step:
    login.person = event.person
    return State.DONE, (Close(),)


def _tick(login: Login, event: Tick) -> Step:
    if event.now < login.deadline:
        return login.state, ()
    return _end(login, State.EXPIRED, SignInExpired())


def _end(login: Login, state: State, problem: Problem) -> Step:
    login.problem = problem
    login.token, login.expires_at = "", 0
    return state, (Close(),)


_TABLE: dict[tuple[State, type], Callable[..., Step]] = {
    (State.IDLE, Start): _start,
    (State.OPENING, AddressReady): _lead_to_browser,
    (State.OPENING, ReceiverFailed): _fall_back,
    (State.OPENING, BrowserTried): _wait,
    (State.OPENING, CallbackReceived): _exchange,
    (State.OPENING, DenialReceived): lambda login, _: _end(login, State.DENIED, SignInDenied()),
    (State.WAITING, CallbackReceived): _exchange,
    (State.WAITING, DenialReceived): lambda login, _: _end(login, State.DENIED, SignInDenied()),
    (State.EXCHANGING, Exchanged): _take_token,
    (State.EXCHANGING, CodeRefused): _refuse_code,
    (State.CHECKING, Checked): _know,
    **{(state, Trouble): lambda login, event: _end(login, State.FAILED, event.problem) for state in _UNDER_WAY},
    **{(state, Tick): _tick for state in _UNDER_WAY},
    **{
        (state, UserCancelled): lambda login, _: _end(login, State.CANCELLED, SignInCancelled()) for state in _UNDER_WAY
    },
}
