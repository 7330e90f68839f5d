"""Kills gateways while visitors chat, loses calls on their way, and counts what became of every message.

``nox -s crash -- --channel webchat --rounds 200 --store sqlite`` (or ``postgres``, there with two gateways, killed in
turn) prints the figures; the tests run a few rounds.

Each round: visitors write, reload, end their chats and begin new ones; the CRM answers and closes; a share of all calls
is lost, before or after the gateway has done its work; a gateway is killed at a random moment and started again. Then
everybody goes on until nothing waits any more.
"""

import asyncio
import contextlib
import random
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import requests

from tests.gateway.killable import Killable
from tests.gateway.webchat.crm import Crm
from tests.gateway.webchat.records import GREETING, Figures, Life, Records
from tests.gateway.webchat.relay import Relay, relaying
from tests.gateway.webchat.visitors import Visitor

VISITORS = 12
MOST_MESSAGES = 8
"""Of a visitor in a round; at more than ten at once the gateway asks for patience."""
LOST_SHARE = 0.08
CLOSED_SHARE = 0.05
"""Of the messages after which the CRM ends the conversation."""
REPLIES = {"reply one": 5, "reply two": 9}
"""Automatic replies, and after how many seconds they come."""
SETTLED_WITHIN = 90.0
"""Seconds after which what is missing counts as lost."""
LOOK_SECONDS = 0.05
MOST_TOLD = 20
"""Faults that are named while a run goes on."""


class Harness:
    """Visitors and a CRM around gateways that are killed."""

    def __init__(self, gateways: list[Killable], relay: Relay, http: aiohttp.ClientSession, account: "Account") -> None:
        self._gateways = gateways
        self.relay = relay
        self._http = http
        self._base = f"{relay.address}/webchat/{account.id}"
        self._records = Records()
        self._crm = Crm(http, relay.address, account.token, self._took, self._records.accepted)
        self._records.refused = self._crm.refused
        self._life: list[Life] = []
        self.visitors: list[Visitor] = []
        self.rounds = 0

    async def begin(self, visitors: int = VISITORS) -> None:
        """Let everybody come."""
        for number in range(visitors):
            self._life.append(self._records.new_life(number))
            shown, stored = self._shows(number), self._stores(number)
            visitor = Visitor(self._http, self._base, f"198.51.100.{number}", wait=5, shown=shown, stored=stored)
            self.visitors.append(visitor)
            visitor.opens_the_page()
        self._crm.opens()
        await asyncio.gather(*(visitor.opens_the_panel() for visitor in self.visitors))

    async def end(self) -> None:
        """Let everybody go."""
        await asyncio.gather(self._crm.shuts(), *(visitor.leaves_the_page() for visitor in self.visitors))

    async def round(self, seconds: float) -> None:
        """Let everybody do something, kill a gateway after ``seconds``, start it, and wait until nothing waits."""
        acting = [asyncio.create_task(self.acts(number, seconds)) for number in range(len(self.visitors))]
        await asyncio.sleep(seconds)
        gateway = self._gateways[self.rounds % len(self._gateways)]
        self.rounds += 1
        await asyncio.to_thread(gateway.kill)
        gateway.address = ""
        await asyncio.to_thread(gateway.start)
        await asyncio.gather(*acting)
        await self.settle()

    async def acts(self, number: int, seconds: float) -> None:
        """What one visitor does within so many seconds."""
        visitor, moments = self.visitors[number], sorted(random.uniform(0, seconds) for _ in range(MOST_MESSAGES))
        ends_at, reloads_at = random.choice(moments), random.choice(moments)
        ends, reloads, begun = random.random() < 0.3, random.random() < 0.2, time.monotonic()
        for moment in moments[: random.randint(1, MOST_MESSAGES)]:
            await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
            if ends and moment >= ends_at and not visitor.kept.queue and visitor.kept.key:
                ends = False
                await self.visitor_ends(number)
            if reloads and moment >= reloads_at:
                reloads = False
                await visitor.leaves_the_page()
                visitor.opens_the_page()
            self.writes(number)

    def writes(self, number: int) -> None:
        """A visitor's next message."""
        life = self._life[number]
        text = f"{life.name}.{len(life.written):04}"
        life.written.append(text)
        self.visitors[number].writes(text)

    async def visitor_ends(self, number: int) -> None:
        """A visitor ends the chat for good; the next message begins another."""
        self._life[number].ended = True
        await self.visitors[number].ends()
        self._life[number] = self._records.new_life(number)

    def _shows(self, number: int) -> Callable[[dict[str, Any]], None]:
        return lambda event: self._life[number].screen.append(event)

    def _stores(self, number: int) -> Callable[[str, str], None]:
        return lambda message_id, text: self._records.confirmed(self._life[number], text)

    def _took(self, event: dict[str, Any]) -> None:
        """What the CRM does with an event."""
        life = self._records.took(event)
        if life is None:
            return
        conversation, text = event["conversation"], event["content"]["text"]
        self._crm.answer(conversation, f"to {text}", human=life.is_answered_by_people)
        if random.random() < CLOSED_SHARE:
            self._records.closed.add(conversation)
            self._crm.close(conversation)

    async def settle(self) -> None:
        """Wait until nothing waits any more, at most `SETTLED_WITHIN`."""
        for _ in range(int(SETTLED_WITHIN / LOOK_SECONDS)):
            if not (self._crm.busy or any(visitor.kept.queue for visitor in self.visitors) or self._records.missing()):
                return
            await asyncio.sleep(LOOK_SECONDS)

    def figures(self) -> Figures:
        """What happened so far; everything must have settled."""
        return self._records.figures(self.rounds, self.relay.lost.total())


