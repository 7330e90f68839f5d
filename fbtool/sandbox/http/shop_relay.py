"""The network between a visitor's browser and the gateway: hands each call of the chat on, unless a trouble happens.

It goes to the gateway that the control has set as usual, never to one that an address names.
"""

import asyncio
import contextlib
from collections.abc import Mapping

import aiohttp
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.graph_api import HangUp
from fbtool.sandbox.shop.troubles import RelayedCall, Trouble, TroubleKind

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "upgrade", "host", "content-length"}
_SECONDS = 90


class ShopRelay:
    """The ASGI application behind ``/webchat/…``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Every method: a browser's question whether it may ask at all would be seen, too."""
        return [Route("/webchat/{path:path}", self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one call; if the browser gives it up, the gateway notices."""
        request = Request(scope, receive)
        body = await request.body()
        work = asyncio.ensure_future(self._answer(request, body))
        gone = asyncio.ensure_future(_disconnected(receive))
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            return
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        await work.result()(scope, receive, send)

    async def _answer(self, request: Request, body: bytes) -> Response:
        troubles = self._sandbox.shop.troubles
        call = RelayedCall(
            request.method, _name(request.url.path), "cookie" in request.headers, bool(request.url.query)
        )
        troubles.calls.append(call)
        answer = await _before(troubles.meet(call, before=True))
        if answer is None:
            answer = await self._ask(request, body)
            answer = await _after(answer, troubles.meet(call, before=False))
        call.status = 0 if isinstance(answer, HangUp) else answer.status_code
        return answer

    async def _ask(self, request: Request, body: bytes) -> Response:
        gateway = self._sandbox.shop.usual.gateway
        if not gateway:
            return _proxy_says("the control has set no gateway")
        address = f"{gateway}{request.url.path}{f'?{request.url.query}' if request.url.query else ''}"
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session,
                session.request(
                    request.method, address, data=body or None, headers=_passed_on(request.headers)
                ) as answer,
            ):
                relayed = Response(await answer.read(), answer.status)
                relayed.raw_headers += [
                    (name.lower().encode("latin-1"), value.encode("latin-1"))
                    for name, value in answer.headers.items()
                    if name.lower() not in _OF_ONE_CONNECTION - {"connection"}
                ]
                return relayed
        except (aiohttp.ClientError, TimeoutError):
            return _proxy_says("the gateway does not answer")


async def _before(trouble: Trouble | None) -> Response | None:
    """What the browser gets without the gateway being asked; None: it is asked."""
    if trouble is None:
        return None
    if trouble.kind is TroubleKind.HELD:
        await trouble.ended.wait()
        return None
    if trouble.kind is TroubleKind.CUT:
        return HangUp()
    if trouble.kind is TroubleKind.BAD_GATEWAY:
        return _proxy_says("so it was wanted")
    headers = {
        "Retry-After": f"{trouble.seconds:.0f}",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    return Response(b"{}", 503, headers, "application/problem+json")


async def _after(answer: Response, trouble: Trouble | None) -> Response:
    """What arrives of the gateway's answer."""
    if trouble is None:
        return answer
    if trouble.kind is TroubleKind.LOST:
        return HangUp()
    if trouble.kind is TroubleKind.TRUNCATED:
        return _Half(answer)
    await asyncio.sleep(trouble.seconds)
    return answer


class _Half(HangUp):
    """Begins an answer and cuts the line in the middle of it."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code)
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": self._whole.status_code, "headers": self._whole.raw_headers}
        await send(start)
        half = bytes(self._whole.body)[: len(self._whole.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await super().__call__(scope, receive, send)


def _proxy_says(why: str) -> Response:
    return Response(f"502 Bad Gateway: {why}\n", 502, media_type="text/plain")


def _passed_on(headers: Headers) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name not in _OF_ONE_CONNECTION}


def _name(path: str) -> str:
    """``messages`` of ``/webchat/ACCOUNT/messages``; ``script`` of ``/webchat/ACCOUNT.js``."""
    _, _, rest = path.partition("/webchat/")
    first, _, second = rest.partition("/")
    if second:
        return first if first in ("source", "configurator") else second.partition("/")[0]
    return "widget" if first.startswith("widget-") else "script"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
