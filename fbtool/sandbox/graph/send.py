"""``/{page}/messages``: the Send API with its limits, its window and its table of errors.

Source: Meta, "Send Messages", "Send API" reference and "Error Codes" of the Messenger Platform.
"""

from typing import Any

from fbtool.sandbox.graph import attachments, errors
from fbtool.sandbox.graph.context import Body, CallContext, Contact
from fbtool.sandbox.state.authorization import page_permission, page_task
from fbtool.sandbox.state.threads import (
    HUMAN_AGENT_WINDOW,
    STANDARD_WINDOW,
    TYPING_LIFETIME,
    Direction,
    Message,
    Thread,
)
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.world import Access, Page, Policy, Task

_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
_DEAD_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")
"""Refused with code 100 since 27 April 2026 (documented)."""
_NOTIFICATIONS = ("REGULAR", "SILENT_PUSH", "NO_PUSH")
TEXT_LIMIT = 2000
METADATA_LIMIT = 1000
QUICK_REPLY_LIMIT = 13
TITLE_LIMIT = 20
PAYLOAD_LIMIT = 1000
_ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")


async def send(context: CallContext, page: Page) -> Body:
    """A message or a sender action from the Page to one customer.

    Raises:
        Refusal: whatever Facebook would refuse; nothing is sent then.
    """
    token = may_message(context, page)
    contact = recipient(context, page)
    thread = context.state.thread(page, contact.psid)
    action = context.call.text("sender_action").lower()
    if action and context.call.has("message"):
        raise errors.parameter("Cannot send both a message and a sender action", 2018014)
    if action:
        return _act(context, contact, thread, action)
    _check_control(context, thread)
    message, attachment_id = await _draft(context, page)
    _check_reachable(context, contact, thread)
    _check_window(context, thread)
    message.app_id = token.app_id
    sent = context.chat(contact).answer(message)
    reusable = {"attachment_id": attachment_id} if attachment_id else {}
    return {"recipient_id": contact.psid, "message_id": sent.mid, **reusable}


async def upload(context: CallContext, page: Page) -> Body:
    """``/{page}/message_attachments``: keep a file and get an id for it, which belongs to the Page."""
    may_message(context, page)
    return {"attachment_id": (await attachments.upload(context, page)).id}


def may_message(context: CallContext, page: Page) -> Token:
    """The Page's token with the permission and the task that everything about messages needs.

    Raises:
        Refusal: codes 190, 230 and 200.
    """
    if context.any_token().type is not TokenType.PAGE:
        raise errors.Refusal("(#190) This method must be called with a Page Access Token", 190)
    token = context.page_token(page)
    if not page_permission(context.state, token, "pages_messaging"):
        raise errors.permission("Requires pages_messaging permission to manage the object", 230)
    if not page_task(context.state, token, Task.MESSAGING):
        raise errors.permission("User does not have sufficient administrative permission for this action on this page")
    return token


def recipient(context: CallContext, page: Page) -> Contact:
    """The customer to whom a call is addressed.

    Raises:
        Refusal: 100/2018001 for ids of other Pages and for people who never wrote.
    """
    named = context.call.value("recipient")
    if not isinstance(named, dict) or not named:
        raise errors.missing_parameter("recipient")
    psid = str(named.get("id", ""))
    customer = context.state.world.customer_by_psid(page, psid)
    if customer is None or not context.state.thread(page, psid).messages:
        raise errors.parameter("No matching user found", 2018001)
    return Contact(page, customer, psid)


def _act(context: CallContext, contact: Contact, thread: Thread, action: str) -> Body:
    if action not in _ACTIONS:
        raise errors.parameter(f"Param sender_action must be one of {{{', '.join(_ACTIONS)}}}")
    _check_reachable(context, contact, thread)
    if action in ("react", "unreact"):
        _react(context, thread, action)
    elif action == "mark_seen":
        thread.seen_ms = context.state.clock.now_ms()
    else:
        thread.typing_until = context.state.clock.now() + TYPING_LIFETIME if action == "typing_on" else 0
    context.state.changed.notify()
    return {"recipient_id": contact.psid}


