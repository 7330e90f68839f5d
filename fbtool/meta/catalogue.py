"""The form of an error catalogue: what an error means, as data. The rows are each product's own."""

from enum import Enum
from typing import NamedTuple


class Reaction(Enum):
    """What software can do about an error."""

    SIGN_IN = "sign_in"
    """The token is dead: a person has to sign in again."""
    PERMISSION = "permission"
    """A permission or role is missing: a person has to allow it."""
    RECIPIENT = "recipient"
    """Final for this recipient; nobody else is affected."""
    WINDOW = "window"
    """Too late to answer; the customer has to write first."""
    CONTENT = "content"
    """Final for this content (too large, unreadable, not allowed); another one may go."""
    ROUTING = "routing"
    """Another app holds the conversation; wait or take it over."""
    RETRY = "retry"
    """Passes by itself: try again, later and later."""
    UNCLEAR = "unclear"
    """It may have been done. Never try again blindly."""
    THROTTLE = "throttle"
    """Too many calls: wait as long as Meta says."""
    BLOCKED = "blocked"
    """Meta has blocked the source or the app for a while: stop and tell the admin."""
    POLL = "poll"
    """Device login: keep asking, at the given pace."""
    CONFIGURATION = "configuration"
    """The app or the gateway is set up wrongly."""
    DEFECT = "defect"
    """Our request was wrong."""


class Scope(Enum):
    """How far an error reaches. What is true of something small is never concluded for something larger."""

    MESSAGE = "message"
    """This message or this call; another one may go."""
    CUSTOMER = "customer"
    """Everything for this one customer."""
    SOURCE = "source"
    """Everything of this Page or number."""
    LINK = "link"
    """Perhaps the token by which the app acts for the source. The same codes come for a single customer, message or
    read, too (seen), so this is a question, to be settled by a check in the source's name."""
    APP = "app"
    """Everything that the app does."""


class Meaning(NamedTuple):
    """One row of the catalogue."""

    reaction: Reaction
    what: str
    remedy: str
    reach: Scope | None = None
    """Where it differs from what the reaction says."""

    @property
    def scope(self) -> Scope:
        """How far the error reaches."""
        return self.reach or _SCOPES.get(self.reaction, Scope.MESSAGE)


_SCOPES = {
    Reaction.SIGN_IN: Scope.LINK,
    Reaction.PERMISSION: Scope.LINK,
    Reaction.RECIPIENT: Scope.CUSTOMER,
    Reaction.WINDOW: Scope.CUSTOMER,
    Reaction.ROUTING: Scope.CUSTOMER,
    Reaction.THROTTLE: Scope.SOURCE,
    Reaction.BLOCKED: Scope.SOURCE,
}
"""What the reactions say of themselves; the others are about the message."""
