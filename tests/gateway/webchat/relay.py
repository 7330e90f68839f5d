"""What lies between browsers, a CRM, and their gateways: keeps its address while they come and go, and loses things.

A call that is lost has reached the gateway or not, and nobody who asked can tell: that is what is tried here.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum

import aiohttp
from aiohttp import web

_HOP = {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"}


class Loss(Enum):
    """What becomes of a call."""

    REQUEST = "the request"
    """It never reaches the gateway."""
    ANSWER = "the answer"
    """The gateway has done its work."""
    HALF = "half of the answer"


class Relay:
    """Passes calls on to one of the gateways that run.

    Attributes:
        share: of all calls that are lost, 0 to 1.
        lost: how many were, by what was lost.
    """

    def __init__(self, gateways: Callable[[], list[str]], http: aiohttp.ClientSession) -> None:
        self._gateways = gateways
        self._http = http
        self.address = ""
        self.share = 0.0
        self.lost: Counter[Loss] = Counter()
        self._next: dict[str, list[Loss]] = {}

    def lose_next(self, call: str, loss: Loss = Loss.ANSWER) -> None:
        """Lose the next call of this name, as ``visitor messages`` or ``crm messages``."""
        self._next.setdefault(call, []).append(loss)

    @property
    def still_to_lose(self) -> list[str]:
        """The calls that `lose_next` waits for."""
        return [call for call, losses in self._next.items() if losses]

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Handle one call."""
        loss = self._loss(request.path)
        gateways = self._gateways()
        if loss is Loss.REQUEST or not gateways:
            return self._break(request, loss)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        url = f"{random.choice(gateways)}{request.path_qs}"
        try:
            async with self._http.request(
                request.method, url, data=await request.read(), headers=headers, allow_redirects=False
            ) as got:
                body = await got.read()
        except (aiohttp.ClientError, OSError):
            return self._break(request, None)
        if loss is Loss.ANSWER:
            return self._break(request, loss)
        kept = {name: value for name, value in got.headers.items() if name.lower() not in _HOP}
        if loss is Loss.HALF:
            with suppress(ConnectionError):  # who asked may be gone
                answer = web.StreamResponse(status=got.status, headers=kept)
                answer.content_length = len(body) + 1
                await answer.prepare(request)
                await answer.write(body[: len(body) // 2])
            return self._break(request, loss)
        return web.Response(status=got.status, body=body, headers=kept)

    def _loss(self, path: str) -> Loss | None:
        call = f"{'crm' if path.startswith('/v1/') else 'visitor'} {path.rpartition('/')[2]}"
        if self._next.get(call):
            return self._next[call].pop(0)
        return random.choice(list(Loss)) if random.random() < self.share else None

    def _break(self, request: web.Request, loss: Loss | None) -> web.StreamResponse:
        if loss is not None:
            self.lost[loss] += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@asynccontextmanager
async def relaying(gateways: Callable[[], list[str]]) -> AsyncIterator[Relay]:
    """A relay that listens meanwhile."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=True) as http:
        relay = Relay(gateways, http)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", relay.pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            relay.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield relay
        finally:
            await runner.cleanup()