@dataclass(frozen=True)
class Account:
    """The shop's."""

    id: str
    token: str = field(repr=False)


def started(folder: Path, gateways: int = 1, database_url: str = "", *arguments: str) -> list[Killable]:
    """Gateways that share their data."""
    environment = {
        "FBTOOL_CHANNELS": "webchat",
        "FBTOOL_ADMIN_TOKEN": ADMIN_TOKEN,
        "FBTOOL_MASTER_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
    } | ({"FBTOOL_DATABASE_URL": database_url} if database_url else {})
    return [Killable(folder / str(number), *arguments, **environment) for number in range(gateways)]


ADMIN_TOKEN = "admin-token-of-the-crash-" + secrets.token_hex(8)


def set_up(address: str) -> Account:
    """A shop with a chat that greets and replies by itself."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    wanted = {"name": "Shop", "channel": "webchat", "greeting": GREETING}
    made = requests.post(f"{address}/admin/accounts", json=wanted, headers=headers, timeout=60)
    assert made.ok, made.text
    account = Account(made.json()["id"], made.json()["token"])
    own = {"Authorization": f"Bearer {account.token}"}
    now = requests.get(f"{address}/v1/webchat/settings", headers=own, timeout=60).json()
    replies = [{"seconds": seconds, "text": text} for text, seconds in REPLIES.items()]
    changes = {"privacy_url": "https://shop.example/privacy", "auto_replies": replies, "also_offline": True}
    saved = requests.put(
        f"{address}/v1/webchat/settings",
        json={"version": now["version"], "settings": now["settings"] | changes},
        headers=own,
        timeout=60,
    )
    assert saved.ok, saved.text
    return account


@contextlib.asynccontextmanager
async def harness(gateways: list[Killable], visitors: int = VISITORS) -> AsyncIterator[Harness]:
    """Everybody around these gateways; calls are lost once it is asked for."""
    account = await asyncio.to_thread(set_up, gateways[0].address)

    def running() -> list[str]:
        return [gateway.address for gateway in gateways if gateway.address]

    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with relaying(running) as relay, aiohttp.ClientSession(connector=connector) as http:
        everybody = Harness(gateways, relay, http, account)
        await everybody.begin(visitors)
        try:
            yield everybody
        finally:
            await everybody.end()


async def rounds(gateways: list[Killable], count: int, told_each: int = 10) -> Figures:
    """Many rounds."""
    async with harness(gateways) as everybody:
        everybody.relay.share = LOST_SHARE
        begun = time.monotonic()
        for number in range(count):
            await everybody.round(random.uniform(0.1, 1.0))
            if told_each and (number + 1) % told_each == 0:
                figures = everybody.figures()
                print(
                    f"{time.monotonic() - begun:6.0f} s  {figures}", *figures.faults[:MOST_TOLD], sep="\n", flush=True
                )
        return everybody.figures()


def run(count: int, database_url: str) -> Figures:
    """Many rounds with gateways of their own: two if they can share a database."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as at_the_end:
        gateways = started(Path(folder), 2 if database_url else 1, database_url)
        for gateway in gateways:
            at_the_end.callback(gateway.stop)
        return asyncio.run(rounds(gateways, count))
