"""Messages of the company to its customers: what they hold, who wrote them, how they are recognised again."""

import re
import secrets
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

_MESSAGE_ID = re.compile(r"([0-9a-f]{11})-[0-9a-f]{16}")


class Author(StrEnum):
    """Who wrote one of our messages."""

    HUMAN = "human"
    AUTOMATIC = "automatic"
    GREETING = "greeting"
    """The account's greeting: automatic, and the CRM does not know it yet."""
    AUTOREPLY = "autoreply"
    """A text of the account that comes by itself while nobody answers; the CRM does not know it either."""


_OURS = frozenset({Author.GREETING, Author.AUTOREPLY})
"""Written by the gateway, not by the CRM."""


class OwnMessage(NamedTuple):
    """One of our messages, as its echo names it."""

    id: str
    author: Author

    def metadata(self) -> str:
        """What the message carries at its platform, so that it is recognised when it comes back."""
        return f"fbtool {self.id}" + ("" if self.author is Author.HUMAN else f" {self.author}")

    def told(self, text: str) -> dict[str, Any]:
        """What every event about the message says. The text only where the CRM did not write it."""
        content: dict[str, Any] = {"message_id": self.id}
        if self.author is not Author.HUMAN:
            content["automatic"] = True
        if self.author in _OURS:
            content |= {"author": self.author.value, "text": text}
        return content


def own_message(metadata: str) -> OwnMessage | None:
    """Read what `OwnMessage.metadata` wrote; None if it did not."""
    word, _, rest = metadata.partition(" ")
    message_id, _, author = rest.partition(" ")
    if word != "fbtool" or created_ms(message_id) is None or author not in {"", *Author}:
        return None
    return OwnMessage(message_id, Author(author or Author.HUMAN))


def new_message_id(now_ms: int) -> str:
    """A fresh id. It begins with its time, by which `created_ms` and a late echo know when the message was made."""
    return f"{now_ms:011x}-{secrets.token_hex(8)}"


def created_ms(message_id: str) -> int | None:
    """When one of our messages was made: its id begins with it. None if the id is not ours."""
    match = _MESSAGE_ID.fullmatch(message_id)
    return int(match[1], 16) if match else None


class AttachmentKind(StrEnum):
    """What can be sent beside text."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"


class OutboundAttachment(msgspec.Struct, omit_defaults=True):
    """A file for the customer: one that the channel fetches from ``url``, or one that was uploaded before."""

    type: AttachmentKind
    url: str = ""
    id: str = ""


class Agent(msgspec.Struct, omit_defaults=True):
    """Who writes, as customers are to see it where their channel can show that."""

    name: str = ""
    picture: str = ""
    """The reference under which the CRM has left the picture; see `store.pictures`."""


class OutboundMessage(msgspec.Struct, omit_defaults=True):
    """What is sealed in the queue."""

    customer: str
    text: str = ""
    attachment: OutboundAttachment | None = None
    author: Author = Author.HUMAN
    agent: Agent | None = None

    @property
    def is_media(self) -> bool:
        """Whether channels take fewer of its kind in a second."""
        return self.attachment is not None and self.attachment.type in {AttachmentKind.AUDIO, AttachmentKind.VIDEO}


class Deadlines(NamedTuple):
    """Until when a customer may be answered, in unix milliseconds."""

    anyone: int
    human: int
    """By a person who writes, not by a machine."""
