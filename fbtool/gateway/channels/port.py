"""What a channel is to the gateway: the port that every channel fills.

A channel is a folder beside this file, or a package of somebody else, with a `Plug`: what is known of it without a
running gateway, its name and its part of the settings and of the database. `Plug.open` makes the running `Channel`.
Who derives from both need not write what most channels lack. What not every channel can do are small protocols of
their own, asked for with ``isinstance``. docs/channels.md has an example in full; `conformance` judges any channel.

The gateway's core imports this module and nothing else of a channel, and a channel never another one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, NamedTuple, Protocol, runtime_checkable

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from fbtool.finding import Finding
from fbtool.gateway.accounts import Account
from fbtool.gateway.command import Command
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.limits import Limits
from fbtool.gateway.messages import AttachmentKind, Deadlines, OutboundMessage, OwnMessage
from fbtool.gateway.rate_limits import RateLimits, SendPause
from fbtool.gateway.setting import Setting, SettingsReader
from fbtool.gateway.store import Store
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.schema import Tables
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.gateway.wakeups import Notifier, OutboxSignal
from fbtool.problem import Problem


class Scope(StrEnum):
    """How far a refusal reaches. A smaller trouble never stops a larger thing."""

    MESSAGE = "message"
    CUSTOMER = "customer"
    SOURCE = "source"
    LINK = "link"
    APP = "app"


class Outcome(Enum):
    """What becomes of a message that the channel did not take."""

    FAILED = "failed"
    """Final: told to the CRM, with what to do."""
    UNCLEAR = "unclear"
    """It may have gone out: proof is waited for, and nothing is sent again."""
    LATER = "later"
    """Tried again, later and later: twelve times, or six hours while nothing of the source goes."""
    WAITS = "waits"
    """Not its own fault: it waits with all others in the scope, and no try is counted."""


@dataclass(frozen=True)
class Refused:
    """What became of a message that was not taken, and how much else it concerns."""

    outcome: Outcome
    scope: Scope
    problem: Problem
    pause: SendPause | None = None
    """How long everything in the scope waits. None: where the link is at fault, until the channel keeps its source as
    not `held` any more; else as `SendPause.THROTTLED`."""
    if_alone: Problem | None = None
    """What is told instead once others of the source have gone and this one is refused again."""
    answered: bool = True
    """Whether the platform was asked and answered, so that it works."""


class Sent(NamedTuple):
    """The channel took the message."""

    foreign_id: str = ""
    """Its id there, by which receipts name it; empty if there are none."""


@dataclass(frozen=True)
class Outbound:
    """A message whose turn has come."""

    id: str
    """Ours; the same however often it is tried."""
    account_id: str
    key: ConversationKey
    content: OutboundMessage
    human: bool
    """Whether a person wrote it."""
    last_customer_ms: int | None
    """When the customer last opened the time to answer."""

    @property
    def own(self) -> OwnMessage:
        """What it can carry at the platform, so that it is recognised there; see `Intake.sent`."""
        return OwnMessage(self.id, self.content.author)


@dataclass(frozen=True)
class MessageLimits:
    """What may be sent at a source; told to CRMs as its capabilities, and held before anything is queued."""

    text: int
    """Most characters of a text, in UTF-16 units."""
    attachments: Mapping[AttachmentKind, int] = field(default_factory=dict)
    """Most bytes of each kind of file that can be sent."""
    agents: bool = False
    """Whether customers see who writes: the name and picture of a message's `Agent`."""


