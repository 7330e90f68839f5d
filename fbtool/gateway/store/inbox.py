"""What came in and waits for a CRM: the port, and what is the same in every database.

What is made for every delivery is a `msgspec.Struct` or a tuple: made four times as fast as a frozen dataclass
(measured).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Protocol

import msgspec

from fbtool.gateway.consumers import Consumer


class SentMark(msgspec.Struct, frozen=True):
    """A message of ours that a channel took: by this its delivery and reading are told of our own id."""

    mid: bytes
    """Fingerprint of the source and the channel's id of the message."""
    message_id: str
    """Our id of it."""
    conversation: bytes
    """Fingerprint of the conversation."""
    sent_ms: int
    """Not later than the channel's own time of the message."""


class Arrival(msgspec.Struct, frozen=True):
    """An event about to be stored for the CRM of a source's account."""

    source_id: str
    fingerprint: bytes
    """Recognises the same item when the channel repeats it."""
    item_ms: int
    """The item's own time, mostly the same for the same item. In front of the fingerprint it makes new keys lie side
    by side: what comes together touches few pages of the disk (measured: a quarter less processor time)."""
    body: bytes
    """The sealed event."""
    known_as: tuple[bytes, ...] = ()
    """Other fingerprints: if something was stored under one of them, this is no news."""
    conversation: bytes | None = None
    """Fingerprint of the conversation whose time to answer this item opens."""
    time_ms: int = 0
    greets: str = ""
    """The conversation's id, if this item may be a customer's first word."""
    sent: SentMark | None = None
    """Which message of ours this item proves to be sent: it is not sent (again)."""


class RoutedArrival(NamedTuple):
    """An arrival and the account it is stored for."""

    arrival: Arrival
    account_id: str = ""
    """Empty: the one of its source."""
    account_greets: bool = False

    @property
    def may_greet(self) -> bool:
        """Whether the customer is greeted if this is the first word."""
        return self.account_greets and bool(self.arrival.greets)


class Kept(NamedTuple):
    """What became of one arrival."""

    account_id: str
    """Empty: its source is nobody's."""
    is_new: bool
    greeting_due: bool = False


class DeliveryBatch(NamedTuple):
    """Deliveries that came together."""

    deliveries: Sequence[Sequence[Arrival]]
    """The arrivals of each."""
    now_ms: int

    def without(self, refused: frozenset[int]) -> list[Arrival]:
        """The arrivals of all deliveries but those with these numbers."""
        if not refused:
            return list(chain.from_iterable(self.deliveries))
        return [one for number, those in enumerate(self.deliveries) if number not in refused for one in those]


class Accepted(msgspec.Struct, frozen=True):
    """What became of deliveries that came together."""

    accounts: frozenset[str]
    """Accounts that have something new to take."""
    stored: int
    repeated: int
    unlinked: int
    """Items of sources that are no account's; they are not kept."""
    greetings_due: bool = False
    """Whether somebody waits for a greeting."""
    strays: frozenset[str] = frozenset()
    """Those sources."""
    refused: frozenset[int] = frozenset()
    """The numbers, from 0, of the deliveries of which nothing was stored: an account has too much waiting."""


def accepted(
    arrivals: Sequence[Arrival], kept: Sequence[Kept], refused: frozenset[int], *, greetings_due: bool
) -> Accepted:
    """What became of one batch: its arrivals and what became of each, and the numbers of what was refused."""
    stored = sum(one.is_new for one in kept)
    strays = [arrival.source_id for arrival, one in zip(arrivals, kept, strict=True) if not one.account_id]
    return Accepted(
        accounts=frozenset(one.account_id for one in kept if one.is_new),
        stored=stored,
        repeated=len(kept) - stored - len(strays),
        unlinked=len(strays),
        greetings_due=greetings_due,
        strays=frozenset(strays),
        refused=refused,
    )


@dataclass(frozen=True)
class WaitingEvent:
    """An event that waits for its acknowledgement."""

    sequence: int
    source_id: str
    source_name: str
    """As it is now; empty if the source is gone."""
    body: bytes = field(repr=False)


WAITING = """
    SELECT sequence, source_id, coalesce(source.name, ''), body FROM inbox
    LEFT JOIN source ON source.id = source_id
    WHERE inbox.account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"""
"""The rows of an account, to be read by `WaitingEvent`."""


@dataclass(frozen=True)
class Dropped:
    """Events of a source that nobody acknowledged in time. They are gone."""

    account_id: str
    source_id: str
    count: int
    oldest_ms: int
    newest_ms: int
    """When the first and the last of them had come."""


class InboxStore(Protocol):
    """Every method may raise `StoreUnavailable`."""

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        """Store the arrivals of every delivery in one transaction, each once, but for the deliveries it refuses."""

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        """Keep a signed delivery that cannot be understood."""

    async def waiting(self, account_id: str, limit: int, after: int = 0) -> list[WaitingEvent]:
        """The oldest events that wait, behind the sequence ``after``."""

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        """Delete these events for good; returns how many there were."""

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        """Drop the events that came before ``before_ms`` and store the events that ``tell`` it: both or none."""

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        """Let ``wanted`` take the account's events, by the rule of `consumers.claimed`; returns who takes them now."""

    async def consumer(self, account_id: str) -> Consumer | None:
        """Who took the account's events last."""

    async def release(self, consumer: Consumer) -> None:
        """Let go of the account's events, if this very consumer still has them."""
