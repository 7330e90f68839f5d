"""The kinds of things that happen between a Page and a customer, and what of each a CRM needs to know.

Source: Meta, "Webhooks for Messenger" and its event pages (2026); shapes that only other software's test
data shows are read too. Reading never raises: what has another shape than documented is left out.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class Kind(StrEnum):
    """What an item is. The values are the event kinds of the CRM's API."""

    MESSAGE = "message"
    """The customer wrote."""
    EDIT = "edit"
    """The customer changed a message."""
    DELETION = "deletion"
    """The customer took a message back."""
    REACTION = "reaction"
    """The customer reacted to a message, or took the reaction back."""
    POSTBACK = "postback"
    """The customer pressed a button."""
    ECHO = "echo"
    """The Page wrote: by us, another app, or a person in Meta's own inbox."""
    DELIVERED = "delivered"
    """Messages of the Page reached the customer's device."""
    READ = "read"
    """The customer has read everything up to a point in time."""
    REFERRAL = "referral"
    """The customer came into an existing conversation by a link or an ad."""
    OPTIN = "optin"
    """The customer agreed to something, or took it back."""
    HANDOVER = "handover"
    """Another app took, passed or asked for the conversation."""
    POLICY = "policy"
    """Facebook warned, blocked or unblocked the Page."""
    ACCOUNT_LINKING = "account_linking"
    """The customer linked or unlinked an account."""
    FEEDBACK = "feedback"
    """The customer rated."""
    ORDER = "order"
    """The customer sent a cart."""
    CHANGE = "change"
    """Something about the Page itself, not about one customer."""
    OTHER = "other"
    """Anything else; handed on as it came."""


OPENS_WINDOW = frozenset({Kind.MESSAGE, Kind.POSTBACK, Kind.REACTION, Kind.REFERRAL})
"""Kinds with which the customer opens the time to answer (documented: messages, buttons, reactions, and links
into an existing conversation)."""

_BY_KEY: dict[str, Kind] = {
    "message_edit": Kind.EDIT,
    "reaction": Kind.REACTION,
    "postback": Kind.POSTBACK,
    "delivery": Kind.DELIVERED,
    "read": Kind.READ,
    "referral": Kind.REFERRAL,
    "optin": Kind.OPTIN,
    "pass_thread_control": Kind.HANDOVER,
    "take_thread_control": Kind.HANDOVER,
    "request_thread_control": Kind.HANDOVER,
    "app_roles": Kind.HANDOVER,
    "policy_enforcement": Kind.POLICY,
    "account_linking": Kind.ACCOUNT_LINKING,
    "messaging_feedback": Kind.FEEDBACK,
    "response_feedback": Kind.FEEDBACK,
    "order": Kind.ORDER,
    "change": Kind.CHANGE,
}


def kind_of(raw: Json) -> Kind:
    """The one kind of an item, without its sender, recipient and time."""
    message = raw.get("message")
    if isinstance(message, dict):
        if message.get("is_deleted") is True:
            return Kind.DELETION
        return Kind.ECHO if message.get("is_echo") is True else Kind.MESSAGE
    return next((kind for key, kind in _BY_KEY.items() if isinstance(raw.get(key), dict)), Kind.OTHER)


def message_id_of(raw: Json) -> str:
    """The id of the message an item is or is about; empty where there is none."""
    for key in ("message", "message_edit", "reaction", "postback", "response_feedback"):
        part = raw.get(key)
        if isinstance(part, dict):
            return _text(part.get("mid"))
    return ""


def content_of(kind: Kind, raw: Json) -> dict[str, Any]:
    """What happened, in words that every channel has.

    Kinds without such words keep Facebook's own under ``facebook``.
    """
    reader = _READERS.get(kind)
    return {"facebook": dict(raw)} if reader is None else reader(raw)


_WRITTEN = {"mid", "text"}


