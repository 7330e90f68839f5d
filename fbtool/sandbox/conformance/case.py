"""What a case is."""

from collections.abc import Callable
from dataclasses import dataclass

from fbtool.language import N_, Worded
from fbtool.sandbox.conformance.delivery import Plan
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder


class Need(Worded):
    """What not everybody can give; without it a case is skipped, and its words say why."""

    VERIFY_TOKEN = "verify token", N_("FBTOOL_VERIFY_TOKEN is not set")
    EARLIER_SECRET = "earlier secret", N_("FBTOOL_APP_SECRET_EARLIER is not set")
    SECOND_PAGE = "second page", N_("it needs a second Page (--page)")


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
