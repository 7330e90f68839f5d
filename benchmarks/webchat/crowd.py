"""A shop's visitors, and the CRMs behind the gateway: who looks, who chats, who answers, and how long it takes.

Everybody is behind a proxy that names their addresses; the gateway trusts it, as it does behind nginx or Caddy.
"""

import asyncio
import itertools
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.gateway.webchat.crm import Crm
from tests.gateway.webchat.visitors import Visitor

LOOKERS = 10_000
"""Visitors who have the page open and write nothing."""
MINUTE = 60.0
CHATTING = 200
PAUSE_SECONDS = 10.0
"""Between two messages of a visitor, on average."""
_AT_ONCE = 25
"""Visitors who begin at the same moment; more would all fetch tickets with work."""


@dataclass
class Times:
    """Seconds, one for each message or answer."""

    taken: list[float] = field(default_factory=list)
    """From the visitor's sending until the CRM holds the message."""
    shown: list[float] = field(default_factory=list)
    """From the CRM's sending until the answer is on the visitor's screen."""
    looked: int = 0
    """Scripts and statuses that lookers got."""
    written: int = 0
    unanswered: list[str] = field(default_factory=list)


class Crowd:
    """Everybody.

    Args:
        address: of the gateway.
        account: its id for the visitors' calls.
        chat_token: of the account.
        facebook_token: of the account whose webhooks come meanwhile, whose CRM takes them.
    """

    def __init__(self, address: str, account: str, chat_token: str, facebook_token: str) -> None:
        self._address = address
        self._account = account
        self._tokens = chat_token, facebook_token
        self.times = Times()
        self._sent: dict[str, float] = {}
        self._numbers = itertools.count()
        self._visitors: list[Visitor] = []
        self._busy: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Crowd":
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        chat, facebook = self._tokens
        self._crm = Crm(self._http, self._address, chat, self._answers)
        self._other = Crm(self._http, self._address, facebook, lambda event: None)
        self._crm.opens()
        self._other.opens()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.goes()
        await asyncio.gather(self._crm.shuts(), self._other.shuts())
        await self._http.close()

    async def begins(self) -> None:
        """Let all those who chat write their first message and be answered; then they rest."""
        base = f"{self._address}/webchat/{self._account}"
        self._visitors = [
            Visitor(self._http, base, f"198.18.{number // 250}.{number % 250}", shown=self._shows)
            for number in range(CHATTING)
        ]
        for first in range(0, CHATTING, _AT_ONCE):
            some = self._visitors[first : first + _AT_ONCE]
            await asyncio.gather(*(visitor.opens_the_panel() for visitor in some))
            for visitor in some:
                visitor.opens_the_page()
                self._writes(visitor)
            await self._answered()
        await asyncio.gather(*(visitor.leaves_the_page() for visitor in self._visitors))

    async def comes(self) -> None:
        """Let everybody be there: look, poll, write, and be answered."""
        for visitor in self._visitors:
            visitor.opens_the_page()
        self._busy = [asyncio.create_task(self._chat(visitor)) for visitor in self._visitors]
        self._busy += [asyncio.create_task(self._look(path)) for path in (".js", "/status")]

    async def goes(self) -> None:
        """Let everybody leave, once what was written is answered."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        if self._busy:
            await self._answered()
        self._busy = []
        await asyncio.gather(*(visitor.leaves_the_page() for visitor in self._visitors))

    async def _answered(self) -> None:
        for _ in range(1200):
            if not self._sent:
                return
            await asyncio.sleep(0.05)
        self.times.unanswered += self._sent

    async def _chat(self, visitor: Visitor) -> None:
        await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))
        while True:
            self._writes(visitor)
            await asyncio.sleep(random.uniform(0.5, 1.5) * PAUSE_SECONDS)

    def _writes(self, visitor: Visitor) -> None:
        text = f"message {next(self._numbers)}"
        self.times.written += 1
        self._sent[text] = time.perf_counter()
        visitor.writes(text)

    def _answers(self, event: dict[str, Any]) -> None:
        if event["kind"] == "message":
            text, now = event["content"]["text"], time.perf_counter()
            self.times.taken.append(now - self._sent[text])
            self._sent[text] = now
            self._crm.answer(event["conversation"], text, human=True)

    def _shows(self, event: dict[str, Any]) -> None:
        if event["type"] == "message" and event["text"] in self._sent:
            self.times.shown.append(time.perf_counter() - self._sent.pop(event["text"]))

    async def _look(self, path: str) -> None:
        """Everybody who looks asks for this once a minute, on a new connection that ends with the answer."""
        place = urlsplit(self._address)
        begun, asking = time.perf_counter(), set[asyncio.Task[None]]()
        for number in itertools.count():
            await asyncio.sleep(max(0.0, begun + number * MINUTE / LOOKERS - time.perf_counter()))
            visitor = number % LOOKERS
            head = (
                f"GET /webchat/{self._account}{path} HTTP/1.1\r\nHost: {place.netloc}\r\nAccept-Encoding: gzip\r\n"
                f"Origin: https://shop.example\r\nX-Forwarded-For: 10.0.{visitor // 250}.{visitor % 250}\r\n\r\n"
            )
            task = asyncio.create_task(self._got(place.hostname or "", place.port or 0, head.encode()))
            asking.add(task)
            task.add_done_callback(asking.discard)

    async def _got(self, host: str, port: int, request: bytes) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request)
        answer = await reader.read(-1)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        self.times.looked += 1
