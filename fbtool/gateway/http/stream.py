"""One open stream of events over a WebSocket.

::

    gateway ── {"events": […], "cursor": "…"} ──►
            ◄── {"ack": "…"} ───────────────────  CRM

One batch is on its way at a time. What is not acknowledged when the connection ends comes again with the next
one. If something is wrong, the problem document comes as the last message, and the close code is 4000 + its status.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from fbtool.gateway.consumers import Consumer
from fbtool.gateway.defect_log import log_defect
from fbtool.gateway.delivery.cursor import CursorUnreadable
from fbtool.gateway.delivery.handout import Batch, EventHandout
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import problem_document
from fbtool.gateway.http.endpoints import Body
from fbtool.gateway.http.open_requests import OpenRequests
from fbtool.gateway.problems import Defect, GatewayProblem, RequestInvalid
from fbtool.json_errors import UNREADABLE
from fbtool.language import say

log = logging.getLogger("fbtool.gateway")
_RENEW_SECONDS = 10
"""How often the stream shows that it is there, and looks whether its token has come to its time."""
_EXAMPLE = '{"ack": "…"}'
_GOING_AWAY = 1012
"""Close code "service restart" (registered with IANA)."""


class _Ack(Body):
    """What a CRM says."""

    ack: str


class _Stopping(Exception):
    """The gateway stops."""


class Stream:
    """Serves one accepted connection.

    Args:
        socket: not accepted yet.
        auth: asked again and again whether the token is still good.
        open_requests: end it at once when it no longer is.
        consumer: who has taken its place already.
        take: the next batch, waited for so many seconds.
        handout: keeps the consumer's place, and takes what is acknowledged.
        told: the JSON of a batch.
    """

    def __init__(
        self,
        socket: WebSocket,
        auth: AccountAuth,
        open_requests: OpenRequests,
        consumer: Consumer,
        *,
        take: Callable[[Consumer, float], Awaitable[Batch]],
        handout: EventHandout,
        told: Callable[[Batch], dict[str, Any]],
    ) -> None:
        self._socket = socket
        self._auth = auth
        self._open_requests = open_requests
        self._handout = handout
        self._consumer = consumer
        self._take = take
        self._told = told
        self._pending = ""
        self._acknowledged = asyncio.Event()

    async def run(self, language: str) -> None:
        """Serve until either side ends it."""
        try:
            await self._socket.accept()
            async with self._open_requests.while_active(self._socket), asyncio.TaskGroup() as both:
                both.create_task(self._tell())
                both.create_task(self._listen())
        except* WebSocketDisconnect:
            pass
        except* _Stopping:
            await self._close(_GOING_AWAY)
        except* GatewayProblem as group:
            problem = group.exceptions[0]
            if isinstance(problem, GatewayProblem):
                await self._close(4000 + problem.status, problem_document(problem, language))
        except* Exception as group:
            log_defect(log, group)
            await self._close(4000 + Defect.status, problem_document(Defect(), language))
        finally:
            await self._handout.leave(self._consumer)

    async def _tell(self) -> None:
        while True:
            await self._stay()
            batch = await self._take(self._consumer, _RENEW_SECONDS)
            if batch.events:
                self._pending = batch.cursor
                self._acknowledged.clear()
                await self._send(self._told(batch))
                await self._until_acknowledged()

    async def _until_acknowledged(self) -> None:
        while not self._acknowledged.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._acknowledged.wait(), _RENEW_SECONDS)
            await self._stay()

    async def _stay(self) -> None:
        if self._handout.is_stopping:
            raise _Stopping
        await self._auth.active(self._socket)
        self._consumer = await self._handout.renew(self._consumer)

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            try:
                said = msgspec.json.decode(message.get("text") or message.get("bytes") or b"", type=_Ack)
                await self._handout.acknowledge(self._consumer.account_id, said.ack)
            except UNREADABLE:
                raise RequestInvalid(reason=say("A message on the stream is {example}.", example=_EXAMPLE)) from None
            except CursorUnreadable:
                raise RequestInvalid(reason=say("“ack” is not a cursor of this gateway.")) from None
            if said.ack == self._pending:
                self._acknowledged.set()

    async def _send(self, content: Any) -> None:
        await self._socket.send_text(msgspec.json.encode(content).decode())

    async def _close(self, code: int, last_words: Any = None) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            if self._socket.application_state is WebSocketState.CONNECTED:
                if last_words is not None:
                    await self._send(last_words)
                await self._socket.close(code)
