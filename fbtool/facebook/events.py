"""The kinds of things that happen between a Page and a customer, and what of each a CRM needs to know.

Source: Meta, "Webhooks for Messenger" and its event pages (2026); shapes that only other software's test
data shows are read too. Reading never raises: what has another shape than documented is left out.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from fbtool.meta.tolerant_json import dict_of, list_of, text_of

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


INBOX_APPS = frozenset({"26390203743090", "263902037430900"})
"""Meta's own inbox, as its echoes name it (two pages of the documentation have one of these each)."""


def opens_window(kind: Kind, raw: Json) -> bool:
    """Whether the customer opens the time to answer with this; taking a reaction back does not."""
    return kind in OPENS_WINDOW and not (kind is Kind.REACTION and raw["reaction"].get("action") == "unreact")


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
            return text_of(part.get("mid"))
    return ""


def content_of(kind: Kind, raw: Json) -> dict[str, Any]:
    """What happened, in words that every channel has.

    What has no such words comes along in Facebook's own under ``facebook``, where it stands there.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return {"facebook": dict(raw)}
    if kind is Kind.MESSAGE and len(raw) == 1:
        message = raw["message"]
        if message.keys() == _WRITTEN and type(message["mid"]) is type(message["text"]) is str:
            return {"mid": message["mid"], "text": message["text"]}  # nothing else to look for: a quarter of the time
    return reader(raw) | _present(facebook=_without_words(raw, *_WORDS[kind]))


def _without_words(raw: Json, part: str, known: frozenset[str]) -> dict[str, Any]:
    """What of an item has no words, but for the members of its ``part`` that are known."""
    inner = {key: value for key, value in dict_of(raw.get(part)).items() if key not in known}
    return {key: value for key, value in raw.items() if key != part and key not in known} | _present(**{part: inner})


_WRITTEN = {"mid", "text"}


def _message(raw: Json) -> dict[str, Any]:
    message = raw["message"]
    content: dict[str, Any] = {"mid": text_of(message.get("mid"))}
    if isinstance(message.get("text"), str):
        content["text"] = message["text"]
    attachments = [_attachment(part) for part in _dicts(message.get("attachments"))]
    if attachments:
        content["attachments"] = attachments
    if not content.keys() & {"text", "attachments"} or message.get("is_unsupported") is True:
        content["unsupported"] = True  # shared content that Facebook does not show to software
    content |= _present(
        button=text_of(dict_of(message.get("quick_reply")).get("payload")),
        quick_replies=[_named(one, _QUICK_REPLY) for one in _dicts(message.get("quick_replies"))],
        reply_to=text_of(dict_of(message.get("reply_to")).get("mid")),
        referral=dict_of(message.get("referral")),
    )
    return content


def _echo(raw: Json) -> dict[str, Any]:
    # Absent for what people write in Meta's own inbox on some surfaces; then it is nobody's app.
    app_id = text_of(raw["message"].get("app_id"))
    return _message(raw) | {"app_id": "" if app_id in INBOX_APPS else app_id}


def _edit(raw: Json) -> dict[str, Any]:
    edit = raw["message_edit"]
    number = text_of(edit.get("num_edit"))
    return {
        "mid": text_of(edit.get("mid")),
        "text": edit["text"] if isinstance(edit.get("text"), str) else "",
        "number": int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0,
    }


def _reaction(raw: Json) -> dict[str, Any]:
    reaction = raw["reaction"]
    return {
        "mid": text_of(reaction.get("mid")),
        "emoji": text_of(reaction.get("emoji")),
        "reaction": text_of(reaction.get("reaction")),
        "removed": reaction.get("action") == "unreact",
    }


def _postback(raw: Json) -> dict[str, Any]:
    postback = raw["postback"]
    return {
        "mid": text_of(postback.get("mid")),
        "title": text_of(postback.get("title")),
        "button": text_of(postback.get("payload")),  # missing in standby (documented)
    } | _present(referral=dict_of(postback.get("referral")))


def _delivered(raw: Json) -> dict[str, Any]:
    delivery = raw["delivery"]
    # The watermark is the truth: everything sent before it; the ids may be missing (documented).
    return {"mids": [text_of(mid) for mid in list_of(delivery.get("mids"))], "until": _whole(delivery.get("watermark"))}


_MESSAGE = frozenset(
    {
        "mid", "text", "attachments", "quick_reply", "quick_replies", "reply_to", "referral", "is_deleted",
        "is_unsupported", "seq", "sticker_id",
    }
)  # fmt: skip
_READERS: dict[Kind, Callable[[Json], dict[str, Any]]] = {
    Kind.MESSAGE: _message,
    Kind.DELETION: lambda raw: {"mid": text_of(raw["message"].get("mid"))},
    Kind.ECHO: _echo,
    Kind.EDIT: _edit,
    Kind.REACTION: _reaction,
    Kind.POSTBACK: _postback,
    Kind.DELIVERED: _delivered,
    Kind.READ: lambda raw: {"until": _whole(raw["read"].get("watermark"))},
    Kind.REFERRAL: lambda raw: {"referral": dict(raw["referral"])} | _present(lead=dict_of(raw.get("lead"))),
}


_WORDS: dict[Kind, tuple[str, frozenset[str]]] = {
    Kind.MESSAGE: ("message", _MESSAGE),
    Kind.DELETION: ("message", _MESSAGE),
    Kind.ECHO: ("message", _MESSAGE | {"app_id", "is_echo"}),
    Kind.EDIT: ("message_edit", frozenset({"mid", "text", "num_edit"})),
    Kind.REACTION: ("reaction", frozenset({"mid", "emoji", "reaction", "action"})),
    Kind.POSTBACK: ("postback", frozenset({"mid", "title", "payload", "referral", "seq"})),
    Kind.DELIVERED: ("delivery", frozenset({"mids", "watermark", "seq"})),
    Kind.READ: ("read", frozenset({"watermark", "seq"})),
    Kind.REFERRAL: ("", frozenset({"referral", "lead"})),
}
"""Which part of an item says what happened, and the members for which there are words (``seq`` says nothing)."""


def _attachment(part: Json) -> dict[str, Any]:
    payload = dict_of(part.get("payload"))
    coordinates = dict_of(payload.get("coordinates"))
    # An old form of "fallback" has address and title outside of the payload (seen in echoes).
    words = {"type": text_of(part.get("type"))} | _present(
        url=text_of(payload.get("url")) or text_of(part.get("url")),
        title=text_of(payload.get("title")) or text_of(part.get("title")),
        sticker_id=text_of(payload.get("sticker_id")),
        latitude=coordinates.get("lat"),
        longitude=coordinates.get("long"),
        product=dict_of(payload.get("product")),
        template=text_of(payload.get("template_type")),
        text=text_of(payload.get("text")),
        elements=[_element(one) for one in _dicts(payload.get("elements"))],
        buttons=[_named(one, _BUTTON) for one in _dicts(payload.get("buttons"))],
    )
    return words if _values(part) <= _values(words) else words | {"facebook": dict(part)}


def _element(part: Json) -> dict[str, Any]:
    """One card of a template."""
    return _named(part, _ELEMENT) | _present(
        url=text_of(dict_of(part.get("default_action")).get("url")) or text_of(part.get("url")),
        buttons=[_named(one, _BUTTON) for one in _dicts(part.get("buttons"))],
    )


_ELEMENT = {"title": "title", "subtitle": "subtitle", "image_url": "image_url"}
_BUTTON = {"type": "type", "title": "title", "url": "url", "payload": "button"}
_QUICK_REPLY = {"content_type": "type", "title": "title", "payload": "button", "image_url": "image_url"}
"""Facebook's names and ours."""


def _named(part: Json, names: Mapping[str, str]) -> dict[str, Any]:
    return _present(**{ours: text_of(part.get(theirs)) for theirs, ours in names.items()})


def _values(value: Any) -> set[str]:
    """Everything that a value says, without the names under which it does."""
    if isinstance(value, dict):
        return set().union(*map(_values, value.values()))
    if isinstance(value, list):
        return set().union(*map(_values, value))
    return set() if value is None else {str(value)}


def _present(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in ("", None, {}, [])}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [part for part in list_of(value) if isinstance(part, dict)]


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else 0