def _react(context: CallContext, thread: Thread, action: str) -> None:
    """The Page's reaction to a message of the customer; its ``payload`` names message and reaction."""
    payload = context.call.value("payload")
    message = thread.message(str(payload.get("message_id", ""))) if isinstance(payload, dict) else None
    if message is None or not isinstance(payload, dict):
        raise errors.parameter("Invalid message_id", 2534015)
    message.reaction = str(payload.get("reaction", "other")) if action == "react" else ""


def _check_reachable(context: CallContext, contact: Contact, thread: Thread) -> None:
    app = context.app
    if app.access is Access.STANDARD and app.id not in contact.customer.role_on_apps:
        raise errors.permission(
            "Cannot message users who are not admins, developers or testers of the app until pages_messaging"
            " permission is reviewed and the app is live.",
            200,
            2018028,
        )
    if thread.blocked:
        raise errors.Refusal("(#551) This person isn't available right now.", 551, 1545041)


def _check_control(context: CallContext, thread: Thread) -> None:
    if thread.controller(context.state.clock.now()) not in ("", context.app.id):
        raise errors.permission(
            "Message failed to send because another app is controlling this thread now.", 10, 2018300
        )


def _check_window(context: CallContext, thread: Thread) -> None:
    kind, tag, now = context.call.text("messaging_type"), context.call.text("tag"), context.state.clock.now()
    _check_word(context, "messaging_type", _TYPES)
    _check_word(context, "notification_type", _NOTIFICATIONS)
    if tag in _DEAD_TAGS:
        raise errors.parameter(f"The message tag {tag} is no longer supported.")
    if kind == "MESSAGE_TAG" and not tag:
        raise errors.parameter("Param tag is required when messaging_type is MESSAGE_TAG")
    window = STANDARD_WINDOW
    if tag:
        if tag != "HUMAN_AGENT":
            raise errors.parameter("Param tag must be one of {HUMAN_AGENT}")
        if context.app.human_agent is Policy.REFUSED:
            raise errors.parameter("Invalid parameter", 1893061)  # seen (chatwoot#14669); undocumented
        window = HUMAN_AGENT_WINDOW
    if not thread.window_open(now, window):
        raise errors.permission("This message is sent outside of allowed window.", 10, 2018278)


def _check_word(context: CallContext, name: str, words: tuple[str, ...]) -> None:
    """A parameter that may be left out, but has to be one of ``words``."""
    if context.call.text(name) not in ("", *words):
        raise errors.parameter(f"Param {name} must be one of {{{', '.join(words)}}}")


async def _draft(context: CallContext, page: Page) -> tuple[Message, str]:
    """The message of a send call, not yet numbered and timed, and the id of its attachment if that is reusable.

    Raises:
        Refusal: code 100 for whatever is wrong with it.
    """
    message = context.call.value("message")
    if not isinstance(message, dict):
        raise errors.missing_parameter("message")
    text, metadata = message.get("text", ""), message.get("metadata", "")
    if not isinstance(text, str) or not isinstance(metadata, str):
        raise errors.parameter("Invalid message data", 2534015)
    attached, attachment_id = await attachments.attached(context, page, message)
    if not text.strip() and not attached:
        raise errors.parameter("Empty text")
    if text and attached:
        raise errors.parameter("Message cannot have both text and an attachment", 2534015)
    _check_length("message[text]", text, TEXT_LIMIT)
    _check_length("message[metadata]", metadata, METADATA_LIMIT)
    reply_to = context.call.value("reply_to")
    made = Message(
        mid="",
        direction=Direction.FROM_PAGE,
        time_ms=0,
        text=text,
        attachments=attached,
        quick_replies=_quick_replies(message.get("quick_replies", [])),
        reply_to=str(reply_to.get("mid", "")) if isinstance(reply_to, dict) else "",
        tag=context.call.text("tag"),
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
