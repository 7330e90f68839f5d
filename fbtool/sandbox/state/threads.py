"""Conversations between customers and Pages, and who may write when."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from fbtool.sandbox.clock import DAY

STANDARD_WINDOW = DAY
"""How long a Page may answer after the customer's last sign of life (documented)."""
HUMAN_AGENT_WINDOW = 7 * DAY
"""The same for a human agent with the tag HUMAN_AGENT (documented)."""
TYPING_LIFETIME = 20
"""Seconds after which the three dots vanish by themselves (long-standing knowledge)."""
CONTROL_LIFETIME = DAY
"""Thread control lapses after a day of inactivity (documented)."""


class Direction(Enum):
    """Who wrote."""

    FROM_CUSTOMER = "from_customer"
    FROM_PAGE = "from_page"


@dataclass
class Message:
    """One bubble of a conversation."""

    mid: str
    direction: Direction
    time_ms: int
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    quick_replies: list[dict[str, Any]] = field(default_factory=list)
    reply_to: str = ""
    app_id: str = ""
    """The app that sent it for the Page."""
    tag: str = ""
    metadata: str = ""
    delivered: bool = False
    read: bool = False
    edits: int = 0
    reaction: str = ""
    deleted: bool = False


@dataclass
class Thread:
    """One customer at one Page."""

    page_id: str
    psid: str
    messages: list[Message] = field(default_factory=list)
    window_opened_at: float = 0
    """The customer's last message, reaction, button or the like; 0: never."""
    blocked: bool = False
    """The customer has blocked the Page."""
    owner: str = ""
    """Id of the app that controls the thread; empty: idle."""
    owner_until: float = 0
    typing_until: float = 0
    """Until when the customer sees the three dots."""
    seen_ms: int = 0
    """Up to when the Page has marked the customer's messages as seen."""

    def window_open(self, now: float, length: float) -> bool:
        """Whether the Page may write within ``length`` seconds after the customer."""
        return self.window_opened_at > 0 and now < self.window_opened_at + length

    def typing(self, now: float) -> bool:
        """Whether the customer sees the Page typing."""
        return now < self.typing_until

    def controller(self, now: float) -> str:
        """The id of the app that controls the thread now; empty if nobody does."""
        return self.owner if now < self.owner_until else ""

    def message(self, mid: str) -> Message | None:
        """The message with this id."""
        return next((message for message in self.messages if message.mid == mid), None)

    def sent_by(self, direction: Direction) -> list[Message]:
        """The messages of one side, oldest first."""
        return [message for message in self.messages if message.direction is direction]


@dataclass(frozen=True)
class StoredFile:
    """A file that a Page has sent; its id can be used again by the same Page."""

    id: str
    page_id: str
    content_type: str
    content: bytes