class Channel(Protocol):
    """A channel that runs. Made and closed on the event loop."""

    rates: RateLimits
    """How fast may be sent; it learns from what becomes of messages."""
    repeatable: bool = False
    """Whether a message whose sending was interrupted is sent again, because the channel knows it by its id.

    Otherwise it may have gone out, and its fate is unclear.
    """
    visitors_below: str = ""
    """Below this path strangers' browsers ask, in numbers that nobody knows: their connections have a budget of their
    own, so that they never take the place of a platform's or a CRM's."""

    def routes(self) -> Sequence[BaseRoute]:
        """Its pages and calls, collected by the gateway and served while the channel is offered."""

    def hot_paths(self) -> Mapping[str, ASGIApp]:
        """Paths that are served in front of the framework, because they are asked hundreds of times a second."""
        return {}

    def workers(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """What works in the background while the channel is offered, each until it is cancelled."""
        return ()

    async def send(self, message: Outbound) -> Sent | Refused:
        """Bring a message to its customer. Raises nothing but `StoreUnavailable`; a defect leaves its fate unclear."""

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        """Until when somebody may answer a customer who last wrote then."""

    def limits(self) -> MessageLimits:
        """What may be sent."""

    async def checks(self, *, reachable: bool) -> Sequence[Finding]:
        """What a look at everything outside finds. Never raises.

        ``reachable``: whether the gateway serves requests, so that it can be asked from outside.
        """
        return ()

    async def close(self) -> None:
        """Let go of connections."""
        return


@dataclass(frozen=True)
class Core:
    """What the gateway gives to each channel."""

    address: str
    """The one that the world reaches."""
    store: Store
    vault: Vault
    intake: Intake
    """Takes what came in."""
    outbox_signal: OutboxSignal
    """Of this channel: notified of a source, it has the waiting answers looked at."""
    metrics: Metrics
    limits: Limits
    notifier: Notifier
    """Hears of news here and at other gateways of the database; see `Notifier.subscribe`."""
    claimed: Callable[[bytes], Awaitable[bool]]
    """Offers a proven delivery that is not for this channel to the others; True if one has taken it."""
    clock: Callable[[], int]
    """Unix milliseconds."""


class Plug(Protocol):
    """What is known of a channel without a running gateway."""

    @property
    def name(self) -> str:
        """As accounts and settings name it."""

    @property
    def settings(self) -> Sequence[Setting]:
        """Its settings, all in the section of its name."""
        return ()

    @property
    def widget_token(self) -> bool:
        """Whether its accounts have a widget token beside the account token.

        It opens nothing but the channel's own calls about settings, which let it in by `AccountAuth.widget_account`.
        """
        return False

    @property
    def own_source(self) -> bool:
        """Whether an account of the channel is itself its only source, made and removed with it.

        The source's id is the channel's name, a colon, and the account's id.
        """
        return False

    @property
    def commands(self) -> Sequence[Command]:
        """What the operator can do with its accounts besides, while a gateway runs and while none does."""
        return ()

    def read_settings(self, reader: SettingsReader) -> Any:
        """The settings' values, for `open`; mistakes are noted with the reader."""
        return None

    def tables(self, database: str) -> Tables:
        """What it has of its own in ``"sqlite"`` or ``"postgres"``."""
        return Tables(self.name)

    async def checks(self, settings: Any, address: str) -> Sequence[Finding]:
        """What a look at everything outside finds while no gateway runs. Never raises.

        ``address``: the one that the world would reach; empty if only a start will tell.
        """
        return ()

    def open(self, core: Core, settings: Any) -> Channel:
        """The running channel."""


# What a channel may be able to do besides.


class Action(StrEnum):
    """What a customer sees without a message."""

    TYPING = "typing"
    SEEN = "seen"


@dataclass(frozen=True)
class Profile:
    """What a channel tells about a customer at this moment. Nothing of it is kept."""

    name: str
    first_name: str = ""
    last_name: str = ""
    picture_url: str = ""


@dataclass(frozen=True)
class FileUpload:
    """A file of the company, on its way through."""

    content: AsyncIterator[bytes]
    size: int
    """Bytes, known before the first of them is read."""
    content_type: str
    name: str


class ForeignFile(Protocol):
    """A file of a customer, on its way through."""

    @property
    def name(self) -> str:
        """Safe to be kept under."""

    @property
    def content_type(self) -> str:
        """As its server says."""

    @property
    def size(self) -> int | None:
        """Bytes; None if its server does not say."""

    def parts(self) -> AsyncIterator[bytes]:
        """The content as it arrives. Raises `FileUnavailable` if it breaks off."""

    def close(self) -> None:
        """End the connection."""


@runtime_checkable
class Acts(Protocol):
    """Shows customers that somebody types or has read."""

    async def act(self, account: Account, key: ConversationKey, action: Action) -> None:
        """Raises a `GatewayProblem` where that is not possible."""


@runtime_checkable
class Profiles(Protocol):
    """Tells who a customer is."""

    async def profile(self, account: Account, key: ConversationKey) -> Profile:
        """Raises a `GatewayProblem` where that is not possible."""


@runtime_checkable
class Uploads(Protocol):
    """Takes files before they are sent."""

    async def upload(self, account: Account, key: ConversationKey, kind: AttachmentKind, file: FileUpload) -> str:
        """Leave a file there; returns its opaque id. Raises a `GatewayProblem` where that is not possible."""


@runtime_checkable
class Files(Protocol):
    """Fetches the files that customers sent."""

    def may_fetch(self, url: str) -> bool:
        """Whether this is an address of the channel's own file servers."""

    async def fetch(self, url: str, account_id: str) -> ForeignFile:
        """Open the file. Raises a `GatewayProblem` where that is not possible."""


@runtime_checkable
class Queues(Protocol):
    """Has something of its own to change when a CRM answers."""

    async def queue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        """`OutboxStore.enqueue` in one transaction with the channel's own changes. Raises a `GatewayProblem`."""


@runtime_checkable
class Closes(Protocol):
    """Shows customers that a conversation has come to its end."""

    async def close_conversation(self, account: Account, key: ConversationKey, *, note: bool) -> None:
        """End it, once; ``note``: it goes on elsewhere, as by telephone, which customers are not shown."""


@runtime_checkable
class Erases(Protocol):
    """Keeps something about customers itself."""

    async def erase(self, account: Account, key: ConversationKey) -> None:
        """Forget the customer, and let nothing of theirs come in any more that was begun before."""


@runtime_checkable
class Registers(Protocol):
    """Has to be told to the platform before it delivers anything."""

    async def register(self) -> Mapping[str, str]:
        """Register; returns the addresses that a person has to enter there. Raises a `Problem`."""


@runtime_checkable
class ClaimsDeliveries(Protocol):
    """Takes proven deliveries of its platform that came to another channel's address."""

    async def claim(self, body: bytes) -> bool:
        """Take the delivery, durably; False if it is not for this channel."""


@runtime_checkable
class TellsStops(Protocol):
    """Wants to know when a source was blocked, to tell the CRM."""

    async def stopped(self, source_id: str, problem: Problem) -> None:
        """The platform has blocked the source; told once for each time."""


@runtime_checkable
class Describes(Protocol):
    """Has something to tell programs about how this gateway serves the channel."""

    def about(self) -> Mapping[str, str]:
        """Facts for ``gateway`` in the answer of ``GET /v1/account``; never a secret."""
