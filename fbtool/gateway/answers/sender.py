"""The way out: a durable queue of answers, one in flight per conversation, never sent twice blindly.

::

    queued ──take──► sending ──► done, with the event sent or failed
      ▲                │  └────► unclear ──its echo comes──► done, sent
      └──retry, later──┘            └──no echo in time────► done, with the event unclear

What an answer of Facebook means is the table in `fates`, when and how much may be sent is `pace`. A message that was
being sent when the process died is unclear. An echo that comes even later is told as sent, once.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from fbtool.facebook import messages, window
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import Call
from fbtool.gateway.accounts import Account
from fbtool.gateway.answers.conversations import addressed
from fbtool.gateway.answers.fates import Fate, fate_of
from fbtool.gateway.answers.pace import Pace
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.linkage.care import Care
from fbtool.gateway.linkage.link_news import News
from fbtool.gateway.linkage.linkbook import LinkBook
from fbtool.gateway.links import Change, Holder, Link, Reason
from fbtool.gateway.problems import (
    PageNotLinked,
    SendingExpired,
    SendingGivenUp,
    SendingUnclear,
    StoreUnavailable,
    WindowClosed,
)
from fbtool.gateway.store import Head, Outgoing, Store
from fbtool.gateway.transit.receiving import Author, OwnMessage, Transit, created_ms, now_ms
from fbtool.gateway.vault import Address, Vault
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.sender")
_AT_ONCE = 130
"""Answers under way: more than connections to Facebook, which so are busy while fates are written down."""
_TRIES = 12
"""After so many a message is given up, if others of its Page go; …"""
_PATIENCE_MS = 6 * 3600 * 1000
"""… while nothing goes, Facebook is down, and it waits so long."""
_LONGEST_PAUSE_MS = 300_000
_ECHO_MS = 60_000
"""How long an echo is waited for before an unclear fate is told; echoes come within seconds."""
_LONGEST_SLEEP_S = 5.0


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
        book: LinkBook,
        care: Care,
        pace: Pace,
        news: asyncio.Event,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._store = store
        self._vault = vault
        self._graph = graph
        self._transit = transit
        self._book = book
        self._care = care
        self._pace = pace
        self._news = news
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()
        self._adrift: set[str] = set()
        """Answers of which the store could not be told what became of them."""

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
        address, _ = await addressed(self._store, self._vault, account, conversation)
        now = self._clock()
        fingerprint = self._vault.conversation(address).fingerprint
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
        while True:
            self._news.clear()
            try:
                pause = await self._send_due()
            except StoreUnavailable:
                pause = _LONGEST_SLEEP_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), pause)

    async def finish(self) -> None:
        """Let the calls under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _send_due(self) -> float:
        """Start what may start now; how many seconds until there may be more."""
        for message_id in list(self._adrift):
            await self._store.await_echo(message_id, self._clock() + _ECHO_MS)
            self._adrift.discard(message_id)
        for message in await self._store.interrupted(self._clock()):
            await self._store.await_echo(message.id, self._clock() + _ECHO_MS)
        wakes = [self._clock() + int(_LONGEST_SLEEP_S * 1000)]
        heads = await self._store.queue_heads()
        for head in heads:
            await self._end(head, self._clock())
        now = self._clock()
        if await self._start_due([head for head in heads if head.due_ms is not None and head.due_ms <= now], now):
            wakes.append(now)
        for head in heads:
            wakes += self._later_moments(head, now)
        return max((min(wakes) - self._clock()) / 1000, 0.01)

    async def _end(self, head: Head, now: int) -> None:
        """Report the answers of one Page whose time is over."""
        if head.unclear_ms is not None and head.unclear_ms <= now:
            for message in await self._store.take_unclear(head.page_id, now):
                await self._report(message, "unclear", SendingUnclear())
        if head.expires_ms is not None and head.expires_ms <= now:
            for message in await self._store.take_expired(head.page_id, now):
                await self._report(message, "failed", SendingExpired())

    async def _start_due(self, heads: Sequence[Head], now: int) -> bool:
        """Start what may start now, as many for each Page; whether there may be more at once."""
        free = min(_AT_ONCE - len(self._under_way), self._pace.room_in_all(now))
        rooms = {head.page_id: room for head in heads if (room := self._pace.room(head.page_id, now))}
        pages = list(rooms)[:free]
        if not pages:
            return False
        share = free // len(pages)
        links = await asyncio.gather(*map(self._store.link, pages))
        # At the same time: then the store does it in one go.
        taking = (self._store.take_due(page_id, now, min(rooms[page_id], share)) for page_id in pages)
        taken = await asyncio.gather(*taking, return_exceptions=True)
        for link, those in zip(links, taken, strict=True):
            for message in () if isinstance(those, BaseException) else those:
                self._start(message, link, now)
        for trouble in taken:
            if isinstance(trouble, BaseException):
                raise trouble
        return share < max(rooms.values())

    def _later_moments(self, head: Head, now: int) -> list[int]:
        """When there may be more to do for one Page."""
        later = [at for at in (head.unclear_ms, head.expires_ms) if at is not None and at > now]
        if head.due_ms is not None:
            opens = self._pace.opens_at(head.page_id, now)
            at = max(head.due_ms, opens or 0)
            later += [at] if opens is not None and at > now else []
        return later

    def _start(self, message: Outgoing, link: Link | None, now: int) -> None:
        probe = self._pace.started(message.page_id, now)
        task = asyncio.create_task(self._deliver(message, link, probe=probe))
        self._under_way.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("sending failed by a defect: %s", type(task.exception()).__name__)

    async def _deliver(self, message: Outgoing, link: Link | None, *, probe: bool) -> None:
        try:
            await self._send(message, link)
        except StoreUnavailable:
            self._adrift.add(message.id)
        finally:
            self._pace.ended(message.page_id, probe=probe)

    async def _send(self, message: Outgoing, link: Link | None) -> None:
        if link is None or link.account_id != message.account_id:
            await self._report(message, "failed", PageNotLinked(page=message.page_id))
            return
        holder = link.current
        if holder is None or link.reason:
            await self._store.retry(message.id, self._clock(), message.tries)
            return
        letter = msgspec.json.decode(self._vault.open(message.body, message.id), type=Letter)
        envelope = window.declare(message.last_customer_ms, self._clock(), human=message.human)
        if isinstance(envelope, window.Closed):
            await self._report(message, "failed", SendingExpired())
            return
        token = self._vault.open_token(link.page_id, holder.sealed_token)
        started = self._clock()
        try:
            sent = await self._graph.run(letter.call(link.page_id, token, envelope, message.id))
        except (GraphError, AnswerUnreadable, FacebookSilent, FacebookUnreachable) as problem:
            await self._refused(message, holder, problem)
        else:
            self._pace.went(message.page_id, self._clock())
            await self._report(message, "sent", None, sent.mid, started)

    async def _refused(self, message: Outgoing, holder: Holder, problem: Problem) -> None:
        page_id, now = message.page_id, self._clock()
        match fate_of(problem):
            case Fate.FAILED:
                self._pace.went(page_id, now)
                await self._report(message, "failed", problem)
                return
            case Fate.UNCLEAR:
                self._pace.trouble(page_id, message.conversation, now)
                await self._store.await_echo(message.id, now + _ECHO_MS)
                return
            case Fate.LATER:
                self._pace.trouble(page_id, message.conversation, now)
                await self._later(message, now)
                return
            case Fate.UNREACHED:
                self._pace.unreachable(now)
            case Fate.PAGE_WAITS:
                self._pace.throttled(page_id, now)
            case Fate.APP_WAITS:
                self._pace.throttled(page_id, now, whole_app=True)
            case Fate.PAGE_STOPPED:
                if self._pace.stopped(page_id, now):
                    news = News(Change.SENDING_STOPPED, Reason.of(problem, now // 1000))
                    await self._book.change(page_id, lambda link: link, news)
            case Fate.PARKED:
                await self._care.token_failed(page_id, holder.person_id, problem)
        # It is not this message's fault: it waits for its Page and no try is counted.
        await self._store.retry(message.id, now, message.tries)

    async def _later(self, message: Outgoing, now: int) -> None:
        tries = message.tries + 1
        age = now - (created_ms(message.id) or 0)
        if tries >= _TRIES and (self._pace.works(message.page_id, now) or age > _PATIENCE_MS):
            await self._report(message, "failed", SendingGivenUp())
            return
        # Full jitter: many waiting messages must not come back in one wave.
        pause = random.uniform(0.5, 1) * min(1000 << min(tries, 20), _LONGEST_PAUSE_MS)  # noqa: S311 - not a secret
        await self._store.retry(message.id, now + int(pause), tries)

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
            conversation=self._vault.conversation(address).id,
            sent=self._transit.sent(address, mid, message.id, sent_ms) if mid else None,
        )
        await self._store.finish(message.id, message.account_id, event, self._clock())
        self._transit.ring(message.account_id)
