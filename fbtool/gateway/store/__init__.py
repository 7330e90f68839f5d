"""What the gateway keeps, and the promise of keeping it.

`Store` is the port; `sqlite.SqliteStore` is the embedded one. Every coroutine that writes returns only when
the change is on disk. Contents arrive sealed: a store never sees a text or a token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fbtool.gateway.accounts import Account
from fbtool.gateway.consumers import Consumer
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.store.shelf import Shelf


@dataclass(frozen=True)
class SentMark:
    """A message of ours that Facebook took: by this its delivery and reading are told of our own id."""

    mid: bytes
    """Fingerprint of the Page and Facebook's id of the message."""
    message_id: str
    """Our id of it."""
    conversation: bytes
    """Fingerprint of the conversation."""
    sent_ms: int
    """Not later than Facebook's own time of the message."""


@dataclass(frozen=True)
class Arrival:
    """An event about to be stored for the CRM of a Page's account."""

    page_id: str
    fingerprint: bytes
    """Recognises the same item when Facebook repeats it."""
    hour: int
    """Hours since 1970 of the item's own time. In front of the fingerprint it keeps the index compact."""
    body: bytes
    """The sealed event."""
    conversation: bytes | None = None
    """Fingerprint of the conversation whose time to answer this item opens."""
    time_ms: int = 0
    greets: str = ""
    """The conversation's id, if this item may be a customer's first word."""
    sent: SentMark | None = None
    """Which message of ours this item proves to be sent."""


@dataclass(frozen=True)
class Accepted:
    """What became of the arrivals of one webhook."""

    accounts: frozenset[str]
    """Accounts that have something new to take."""
    stored: int
    repeated: int
    unlinked: int
    """Items of Pages that no account has linked; they are not kept."""
    greetings_due: bool = False
    """Whether somebody waits for a greeting."""


@dataclass(frozen=True)
class Waiting:
    """An event that waits for its acknowledgement."""

    sequence: int
    page_id: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """An answer on its way to the customer."""

    id: str
    account_id: str
    page_id: str
    conversation: bytes
    """Fingerprint: one conversation has at most one message in flight."""
    body: bytes = field(repr=False)
    """Sealed recipient and text."""
    human: bool
    expires_ms: int
    """When nobody may send it any more."""
    tries: int = 0


@dataclass(frozen=True)
class GreetingDue:
    """A customer has written for the first time, and the account greets."""

    page_id: str
    account_id: str
    conversation: bytes
    """Fingerprint."""
    conversation_id: str
    text: str
    since_ms: int


@dataclass(frozen=True)
class Dropped:
    """Events of a Page that nobody acknowledged in time. They are gone."""

    account_id: str
    page_id: str
    count: int
    oldest_ms: int
    newest_ms: int
    """When the first and the last of them had come."""


@dataclass(frozen=True)
class Holdings:
    """What is kept right now: counts and an age, no content."""

    events_waiting: int
    messages_queued: int
    set_aside: int
    page_tokens: int
    reply_windows: int
    fingerprints: int
    oldest_event_ms: int | None
    sent_messages: int
    """Fingerprints by which delivery and reading are told."""
    greeted: int
    """Fingerprints of conversations that were greeted."""

    @property
    def items(self) -> int:
        """Everything with content: events, answers, unreadable deliveries and tokens."""
        return self.events_waiting + self.messages_queued + self.set_aside + self.page_tokens