def _message(raw: Json) -> dict[str, Any]:
    message = raw["message"]
    if message.keys() == _WRITTEN and type(message["mid"]) is type(message["text"]) is str:
        return {"mid": message["mid"], "text": message["text"]}  # nothing else to look for: a quarter of the time
    content: dict[str, Any] = {"mid": _text(message.get("mid"))}
    if isinstance(message.get("text"), str):
        content["text"] = message["text"]
    attachments = [_attachment(part) for part in _list(message.get("attachments")) if isinstance(part, dict)]
    if attachments:
        content["attachments"] = attachments
    if not content.keys() & {"text", "attachments"} or message.get("is_unsupported") is True:
        content["unsupported"] = True  # shared content that Facebook does not show to software
    content |= _present(
        button=_text(_dict(message.get("quick_reply")).get("payload")),
        reply_to=_text(_dict(message.get("reply_to")).get("mid")),
        referral=_dict(message.get("referral")),
    )
    return content


def _echo(raw: Json) -> dict[str, Any]:
    # Absent for what people write in Meta's own inbox on some surfaces; then it is nobody's app.
    return _message(raw) | {"app_id": _text(raw["message"].get("app_id"))}


def _edit(raw: Json) -> dict[str, Any]:
    edit = raw["message_edit"]
    number = _text(edit.get("num_edit"))
    return {
        "mid": _text(edit.get("mid")),
        "text": edit["text"] if isinstance(edit.get("text"), str) else "",
        "number": int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0,
    }


def _reaction(raw: Json) -> dict[str, Any]:
    reaction = raw["reaction"]
    return {
        "mid": _text(reaction.get("mid")),
        "emoji": _text(reaction.get("emoji")),
        "reaction": _text(reaction.get("reaction")),
        "removed": reaction.get("action") == "unreact",
    }


def _postback(raw: Json) -> dict[str, Any]:
    postback = raw["postback"]
    return {
        "mid": _text(postback.get("mid")),
        "title": _text(postback.get("title")),
        "button": _text(postback.get("payload")),  # missing in standby (documented)
    } | _present(referral=_dict(postback.get("referral")))


def _delivered(raw: Json) -> dict[str, Any]:
    delivery = raw["delivery"]
    # The watermark is the truth: everything sent before it; the ids may be missing (documented).
    return {"mids": [_text(mid) for mid in _list(delivery.get("mids"))], "until": _whole(delivery.get("watermark"))}


def _read(raw: Json) -> dict[str, Any]:
    return {"until": _whole(raw["read"].get("watermark"))}


def _referral(raw: Json) -> dict[str, Any]:
    return {"referral": dict(raw["referral"])} | _present(lead=_dict(raw.get("lead")))


_READERS: dict[Kind, Callable[[Json], dict[str, Any]]] = {
    Kind.MESSAGE: _message,
    Kind.DELETION: lambda raw: {"mid": _text(raw["message"].get("mid"))},
    Kind.ECHO: _echo,
    Kind.EDIT: _edit,
    Kind.REACTION: _reaction,
    Kind.POSTBACK: _postback,
    Kind.DELIVERED: _delivered,
    Kind.READ: _read,
    Kind.REFERRAL: _referral,
}


def _attachment(part: Json) -> dict[str, Any]:
    payload = _dict(part.get("payload"))
    coordinates = _dict(payload.get("coordinates"))
    # An old form of "fallback" has address and title outside of the payload (seen in echoes).
    return {"type": _text(part.get("type"))} | _present(
        url=_text(payload.get("url")) or _text(part.get("url")),
        title=_text(payload.get("title")) or _text(part.get("title")),
        sticker_id=_text(payload.get("sticker_id")),
        latitude=coordinates.get("lat"),
        longitude=coordinates.get("long"),
        product=_dict(payload.get("product")),
    )


def _present(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in ("", None, {})}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Ids come as text or as numbers (documented for app ids)."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
