"""Answers on their way to customers: the port.

::

    queued ──take──► sending ──► done
      ▲                │  └────► unclear ──proof, or none in time──► done
      └──retry─────────┘
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fbtool.gateway.store.inbox import Arrival
from fbtool.gateway.store.limits import LEASE_MS

EXPIRED_AT_ONCE = 100
"""How many answers whose time is over are taken in one go."""

HELD_BACK = "EXISTS (SELECT 1 FROM source WHERE id = o.source_id AND held)"
"""A held source holds its answers back until somebody has repaired it or their time is over."""
OUTGOING = (
    "o.id, o.account_id, o.source_id, o.conversation, o.body, o.human, o.expires, o.tries,"
    " (SELECT last_customer FROM reply_window AS w WHERE w.conversation = o.conversation)"
)
"""A `QueuedMessage` of the row ``o`` of the outbox."""


@dataclass(frozen=True)
class QueuedMessage:
    """An answer on its way to the customer."""

    id: str
    account_id: str
    source_id: str
    conversation: bytes
    """Fingerprint: one conversation has at most one message in flight."""
    body: bytes = field(repr=False)
    """Sealed recipient and text."""
    human: bool
    expires_ms: int
    """When nobody may send it any more."""
    tries: int = 0
    last_customer_ms: int | None = None
    """When the customer last opened the time to answer, as it was when the answer was taken from the queue."""


@dataclass(frozen=True)
class QueueHead:
    """What is next in the queue of one source, in unix milliseconds; None: nothing of the kind."""

    source_id: str
    due_ms: int | None
    """When an answer may be sent; those of a held source wait."""
    expires_ms: int | None
    """When the time of an answer is over, whether its source is held or not."""
    unclear_ms: int | None
    """Until when proof is waited for that an answer was sent."""


class OutboxStore(Protocol):
    """Every method may raise `StoreUnavailable`."""

    async def enqueue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        """Queue an answer and return its id: the earlier one's for a known key. Raises `KeyUsedDifferently`."""

    async def heads(self, channel: str) -> list[QueueHead]:
        """What is next in the queue of each source of a channel."""

    async def take_due(self, most: Mapping[str, int], now_ms: int) -> dict[str, list[QueuedMessage]]:
        """Mark due answers as being sent and return them, by source: at most so many, each conversation's oldest.

        Of a held source there are none.
        """

    async def take_expired(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        """The same of one source for answers whose time is over, whether it is held or not."""

    async def take_unclear(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        """The answers of which no proof came in time."""

    async def retry(self, message_id: str, at_ms: int, tries: int) -> None:
        """Put an answer that was being sent back until ``at_ms``."""

    async def await_proof(self, message_id: str, until_ms: int) -> None:
        """The answer may have been sent: wait for proof. The conversation goes on meanwhile."""

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        """Forget an answer's content and store the event about its fate: both or none.

        False, and no event, if its fate is known already.
        """

    async def interrupted(self, channel: str, now_ms: int, lease_ms: int = LEASE_MS) -> list[QueuedMessage]:
        """A channel's answers that were being sent when their gateway died.

        That is when its process ended, or ``lease_ms`` went by, `limits.LEASE_MS` at most.
        """
