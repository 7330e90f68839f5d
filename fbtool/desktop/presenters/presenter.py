"""What all presenters share: the workers, the workplace, the choices, and the way to other screens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fbtool.desktop.jobs import Jobs
from fbtool.desktop.preferences import PreferencesFile
from fbtool.language import Sentence
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.signin.runner import SignInOptions


@dataclass(frozen=True)
class Confirmation:
    """Something that a person has to decide before it is done."""

    title: Sentence
    text: Sentence
    yes: Sentence
    do: Callable[[], None]
    back: Callable[[], None]
    """To where it was asked; both answers do this first."""
    danger: bool = False


class Navigator(Protocol):
    """The way to other screens."""

    def home(self, *, anew: bool = False) -> None:
        """To the list of Pages, or to the screen that comes before it; ``anew`` if something may have changed."""

    def back(self) -> None:
        """To the screen that was shown before this one."""

    def connect(self) -> None:
        """To the connection code."""

    def sign_in(self, options: SignInOptions | None = None) -> None:
        """To the sign-in with Facebook."""

    def details(self, page_id: str) -> None:
        """To everything about one Page."""

    def repair(self, wanted: tuple[str, ...] = ()) -> None:
        """To the guided repair."""

    def missing(self) -> None:
        """To the help for a Page that is not in the list."""

    def settings(self) -> None:
        """To the settings."""

    def about(self) -> None:
        """To help and version."""

    def confirm(self, confirmation: Confirmation) -> None:
        """Ask."""

    def forget(self) -> None:
        """Forget what is known of account and person, and begin again from the first screen that is due."""

    def come_forward(self) -> None:
        """Bring the window to the front: the person comes back from the browser."""

    def show_newer(self) -> None:
        """Let the side bar tell of a newer version, whatever screen is beside it."""

    def show_toast(self, text: Sentence, *, bad: bool = False) -> None:
        """Show a line for a while, without taking the keyboard."""


@dataclass(frozen=True)
class Services:
    """The shared things."""

    jobs: Jobs
    workplace: Workplace
    preferences: PreferencesFile
    navigator: Navigator
    apply_appearance: Callable[[], None]
    """Use the chosen language and theme from now on."""


class Presenter:
    """Holds the state of one screen. Whoever shows it sets `on_change`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.jobs, self.workplace, self.navigator = services.jobs, services.workplace, services.navigator
        self.on_change: Callable[[], None] = _nothing

    @property
    def watched(self) -> bool:
        """Whether a screen shows this."""
        return self.on_change is not _nothing

    def unwatch(self) -> None:
        """No screen shows this any more."""
        self.on_change = _nothing

    def changed(self) -> None:
        """Let the screen show the state anew."""
        self.on_change()

    def leave(self) -> None:
        """The screen is being left: stop what only it needs."""


def _nothing() -> None:
    """Nobody watches."""
