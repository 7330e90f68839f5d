r"""What a webhook is made of, in the form of Meta's "Webhooks for Messenger": items, entries, bytes.

The bytes are those of the platform: ASCII only, ``\uXXXX`` in lower case, ``\/`` for a slash. Each part remembers
which markers are in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fbtool.sandbox.conformance import markers
from fbtool.sandbox.webhooks.payload import wire_json


@dataclass(frozen=True)
class Item:
    """One thing that happened between a customer and a Page."""

    marker: str
    page: str
    customer: str
    content: Any
    """As it stands in the JSON."""
    text: str = ""
    """What must arrive letter by letter; empty: it is not compared."""
    owed: bool = True
    """Whether every endpoint has to hand it on. Otherwise it may, once."""

    @property
    def conversation(self) -> tuple[str, str]:
        """Whose order has to be kept."""
        return self.page, self.customer


@dataclass(frozen=True)
class Entry:
    """What one POST says about one Page."""

    content: Any
    items: tuple[Item, ...] = ()


def message(marker: str, page: str, customer: str, time_ms: int, words: str = "") -> Item:
    """A customer's text message; ``words`` follow the marker in the text and are compared when they arrive."""
    text = f"{marker} {words}".strip()
    content = {
        "sender": {"id": customer},
        "recipient": {"id": page},
        "timestamp": time_ms,
        "message": {"mid": markers.mid(marker), "text": text},
    }
    return Item(marker, page, customer, content, text if words else "")


def entry(page: str, items: Sequence[Item], time: int, under: str = "messaging") -> Entry:
    """An entry with ``items``; ``time`` is milliseconds, and seconds for ``changes`` (seen)."""
    return Entry({"id": page, "time": time, under: [item.content for item in items]}, tuple(items))


def wire(entries: Sequence[Entry], **more: Any) -> bytes:
    """The bytes that are signed and sent; ``more`` are further members of the envelope."""
    return wire_json({"object": "page", "entry": [one.content for one in entries], **more})
