"""What the web chat keeps beside the core: settings, conversations, and answers that wait for a browser.

Everything is by fingerprint or sealed. A conversation's row says when its episode began, what automatic text is due,
and when its visitor last asked for answers. An *episode* begins with the first message ever, after the conversation was
closed, and after a day without any message.

PostgreSQL tells the other gateways of what waits for a browser, each conversation by `wakeup_id`. Whoever calls a
method that makes something wait, wakes those who wait at this gateway by the same id.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.gateway.store.limits import DAY_MS
from fbtool.gateway.store.outbox import QueuedMessage

EPISODE_MS = DAY_MS
"""Without any message for so long, the next one begins an episode."""
FAREWELL_MS = 5 * 60 * 1000
"""How long after its end a conversation may still be answered."""
FORGOTTEN_MS = DAY_MS
"""How long after its last message a conversation is kept, …"""
KEPT_FORGOTTEN_MS = 30 * DAY_MS
"""… and one whose browser keeps the history."""
ON_ITS_WAY_MS = 60 * 1000
"""How long an automatic text that is not handed out any more may still be acknowledged."""
MOST_ANSWERS = 200
"""Answers that may wait for one visitor."""
AT_ONCE = 200
"""Most conversations that one transaction of a worker changes: whoever returned so many asks again."""


def wakeup_id(conversation: bytes) -> str:
    """By what those who wait for a conversation's answers are woken, at every gateway."""
    return f"chat:{conversation.hex()}"


class KeptSettings(NamedTuple):
    """What an admin has set for an account."""

    version: int
    """How often they were saved."""
    body: bytes
    """JSON."""


class Due(NamedTuple):
    """An automatic text that is planned."""

    step: int
    """0 is the greeting, 1 to 3 the auto-replies."""
    at_ms: int
    """When it is looked at."""


@dataclass(frozen=True)
class VisitorMessage:
    """A visitor's message about to be stored."""

    account_id: str
    visitor: bytes
    """Fingerprint of the visitor's number: who ended a conversation is refused by it."""
    conversation: bytes
    """Fingerprint."""
    conversation_id: str
    """As CRMs name it; it tells nothing without the key."""
    event: Arrival
    """As it is told within an episode, …"""
    first_event: Arrival
    """… and if it begins one. Both are the same item: fingerprint and time are equal."""
    digest: bytes
    """Fingerprint of the message's id with its text: the same id with another text is refused."""
    keeps: bool
    """Whether the browser keeps the history."""
    due: Due | None
    """What is planned if it begins an episode."""


class TakenAs(Enum):
    """What became of a visitor's message."""

    NEW = "new"
    FIRST = "first"
    """New, and it began an episode."""
    REPEATED = "repeated"
    OTHER_TEXT = "other text"
    """A message of this id was stored with another text."""
    OVER = "over"
    """The visitor's keys are refused, or the account is gone."""
    FULL = "full"
    """Too many events of the account wait."""


class Answer(NamedTuple):
    """A message that is handed over to its conversation's browser."""

    message_id: str
    conversation: bytes
    """Fingerprint."""
    body: bytes
    """Sealed."""
    not_after_ms: int | None = None
    """Until when it may be handed out, if it is an automatic text."""


class RowKind(Enum):
    """What waits for a browser."""

    MESSAGE = "message"
    SEEN = "seen"
    """An agent has read what the visitor wrote."""
    CLOSED = "closed"


class Row(NamedTuple):
    """Something that waits for a browser."""

    sequence: int
    """Never used again, for no conversation."""
    kind: RowKind
    message_id: str
    """Of a message; else empty."""
    body: bytes
    """As it was given."""


class DueText(NamedTuple):
    """An automatic text that has to be looked at."""

    account_id: str
    conversation: bytes
    conversation_id: str
    episode_ms: int
    """When the episode began."""
    due: Due
    here: bool
    """Whether the visitor is here, as the CRM knows it."""
    last_automatic_ms: int
    """When the episode's last automatic text was queued; 0: none was."""


class KnownConversation(NamedTuple):
    """A conversation about which something is told to the CRM."""

    account_id: str
    conversation: bytes
    conversation_id: str
    last_message_ms: int
    last_poll_ms: int


@dataclass(frozen=True)
class Unreached:
    """An answer that its visitor will not fetch any more."""

    account_id: str
    conversation_id: str
    message_id: str
    body: bytes = field(repr=False)
    """As it was handed over."""


class Closing(NamedTuple):
    """How the end of an episode is told."""

    body: bytes
    """To the browser."""
    event: RoutedArrival
    """To the CRM."""


