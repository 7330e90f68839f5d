"""One request to the webhook: what is sent, what it must be answered, and what it was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from fbtool.sandbox.conformance.bodies import Item


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


@dataclass(frozen=True)
class Answer:
    """What came back for one delivery."""

    status: int
    """HTTP status; 0 if no answer came."""
    seconds: float
    """From the start, or from the last byte of a dripping body."""
    text: str = ""
    trouble: str = ""
    """Why there is no answer, in the system's words."""
    timed_out: bool = False


Exchange = tuple[Delivery, Answer]
Exchanges = Sequence[Exchange]
