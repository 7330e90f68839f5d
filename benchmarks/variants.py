"""What our webhook is compared with: the same store and rules behind other frames, and with parts left out.

``python -m benchmarks.variants NAME FOLDER PAGES`` serves one and prints its address as JSON.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.facebook import APP, page_id
from fbtool import serving
from fbtool.facebook import webhook
from fbtool.facebook.graph import Platform
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.http_webhook import WebhookEndpoint
from fbtool.gateway.channels.facebook.link_monitor import LinkMonitor
from fbtool.gateway.channels.facebook.links import Holder, Link
from fbtool.gateway.channels.facebook.plug import FacebookChannel
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.channels.facebook.store.tables import links_of, tables
from fbtool.gateway.channels.facebook.webhook_events import WebhookEvents
from fbtool.gateway.channels.facebook.webhook_ingest import PATH, WebhookIngest
from fbtool.gateway.channels.port import Core
from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.edge.failure_rate_limit import FailureRateLimit
from fbtool.gateway.limits import Limits
from fbtool.gateway.messages import OutboundMessage
from fbtool.gateway.outbound.dispatcher import Dispatcher
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.store import limits as store_limits
from fbtool.gateway.store.inbox import Accepted, Arrival
from fbtool.gateway.store.limits import MOST_WAITING
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier, OutboxSignal
from fbtool.meta.webhook import Signatures

KEY = bytes(32)
SEALED_LENGTH = 330
"""Bytes of a sealed event of the load."""
_NO_LIMIT = 10**9
"""Nobody takes the events of a variant."""
Application = Callable[..., Any]


class StoresNothing(WebhookEvents):
    """Understands a delivery and forgets it: what the server could do if storing cost nothing."""

    async def receive(self, bodies: Sequence[bytes]) -> Accepted:
        """Read and drop."""
        count = sum(len(webhook.read(body, now_ms()) or ()) for body in bodies)
        return Accepted(frozenset(), count, 0, 0)


class StoresEach(WebhookEvents):
    """Stores every delivery with a commit of its own."""

    async def receive(self, bodies: Sequence[bytes]) -> Accepted:
        """Store one after the other."""
        for body in bodies:
            accepted = await super().receive([body])
        return accepted


class OneByOne:
    """Checks, reads and stores each delivery by itself, as a route does that knows of no other request."""

    def __init__(self, events: WebhookEvents) -> None:
        self._events = events
        self._signatures = Signatures((APP.secret,))

    async def take(self, body: bytes, signature: bytes, address: str) -> int:
        """See `WebhookIngest.take`."""
        if not self._signatures.prove(body, signature):
            return 403
        await self._events.receive([body])
        return 200


class Wired:
    """The channel, its sender, and what takes its webhooks, around a store."""

    def __init__(
        self, store: SqliteStore, vault: Vault, platform: Platform, kind: type[WebhookEvents] = WebhookEvents
    ) -> None:
        intake = Intake(store, vault, Notifier(), asyncio.Event(), Metrics(), now_ms)
        signal = OutboxSignal()
        core = Core("http://localhost", store, vault, intake, signal, Metrics(), Limits(), _unclaimed, now_ms)
        self.channel = FacebookChannel(core, FacebookSettings(APP, platform=platform))
        dispatcher = Dispatcher(store, vault, intake, self.channel, now_ms)
        self.sender = Sender("facebook", store, vault, self.channel, dispatcher, signal, now_ms)
        self.events = kind(intake, vault, APP.id, _unclaimed, now_ms)
        monitor = cast("LinkMonitor", _NoMonitor())
        self.ingest = WebhookIngest(self.events, monitor, (APP.secret,), Metrics(), FailureRateLimit(20))


class _NoMonitor:
    """Every Page of the load is linked, and every delivery is taken: there is nothing to look after."""

    def note_strays(self, page_ids: Sequence[str]) -> None:
        """Do nothing."""

    def note_failed_delivery(self) -> None:
        """Do nothing."""


async def _unclaimed(body: bytes) -> bool:
    return False


def bare(ingest: WebhookIngest) -> Application:
    """Our own endpoint."""
    return WebhookEndpoint(ingest, "open sesame")


def starlette(judge: WebhookIngest | OneByOne) -> Application:
    """A plain Starlette route."""

    async def deliver(request: Request) -> Response:
        signature = request.headers.get("x-hub-signature-256", "").encode()
        return Response(status_code=await judge.take(await request.body(), signature, ""))

    return Starlette(routes=[Route(PATH, deliver, methods=["POST"])])


def fastapi(judge: WebhookIngest | OneByOne) -> Application:
    """A plain FastAPI route that reads the envelope into models, as its users do."""
    from fastapi import FastAPI, HTTPException
    from pydantic import BaseModel

    class Party(BaseModel):
        id: str

    class Message(BaseModel):
        mid: str
        text: str | None = None

    class Messaging(BaseModel):
        sender: Party
        recipient: Party
        timestamp: int
        message: Message | None = None

    class Entry(BaseModel):
        id: str
        time: int
        messaging: list[Messaging]

    class Envelope(BaseModel):
        object: str
        entry: list[Entry]

    app = FastAPI()

    @app.post(PATH)
    async def deliver(request: Request) -> dict[str, int]:
        body = await request.body()
        status = await judge.take(body, request.headers.get("x-hub-signature-256", "").encode(), "")
        if status != 200:
            raise HTTPException(status)
        return {"entries": len(Envelope.model_validate_json(body).entry)}

    return app


FRAMES: dict[str, Callable[[Wired], Application]] = {
    "nothing": lambda wired: bare(wired.ingest),
    "single": lambda wired: bare(wired.ingest),
    "grouped": lambda wired: bare(wired.ingest),
    "starlette": lambda wired: starlette(OneByOne(wired.events)),
    "starlette-together": lambda wired: starlette(wired.ingest),
    "fastapi": lambda wired: fastapi(OneByOne(wired.events)),
}
EVENTS: dict[str, type[WebhookEvents]] = {"nothing": StoresNothing, "single": StoresEach}


async def open_store(
    folder: Path, pages: int, accounts: int = 1, most_waiting: int = MOST_WAITING
) -> tuple[SqliteStore, Vault]:
    """A store in which so many Pages are linked, to one account after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    store = SqliteStore(folder / "gateway.sqlite", [tables], most_waiting)
    vault = Vault(KEY, await store.start(new_data_key(KEY)))
    if not await store.accounts.all():
        for number in range(accounts):
            name = f"bench-{number}"
            await store.accounts.add(Account(name, name, "facebook", active=True, created=0))
        for number in range(pages):
            await links_of(store).keep_link(link(vault, number, f"bench-{number % accounts}"), (), 0)
    return store, vault


