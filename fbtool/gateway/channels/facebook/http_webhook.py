"""The webhook's address: a bare ASGI callable in front of the framework, because it is the hot path."""

from contextlib import AsyncExitStack
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from fbtool.gateway.channels.facebook.webhook_ingest import BLOCKED, RETRY_AFTER, SIGNATURE, WebhookIngest
from fbtool.gateway.edge.client_addresses import client_of
from fbtool.gateway.fair_semaphore import FairSemaphore
from fbtool.gateway.limits import UNPROVEN_BYTES, UNPROVEN_PLACES, UNPROVEN_PLACES_OF_ONE, WEBHOOK_BYTES
from fbtool.gateway.memory_trim import trim_memory
from fbtool.meta.webhook import challenge_answer

_TEXT = (b"content-type", b"text/plain; charset=utf-8")


class WebhookEndpoint:
    """Answers 200 only when everything is on disk, 403 to a wrong signature before reading a word of it."""

    def __init__(self, ingest: WebhookIngest, verify_token: str) -> None:
        self._ingest = ingest
        self._verify_token = verify_token
        self._places = FairSemaphore(UNPROVEN_PLACES, UNPROVEN_PLACES_OF_ONE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to `PATH`."""
        if scope["method"] == "GET":
            await self._verify(scope, send)
        elif scope["method"] == "POST":
            await self._deliver(scope, receive, send)
        else:
            await _answer(send, 405)

    async def _verify(self, scope: Scope, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        challenge = challenge_answer(query, self._verify_token)
        if challenge is None:
            await _answer(send, 403)
        else:
            await _answer(send, 200, challenge.encode())

    async def _deliver(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = (scope.get("client") or ("",))[0]
        signature = next((value for name, value in scope["headers"] if name == SIGNATURE), b"")
        if not signature and self._ingest.is_blocked(address):
            await _answer(send, self._ingest.refuse(address))  # at once: there is nothing to check
            return
        async with AsyncExitStack() as held:
            try:
                body = await self._read(receive, client_of(address), held)
            except ClientDisconnect:
                return  # it did not send all of it, so it expects no answer and sends it again
            status = 413 if body is None else await self._ingest.take(body, signature, address)
        await _answer(send, status)

    async def _read(self, receive: Receive, client: str, held: AsyncExitStack) -> bytes | None:
        """The body; None if it is longer than `WEBHOOK_BYTES`. A long one takes a place, given back with ``held``."""
        parts, length, placed = [], 0, False
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            length += len(parts[-1])
            if length > WEBHOOK_BYTES:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)
            if length > UNPROVEN_BYTES and not placed:
                await self._places.enter(client)
                held.callback(self._leave, client)
                placed = True

    def _leave(self, client: str) -> None:
        self._places.leave(client)
        if self._places.are_free:
            trim_memory()


async def _answer(send: Send, status: int, body: bytes = b"") -> None:
    headers = [_TEXT, (b"content-length", b"%d" % len(body))]
    if status == BLOCKED:
        headers.append((b"retry-after", RETRY_AFTER))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
