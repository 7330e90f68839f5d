"""The Send API: messages from a Page to a customer, with Facebook's limits.

Source: Meta, "Send messages" and "Send API reference" (2026). There is no idempotency key: after an unclear
answer only the echo, which carries the ``metadata``, tells whether a message went out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from fbtool.facebook.graph import Call
from fbtool.facebook.messaging_window import Envelope
from fbtool.language import N_
from fbtool.problem import Kind, Problem
from fbtool.safe_text import utf16_length

TEXT_LIMIT = 1999
"""Longest text: "fewer than 2000 characters" (documented). How surrogates count is not; see `utf16_length`."""
METADATA_LIMIT = 999


class Attachment(StrEnum):
    """What can be sent beside text."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"

    @property
    def limit(self) -> int:
        """The largest size in bytes (documented)."""
        return (8 if self is Attachment.IMAGE else 25) * 1024 * 1024


class Action(StrEnum):
    """What the customer sees without a message."""

    TYPING = "typing_on"
    """The bubble disappears by itself after about 20 seconds (general knowledge)."""
    NOT_TYPING = "typing_off"
    SEEN = "mark_seen"


class MessageTooLarge(Problem):
    """A part of a message is larger than Facebook takes."""

    code = "message_too_large"
    kind = Kind.REFUSED
    what = N_("The message is too large for Facebook: {part} {size}, at most {limit}.")
    remedy = N_("Shorten it or send it in parts.")


@dataclass(frozen=True)
class Sent:
    """Facebook took the message."""

    mid: str
    attachment_id: str = ""
    """For sending the same upload again; belongs to the Page."""


def send_text(
    page_id: str, page_token: str, recipient: str, text: str, envelope: Envelope, metadata: str
) -> Call[Sent]:
    """Send ``text`` to the customer with the page-scoped id ``recipient``.

    Raises:
        MessageTooLarge: a limit is exceeded; Facebook would refuse it.
    """
    _within("text", utf16_length(text), TEXT_LIMIT)
    return _send(page_id, page_token, recipient, {"text": text}, envelope, metadata)


def send_attachment(
    page_id: str,
    page_token: str,
    recipient: str,
    kind: Attachment,
    envelope: Envelope,
    metadata: str,
    *,
    url: str = "",
    attachment_id: str = "",
) -> Call[Sent]:
    """Send a file that Facebook fetches from ``url``, or one that was uploaded before.

    Raises:
        ValueError: neither or both are given.
    """
    if bool(url) == bool(attachment_id):
        raise ValueError
    payload: dict[str, Any] = {"attachment_id": attachment_id} if attachment_id else {"url": url, "is_reusable": False}
    message = {"attachment": {"type": kind, "payload": payload}}
    return _send(page_id, page_token, recipient, message, envelope, metadata)


def upload(page_id: str, page_token: str, kind: Attachment) -> Call[str]:
    """Leave a file at Facebook for later sending; its id belongs to the Page.

    The file itself goes beside the parameters, as the multipart field ``filedata`` with its own content type
    (without one: error 100/2018047, documented).
    """
    message = {"attachment": {"type": kind, "payload": {"is_reusable": True}}}
    path, params = f"{page_id}/message_attachments", {"message": _json(message)}
    return Call("POST", path, lambda content: str(content["attachment_id"]), params, page_token)


def act(page_id: str, page_token: str, recipient: str, action: Action) -> Call[None]:
    """Show the customer that somebody types or has read. Never together with a message (documented: 100/2018014)."""
    params = {"recipient": _json({"id": recipient}), "sender_action": str(action)}
    return Call("POST", f"{page_id}/messages", _read_acted, params, page_token)


def _send(
    page_id: str, page_token: str, recipient: str, message: Mapping[str, Any], envelope: Envelope, metadata: str
) -> Call[Sent]:
    _within("metadata", utf16_length(metadata), METADATA_LIMIT)
    params = {
        "recipient": _json({"id": recipient}),
        "messaging_type": envelope.messaging_type,
        "message": _json({**message, "metadata": metadata}),
    }
    if envelope.tag:
        params["tag"] = envelope.tag
    return Call("POST", f"{page_id}/messages", _read_sent, params, page_token)


def _within(part: str, size: int, limit: int) -> None:
    if size > limit:
        raise MessageTooLarge(part=part, size=size, limit=limit)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _read_sent(content: Any) -> Sent:
    return Sent(str(content["message_id"]), str(content.get("attachment_id", "")))


def _read_acted(content: Any) -> None:
    if "recipient_id" not in content:
        raise KeyError
