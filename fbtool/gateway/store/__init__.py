"""What the gateway keeps, and the promise of keeping it.

`Store` is the port; `sqlite.SqliteStore` is the embedded one. Every coroutine that writes returns only when
the change is on disk. Contents arrive sealed: a store never sees a text or a token.

What is made for every delivery is a `msgspec.Struct`: made four times as fast as a frozen dataclass (measured).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.consumers import Consumer
from fbtool.gateway.store.ttl import TtlStore


class SentMark(msgspec.Struct, frozen=True):
    """A message of ours that Facebook took: by this its delivery and reading are told of our own id."""

    mid: bytes
    """Fingerprint of the Page and Facebook's id of the message."""
    message_id: str
    """Our id of it."""
    conversation: bytes
    """Fingerprint of the conversation."""
    sent_ms: int
    """Not later than Facebook's own time of the message."""


class Arrival(msgspec.Struct, frozen=True):
    """An event about to be stored for the CRM of a Page's account."""

    source_id: str
    fingerprint: bytes
    """Recognises the same item when Facebook repeats it."""
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


@dataclass(frozen=True)
class LastMessages:
    """When a Page's messages last went through, in unix milliseconds; None: not within `limits.WINDOW_MS`."""

    in_ms: int | None
    """When a customer last opened the time to answer."""
    out_ms: int | None
    """When Facebook last took a message of ours."""


class Accepted(msgspec.Struct, frozen=True):
    """What became of deliveries that came together."""

    accounts: frozenset[str]
    """Accounts that have something new to take."""
    stored: int
    repeated: int
    unlinked: int
    """Items of Pages that no account has linked; they are not kept."""
    greetings_due: bool = False
    """Whether somebody waits for a greeting."""
    strays: frozenset[str] = frozenset()
    """Those Pages."""
    refused: frozenset[int] = frozenset()
    """The numbers, from 0, of the deliveries of which nothing was stored: an account has too much waiting."""


@dataclass(frozen=True)
class Waiting:
    """An event that waits for its acknowledgement."""

    sequence: int
    source_id: str
    body: bytes = field(repr=False)


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
class Due:
    """Answers of one Page that were taken from the queue."""

    source_id: str
    messages: list[QueuedMessage]
    link: Link | None
    """As it was at that moment; None if there is none any more, or nothing was taken."""


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


@dataclass(frozen=True)
class Dropped:
    """Events of a Page that nobody acknowledged in time. They are gone."""

    account_id: str
    source_id: str
    count: int
    oldest_ms: int
    newest_ms: int
    """When the first and the last of them had come."""


@dataclass(frozen=True)
class Head:
    """What is next in the queue of one Page, in unix milliseconds; None: nothing of the kind."""

    source_id: str
    due_ms: int | None
    """When an answer may be sent; those of links that need a person wait."""
    expires_ms: int | None
    """When the time of an answer is over, whether its link works or not."""
    unclear_ms: int | None
    """Until when an echo is waited for."""


@dataclass(frozen=True)
class Notice:
    """An event of the gateway's own for one account."""

    account_id: str
    event: Arrival


@dataclass(frozen=True)
class PendingUnsubscribe:
    """A Page that is not linked any more and whose subscription at Facebook has yet to end."""

    page_id: str
    person_id: str
    """Whose token it is; empty without one."""
    sealed_token: bytes = field(repr=False)
    """Empty: only the app's own token is left to ask with."""
    since_ms: int
    due_ms: int
    tries: int = 0


@dataclass(frozen=True)
class Deletion:
    """A request to delete a person's data that was carried out. Nothing in it leads to the person."""

    code: str
    done_ms: int
    tokens: int
    pages: int


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
    unsubscribing: int = 0
    """Unlinked Pages whose subscription at Facebook has yet to end."""

    @property
    def items(self) -> int:
        """Everything with content: events, answers, unreadable deliveries and tokens."""
        return self.events_waiting + self.messages_queued + self.set_aside + self.page_tokens


