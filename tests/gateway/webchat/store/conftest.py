"""Stores with a web chat's account, and what is put into them."""

import hashlib
from collections.abc import Sequence
from typing import Any

from fbtool.gateway.accounts import Account, AccountToken
from fbtool.gateway.channels.webchat.store import (
    Answer,
    Closing,
    Due,
    KnownConversation,
    Unreached,
    VisitorMessage,
    WebchatStore,
)
from fbtool.gateway.channels.webchat.store.tables import webchat_of
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.sources import Source
from tests.gateway.store.conftest import DATA_KEY, DAY, NOW, fingerprint, home

__all__ = ["home"]
SHOP = "idchat"
WIDGET = "webchat:idchat"
SECOND, MINUTE, HOUR = 1000, 60 * 1000, 3600 * 1000
PLENTY = 1000
"""More events than any test stores."""


async def furnish(store: Store) -> WebchatStore:
    """Start the store with one account of the web chat and its source."""
    await store.start(DATA_KEY)
    tokens = (AccountToken(hashlib.sha256(b"chat").digest()),)
    await store.accounts.add(Account(SHOP, "Chat", "webchat", True, 1, tokens=tokens))
    await store.sources.keep(Source(WIDGET, SHOP, "Chat"))
    return webchat_of(store)


def event(name: str, item_ms: int = NOW, **more: Any) -> Arrival:
    return Arrival(WIDGET, fingerprint(name), item_ms, name.encode(), **more)


def routed(name: str, time_ms: int = NOW) -> RoutedArrival:
    return RoutedArrival(event(name, time_ms), SHOP)


def said(
    name: str,
    conversation: str = "c1",
    *,
    text: str = "",
    time_ms: int = NOW,
    keeps: bool = False,
    due: Due | None = None,
) -> VisitorMessage:
    """A message of a conversation's visitor; its event is its name, behind "first" if it begins an episode."""
    opened = {"conversation": fingerprint(conversation), "time_ms": time_ms}
    first = Arrival(WIDGET, fingerprint(name), time_ms, f"first {name}".encode(), **opened)
    digest = fingerprint(f"{name} {text}")
    return VisitorMessage(
        SHOP, fingerprint(f"visitor of {conversation}"), fingerprint(conversation), conversation,
        event(name, time_ms, **opened), first, digest, keeps, due,
    )  # fmt: skip


def answer(name: str, conversation: str = "c1", **more: Any) -> QueuedMessage:
    given = {
        "id": name, "account_id": SHOP, "source_id": WIDGET, "conversation": fingerprint(conversation),
        "body": f"sealed {name}".encode(), "human": True, "expires_ms": NOW + 7 * DAY,
    } | more  # fmt: skip
    return QueuedMessage(**given)


async def write(chats: WebchatStore, message: VisitorMessage, now_ms: int = NOW) -> Any:
    return await chats.take(message, PLENTY, now_ms)


async def queue(chats: WebchatStore, message: QueuedMessage, now_ms: int = NOW) -> str:
    return await chats.queue(message, f"key {message.id}".encode(), b"digest", now_ms)


async def hand_over(chats: WebchatStore, name: str, conversation: str = "c1", now_ms: int = NOW, **more: Any) -> bool:
    handed = Answer(name, fingerprint(conversation), f"for the browser {name}".encode(), **more)
    return await chats.hand_over(handed, routed(f"sent {name}"), now_ms)


async def answered(chats: WebchatStore, name: str, conversation: str = "c1", now_ms: int = NOW, **more: Any) -> None:
    """An answer of a person that waits for the browser."""
    await queue(chats, answer(name, conversation), now_ms)
    assert await hand_over(chats, name, conversation, now_ms, **more)


async def waiting(chats: WebchatStore, conversation: str = "c1", now_ms: int = NOW) -> list[str]:
    """The messages that wait for the browser, and the kinds of what else does."""
    rows = await chats.waiting(fingerprint(conversation), 100, now_ms)
    return [row.message_id or row.kind.value for row in rows]


async def acknowledge(chats: WebchatStore, conversation: str = "c1", now_ms: int = NOW) -> bool:
    """The browser has everything that waits."""
    rows = await chats.waiting(fingerprint(conversation), 100, now_ms)
    return await chats.acknowledge(fingerprint(conversation), [row.sequence for row in rows], delivered, now_ms)


async def told(store: Store) -> list[str]:
    """What the CRM has been told, in order."""
    return [event.body.decode() for event in await store.inbox.waiting(SHOP, 1000)]


def delivered(message_ids: Sequence[str]) -> RoutedArrival:
    return routed(f"delivered {' '.join(message_ids)}")


def failed(one: Unreached) -> RoutedArrival:
    assert one.account_id == SHOP
    return routed(f"failed {one.message_id}")


def away(one: KnownConversation) -> RoutedArrival:
    assert one.account_id == SHOP
    return routed(f"{one.conversation_id} away since {one.last_poll_ms}")


def closing(name: str) -> Closing:
    return Closing(b"the end", routed(f"closed {name}"))


def too_long(one: KnownConversation) -> Closing:
    return closing(f"{one.conversation_id} by time")
