"""What a case is, and what its deliveries demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from fbtool.language import N_
from fbtool.sandbox.conformance.bodies import Item

if TYPE_CHECKING:
    from fbtool.sandbox.conformance.workshop import Workshop


class Demand(Enum):
    """What a delivery must be answered."""

    TAKEN = "200"
    """Only this counts as delivered (documented); anything else is sent again."""
    REFUSED = "4xx"
    """It did not come from Facebook, and nothing of it may be handed on."""
    SURVIVED = "200/4xx"
    """Both are reasonable; an error of the server is not, for it would be repeated for an hour."""
    CHALLENGE = "200 + challenge"
    """The verification call is answered with its own challenge (documented)."""

    def allows(self, status: int) -> bool:
        """Whether this HTTP status satisfies the demand."""
        good = status == 200 and self is not Demand.REFUSED
        refusal = 400 <= status < 500 and self in (Demand.REFUSED, Demand.SURVIVED)
        return good or refusal


class Need(Enum):
    """What not everybody can give; without it a case is skipped."""

    VERIFY_TOKEN = "verify token"  # noqa: S105 - a name
    EARLIER_SECRET = "earlier secret"  # noqa: S105 - a name
    SECOND_PAGE = "second page"


@dataclass(frozen=True)
class Delivery:
    """One HTTP request to the webhook."""

    demand: Demand
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    items: tuple[Item, ...] = ()
    challenge: str = ""
    tries: int = 1
    """How often it is sent while the answer is not what is demanded, as Facebook repeats it."""
    drips: bool = False
    """Whether the body comes in small pieces, the last one only when the rest of the round is answered."""


Round = tuple[Delivery, ...]
"""Deliveries that are sent at the same moment."""
Plan = tuple[Round, ...]
"""The rounds of a case, one after the other."""

ANYBODY_CAN_WRITE = N_("anybody on the internet can write in the name of a customer")


@dataclass(frozen=True)
class Case:
    """One thing that Facebook, or somebody else, does to a webhook."""

    name: str
    sent: str
    """What is sent, in a few words."""
    demanded: str
    """What must be answered and what must arrive."""
    why: str
    """Why it matters, with the documented fact behind it."""
    plan: Callable[["Workshop"], Plan]
    needs: frozenset[Need] = frozenset()
    danger: str = ANYBODY_CAN_WRITE
    """What it means if something is taken that must be refused."""
