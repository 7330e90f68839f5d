"""``/{page}/conversations`` and what is inside (Meta, "Conversations API").

The way to catch up on messages whose webhooks were lost. Only the newest twenty messages of a conversation can be read
in detail.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fbtool.sandbox.graph import errors, fields, paging
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.authorization import page_permission, page_task
from fbtool.sandbox.state.threads import STANDARD_WINDOW, Direction, Message, Thread
from fbtool.sandbox.world import Page, Task

DETAILED = 20
_NEEDED = ("pages_messaging", "pages_manage_metadata", "pages_read_engagement")


@dataclass(frozen=True)
class ConversationNode:
    """A thread as a node of the Graph API."""

    page: Page
    thread: Thread

    @property
    def id(self) -> str:
        """``t_`` and digits, following from Page and customer."""
        digest = hashlib.sha256(f"{self.page.id}/{self.thread.psid}".encode()).digest()
        return f"t_{int.from_bytes(digest[:8])}"


@dataclass(frozen=True)
class MessageNode:
    """One message as a node of the Graph API."""

    conversation: ConversationNode
    message: Message


def find(state: WorldState, page: Page, node_id: str) -> ConversationNode | MessageNode | None:
    """The conversation or message of the Page with this id."""
    for thread in state.threads_of(page):
        conversation = ConversationNode(page, thread)
        if conversation.id == node_id:
            return conversation
        if message := thread.message(node_id):
            return MessageNode(conversation, message)
    return None


async def list_conversations(context: CallContext, page: Page) -> Body:
    """The Page's conversations, the newest first; ``user_id`` picks one customer's."""
    _check(context, page)
    if context.call.text("platform") not in ("", "messenger"):
        return {"data": []}
    wanted = fields.parse(context.call.text("fields") or "id,link,updated_time")
    user = context.call.text("user_id")
    threads = [one for one in context.state.threads_of(page) if user in ("", one.psid)]
    found = [ConversationNode(page, thread) for thread in threads]
    return paging.page_of(
        context.call,
        found,
        key=lambda one: one.id,
        show=lambda one: _shown(context, one, wanted),
        path=f"{page.id}/conversations",
    )


async def read_conversation(context: CallContext, conversation: ConversationNode) -> Body:
    """One conversation."""
    _check(context, conversation.page)
    return _shown(context, conversation, fields.parse(context.call.text("fields") or "id,link,updated_time"))


async def list_messages(context: CallContext, conversation: ConversationNode) -> Body:
    """``/{conversation}/messages``, the newest first."""
    _check(context, conversation.page)
    wanted = fields.parse(context.call.text("fields") or "id,created_time")
    return paging.page_of(
        context.call,
        conversation.thread.messages[::-1],
        key=lambda message: message.mid,
        show=lambda message: _shown_message(context, conversation, message, wanted),
        path=f"{conversation.id}/messages",
    )


async def read_message(context: CallContext, node: MessageNode) -> Body:
    """One message.

    Raises:
        Refusal: code 100 for messages behind the newest twenty, which are called deleted.
    """
    _check(context, node.conversation.page)
    if node.message not in node.conversation.thread.messages[-DETAILED:]:
        raise errors.parameter("This message has been deleted by the user or the business.")
    wanted = fields.parse(context.call.text("fields") or "id,created_time")
    return _shown_message(context, node.conversation, node.message, wanted)


def _check(context: CallContext, page: Page) -> None:
    token = context.page_token(page)
    for name in _NEEDED:
        if not page_permission(context.state, token, name):
            raise errors.permission(f"Requires {name} permission to manage the object", 230)
    if not any(page_task(context.state, token, task) for task in (Task.MESSAGING, Task.MODERATE)):
        raise errors.permission("User does not have sufficient administrative permission for this action on this page")


def _shown(context: CallContext, conversation: ConversationNode, wanted: tuple[fields.Field, ...]) -> Body:
    thread, call = conversation.thread, context.call
    newest_first = thread.messages[::-1][:DETAILED]

    def messages(field: fields.Field) -> Body:
        inner = field.inner or fields.parse("id,created_time")
        return {"data": [_shown_message(context, conversation, message, inner) for message in newest_first]}

    readers: dict[str, Callable[[fields.Field], Any]] = {
        "id": lambda _: conversation.id,
        "link": lambda _: f"{call.base}/{conversation.page.id}/inbox/{thread.psid}/",
        "updated_time": lambda _: _time(thread.messages[-1].time_ms),
        "participants": lambda _: {"data": [_customer(context, conversation), _page(conversation)]},
        "senders": lambda _: {"data": [_customer(context, conversation), _page(conversation)]},
        "message_count": lambda _: len(thread.messages),
        "unread_count": lambda _: len(_unseen(thread)),
        "snippet": lambda _: thread.messages[-1].text,
        "can_reply": lambda _: thread.window_open(context.state.clock.now(), STANDARD_WINDOW),
        "is_owner": lambda _: thread.controller(context.state.clock.now()) in ("", context.app.id),
        "messages": messages,
    }
    for field in wanted:
        if field.name not in readers:
            raise errors.unknown_field(field.name, "UnifiedThread")
    return {field.name: readers[field.name](field) for field in wanted} | {"id": conversation.id}


def _unseen(thread: Thread) -> list[Message]:
    return [one for one in thread.sent_by(Direction.FROM_CUSTOMER) if one.time_ms > thread.seen_ms]


def _shown_message(
    context: CallContext, conversation: ConversationNode, message: Message, wanted: tuple[fields.Field, ...]
) -> Body:
    from_customer = message.direction is Direction.FROM_CUSTOMER
    ends = [_customer(context, conversation), _page(conversation)]
    known = {
        "id": message.mid,
        "created_time": _time(message.time_ms),
        "message": message.text,
        "from": ends[0] if from_customer else ends[1],
        "to": {"data": [ends[1] if from_customer else ends[0]]},
        "attachments": {"data": message.attachments} if message.attachments else None,
        "reply_to": {"id": message.reply_to} if message.reply_to else None,
    }
    return fields.shown(wanted, known, "UnifiedMessage")


def _customer(context: CallContext, conversation: ConversationNode) -> Body:
    psid = conversation.thread.psid
    customer = context.state.world.customer_by_psid(conversation.page, psid)
    return {"name": customer.name if customer else "", "email": f"{psid}@facebook.com", "id": psid}


def _page(conversation: ConversationNode) -> Body:
    page = conversation.page
    return {"name": page.name, "email": f"{page.id}@facebook.com", "id": page.id}


def _time(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
