"""What the gateway tells: the account, its links, a person's grant, checks of its app (contract: ``openapi.yaml``).

Unknown fields are ignored, and what may be missing in the answers of an older gateway has a default.
"""

from collections.abc import Mapping

import msgspec

from fbtool.facebook.tokens import Person
from fbtool.language import N_, Sentence, moment, say
from fbtool.problem import Kind, Problem

FACEBOOK = "facebook"
"""The channel of an account that Pages can be linked to."""
ACTIVE = "active"
"""The state of a link that works; every other state needs a person."""


class AccountWrongChannel(Problem):
    """The account serves another channel than Facebook."""

    code = "account_wrong_channel"
    kind = Kind.REFUSED
    what = N_("The messenger account “{name}” is not for Facebook; its channel is “{channel}”.")
    meaning = N_("A messenger account serves exactly one channel, so Facebook Pages need an account of their own.")
    remedy = N_("Create a second messenger account with the channel “facebook” and connect with its connection code.")


class AccountInactive(Problem):
    """The account is switched off."""

    code = "account_inactive"
    kind = Kind.REFUSED
    what = N_("The messenger account “{name}” is switched off.")
    meaning = N_("While it is off, its Pages receive and send nothing.")
    remedy = N_("Ask the person who runs the gateway to switch the account on, then try again.")


class About(msgspec.Struct, frozen=True):
    """The gateway behind an account."""

    version: str
    graph: str = ""
    """Where this gateway finds the Graph API, if it is not at Facebook (the sandbox)."""


class Account(msgspec.Struct, frozen=True):
    """A messenger account."""

    id: str
    name: str
    channel: str
    active: bool
    gateway: About

    def require_facebook(self) -> None:
        """Make sure that Pages can be linked to this account.

        Raises:
            AccountWrongChannel: it serves the web chat or a partner.
            AccountInactive: it is switched off.
        """
        if self.channel != FACEBOOK:
            raise AccountWrongChannel(name=self.name, channel=self.channel)
        if not self.active:
            raise AccountInactive(name=self.name)


class Reason(msgspec.Struct, frozen=True):
    """Why a person has to sign in again."""

    code: str
    what: str
    remedy: str
    since: int
    """Unix seconds."""


class Holder(msgspec.Struct, frozen=True):
    """A person by whose permission the gateway acts for a Page."""

    person: str
    person_id: str
    reason: Reason | None = None
    """Why their permission is not used any more."""


class PageLink(msgspec.Struct, frozen=True):
    """A Page linked to the account."""

    page_id: str
    name: str
    state: str
    linked_at: int
    """Unix seconds."""
    reason: Reason | None = None
    person: str = ""
    """Who linked it."""
    person_id: str = ""
    """Their id for this app; empty where the gateway does not say."""
    token_expires_at: int = 0
    """Unix seconds; 0 = never."""
    data_access_expires_at: int = 0
    """Unix seconds; 0 = does not apply."""
    subscribed_fields: tuple[str, ...] | None = None
    """None where the gateway does not say."""
    holders: tuple[Holder, ...] = ()
    """Everybody who linked it, the latest first; one working permission is enough."""

    def rests_on(self, person: Person) -> bool:
        """Whether ``person`` made it, or may have made it. A name counts only where no id is known."""
        if self.person_id and person.id:
            return self.person_id == person.id
        return self.person in {"", person.name}

    @property
    def works(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.state == ACTIVE


class Grant(msgspec.Struct, frozen=True):
    """What a person allowed the app at Facebook."""

    person_id: str
    scopes: frozenset[str]
    granular: Mapping[str, frozenset[str] | None]
    """Scope → the ids it was granted for; None = for everything. Absent is not empty."""
    expires_at: int
    """Unix seconds; 0 = never."""
    data_access_expires_at: int
    """Unix seconds; 0 = does not apply."""


class Unlinked(msgspec.Struct, frozen=True):
    """The end of a link."""

    page_id: str
    unsubscribed: bool
    """Whether Facebook confirmed that it sends nothing more; a dead token cannot ask for that."""
    note: str = ""


class LastMessages(msgspec.Struct, frozen=True):
    """What the gateway tells of one linked Page. It knows seven days; a gateway of before does not say."""

    last_message_in: int | msgspec.UnsetType | None = msgspec.UNSET
    """Unix seconds of the last one by a customer; None: not within these days."""
    last_message_out: int | msgspec.UnsetType | None = msgspec.UNSET
    """The same of those that the gateway sent."""

    def told(self) -> tuple[tuple[Sentence, str], ...]:
        """Name and value of each as a person reads them."""
        return (
            (say("Last message from a customer"), _when(self.last_message_in)),
            (say("Last message sent"), _when(self.last_message_out)),
        )


def _when(at: int | msgspec.UnsetType | None) -> str:
    if at is msgspec.UNSET:
        return "—"
    return str(say("none in the last 7 days")) if at is None else moment(at)
