"""Visitors that keep the promises of the widget's engine, many of them in one process.

What is written waits in a queue, one message is in flight, and it keeps its id until the gateway has said that it has
it. What comes is kept first and acknowledged with the next poll, and each id is shown once. Whose key is refused begins
anew. Only the patience is shorter than a browser's.
"""

import asyncio
import hashlib
import itertools
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

_RIPE_SECONDS = 2.1
_STALE_SECONDS = 6600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


@dataclass
class Answer:
    """What came of one request; status 0: nothing that can be read."""

    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)
    after: float = 0
    """Seconds that the gateway asks to wait."""


@dataclass
class Kept:
    """What a browser keeps; a reload leaves it as it is."""

    key: str = ""
    cursor: str = ""
    queue: list[tuple[str, str]] = field(default_factory=list)
    """Ids and texts of what is not known to be stored."""
    ids: set[str] = field(default_factory=set)
    """Of what was shown."""
    ticket: dict[str, Any] = field(default_factory=dict)
    ticket_since: float = 0


class Visitor:
    """Somebody at a page.

    Args:
        http: for all requests.
        base: ``…/webchat/account``.
        ip: their address, as a proxy tells it.
        wait: seconds that a poll is held.
        shown: called with each event that appears on the screen, once.
        stored: called with the id and text of a message that the gateway has confirmed.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        ip: str,
        *,
        wait: float = 25,
        shown: Callable[[dict[str, Any]], None] = lambda event: None,
        stored: Callable[[str, str], None] = lambda message_id, text: None,
    ) -> None:
        self._http = http
        self._base = base
        self._headers = {"X-Forwarded-For": ip, "Origin": "https://shop.example", "Content-Type": "text/plain"}
        self._wait = wait
        self._shown = shown
        self._stored = stored
        self.kept = Kept()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.statuses: list[int] = []
        """Of every answer that could be read."""

    def opens_the_page(self) -> None:
        """Begin, or go on with what was kept."""
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._poll())]

    async def leaves_the_page(self) -> None:
        """Stop in the middle of whatever is done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def opens_the_panel(self) -> None:
        """Fetch a ticket ahead, as long as it takes."""
        for pause in _pauses():
            if await self._fetch_ticket():
                return
            await asyncio.sleep(pause)

    def writes(self, text: str) -> str:
        """Queue a message; its id."""
        message_id = f"{time.time_ns() // 1_000_000:011x}-{secrets.token_hex(16)}"
        self.kept.queue.append((message_id, text))
        self._news.set()
        return message_id

    async def ends(self) -> None:
        """End the conversation for good; nothing may be waiting to be sent."""
        await self.leaves_the_page()
        for pause in _pauses():
            answer = await self.ask("close", {"key": self.kept.key})
            if answer.status in {204, 410}:
                break
            await asyncio.sleep(max(answer.after, pause))
        self._begin_anew()
        self.opens_the_page()

    def _begin_anew(self) -> None:
        self.kept.key = self.kept.cursor = ""
        self.kept.ids.clear()

    async def _send(self) -> None:
        kept, pauses = self.kept, _pauses()
        while True:
            if not kept.queue:
                self._news.clear()
                await self._news.wait()
            message_id, text = kept.queue[0]
            content: dict[str, Any] = {"id": message_id, "text": text, "lang": "de"}
            if kept.key:
                content["key"] = kept.key
            elif await self._ripe_ticket():
                content |= kept.ticket
            else:
                await asyncio.sleep(next(pauses))
                continue
            answer = await self.ask("messages", content)
            if answer.status in {200, 201}:
                kept.key = answer.body["key"]
                kept.queue.pop(0)
                self._stored(message_id, text)
                self._news.set()
                pauses = _pauses()
            elif answer.status == 410:
                self._begin_anew()
            elif answer.body.get("code") == "ticket_needed":
                kept.ticket.clear()
            else:
                await asyncio.sleep(max(answer.after, next(pauses)))

    async def _poll(self) -> None:
        kept, pauses = self.kept, _pauses()
        while True:
            if not kept.key:
                await asyncio.sleep(_FIRST_PAUSE)
                continue
            asked = {"key": kept.key, "after": kept.cursor, "wait": self._wait}
            answer = await self.ask("events", asked)
            if answer.status == 200:
                self._show(answer.body["events"])
                kept.cursor = answer.body["cursor"]
                pauses = _pauses()
            elif answer.status == 410:
                self._begin_anew()
            else:
                await asyncio.sleep(max(answer.after, next(pauses)))

    def _show(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["type"] != "message" or event["id"] not in self.kept.ids:
                self.kept.ids.add(event.get("id", ""))
                self._shown(event)

    async def _ripe_ticket(self) -> bool:
        is_stale = time.monotonic() - self.kept.ticket_since > _STALE_SECONDS
        if (not self.kept.ticket or is_stale) and not await self._fetch_ticket():
            return False
        await asyncio.sleep(max(0.0, self.kept.ticket_since + _RIPE_SECONDS - time.monotonic()))
        return True

    async def _fetch_ticket(self) -> bool:
        answer = await self.ask("ticket", {})
        if answer.status != 200:
            return False
        ticket = answer.body["ticket"]
        work = await asyncio.to_thread(_work, ticket, answer.body["bits"])
        self.kept.ticket = {"ticket": ticket, "work": work}
        self.kept.ticket_since = time.monotonic()
        return True

    async def ask(self, call: str, content: dict[str, Any]) -> Answer:
        """One request; it never raises for what happens on the way."""
        with suppress(aiohttp.ClientError, OSError, ValueError):
            async with self._http.post(f"{self._base}/{call}", json=content, headers=self._headers) as got:
                body = await got.json(content_type=None) if got.status != 204 else {}
                self.statuses.append(got.status)
                return Answer(got.status, body, float(got.headers.get("Retry-After", 0)))
        return Answer()


def _pauses() -> Any:
    """Doubling."""
    return (min(_FIRST_PAUSE * 2 ** min(count, 9), _LONGEST_PAUSE) for count in itertools.count())


def _work(ticket: str, bits: int) -> str:
    if not bits:
        return ""
    for number in itertools.count():
        digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError
