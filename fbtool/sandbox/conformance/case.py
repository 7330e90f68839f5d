"""What a case is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from fbtool.language import N_
from fbtool.sandbox.conformance.delivery import Plan
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder


class Need(Enum):
    """What not everybody can give; without it a case is skipped."""

    VERIFY_TOKEN = "verify token"  # noqa: S105 - a name
    EARLIER_SECRET = "earlier secret"  # noqa: S105 - a name
    SECOND_PAGE = "second page"


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
    plan: Callable[[DeliveryBuilder], Plan]
    needs: frozenset[Need] = frozenset()
    danger: str = ANYBODY_CAN_WRITE
    """What it means if something is taken that must be refused."""
