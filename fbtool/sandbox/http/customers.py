"""The customers' side of Messenger by HTTP, for tests and the demo.

Everything is below ``/sandbox/pages/{page}/customers/{customer}``; customers are named by key, full name or
page-scoped id. Every answer about an event says in ``delivered`` how many apps took the webhook at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.messenger import Chat, NotPossible
from fbtool.sandbox.state.threads import Direction, Message, Thread
from fbtool.sandbox.world import Customer

PLACE = "/sandbox/pages/{page}/customers/{customer}"
_LONGEST_WAIT = 60.0


class Unknown(Exception):
    """No such Page or customer in this world."""


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    """What a test may say about an event; each event uses some of it."""

    text: str = ""
    attachments: list[dict[str, Any]] = []
    quick_reply: str = ""
    reply_to: str = ""
    mid: str = ""
    reaction: str = ""
    payload: str = ""
    title: str = ""
    ref: str = ""
    blocked: bool = True
    field: str = ""
    item: dict[str, Any] = {}


_Event = Callable[[Chat, _Order], Awaitable[dict[str, Any]]]


class CustomerRoutes:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The customers' addresses."""
        return [
            Route("/sandbox/customers", self.all_customers),
            Route(f"{PLACE}/conversation", self.conversation),
            *(Route(f"{PLACE}/{name}", self._taking(event), methods=["POST"]) for name, event in _EVENTS.items()),
        ]

    async def all_customers(self, request: Request) -> Response:
        """Every customer with the page-scoped id on each Page."""
        return JSONResponse({"customers": [described(self._sandbox, one) for one in self._sandbox.world.customers]})

    async def conversation(self, request: Request) -> Response:
        """All messages; with ``wait`` (seconds) and ``answers`` it waits for so many answers of the Page."""
        try:
            chat = chat_of(self._sandbox, request)
            wait = min(float(request.query_params.get("wait", 0)), _LONGEST_WAIT)
            answers = int(request.query_params.get("answers", 1))
        except (Unknown, ValueError) as problem:
            return _refused(problem)
        await _wait_for(chat, answers, wait)
        thread = chat.thread
        return JSONResponse(
            {
                "page": chat.page.id,
                "customer": chat.customer.key,
                "psid": thread.psid,
                "typing": thread.typing(chat.state.clock.now()),
                "blocked": thread.blocked,
                "owner": thread.controller(chat.state.clock.now()),
                "messages": [_shown(thread, message) for message in thread.messages],
            }
        )

    def _taking(self, event: _Event) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            try:
                chat = chat_of(self._sandbox, request)
                order = msgspec.json.decode(await request.body() or b"{}", type=_Order)
                return JSONResponse(await event(chat, order))
            except (Unknown, NotPossible, msgspec.DecodeError) as problem:
                return _refused(problem)

        return take


def chat_of(sandbox: Sandbox, request: Request) -> Chat:
    """The conversation that an address names.

    Raises:
        Unknown: if the world has no such Page or customer.
    """
    world = sandbox.world
    page, name = world.page(request.path_params["page"]), request.path_params["customer"]
    if page is None:
        raise Unknown(f"there is no Page {request.path_params['page']} in this world")
    for customer in world.customers:
        if name in (customer.key, customer.name, world.psid(page, customer)):
            return Chat(sandbox.state, sandbox.webhooks, page, customer)
    raise Unknown(f"there is no customer {name} in this world")


def described(sandbox: Sandbox, customer: Customer) -> dict[str, Any]:
    """A customer with every page-scoped id, as JSON."""
    psids = {page.id: sandbox.world.psid(page, customer) for page in sandbox.world.pages}
    return {"key": customer.key, "name": customer.name, "psids": psids}


def time_of(message: Message) -> str:
    """When it was sent, in UTC."""
    return datetime.fromtimestamp(message.time_ms / 1000, UTC).isoformat(timespec="milliseconds")


async def _write(chat: Chat, order: _Order) -> dict[str, Any]:
    if not order.text.strip() and not order.attachments:
        raise NotPossible('a message is {"text": "…"} or {"attachments": […]}')
    attached = [_attachment(one) for one in order.attachments]
    draft = Message("", Direction.FROM_CUSTOMER, 0, order.text, attached, reply_to=order.reply_to)
    sent, taken = await chat.write(draft, order.quick_reply)
    return {"mid": sent.mid, "psid": chat.thread.psid, "time": time_of(sent), "delivered": taken}


def _attachment(given: dict[str, Any]) -> dict[str, Any]:
    """``{"type", "url"}`` for short, or the platform's own ``{"type", "payload"}``."""
    if "url" in given:
        return {"type": given.get("type", "image"), "payload": {"url": given["url"]}}
    return given


async def _told(event: Awaitable[int]) -> dict[str, Any]:
    return {"delivered": await event}


async def _read(chat: Chat, order: _Order) -> dict[str, Any]:
    await chat.read()
    return {"success": True}


async def _block(chat: Chat, order: _Order) -> dict[str, Any]:
    chat.block(order.blocked)
    return {"success": True}


async def _answer_by_hand(chat: Chat, order: _Order) -> dict[str, Any]:
    return {"mid": chat.answer_from_inbox(order.text).mid}


_EVENTS: dict[str, _Event] = {
    "messages": _write,
    "reactions": lambda chat, order: _told(chat.react(order.mid, order.reaction)),
    "postbacks": lambda chat, order: _told(chat.press(order.payload, order.title)),
    "edits": lambda chat, order: _told(chat.edit(order.mid, order.text)),
    "unsends": lambda chat, order: _told(chat.unsend(order.mid)),
    "referrals": lambda chat, order: _told(chat.arrive(order.ref)),
    "events": lambda chat, order: _told(chat.anything(order.field, order.item)),
    "reads": _read,
    "blocks": _block,
    "inbox-answers": _answer_by_hand,
}


async def _wait_for(chat: Chat, answers: int, wait: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    while not chat.state.ended:
        left = deadline - loop.time()
        if len(chat.thread.sent_by(Direction.FROM_PAGE)) >= answers or left <= 0:
            return
        await chat.state.changed.wait(within=left)


def _shown(thread: Thread, message: Message) -> dict[str, Any]:
    return {
        "mid": message.mid,
        "direction": message.direction.value,
        "text": message.text,
        "attachments": message.attachments,
        "quick_replies": message.quick_replies,
        "reaction": message.reaction,
        "deleted": message.deleted,
        "app": message.app_id,
        "time": time_of(message),
        "time_ms": message.time_ms,
        "state": _state(thread, message),
    }


def _state(thread: Thread, message: Message) -> str:
    if message.direction is Direction.FROM_CUSTOMER and message.time_ms <= thread.seen_ms:
        return "read"
    return "read" if message.read else "delivered" if message.delivered else "sent"


def _refused(problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, 404 if isinstance(problem, Unknown) else 400)
