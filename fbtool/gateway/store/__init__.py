"""What the gateway keeps, and the promise of keeping it.

A `Store` is one database; what is in it is reached through small ports, each in a module of its own beside this one:
`accounts`, `sources`, `inbox`, `outbox`, `conversations`, `pictures`, `ttl`. There are two, the embedded
`sqlite.SqliteStore` and the shared `postgres.PostgresStore`. Every coroutine that writes returns only when the change
is on disk. Contents arrive sealed: a store never sees a text or a token. Pictures are shown to everybody, and open.

A channel has tables of its own in the same database. It brings their shape (`schema.Tables`) and reaches them, in one
transaction with the core's, through `sqlite.writer.WriterPort` or `postgres.database.DatabasePort`.

A query that is the same in both databases is written at its port, with parameters as both count them: ``$1``, ``$2``,
… in the order in which they come. A value whose fields are the columns of its table, in their order, is its own row.
"""

from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

from fbtool.gateway.store.accounts import AccountStore
from fbtool.gateway.store.conversations import ConversationStore
from fbtool.gateway.store.inbox import InboxStore
from fbtool.gateway.store.outbox import OutboxStore
from fbtool.gateway.store.pictures import PictureStore
from fbtool.gateway.store.sources import SourceStore
from fbtool.gateway.store.ttl import TtlStore


@dataclass(frozen=True)
class Holdings:
    """What is kept right now: counts and an age, no content."""

    events_waiting: int
    messages_queued: int
    set_aside: int
    reply_windows: int
    fingerprints: int
    oldest_event_ms: int | None
    sent_messages: int
    """Fingerprints by which delivery and reading are told."""
    greeted: int
    """Fingerprints of conversations that were greeted."""
    of_channels: dict[str, int]
    """What channels keep, by the names that they gave it."""

    def document(self) -> dict[str, Any]:
        """All of it on one level."""
        counts = asdict(self)
        counts |= counts.pop("of_channels")
        return counts


HOLDINGS = """
    SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox WHERE body IS NOT NULL),
           (SELECT count(*) FROM aside), (SELECT count(*) FROM reply_window), (SELECT count(*) FROM seen),
           (SELECT min(received) FROM inbox), (SELECT count(*) FROM sent), (SELECT count(*) FROM greeted)"""
"""`Holdings` but for the channels', in every database."""


class Store(Protocol):
    """A database. Every method may raise `StoreUnavailable`."""

    @property
    def accounts(self) -> AccountStore:
        """Who takes and answers messages."""

    @property
    def sources(self) -> SourceStore:
        """Where accounts are reached."""

    @property
    def inbox(self) -> InboxStore:
        """What waits for CRMs."""

    @property
    def outbox(self) -> OutboxStore:
        """What is on its way to customers."""

    @property
    def conversations(self) -> ConversationStore:
        """What is known of conversations."""

    @property
    def pictures(self) -> PictureStore:
        """Pictures of accounts and agents, shown to customers."""

    @property
    def ttl(self) -> TtlStore:
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

    async def holdings(self) -> Holdings:
        """What is kept right now."""

    async def tidy(self, now_ms: int) -> None:
        """Drop what has reached the end of its life, and overwrite it on disk."""


@runtime_checkable
class Copies(Protocol):
    """A store that can copy itself while it is used."""

    async def copy(self) -> bytes:
        """The whole database as it is between two commits, as the content of a file."""
