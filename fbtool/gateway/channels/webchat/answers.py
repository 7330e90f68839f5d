"""Answers on their way to browsers: they wait, sealed, until their visitor fetches and acknowledges them.

An answer that waits counts as sent, one that was acknowledged as delivered. What a browser gets is made here, once.
"""

from typing import Any

import msgspec

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Action, Core, Outbound, Outcome, Refused, Scope, Sent
from fbtool.gateway.channels.webchat.automatic_texts import LATEST_MS
from fbtool.gateway.channels.webchat.problems import VisitorGone
from fbtool.gateway.channels.webchat.served_accounts import ServedAccounts
from fbtool.gateway.channels.webchat.settings import MOST_DAYS
from fbtool.gateway.channels.webchat.store import Answer, Closing, RowKind, Unreached, WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import Visitor, source_of, visitor_at
from fbtool.gateway.channels.webchat.visitor_wakeups import VisitorWakeups
from fbtool.gateway.delivery.intake import EventKind
from fbtool.gateway.messages import Author, OwnMessage, created_ms
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.limits import DAY_MS
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.language import LANGUAGES
from fbtool.safe_text import shown

_REFUSED_MS = (MOST_DAYS + 1) * DAY_MS
"""For so long an ended key is refused: whatever life the account gives its keys by then, it is over."""
_AUTOMATIC = {Author.GREETING: "greeting", Author.AUTOREPLY: "autoreply", Author.AUTOMATIC: "other"}


class Answers:
    """What the port asks of a channel about a conversation."""

    def __init__(self, core: Core, store: WebchatStore, served: ServedAccounts, wakeups: VisitorWakeups) -> None:
        self._core = core
        self._store = store
        self._served = served
        self._wakeups = wakeups

    async def queue(self, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        """See `port.Queues`. Raises `ConversationOver`, `TooManyAnswers`, `KeyUsedDifferently`."""
        return await self._store.queue(message, key, digest, now_ms)

    async def send(self, message: Outbound) -> Sent | Refused:
        """Let the answer wait for the visitor's browser."""
        core, now = self._core, self._core.clock()
        visitor = visitor_at(core.vault, message.account_id, message.key)
        body = seal(core.vault, visitor.conversation.id, await self._told(message))
        made_ms = created_ms(message.id) or now
        sent = core.intake.sent(message.key, message.own, message.content.text, message.id, made_ms)
        is_reply = message.content.author is Author.AUTOREPLY
        not_after = made_ms + LATEST_MS if is_reply else None
        answer = Answer(message.id, visitor.conversation.fingerprint, body, not_after)
        if not await self._store.hand_over(answer, RoutedArrival(sent, message.account_id), now):
            return Refused(Outcome.FAILED, Scope.CUSTOMER, VisitorGone())
        core.intake.notify(message.account_id)
        self._wakeups.wake(visitor.conversation.fingerprint)
        return Sent(message.id)

    async def act(self, account: Account, key: ConversationKey, action: Action) -> None:
        """Show the visitor that somebody types, if the browser asks at this moment; or that all has been read."""
        visitor = visitor_at(self._core.vault, account.id, key)
        if action is Action.TYPING:
            await self._store.tell([self._wakeups.typing(visitor.conversation.fingerprint)])
            return
        now = self._core.clock()
        seen = seal(self._core.vault, visitor.conversation.id, {"type": "seen", "time": now})
        await self._store.show(visitor.conversation.fingerprint, RowKind.SEEN, seen)
        self._wakeups.wake(visitor.conversation.fingerprint)

    async def close_conversation(self, account: Account, key: ConversationKey, *, note: bool) -> None:
        """See `port.Closes`. Visitors are shown the same with a note and without."""
        visitor, now = visitor_at(self._core.vault, account.id, key), self._core.clock()
        shown = seal(self._core.vault, visitor.conversation.id, {"type": "closed", "by": "crm"})
        event = closed(self._core, account.id, visitor.conversation.id, "crm", note=note)
        if await self._store.close(visitor.conversation.fingerprint, Closing(shown, event), now):
            self._core.intake.notify(account.id)
            self._wakeups.wake(visitor.conversation.fingerprint)

    async def erase(self, account: Account, key: ConversationKey) -> None:
        """See `port.Erases`."""
        await self.end(visitor_at(self._core.vault, account.id, key), None)

    async def end(self, visitor: Visitor, event: RoutedArrival | None) -> None:
        """Refuse the visitor's keys, and forget the conversation."""
        now = self._core.clock()
        await self._store.end(
            visitor.fingerprint,
            now + _REFUSED_MS,
            visitor.conversation.fingerprint,
            event,
            lambda one: failed(self._core, one),
            now,
        )
        self._core.intake.notify(visitor.account_id)
        self._wakeups.wake(visitor.conversation.fingerprint)

    async def _told(self, message: Outbound) -> dict[str, Any]:
        """The message as the browser gets it."""
        content = message.content
        told: dict[str, Any] = {"type": "message", "id": message.id, "text": content.text}
        told["time"] = created_ms(message.id) or self._core.clock()
        if automatic := _AUTOMATIC.get(content.author):
            return told | {"automatic": automatic}
        if content.agent is None:
            return told
        if content.agent.name:
            told["name"] = shown(content.agent.name)
        served = await self._served.get(message.account_id)
        if content.agent.picture and served is not None and served.settings.agent_pictures:
            told["picture"] = content.agent.picture
        return told


def seal(vault: Vault, conversation_id: str, told: dict[str, Any]) -> bytes:
    """Something for a browser, as it waits."""
    return vault.seal(msgspec.json.encode(told), f"webchat {conversation_id}")


def unsealed(vault: Vault, conversation_id: str, body: bytes) -> bytes:
    """What `seal` made, as JSON."""
    return vault.open(body, f"webchat {conversation_id}")


def closed(core: Core, account_id: str, conversation_id: str, by: str, *, note: bool = False) -> RoutedArrival:
    """The event that a conversation has come to its end: by the CRM, the visitor, or time."""
    now = core.clock()
    event = core.intake.own_event(
        source_of(account_id),
        EventKind.CLOSED,
        {"by": by} | ({"note": True} if note else {}),
        identity=f"webchat closed {conversation_id} {now}",
        time_ms=now,
        conversation=conversation_id,
    )
    return RoutedArrival(event, account_id)


def failed(core: Core, unreached: Unreached) -> RoutedArrival:
    """The event that an answer will not reach its visitor any more."""
    told = msgspec.json.decode(unsealed(core.vault, unreached.conversation_id, unreached.body))
    author = next((one for one, name in _AUTOMATIC.items() if name == told.get("automatic")), Author.HUMAN)
    problem, message_id = VisitorGone(), unreached.message_id
    content = OwnMessage(message_id, author).told(told["text"])
    content |= {"problem": problem.code, "told": {one: list(problem.told(one)) for one in LANGUAGES}}
    event = core.intake.own_event(
        source_of(unreached.account_id),
        EventKind.FAILED,
        content,
        identity=f"{EventKind.FAILED} {message_id}",
        time_ms=created_ms(message_id) or core.clock(),
        conversation=unreached.conversation_id,
    )
    return RoutedArrival(event, unreached.account_id)
