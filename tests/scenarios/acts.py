"""What happens in a scenario, as data: each act can be carried out (`play`) and told (`words`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class SignIn:
    """Somebody signs in with ``fbtool login``; ``pages`` None is "Continue", as the last time."""

    pages: Collection[str] | str | None = "all"
    decline: tuple[str, ...] = ()
    who: str = "erika"
    options: tuple[str, ...] = ()
    ends_with: int = 0
    command: str = "login"
    """Another command that opens the browser; no business portfolio is ticked then."""


@dataclass(frozen=True)
class Run:
    """The admin runs a command."""

    arguments: tuple[str, ...]
    ends_with: int = 0


def run(*arguments: str, ends_with: int = 0) -> Run:
    """Short for the table."""
    return Run(arguments, ends_with)


@dataclass(frozen=True)
class Fault:
    """A fault of the sandbox is switched on."""

    kind: str
    scope: Mapping[str, Any] = field(default_factory=dict)


def fault(kind: str, **scope: Any) -> Fault:
    """Short for the table."""
    return Fault(kind, scope)


@dataclass(frozen=True)
class FaultsEnd:
    """What was wrong at Facebook passes, or somebody there has ended it."""

    words: str


@dataclass(frozen=True)
class Elsewhere:
    """Somebody does something at Facebook, outside of fbtool."""

    words: str
    path: str
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Aged:
    """So many days have passed since Erika confirmed what the app may do; her sign-in still lives."""

    days: int


@dataclass(frozen=True)
class AtGateway:
    """The operator does something with the account."""

    words: str
    deed: str
    """``disable``, ``enable``, ``rotate``."""


@dataclass(frozen=True)
class Other:
    """Another messenger account of the gateway links the Page."""

    page: str


@dataclass(frozen=True)
class Dialog:
    """The admin runs a command and walks through Facebook's dialog in Chromium, doing what fbtool has said.

    Where fbtool says nothing about the choice, everything is ticked. At a page that leads nowhere the window is closed.
    """

    arguments: tuple[str, ...]
    who: str = "erika"
    signed_in_as: str = ""
    """Who is signed in at Facebook in this browser already."""
    presses: str = ""
    """``cancel``: the person does this at the first screen after the login; ``close``: closes the window there."""
    ends_with: int = 0


def dialog(
    *arguments: str, who: str = "erika", signed_in_as: str = "", presses: str = "", ends_with: int = 0
) -> Dialog:
    """Short for the table."""
    return Dialog(arguments, who, signed_in_as, presses, ends_with)


Act: TypeAlias = SignIn | Run | Fault | FaultsEnd | Elsewhere | Aged | AtGateway | Other | Dialog
