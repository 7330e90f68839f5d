"""The way out: a durable queue of answers, one in flight per conversation, never sent twice blindly.

::

    queued ──take──► sending ──► done, with the event sent / failed / unclear
      ▲                 │
      └──retry, later───┘

A message that was being sent when the process died has an unclear fate, and is told so.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from fbtool.facebook import messages, window
from fbtool.facebook.catalogue import Reaction
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import Call
from fbtool.gateway.accounts import Account
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.linker import Linker
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.problems import (
    ConversationUnknown,
    PageNotLinked,
    SendingExpired,
    SendingGivenUp,
    SendingUnclear,
    StoreUnavailable,
    WindowClosed,
)
from fbtool.gateway.store import Outgoing, Store
from fbtool.gateway.transit import Author, OwnMessage, Transit, created_ms, now_ms
from fbtool.gateway.vault import Address, Vault
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.sender")
_AT_ONCE = 64
_TRIES = 12
_LONGEST_PAUSE_MS = 300_000
_LONGEST_SLEEP_S = 60.0
_PASSES = {Reaction.RETRY, Reaction.THROTTLE, Reaction.STOP_PAGE}
_NEEDS_PERSON = {Reaction.SIGN_IN, Reaction.PERMISSION}


class Enclosure(msgspec.Struct, omit_defaults=True):
    """A file for the customer: one that Facebook fetches from ``url``, or one that was uploaded before."""

    type: messages.Attachment
    url: str = ""
    id: str = ""


class Letter(msgspec.Struct, omit_defaults=True):
    """What is sealed in the queue."""

    customer: str
    text: str = ""
    attachment: Enclosure | None = None
    author: Author = Author.HUMAN

    def call(self, link_page: str, token: str, envelope: window.Envelope, message_id: str) -> Call[messages.Sent]:
        """How Facebook is asked to bring it to the customer."""
        metadata = OwnMessage(message_id, self.author).metadata()
        if self.attachment is None:
            return messages.send_text(link_page, token, self.customer, self.text, envelope, metadata)
        kind, url, attachment_id = self.attachment.type, self.attachment.url, self.attachment.id
        return messages.send_attachment(
            link_page, token, self.customer, kind, envelope, metadata, url=url, attachment_id=attachment_id
        )


class Sender:
    """Takes answers from the CRM and brings them to Facebook."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        graph: Graph,
        transit: Transit,
        linker: Linker,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._store = store
        self._vault = vault
        self._graph = graph
        self._transit = transit
        self._linker = linker
        self._clock = clock
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(
        self,
        account: Account,
        conversation: str,
        text: str,
        key: str,
        *,
        human: bool,
        attachment: Enclosure | None = None,
    ) -> str:
        """Queue an answer durably and return its id; for a known ``key`` the earlier one's.

        Raises:
            ConversationUnknown, PageNotLinked, WindowClosed, KeyUsedDifferently: nothing was queued.
        """
        address = self._vault.address_of(conversation)
        if address is None:
            raise ConversationUnknown
        link = await self._store.link(address.page_id)
        if link is None or link.account_id != account.id:
            raise PageNotLinked(page=address.page_id)
        now = self._clock()
        fingerprint = self._transit.conversation_of(address)
        last = await self._store.last_customer_ms(fingerprint)
        if last is None or isinstance(window.declare(last, now, human=human), window.Closed):
            raise WindowClosed
        ends = window.deadlines(last)
        message_id = f"{now:011x}-{secrets.token_hex(8)}"
        author = Author.HUMAN if human else Author.AUTOMATIC
        letter = msgspec.json.encode(Letter(address.customer, text, attachment, author))
        message = Outgoing(
            id=message_id,
            account_id=account.id,
            page_id=address.page_id,
            conversation=fingerprint,
            body=self._vault.seal(letter, message_id),
            human=human,
            expires_ms=ends.human if human else ends.anyone,
        )
        digest = self._vault.fingerprint(letter)
        queued = await self._store.enqueue(message, self._vault.fingerprint(key.encode()), digest, now)
        self._news.set()
        return queued

    def wake(self) -> None:
        """Look again at once: a link was repaired."""
        self._news.set()

    async def run(self) -> None:
        """Send what is due until cancelled."""
        for message in await self._store.interrupted():
            await self._report(message, "unclear", SendingUnclear())
        while True:
            self._news.clear()
            try:
                await self._send_due()
                pause = await self._pause()
            except StoreUnavailable:
                pause = _LONGEST_SLEEP_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), pause)

    async def finish(self) -> None:
        """Let the calls under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _send_due(self) -> None:
        free = _AT_ONCE - len(self._under_way)
        for message in await self._store.take_due(self._clock(), free) if free else ():
            task = asyncio.create_task(self._deliver(message))
            self._under_way.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("sending failed by a defect: %s", type(task.exception()).__name__)

    async def _pause(self) -> float:
        due = await self._store.next_due_ms()
        if due is None or len(self._under_way) == _AT_ONCE:
            return _LONGEST_SLEEP_S
        return min(max((due - self._clock()) / 1000, 0.01), _LONGEST_SLEEP_S)

    async def _deliver(self, message: Outgoing) -> None:
        link = await self._store.link(message.page_id)
        if link is None or link.account_id != message.account_id:
            await self._report(message, "failed", PageNotLinked(page=message.page_id))
            return
        letter = msgspec.json.decode(self._vault.open(message.body, message.id), type=Letter)
        last = await self._store.last_customer_ms(message.conversation)
        envelope = window.declare(last, self._clock(), human=message.human)
        if isinstance(envelope, window.Closed):
            await self._report(message, "failed", SendingExpired())
            return
        token = self._vault.open_token(link.page_id, link.sealed_token)
        started = self._clock()
        try:
            sent = await self._graph.run(letter.call(link.page_id, token, envelope, message.id))
        except (FacebookSilent, AnswerUnreadable):
            await self._report(message, "unclear", SendingUnclear())
        except FacebookUnreachable:
            await self._later(message)
        except GraphError as error:
            await self._refused(message, link, error)
        else:
            await self._report(message, "sent", None, sent.mid, started)

    async def _refused(self, message: Outgoing, link: Link, error: GraphError) -> None:
        if error.reaction is Reaction.UNCLEAR:
            await self._report(message, "unclear", SendingUnclear())
        elif error.reaction in _PASSES:
            await self._later(message)
        elif error.reaction in _NEEDS_PERSON:
            # The answer waits in the queue until the link is repaired or its time is over.
            await self._linker.needs_person(link, error)
            await self._store.retry(message.id, self._clock())
        else:
            await self._report(message, "failed", error)

    async def _later(self, message: Outgoing) -> None:
        tries = message.tries + 1
        if tries >= _TRIES:
            await self._report(message, "failed", SendingGivenUp())
            return
        # Full jitter: many waiting messages must not come back in one wave.
        pause = random.uniform(0.5, 1) * min(1000 * 2**tries, _LONGEST_PAUSE_MS)  # noqa: S311 - not a secret
        await self._store.retry(message.id, self._clock() + int(pause))

    async def _report(
        self, message: Outgoing, fate: str, problem: Problem | None, mid: str = "", sent_ms: int = 0
    ) -> None:
        letter = msgspec.json.decode(self._vault.open(message.body, message.id), type=Letter)
        address = Address(message.page_id, letter.customer)
        content: dict[str, Any] = OwnMessage(message.id, letter.author).told(letter.text)
        if mid:
            content["mid"] = mid
        if problem is not None:
            reason = Reason.of(problem, self._clock() // 1000)
            content |= {"problem": reason.code, "told": reason.told_as_lists()}
        event = self._transit.event(
            message.page_id,
            fate,
            content,
            identity=f"{fate} {message.id}",
            time_ms=created_ms(message.id) or self._clock(),
            conversation=self._vault.conversation_id(address),
            sent=self._transit.sent(address, mid, message.id, sent_ms) if mid else None,
        )
        await self._store.finish(message.id, message.account_id, event, self._clock())
        self._transit.ring(message.account_id)