async def cycles_per_second(store: SqliteStore, pages: int, accounts: int, seconds: float) -> float:
    """Events that are stored, handed out and acknowledged in a second: 64 of one account at a time, in turn."""
    turns = 0
    begun = time.perf_counter()
    while time.perf_counter() < begun + seconds:
        owner = turns % accounts
        numbers = range(64 * turns, 64 * (turns + 1))
        own = range(owner, pages, accounts)
        coming = (arrival(os.urandom(16), number, own[number % len(own)]) for number in numbers)
        await asyncio.gather(*(store.inbox.accept([[one]], now_ms()) for one in coming))
        waiting = await store.inbox.waiting(f"bench-{owner}", 64)
        await store.inbox.acknowledge(f"bench-{owner}", [event.sequence for event in waiting])
        turns += 1
    return 64 * turns / (time.perf_counter() - begun)


def link(vault: Vault, number: int, account_id: str = "bench-0") -> Link:
    """The link of one Page."""
    token = vault.seal_token(page_id(number), "EAAPAGE")
    holder = Holder("42", "Erika Muster", token, linked_at=0, token_expires_at=0, data_access_expires_at=0)
    return Link(page_id(number), account_id, f"Page {number}", 0, ("messages",), (holder,), check_at_ms=2**50)


def rows_per_second(folder: Path, seconds: float = 2.0) -> float:
    """What the store's writer does alone: sealed events given to it by 64 tasks, without a server in front."""

    async def work() -> float:
        store, _ = await open_store(folder, 1)
        end, done = time.perf_counter() + seconds, 0

        async def give() -> None:
            nonlocal done
            while time.perf_counter() < end:
                await store.inbox.accept([[arrival(os.urandom(16), sequence=done)]], now_ms())
                done += 1

        begun = time.perf_counter()
        await asyncio.gather(*(give() for _ in range(64)))
        result = done / (time.perf_counter() - begun)
        await store.stop()
        return result

    return asyncio.run(work())


def outgoing(vault: Vault, number: int) -> tuple[QueuedMessage, bytes, bytes, int]:
    """A queued answer of a conversation of its own, with its key and digest and the time."""
    page, message_id = page_id(number % 100), f"{now_ms():011x}-{number:016x}"
    letter = msgspec.json.encode(OutboundMessage(f"73{number:014}", "Guten Tag"))
    conversation = vault.fingerprint(f"conversation {number}".encode())
    ends = now_ms() + 3_600_000
    sealed = vault.seal(letter, message_id)
    message = QueuedMessage(message_id, "bench-0", page, conversation, sealed, human=True, expires_ms=ends)
    return message, message_id.encode(), message_id.encode(), now_ms()


def question(answer: QueuedMessage) -> Arrival:
    """The customer's message that an answer is for."""
    return Arrival(
        answer.source_id,
        answer.conversation,
        now_ms(),
        b"",
        conversation=answer.conversation,
        time_ms=now_ms(),
    )


def arrival(fingerprint: bytes, sequence: int = 0, page: int = 0) -> Arrival:
    """A sealed event as large as those of the load."""
    customer = (sequence % 2000).to_bytes(16, "big")
    body = bytes(SEALED_LENGTH)
    return Arrival(page_id(page), fingerprint, now_ms(), body, conversation=customer, time_ms=now_ms())


def application(name: str, folder: Path, pages: int) -> Application:
    """The ASGI application of a variant."""
    if name == "single":
        store_limits.GROUP = 1
    inner: list[Application] = []
    opened: list[SqliteStore] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await inner[0](scope, receive, send)
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                store, vault = await open_store(folder, pages, most_waiting=_NO_LIMIT)
                opened.append(store)
                inner.append(FRAMES[name](Wired(store, vault, Platform(), EVENTS.get(name, WebhookEvents))))
                await send({"type": "lifespan.startup.complete"})
            else:
                await opened[0].stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    return app


def main() -> None:
    """Serve until killed."""
    name, folder, pages = sys.argv[1:]
    listeners = serving.listen("127.0.0.1", 0)
    server = serving.Server(application(name, Path(folder), int(pages)), listeners)
    address = f"http://127.0.0.1:{serving.port_of(listeners)}"
    server.run(lambda: print(json.dumps({"address": address}), flush=True))


if __name__ == "__main__":
    main()
