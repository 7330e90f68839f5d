"""The visitors' calls: what a browser asks while somebody chats. The contract is visitor.yaml.

They come from pages of other sites without asking first (CORS): a body is JSON sent as plain text, there are no
cookies, and every answer may be read by every page. What opens a conversation is its key, which stands in no address.
"""

from collections.abc import Awaitable, Callable
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat.answers import Answers, closed
from fbtool.gateway.channels.webchat.messages_in import MessageRequest, MessagesIn
from fbtool.gateway.channels.webchat.polling import EventsRequest, Polling
from fbtool.gateway.channels.webchat.problems import KeyEnded
from fbtool.gateway.channels.webchat.served_accounts import ServedAccount, ServedAccounts
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.channels.webchat.visitor_keys import Visitor, VisitorKeys, visitor_of
from fbtool.gateway.channels.webchat.visitor_limits import BODY_BYTES, NewConversations, OriginsSeen
from fbtool.gateway.edge.client_addresses import client_of
from fbtool.gateway.http.common import Json, ProblemAnswer, body_as, language_of
from fbtool.gateway.http.endpoints import Body, Endpoint, Handler
from fbtool.gateway.problems import GatewayProblem, NothingHere

CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
_AGAIN_SECONDS = 5
"""When a browser asks again what the gateway could not do at the moment."""
BASE = "/webchat/{account:str}"


class TicketRequest(Body):
    """The body of ``POST …/ticket``."""


class CloseRequest(Body):
    """The body of ``POST …/close``."""

    key: str


class VisitorRoutes:
    """The handlers of the visitors' calls."""

    def __init__(
        self,
        core: Core,
        store: WebchatStore,
        served: ServedAccounts,
        keys: VisitorKeys,
        beginnings: NewConversations,
        messages: MessagesIn,
        polling: Polling,
        answers: Answers,
        origins: OriginsSeen,
    ) -> None:
        self._core = core
        self._store = store
        self._served = served
        self._keys = keys
        self._beginnings = beginnings
        self._messages = messages
        self._polling = polling
        self._answers = answers
        self._origins = origins

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        calls: dict[str, Handler] = {
            "ticket": self.ticket,
            "messages": self.message,
            "events": self.events,
            "close": self.close,
        }
        return [
            *(
                Endpoint("POST", f"{BASE}/{name}", handler, body=True, behind=readable)
                for name, handler in calls.items()
            ),
            Endpoint("GET", "/webchat/openapi.yaml", contract),
        ]

    async def ticket(self, request: Request) -> Response:
        """Give a page what its visitor's first message needs."""
        served = await self._admitted(request)
        await body_as(request, TicketRequest, limit=BODY_BYTES)
        network, now = client_of(_ip(request)), self._core.clock()
        bits = self._beginnings.bits(served.account.id, network, now)
        return Json({"ticket": self._keys.new_ticket(served.account.id, network, bits, now), "time": now, "bits": bits})

    async def message(self, request: Request) -> Response:
        """Take a message."""
        served = await self._admitted(request)
        sent, ip = await body_as(request, MessageRequest, limit=BODY_BYTES), _ip(request)
        answer, is_new = await self._messages.take(served, sent, client_of(ip), ip)
        return Json(answer, 201 if is_new else 200)

    async def events(self, request: Request) -> Response:
        """Hand out what waits, or wait for it."""
        served = await self._admitted(request, active=False)
        asked = await body_as(request, EventsRequest, limit=BODY_BYTES)
        visitor = self._visitor(served, asked.key)
        network, has_left = client_of(_ip(request)), request.is_disconnected
        return Json(await self._polling.events(served, visitor, asked, network, has_left))

    async def close(self, request: Request) -> Response:
        """End a conversation for its visitor, for good."""
        served = await self._admitted(request, active=False)
        asked = await body_as(request, CloseRequest, limit=BODY_BYTES)
        visitor = self._visitor(served, asked.key)
        if await self._store.is_refused(visitor.fingerprint, self._core.clock()):
            raise KeyEnded
        event = closed(self._core, visitor.account_id, visitor.conversation.id, "visitor")
        await self._answers.end(visitor, event)
        return Response(status_code=204)

    async def _admitted(self, request: Request, *, active: bool = True) -> ServedAccount:
        """The account of the request's path, for the page that asks.

        Raises:
            NothingHere: there is no such account, or it is switched off and has to be ``active``.
            OriginNotAllowed: the page is on a site that the account does not list.
        """
        served = await self._served.get(request.path_params["account"])
        if served is None or (active and not served.account.active):
            raise NothingHere
        origin = request.headers.get("origin", "null")
        served.admit(origin)
        self._origins.note(served.account.id, origin)
        return served

    def _visitor(self, served: ServedAccount, word: str) -> Visitor:
        """Whom a key belongs to. Raises `KeyEnded`."""
        account_id, now = served.account.id, self._core.clock()
        key = self._keys.visitor(account_id, word)
        if key is None or now >= key.ends_ms(served.settings.identify_days):
            raise KeyEnded
        return visitor_of(self._core.vault, account_id, key.number)


def readable(handler: Callable[[Request], Awaitable[Response]]) -> Handler:
    """Around a handler: pages of other sites may read its answers, problems too, and are told when to ask again."""

    async def handle(request: Request) -> Response:
        try:
            answer = await handler(request)
        except GatewayProblem as problem:
            answer = ProblemAnswer(problem, language_of(request))
            seconds = getattr(problem, "retry_after", _AGAIN_SECONDS if problem.status == 503 else None)
            if seconds is not None:
                answer.headers["Retry-After"] = str(seconds)
        answer.headers.update(CROSS_ORIGIN)
        return answer

    return handle


async def contract(request: Request) -> Response:
    """The visitors' calls, for programs."""
    text = resources.files("fbtool.gateway.channels.webchat").joinpath("visitor.yaml").read_text("utf-8")
    return Response(text, media_type="application/yaml", headers={"Access-Control-Allow-Origin": "*"})


def _ip(request: Request) -> str:
    return request.client.host if request.client else ""