class WebchatStore(Protocol):
    """Every method is one transaction, and may raise `StoreUnavailable`. Times are unix milliseconds.

    A function that tells of something may be called again for the same thing, if the transaction has to be done again.
    """

    # Settings

    async def settings(self, account_id: str) -> KeptSettings | None:
        """What was saved last."""

    async def keep_settings(self, account_id: str, version: int, body: bytes) -> bool:
        """Keep these as ``version`` + 1.

        False, and nothing is changed, unless ``version`` is the present one (0: there are none yet).
        """

    # What visitors write

    async def take(self, message: VisitorMessage, most_waiting: int, now_ms: int) -> TakenAs:
        """Store the event once, note the conversation, plan what is due if an episode begins: all or nothing."""

    async def is_refused(self, visitor: bytes, now_ms: int) -> bool:
        """Whether the visitor's keys were ended."""

    # Answers

    async def queue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        """`OutboxStore.enqueue`; a human's message cancels what is due automatically: both or none.

        An earlier message of the same key is found, whatever has become of the conversation.

        Raises:
            ConversationOver: it was closed more than `FAREWELL_MS` ago, or is not known.
            TooManyAnswers: `MOST_ANSWERS` wait for the visitor.
            KeyUsedDifferently: see `OutboxStore.enqueue`.
        """

    async def hand_over(self, answer: Answer, sent: RoutedArrival, now_ms: int) -> bool:
        """Let the answer wait for the browser, end its time in the queue, and store that it was sent: all or nothing.

        Again, it changes nothing. False, and nothing is changed, if the conversation is not known any more.
        """

    async def waiting(self, conversation: bytes, limit: int, now_ms: int) -> list[Row]:
        """What waits for the browser, in order.

        That the episode was closed comes behind all answers, and not while one of them is on its way in the queue.
        Automatic texts whose time is over are left out.
        """

    async def acknowledge(
        self, conversation: bytes, sequences: Sequence[int], tell: Callable[[Sequence[str]], RoutedArrival], now_ms: int
    ) -> bool:
        """Forget these rows, and store what ``tell`` says of the ids of the messages among them: both or none.

        True if there was a message. Numbers that are not the conversation's are passed over.
        """

    async def show(self, conversation: bytes, kind: RowKind, body: bytes) -> bool:
        """Let something that is no message wait for the browser, in place of what waits of the kind.

        False if the conversation is not known.
        """

    async def tell(self, ids: Sequence[str]) -> None:
        """Wake those who wait for these ids at the other gateways; nothing is kept."""

    # Automatic texts

    async def due_texts(self, now_ms: int, limit: int) -> list[DueText]:
        """What has to be looked at now, the longest overdue first. Two gateways may get the same."""

    async def next_due_ms(self) -> int | None:
        """When something has to be looked at next; None: nothing is planned."""

    async def settle_due(
        self, text: DueText, message: QueuedMessage | None, following: Due | None, now_ms: int
    ) -> bool:
        """Queue the message, if there is one, and plan what follows: both or none.

        False, and nothing is changed, if this is not planned any more: a human has answered, the episode is over, or
        another gateway has done it.
        """

    # Presence

    async def polled(self, last: Mapping[bytes, int]) -> None:
        """Keep when the visitors of these conversations last asked; never an earlier time than is kept."""

    async def returned(self, conversation: bytes, event: RoutedArrival, now_ms: int) -> bool:
        """Note that the visitor is here again, with the event; False, and no event, if that is known."""

    async def left(
        self, before_ms: int, tell: Callable[[KnownConversation], RoutedArrival], now_ms: int
    ) -> list[KnownConversation]:
        """Note as away whose last question came before then, with an event each; at most `AT_ONCE`.

        Nothing is noted of closed conversations.
        """

    async def unreached(
        self, gone_ms: int, kept_gone_ms: int, tell: Callable[[Unreached], RoutedArrival], now_ms: int
    ) -> list[Unreached]:
        """Forget answers that nobody will fetch, with an event each; those of at most `AT_ONCE` conversations.

        That is where the visitor last asked longer ago than ``gone_ms`` (``kept_gone_ms`` where the browser keeps the
        history), and what is an automatic text whose time was over `ON_ITS_WAY_MS` ago.
        """

    # The end

    async def close(self, conversation: bytes, closing: Closing, now_ms: int) -> bool:
        """End the episode: what is due is cancelled, browser and CRM are told. False if it is over, or not known."""

    async def end(
        self,
        visitor: bytes,
        until_ms: int,
        conversation: bytes,
        event: RoutedArrival | None,
        tell: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> bool:
        """Refuse the visitor's keys until then, forget the conversation, tell its waiting answers as not reached.

        The event is stored unless the visitor was refused before; that is what False says. What is in the queue stays
        there until its turn, when `hand_over` refuses it.
        """

    async def expire(
        self,
        closed: Callable[[KnownConversation], Closing],
        unreached: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> list[KnownConversation]:
        """Close what is open too long, and forget what is over; returns those that were closed, at most `AT_ONCE`.

        Too long is `FORGOTTEN_MS` after the last message, or `KEPT_FORGOTTEN_MS`. A closed conversation is forgotten
        `FAREWELL_MS` later, as soon as nothing of it waits any more; one that is too old whatever waits, which is told.
        """
