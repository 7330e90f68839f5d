"""What the sign-in's state machine hears (events) and what it wants done (commands). See `login`."""

from dataclasses import dataclass, field
from typing import TypeAlias

from fbtool.facebook.tokens import Person
from fbtool.problem import Problem

# ---- What happened ------------------------------------------------------------------------------------


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
class ReceiverReady:
    """The receiver listens."""

    url: str
    """Where the browser has to go."""


@dataclass(frozen=True)
class ReceiverFailed:
    """No program may listen here."""

    problem: Problem


@dataclass(frozen=True)
class ByHandReady:
    """The address is made whose last page shows a code."""

    url: str
    """Where any browser has to go, also that of another device."""


@dataclass(frozen=True)
class CodeRefused:
    """The gateway does not know the code."""

    problem: Problem


@dataclass(frozen=True)
class BrowserOpened:
    """The system took the address; whether a window appeared cannot be known."""


@dataclass(frozen=True)
class BrowserFailed:
    """There is no browser here; the person has to open the link."""


@dataclass(frozen=True)
class CallbackReceived:
    """The browser came back with a code."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class DenialReceived:
    """The browser came back without a grant."""


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
    Start
    | ReceiverReady
    | ReceiverFailed
    | ByHandReady
    | CodeRefused
    | BrowserOpened
    | BrowserFailed
    | CallbackReceived
    | DenialReceived
    | Exchanged
    | Checked
    | Trouble
    | Tick
    | UserCancelled
)

# ---- What to do ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartReceiver:
    """Listen on this computer; answer with `ReceiverReady` or `ReceiverFailed`."""


@dataclass(frozen=True)
class PrepareByHand:
    """Make an address whose last page shows a code; answer with `ByHandReady`."""


@dataclass(frozen=True)
class AskForCode:
    """Let the person type the code; answer with `CallbackReceived` or `UserCancelled`, as soon as it is there."""

    again: bool = False
    """Whether the code before was not the right one."""


@dataclass(frozen=True)
class ShowLink:
    """Show the address, to be copied."""

    url: str


@dataclass(frozen=True)
class OpenBrowser:
    """Open the address; answer with `BrowserOpened` or `BrowserFailed`."""

    url: str


@dataclass(frozen=True)
class Exchange:
    """Redeem the code at the gateway; answer with `Exchanged`, `CodeRefused` or `Trouble`."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class AskWho:
    """Ask Facebook whose token it is; answer with `Checked` or `Trouble`."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class CloseReceiver:
    """Stop listening."""


Command: TypeAlias = (
    StartReceiver | PrepareByHand | ShowLink | OpenBrowser | AskForCode | Exchange | AskWho | CloseReceiver
)