class Store(Protocol):
    """The port to the database. Every method may raise `StoreUnavailable`."""

    @property
    def shelf(self) -> Shelf:
        """What is kept for minutes only."""

    async def start(self, new_data_key: bytes) -> bytes:
        """Open the database and return its wrapped data key (``new_data_key`` if it is a new database)."""

    async def stop(self) -> None:
        """Finish what waits, leave a tidy file."""

    async def check(self) -> None:
        """Prove that writing works."""

    async def add_account(self, account: Account) -> None:
        """Keep a new account. Raises `AccountNameTaken`."""

    async def accounts(self) -> list[Account]:
        """All accounts by name."""

    async def account(self, account_id: str) -> Account | None:
        """One account."""

    async def change_account(self, account: Account) -> None:
        """Replace the account of the same id."""

    async def remove_account(self, account: Account) -> None:
        """Forget the account and everything that waits for it. Raises `AccountHasLinks`."""

    async def link(self, page_id: str) -> Link | None:
        """The link of a Page."""

    async def links(self, account_id: str) -> list[Link]:
        """The links of an account by name."""

    async def put_link(self, link: Link) -> None:
        """Keep a link, replacing the Page's earlier one."""

    async def mark_link(self, link: Link, reason: Reason, event: Arrival, now_ms: int) -> bool:
        """Keep why a person has to sign in again, and store the event that tells the CRM: both or none.

        Returns whether anything changed; the same reason again makes no second event.
        """

    async def remove_link(self, page_id: str) -> None:
        """Forget the link, its token and its reply windows. Waiting events stay until acknowledged."""

    async def accept(self, arrivals: Sequence[Arrival], now_ms: int) -> Accepted:
        """Store all arrivals in one transaction, each once. Raises `ceiling.TooMuchWaiting`: none was stored."""

    async def set_aside(self, body: bytes, now_ms: int) -> None:
        """Keep a signed delivery that cannot be understood."""

    async def waiting(self, account_id: str, limit: int) -> list[Waiting]:
        """The oldest events that wait."""

    async def acknowledge(self, account_id: str, sequences: Sequence[int]) -> int:
        """Delete these events for good; returns how many there were."""

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        """When the customer last opened the time to answer."""

    async def reply_windows(self, conversations: Sequence[bytes]) -> dict[bytes, int]:
        """When the customers of these conversations last opened the time to answer; unknown ones are left out."""

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        """Our ids of the messages with these fingerprints, as far as they were ours (kept seven days)."""

    async def sent_before(self, conversation: bytes, until_ms: int, limit: int) -> list[str]:
        """Our ids of the last messages that were sent in a conversation until then, oldest first."""

    async def greetings_due(self, limit: int) -> list[GreetingDue]:
        """Conversations that wait for their greeting, oldest first."""

    async def greet(self, conversation: bytes, greeting: Outgoing | None, now_ms: int) -> bool:
        """Queue the conversation's one greeting, or none; False if that was decided before. Both or none."""

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        """Let ``wanted`` take the account's events, by the rule of `consumers.claimed`; returns who takes them now."""

    async def consumer(self, account_id: str) -> Consumer | None:
        """Who took the account's events last."""

    async def release(self, consumer: Consumer) -> None:
        """Let go of the account's events, if this very consumer still has them."""

    async def set_availability(self, account_id: str, until_ms: int) -> None:
        """Keep until when somebody is there to answer; 0 = nobody is."""

    async def available_until(self, account_id: str) -> int:
        """Until when somebody is there to answer; 0 or a time of the past = nobody is."""

    async def enqueue(self, message: Outgoing, key: bytes, digest: bytes, now_ms: int) -> str:
        """Queue an answer and return its id: the earlier one's for a known key. Raises `KeyUsedDifferently`."""

    async def take_due(self, now_ms: int, limit: int) -> list[Outgoing]:
        """Mark due answers as being sent and return them: the oldest of each conversation, of working links."""

    async def next_due_ms(self) -> int | None:
        """When the next answer is due; None if nothing waits."""

    async def retry(self, message_id: str, at_ms: int) -> None:
        """Put an answer back until ``at_ms``."""

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> None:
        """Forget an answer's content and store the event about its fate, both or none."""

    async def interrupted(self) -> list[Outgoing]:
        """Answers that were being sent when the process ended."""

    async def holdings(self) -> Holdings:
        """What is kept right now."""

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        """Drop the events that came before ``before_ms`` and store the events that ``tell`` it: both or none."""

    async def tidy(self, now_ms: int) -> None:
        """Drop what has reached the end of its life, and overwrite it on disk."""
