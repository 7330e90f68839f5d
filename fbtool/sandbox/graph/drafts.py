"""The content of an outgoing message and its limits (Meta, "Send API" reference)."""

from typing import Any

from fbtool.sandbox.graph import attachments, errors
from fbtool.sandbox.graph.visit import Visit
from fbtool.sandbox.state.threads import Direction, Message
from fbtool.sandbox.world import Page

TEXT_LIMIT = 2000
METADATA_LIMIT = 1000
QUICK_REPLY_LIMIT = 13
TITLE_LIMIT = 20
PAYLOAD_LIMIT = 1000


async def draft(visit: Visit, page: Page) -> tuple[Message, str]:
    """The message of a send call, not yet numbered and timed, and the id of its attachment if that is reusable.

    Raises:
        Refusal: code 100 for whatever is wrong with it.
    """
    message = visit.call.value("message")
    if not isinstance(message, dict):
        raise errors.missing_parameter("message")
    text, metadata = message.get("text", ""), message.get("metadata", "")
    if not isinstance(text, str) or not isinstance(metadata, str):
        raise errors.parameter("Invalid message data", 2534015)
    attached, attachment_id = await attachments.attached(visit, page, message)
    if not text.strip() and not attached:
        raise errors.parameter("Empty text")
    if text and attached:
        raise errors.parameter("Message cannot have both text and an attachment", 2534015)
    _check_length("message[text]", text, TEXT_LIMIT)
    _check_length("message[metadata]", metadata, METADATA_LIMIT)
    reply_to = visit.call.value("reply_to")
    made = Message(
        mid="",
        direction=Direction.FROM_PAGE,
        time_ms=0,
        text=text,
        attachments=attached,
        quick_replies=_quick_replies(message.get("quick_replies", [])),
        reply_to=str(reply_to.get("mid", "")) if isinstance(reply_to, dict) else "",
        tag=visit.call.text("tag"),
        metadata=metadata,
    )
    return made, attachment_id


def _check_length(name: str, text: str, limit: int) -> None:
    """Characters are counted as code points; how Facebook counts emoji is uncertain."""
    if len(text) > limit:
        raise errors.parameter(f"Length of param {name} must be less than or equal to {limit}")


def _quick_replies(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or any(not isinstance(one, dict) for one in raw):
        raise errors.parameter("Param message[quick_replies] must be an array.")
    if len(raw) > QUICK_REPLY_LIMIT:
        raise errors.parameter(f"Param message[quick_replies] must have at most {QUICK_REPLY_LIMIT} element(s).")
    for number, one in enumerate(raw):
        place = f"message[quick_replies][{number}]"
        if one.get("content_type") not in ("text", "user_phone_number", "user_email"):
            raise errors.parameter(f"Param {place}[content_type] is invalid.")
        if one["content_type"] == "text" and not one.get("title"):
            raise errors.missing_parameter(f"{place}[title]")
        _check_length(f"{place}[title]", str(one.get("title", "")), TITLE_LIMIT)
        _check_length(f"{place}[payload]", str(one.get("payload", "")), PAYLOAD_LIMIT)
    return raw
