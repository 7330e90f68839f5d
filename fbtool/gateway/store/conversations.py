"""What is known of conversations, all by fingerprint: the port."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fbtool.gateway.store.outbox import QueuedMessage


@dataclass(frozen=True)
class LastMessages:
    """When a source's messages last went through, in unix milliseconds; None: not within `limits.WINDOW_MS`."""

    in_ms: int | None
    """When a customer last opened the time to answer."""
    out_ms: int | None
    """When the channel last took a message of ours."""


# An index would cost every new conversation as much again as its row does.
LAST_MESSAGES = """
    SELECT (SELECT max(last_customer) FROM reply_window WHERE source_id = $1),
           (SELECT max(at) FROM sent WHERE source_id = $1)"""


@dataclass(frozen=True)
class GreetingDue:
    """A customer has written for the first time, and the account greets."""

    source_id: str
    account_id: str
    conversation: bytes
    """Fingerprint."""
    conversation_id: str
    text: str
    since_ms: int


GREETINGS_DUE = """
    SELECT greeted.source_id, account.id, conversation, due, account.greeting, since
    FROM greeted JOIN source ON source.id = greeted.source_id JOIN account ON account.id = source.account_id
    WHERE due IS NOT NULL AND account.channel = $1 ORDER BY since LIMIT $2"""


class ConversationStore(Protocol):
    """Every method may raise `StoreUnavailable`."""

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        """When the customer last opened the time to answer."""

    async def reply_windows(self, conversations: Sequence[bytes]) -> dict[bytes, int]:
        """When the customers of these conversations last opened the time to answer; unknown ones are left out."""

    async def last_messages(self, source_id: str) -> LastMessages:
        """When the source last received and sent; looked up in all that is kept, so for a person and not for a loop."""

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        """Our ids of the messages with these fingerprints, as far as they were ours (kept seven days)."""

    async def sent_before(self, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        """For each conversation and time our ids of the last messages that were sent there until then, oldest first."""

    async def forget(self, conversation: bytes) -> None:
        """Forget all that is known of a conversation, and the answers on their way, whose fate is not told any more."""

    async def greetings_due(self, channel: str, limit: int) -> list[GreetingDue]:
        """Conversations of a channel that wait for their greeting, oldest first."""

    async def greet(self, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
        """Queue the conversation's one greeting, or none; False if that was decided before. Both or none."""
