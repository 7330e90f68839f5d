"""A channel in full: a shop's own chat server, which calls the gateway and is called by it."""

import hmac

import aiohttp
from starlette.requests import Request

from fbtool.gateway.channels.port import Channel, Core, MessageLimits, Outbound, Outcome, Plug, Refused, Scope, Sent
from fbtool.gateway.delivery.intake import EventKind
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, bearer, body_as
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.messages import Deadlines, own_message
from fbtool.gateway.problems import TokenUnknown
from fbtool.gateway.rate_limits import RateLimits, SendPause
from fbtool.gateway.setting import Secret, Setting, SettingsReader
from fbtool.gateway.store.sources import Source
from fbtool.gateway.vault import ConversationKey
from fbtool.problem import Kind, Problem

REPLY_MS = 3 * 24 * 3600 * 1000


class News(Body):  # a customer has written; or an answer has arrived, which carried this reference
    id: str
    customer: str
    time: int
    text: str = ""
    reference: str = ""


class NotTaken(Problem):
    code, kind = "toy_not_taken", Kind.REFUSED
    what, remedy = "The chat server did not take the answer.", "Look at the chat server."


class ToyChannel(Channel):
    def __init__(self, core: Core, server: str, secret: str) -> None:
        self._core, self._server, self._secret, self._auth = core, server, secret, AccountAuth(core.store)
        self.rates, self._http = RateLimits(), aiohttp.ClientSession()

    def routes(self) -> list[Endpoint]:
        receive = Endpoint("POST", "/toy/{source:str}", self.receive, body=True)
        return [Endpoint("PUT", "/v1/toy/shops/{shop:str}", self.add), receive]

    async def add(self, request: Request) -> Json:
        account = await self._auth.of_channel(request, "toy")
        shop = request.path_params["shop"]
        source = Source(f"toy:{account.id}-{shop}", account.id, shop)
        await self._core.store.sources.keep(source)
        self._core.outbox_signal.notify(source.id)
        return Json({"id": source.id})

    async def receive(self, request: Request) -> Json:
        if not hmac.compare_digest(bearer(request).encode(), self._secret.encode()):
            raise TokenUnknown
        news, intake = await body_as(request, News), self._core.intake
        key = ConversationKey("toy:" + request.path_params["source"], news.customer)
        if own := own_message(news.reference):
            arrival = intake.sent(key, own, news.text, news.id, news.time)
        else:
            told, name = {"mid": news.id, "text": news.text}, f"{key.source_id} {news.id}".encode()
            arrival = intake.event(key, EventKind.MESSAGE, told, identity=name, time_ms=news.time, opens_window=True)
        await intake.take_one([arrival])
        return Json({})

    async def send(self, message: Outbound) -> Sent | Refused:
        asked = message.key._asdict() | {"text": message.content.text, "reference": message.own.metadata()}
        try:
            async with self._http.post(self._server, json=asked) as answer:
                said = await answer.json()
        except aiohttp.ClientConnectorError:
            return Refused(Outcome.WAITS, Scope.APP, NotTaken(), SendPause.UNREACHABLE, answered=False)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return Refused(Outcome.UNCLEAR, Scope.MESSAGE, NotTaken())
        return Sent(said["id"]) if answer.ok else Refused(Outcome(said["outcome"]), Scope(said["scope"]), NotTaken())

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        return Deadlines(last_customer_ms + REPLY_MS, last_customer_ms + REPLY_MS)

    def limits(self) -> MessageLimits:
        return MessageLimits(text=1000)

    async def close(self) -> None:
        await self._http.close()


class ToyPlug(Plug):
    name = "toy"
    settings = (
        Setting("toy.server", "", "The chat server's address for answers."),
        Secret("toy.secret_file", "toy.secret", "The file with the secret that both servers know."),
    )

    def read_settings(self, reader: SettingsReader) -> tuple[str, str]:
        return reader.text("toy.server"), reader.secret("toy.secret_file", "There is no file {file}.")

    def open(self, core: Core, settings: tuple[str, str]) -> ToyChannel:
        return ToyChannel(core, *settings)


PLUG = ToyPlug()
