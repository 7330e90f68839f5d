"""How the CRM takes events: by asking again and again, or over one WebSocket."""

import asyncio
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from fbtool.gateway.accounts import Account
from fbtool.gateway.delivery.cursor import CursorUnreadable
from fbtool.gateway.delivery.handout import Batch, EventHandout, HandedEvent
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, ProblemAnswer, language_of
from fbtool.gateway.http.endpoints import Endpoint, refuse_others
from fbtool.gateway.http.files import FileRoutes
from fbtool.gateway.http.open_requests import OpenRequests
from fbtool.gateway.http.query import consumer_name, number
from fbtool.gateway.http.stream import Stream
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import GatewayProblem, RequestInvalid, UpgradeNeeded
from fbtool.language import say

_WAIT_LIMIT = 50
_EVENTS_LIMIT = 500
_EVENTS_DEFAULT = 100
_STREAM_QUERY = ("limit", "consumer")


class EventRoutes:
    """The handlers of ``/v1/events`` and ``/v1/stream``."""

    def __init__(
        self,
        auth: AccountAuth,
        open_requests: OpenRequests,
        handout: EventHandout,
        files: FileRoutes,
        channels: ChannelRegistry,
    ) -> None:
        self._auth = auth
        self._open_requests = open_requests
        self._handout = handout
        self._files = files
        self._channels = channels

    def routes(self) -> list[BaseRoute]:
        """Where the handlers are."""
        return [
            Endpoint("GET", "/v1/events", self.events, query=("after", "wait", "limit", "consumer")),
            Endpoint("GET", "/v1/stream", self.no_stream, query=_STREAM_QUERY),
            WebSocketRoute("/v1/stream", self.stream),
        ]

    async def events(self, request: Request) -> Response:
        """Hand out waiting events."""
        async with self._open_requests.while_active(request) as account:
            query = request.query_params
            limit, language = _limit(request), language_of(request)
            wait = number(query, "wait", 0, 0, _WAIT_LIMIT)
            consumer = await self._handout.enter(account.id, consumer_name(query), wait)
            try:
                await self._handout.acknowledge(account.id, query.get("after", ""))
            except CursorUnreadable:
                raise RequestInvalid(reason=say("“after” is not a cursor of this gateway.")) from None
            try:
                batch = await self._handout.next(consumer, limit, wait, partial(self._channels.deadlines, account))
            except asyncio.CancelledError:  # its token has ended: the place is free for who has the new one
                await self._handout.leave(consumer)
                raise
            return Json(self._told(account, batch, language))

    async def no_stream(self, request: Request) -> Response:
        """The stream, asked for without the upgrade."""
        await self._auth.active(request)
        _limit(request)
        consumer_name(request.query_params)
        raise UpgradeNeeded

    async def stream(self, socket: WebSocket) -> None:
        """Hand out events as they come, each batch after the acknowledgement of the one before."""
        language = language_of(socket)
        try:
            refuse_others(socket.query_params, _STREAM_QUERY)
            account = await self._auth.active(socket)
            limit = _limit(socket)
            consumer = await self._handout.enter(account.id, consumer_name(socket.query_params))
        except GatewayProblem as problem:
            await socket.send_denial_response(ProblemAnswer(problem, language))
            return
        await Stream(
            socket,
            self._auth,
            self._open_requests,
            consumer,
            take=lambda one, wait: self._handout.next(one, limit, wait, partial(self._channels.deadlines, account)),
            handout=self._handout,
            told=lambda batch: self._told(account, batch, language),
        ).run(language)

    def _told(self, account: Account, batch: Batch, language: str) -> dict[str, Any]:
        return {"events": [self._event(account, one, language) for one in batch.events], "cursor": batch.cursor}

    def _event(self, account: Account, handed: HandedEvent, language: str) -> dict[str, Any]:
        event, until = handed.event, handed.reply_until
        content = event.content | handed.about
        told = content.pop("told", None)
        if told is not None:
            what, meaning, remedy = told[language]
            content["problem"] = {"code": content["problem"], "what": what, "meaning": meaning, "remedy": remedy}
        if "attachments" in content:
            offered = partial(self._files.offered, account, event.source_id)
            content["attachments"] = list(map(offered, content["attachments"]))
        return {
            "id": event.id,
            "kind": event.kind,
            "channel": account.channel,
            "source": {"id": event.source_id, "name": handed.source_name},
            "conversation": event.conversation,
            "time": event.time,
            "reply_until": until._asdict() if until else None,
            "content": content,
        }


def _limit(request: HTTPConnection) -> int:
    return number(request.query_params, "limit", _EVENTS_DEFAULT, 1, _EVENTS_LIMIT)
