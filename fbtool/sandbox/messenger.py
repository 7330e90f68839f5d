"""What happens in Messenger itself: customers write, react and press buttons, Pages answer.

Each step changes the thread and tells the subscribed apps by webhook (shapes after Meta, "Webhooks for Messenger").
"""

from dataclasses import dataclass
from typing import Any

from fbtool.sandbox import ids
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.threads import CONTROL_LIFETIME, Direction, Message, Thread
from fbtool.sandbox.webhooks.sender import WebhookSender
from fbtool.sandbox.world import Customer, Page

EMOJI = {
    "smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎",
    "other": "🌹",
}  # fmt: skip
"""The reaction words, each with the emoji that goes with it."""
PAGE_INBOX = "26390203743090"
"""The app id of Meta's own inbox, as its echoes name it."""
PAGE_INBOXES = frozenset({PAGE_INBOX, "263902037430900"})
"""Meta prints it in two spellings; the second stands where control is passed."""
MOST_EDITS = 5


class NotPossible(Exception):
    """A customer cannot do this in Messenger."""


@dataclass(frozen=True)
class Chat:
    """One customer's conversation with one Page, and what can happen in it."""

    state: WorldState
    webhooks: WebhookSender
    page: Page
    customer: Customer

    @property
    def thread(self) -> Thread:
        """What has been said."""
        return self.state.thread_with(self.page, self.customer)

    async def write(self, message: Message, payload: str = "") -> tuple[Message, int]:
        """The customer sends ``message``; returns it with its id, and how many apps took the webhook at once.

        Args:
            message: what is sent.
            payload: of the quick reply that was pressed.
        """
        self._alive()
        message = append(self.state, self.page, self.thread, message)
        content: dict[str, Any] = {"mid": message.mid} | _content(message)
        if payload:
            content["quick_reply"] = {"payload": payload}
        taken = await self._publish("messages", {"message": content}, message.time_ms)
        message.delivered = taken > 0
        self.state.changed.notify()
        return message, taken

    async def react(self, mid: str, reaction: str) -> int:
        """A reaction to one message, or none any more if ``reaction`` is empty."""
        message = self._message(mid)
        if reaction and reaction not in EMOJI:
            raise NotPossible(f"a reaction is one of {', '.join(EMOJI)}")
        self._alive()
        message.reaction = reaction
        details = {"reaction": reaction, "emoji": EMOJI[reaction]} if reaction else {}
        action = "react" if reaction else "unreact"
        return await self._publish("message_reactions", {"reaction": {**details, "action": action, "mid": mid}})

    async def press(self, payload: str, title: str) -> int:
        """A button of a template, a menu or "Get started"."""
        self._alive()
        mid = ids.message_id(self.page.id, self.thread.psid, 0, self.state.clock.now_ms())
        postback = {"mid": mid, "title": title, "payload": payload}
        return await self._publish("messaging_postbacks", {"postback": postback})

    async def edit(self, mid: str, text: str) -> int:
        """Another text for a message that was sent; five times at most (documented)."""
        message = self._own(mid)
        if message.edits >= MOST_EDITS:
            raise NotPossible(f"a message can be edited {MOST_EDITS} times")
        message.edits += 1
        message.text = text
        edited = {"mid": mid, "text": text, "num_edit": message.edits}
        return await self._publish("message_edits", {"message_edit": edited})

    async def unsend(self, mid: str) -> int:
        """Take a message back; documented for Instagram, uncertain for Messenger."""
        message = self._own(mid)
        message.deleted, message.text, message.attachments = True, "", []
        return await self._publish("messages", {"message": {"mid": mid, "is_deleted": True}})

    async def arrive(self, ref: str) -> int:
        """The customer opens an m.me link with ``?ref=``; in an existing thread this opens the window."""
        if self.thread.messages:
            self._alive()
        referral = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
        return await self._publish("messaging_referrals", {"referral": referral})

    async def anything(self, field: str, item: dict[str, Any]) -> int:
        """Any other event of the platform.

        Args:
            field: what a Page subscribes to.
            item: sender, recipient and time are added where they are missing; None takes one of them away.
        """
        return await self._publish(field, item)

    async def read(self) -> None:
        """The customer looks at the chat: everything in it is read."""
        unread = [one for one in self.thread.sent_by(Direction.FROM_PAGE) if not one.read]
        if not unread:
            return
        for message in unread:
            message.read = True
        self.state.changed.notify()
        await self._publish("message_reads", {"read": {"watermark": self.state.clock.now_ms()}})

    def block(self, blocked: bool) -> None:
        """The customer blocks the Page, or no longer does."""
        self.thread.blocked = blocked
        self.state.changed.notify()

    def answer(self, message: Message) -> Message:
        """The Page's message goes out; what follows (echo, delivery, read) happens on its own."""
        message = append(self.state, self.page, self.thread, message)
        self.thread.typing_until = 0
        self.webhooks.later(self._follow_up(message))
        return message

    def answer_from_inbox(self, text: str) -> Message:
        """Somebody answers by hand in Meta's own inbox, which takes the thread if the Page routes conversations."""
        if self.page.default_app:
            self.thread.owner = PAGE_INBOX
            self.thread.owner_until = self.state.clock.now() + CONTROL_LIFETIME
        return self.answer(Message("", Direction.FROM_PAGE, 0, text, app_id=PAGE_INBOX))

    async def _follow_up(self, message: Message) -> None:
        await self._echo(message)
        if self.thread.blocked:
            return
        message.delivered = True
        self.state.changed.notify()
        delivery = {"mids": [message.mid], "watermark": self.state.clock.now_ms()}
        await self._publish("message_deliveries", {"delivery": delivery})
        if self.customer.reads_at_once:
            await self.read()

    async def _echo(self, message: Message) -> None:
        content: dict[str, Any] = {"mid": message.mid, "is_echo": True, "app_id": int(message.app_id)}
        if message.metadata:
            content["metadata"] = message.metadata
        echo = {
            "sender": {"id": self.page.id},
            "recipient": {"id": self.thread.psid},
            "message": content | _content(message),
        }
        await self._publish("message_echoes", echo, message.time_ms)

    async def _publish(self, field: str, item: dict[str, Any], time_ms: int = 0) -> int:
        usual = {
            "sender": {"id": self.thread.psid},
            "recipient": {"id": self.page.id},
            "timestamp": time_ms or self.state.clock.now_ms(),
        }
        known = {name: value for name, value in (usual | item).items() if value is not None}
        return await self.webhooks.publish(self.page, field, known, self.thread.psid)

    def _alive(self) -> None:
        """A sign of life opens the window and keeps control where it is for another day."""
        thread, now = self.thread, self.state.clock.now()
        thread.window_opened_at = now
        if thread.controller(now):
            thread.owner_until = now + CONTROL_LIFETIME

    def _message(self, mid: str) -> Message:
        message = self.thread.message(mid)
        if message is None:
            raise NotPossible("there is no such message in this conversation")
        return message

    def _own(self, mid: str) -> Message:
        message = self._message(mid)
        if message.direction is not Direction.FROM_CUSTOMER:
            raise NotPossible("this message is not the customer's")
        return message


def append(state: WorldState, page: Page, thread: Thread, message: Message) -> Message:
    """Give ``message`` its time and id and put it at the end of the thread.

    Two messages of one Page never share a millisecond, so that sorting by time keeps their order.
    """
    message.time_ms = max(state.clock.now_ms(), state.newest_message_ms.get(page.id, 0) + 1)
    state.newest_message_ms[page.id] = message.time_ms
    message.mid = ids.message_id(page.id, thread.psid, len(thread.messages) + 1, message.time_ms)
    thread.messages.append(message)
    state.changed.notify()
    return message


def _content(message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if message.text:
        content["text"] = message.text
    if message.attachments:
        content["attachments"] = message.attachments
    if message.reply_to:
        content["reply_to"] = {"mid": message.reply_to}
    return content
