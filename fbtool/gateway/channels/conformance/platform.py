"""A channel's platform, as its author plays it for the cases."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from fbtool.gateway.channels.port import Outcome, Scope


class NotKept(Exception):
    """The channel does not do what the port promises."""


class NotHere(Exception):
    """The case is about something that the channel cannot do, or that its platform never does."""


class Taken(NamedTuple):
    """An answer that the platform has taken."""

    source_id: str
    customer: str
    text: str


class Platform(Protocol):
    """A stand-in for the platform. One plays through one case."""

    channel: str
    """As the plug is called."""
    settings: Mapping[str, str]
    """The settings by which the channel uses this stand-in, without their section."""
    secrets: Mapping[str, str]
    """The content of files in the data folder, by name."""
    environment: Mapping[str, str]
    """With what a new process finds the plug; empty if it comes with fbtool."""
    taken: list[Taken]
    attempts: int
    """How often it was asked to take an answer."""

    def connect(self, gateway: str, token: str, place: str) -> tuple[int, str]:
        """Have the account of the token reached at a place; the HTTP status, and the id of the source."""

    def write(self, gateway: str, source_id: str, customer: str, text: str, message_id: str) -> int:
        """Hand a customer's message to the gateway as the platform does; the HTTP status."""

    def refuse(self, outcome: Outcome, scope: Scope, only: str = "") -> bool:
        """From now on refuse like this, only what goes to this customer or source; False if it never does.

        What is refused as unclear is taken all the same.
        """

    def stay_silent(self) -> None:
        """From now on take answers and say nothing to it."""

    def take_all(self) -> None:
        """From now on take everything, and say so."""

    def prove(self, gateway: str) -> bool:
        """Tell the gateway that the last answer has arrived, as the platform does; False if it never does."""
