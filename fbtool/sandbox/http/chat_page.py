"""The customer's chat as a page: read, write, react, press a quick reply."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.customers import PLACE, Unknown, chat_of, time_of
from fbtool.sandbox.http.rendering import render
from fbtool.sandbox.messenger import EMOJI, Chat, NotPossible
from fbtool.sandbox.state.threads import Direction, Message

_OFFERED = ("love", "like", "smile", "sad")


class ChatPage:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The page's address."""
        return [Route(f"{PLACE}/chat", self.show), Route(f"{PLACE}/chat", self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """The conversation; opening it reads what is there."""
        try:
            chat = chat_of(self._sandbox, request)
        except Unknown:
            return render(request, "gone.html", status=404)
        chat.webhooks.later(chat.read())
        thread = chat.thread
        last = thread.messages[-1] if thread.messages else None
        return render(
            request,
            "chat.html",
            {
                "page": chat.page,
                "customer": chat.customer,
                "thread": thread,
                "typing": thread.typing(chat.state.clock.now()),
                "mine": Direction.FROM_CUSTOMER,
                "quick_replies": last.quick_replies if last else [],
                "emoji": EMOJI,
                "offered": _OFFERED,
                "time_of": time_of,
            },
        )

    async def take(self, request: Request) -> Response:
        """What the person does on the page."""
        try:
            await _do(chat_of(self._sandbox, request), request)
        except Unknown:
            return render(request, "gone.html", status=404)
        except NotPossible:
            # The page offers nothing that cannot be done; this was an old copy of it.
            pass
        return RedirectResponse(request.url.path, 303)


async def _do(chat: Chat, request: Request) -> None:
    form = await request.form()
    action, mid, text = (str(form.get(name, "")) for name in ("action", "mid", "text"))
    if action.startswith("react:"):
        message = chat.thread.message(mid)
        wanted = action.removeprefix("react:")
        await chat.react(mid, "" if message and message.reaction == wanted else wanted)
    elif action == "picture":
        url = f"{request.url.scheme}://{request.url.netloc}/sandbox/pictures/{chat.customer.key}.jpg?side=200"
        attachment = {"type": "image", "payload": {"url": url}}
        await chat.write(Message("", Direction.FROM_CUSTOMER, 0, attachments=[attachment]))
    elif action == "quick-reply" and text:
        await chat.write(Message("", Direction.FROM_CUSTOMER, 0, text), str(form.get("payload", "")))
    elif text.strip():
        await chat.write(Message("", Direction.FROM_CUSTOMER, 0, text.strip()))