class Store(Protocol):
    """The port to the database. Every method may raise `StoreUnavailable`."""

    @property
    def shelf(self) -> TtlStore:
        """What is kept for minutes only."""

    @property
    def gateways(self) -> int:
        """How many gateways use the database, this one included, as far as it was seen last."""

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

    async def links_of_person(self, person_id: str) -> list[Link]:
        """The links, of whichever account, that this person holds."""

    async def due_links(self, now_ms: int, limit: int) -> list[Link]:
        """The links whose time to be looked after has come, the longest overdue first."""

    async def next_check_ms(self) -> int | None:
        """When a link has to be looked after, or a subscription to be ended, next; None if there are none."""

    async def hasten_checks(self, now_ms: int, within_ms: int) -> None:
        """Look after every link within this time, spread at random over it."""

    async def keep_link(self, link: Link, notices: Sequence[Notice], now_ms: int) -> bool:
        """Keep the link and store the events that tell of its change: both or none.

        False, and nothing is changed, unless ``link.version`` is the one in the database (0: no such link yet);
        it is counted up here. The end of the Page's subscription is not wanted any more.
        """

    async def remove_link(self, page_id: str, farewell: PendingUnsubscribe | None = None) -> None:
        """Forget the link, its tokens and its reply windows, and keep what is left to be done at Facebook.

        Waiting events stay until acknowledged.
        """

    async def add_farewell(self, farewell: PendingUnsubscribe) -> bool:
        """Keep what is to be done at Facebook; False if the Page is linked, or it is kept already."""

    async def due_farewells(self, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        """The subscriptions that are to be ended now; they are due again at ``again_ms`` unless that is ended."""

    async def keep_farewell(self, farewell: PendingUnsubscribe) -> None:
        """Replace the Page's farewell, if there still is one."""

    async def end_farewell(self, page_id: str) -> None:
        """Facebook confirmed the end of the subscription, or it is given up."""

    async def forget_tokens_of(self, person_id: str) -> int:
        """Delete the person's tokens that wait for the end of a subscription; returns how many there were."""

    async def add_deletion(self, deletion: Deletion) -> None:
        """Keep that a person's data was deleted."""

    async def deletion(self, code: str) -> Deletion | None:
        """What was done under this confirmation code."""

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        """Store the arrivals of every delivery in one transaction, each once, but for the deliveries it refuses."""

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

    async def last_messages(self, source_id: str) -> LastMessages:
        """When the Page last received and sent; looked up in all that is kept, so for a person and not for a loop."""

    async def sent_messages(self, mids: Sequence[bytes]) -> dict[bytes, str]:
        """Our ids of the messages with these fingerprints, as far as they were ours (kept seven days)."""

    async def sent_before(self, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        """For each conversation and time our ids of the last messages that were sent there until then, oldest first."""

    async def greetings_due(self, limit: int) -> list[GreetingDue]:
        """Conversations that wait for their greeting, oldest first."""

    async def greet(self, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
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

    async def enqueue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        """Queue an answer and return its id: the earlier one's for a known key. Raises `KeyUsedDifferently`."""

    async def queue_heads(self) -> list[Head]:
        """What is next in each Page's queue."""

    async def take_due(self, most: Mapping[str, int], now_ms: int) -> list[Due]:
        """Mark due answers as being sent and return them, by Page: at most so many, the oldest of each conversation.

        Of a link that needs a person there are none.
        """

    async def take_expired(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        """The same of one Page for answers whose time is over, whether the link works or not."""

    async def take_unclear(self, source_id: str, now_ms: int) -> list[QueuedMessage]:
        """The answers whose echo did not come in time."""

    async def retry(self, message_id: str, at_ms: int, tries: int) -> None:
        """Put an answer that was being sent back until ``at_ms``."""

    async def await_echo(self, message_id: str, until_ms: int) -> None:
        """Facebook may have sent the answer: wait for its echo. The conversation goes on meanwhile."""

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        """Forget an answer's content and store the event about its fate: both or none.

        False, and no event, if its fate is known already.
        """

    async def interrupted(self, now_ms: int) -> list[QueuedMessage]:
        """Answers that were being sent when their gateway died: its process ended, or `limits.LEASE_MS` went by."""

    async def holdings(self) -> Holdings:
        """What is kept right now."""

    async def drop_old(self, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int) -> list[Dropped]:
        """Drop the events that came before ``before_ms`` and store the events that ``tell`` it: both or none."""

    async def tidy(self, now_ms: int) -> None:
        """Drop what has reached the end of its life, and overwrite it on disk."""
