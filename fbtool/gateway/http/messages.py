"""How the CRM answers, and what else it can do in a conversation."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fbtool.facebook import messages
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.messages import OutboundAttachment
from fbtool.gateway.outbound.conversations import Conversations
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.problems import FileUnfit, RequestInvalid, RequestTooLarge
from fbtool.gateway.uploads import FileUpload
from fbtool.language import say

_NAME_LIMIT = 200
_QUOTED = dict.fromkeys(map(ord, '"\\'), "_")


class EnclosureRequest(Body):
    """The attachment of a message: by address, or by the id of an upload."""

    type: messages.Attachment
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern="^https?://[!-~]+$")] = ""
    id: Annotated[str, msgspec.Meta(max_length=100, pattern="^[0-9]+$")] = ""


class MessageRequest(Body, kw_only=True):
    """The body of ``POST /v1/messages``."""

    conversation: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    text: str = ""
    attachment: EnclosureRequest | None = None
    human: bool


class MessageRoutes:
    """The handlers of ``/v1/messages``, ``/v1/attachments`` and ``/v1/conversations``."""

    def __init__(self, entry: AccountAuth, sender: Sender, conversations: Conversations) -> None:
        self._entry = entry
        self._sender = sender
        self._conversations = conversations

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        one = "/v1/conversations/{conversation:str}"
        return [
            Endpoint("POST", "/v1/messages", self.send, body=True),
            Endpoint("POST", "/v1/attachments", self.upload, query=("conversation", "type", "name"), body=True),
            Endpoint("POST", one + "/typing", self.typing),
            Endpoint("POST", one + "/seen", self.seen),
            Endpoint("GET", one + "/profile", self.profile),
        ]

    async def send(self, request: Request) -> Response:
        """Take an answer to a customer."""
        account = await self._entry.account(request)
        key = request.headers.get("idempotency-key", "")
        if not 1 <= len(key) <= 200:
            raise RequestInvalid(reason=say("The header Idempotency-Key (1 to 200 characters) is missing."))
        message = await body_as(request, MessageRequest)
        queued = await self._sender.take(
            account, message.conversation, message.text, key, human=message.human, attachment=_enclosure(message)
        )
        return Json({"id": queued}, 202)

    async def upload(self, request: Request) -> Response:
        """Pass a file to Facebook; nothing of it is kept here."""
        account = await self._entry.account(request)
        kind, parcel = _kind(request), _parcel(request)
        _check(kind, parcel)
        conversation = request.query_params.get("conversation", "")
        return Json({"id": await self._conversations.upload(account, conversation, kind, parcel)}, 201)

    async def typing(self, request: Request) -> Response:
        """Show the customer that somebody types."""
        return await self._act(request, messages.Action.TYPING)

    async def seen(self, request: Request) -> Response:
        """Show the customer that their messages were read."""
        return await self._act(request, messages.Action.SEEN)

    async def profile(self, request: Request) -> Response:
        """Tell the customer's name, as Facebook tells it now."""
        account = await self._entry.account(request)
        profile = await self._conversations.profile(account, request.path_params["conversation"])
        return Json(
            {
                "name": profile.name,
                "first_name": profile.first_name,
                "last_name": profile.last_name,
                "picture_url": profile.profile_pic,
            }
        )

    async def _act(self, request: Request, action: messages.Action) -> Response:
        account = await self._entry.account(request)
        await self._conversations.act(account, request.path_params["conversation"], action)
        return Response(status_code=204)


def _enclosure(message: MessageRequest) -> OutboundAttachment | None:
    """The attachment of a message, if it has one instead of a text."""
    wanted = message.attachment
    if bool(message.text) == (wanted is not None):
        raise RequestInvalid(reason=say("A message has either “text” or “attachment”."))
    if wanted is None and messages.is_blank(message.text):
        raise RequestInvalid(reason=say("“text” holds nothing that can be seen."))
    if messages.text_length(message.text) > messages.TEXT_LIMIT:
        limit = messages.TEXT_LIMIT
        raise RequestInvalid(reason=say("“{name}” is longer than {limit} characters.", name="text", limit=limit))
    if wanted is None:
        return None
    if bool(wanted.url) == bool(wanted.id):
        raise RequestInvalid(reason=say("An attachment has either “url” or “id”."))
    return OutboundAttachment(wanted.type, wanted.url, wanted.id)


def _kind(request: Request) -> messages.Attachment:
    try:
        return messages.Attachment(request.query_params.get("type", ""))
    except ValueError:
        names = ", ".join(messages.Attachment)
        raise RequestInvalid(reason=say("“type” must be one of: {names}.", names=names)) from None


def _parcel(request: Request) -> FileUpload:
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 13 and int(length)):
        raise RequestInvalid(reason=say("The header Content-Length is missing; the file's size has to be known."))
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    family, _, rest = content_type.partition("/")
    if not (content_type.isascii() and family.isalpha() and rest and rest.isprintable() and " " not in rest):
        raise RequestInvalid(reason=say("The header Content-Type is missing; Facebook wants to know the file's kind."))
    name = request.query_params.get("name", "").translate(_QUOTED)
    if len(name) > _NAME_LIMIT or not name.isprintable():
        raise RequestInvalid(reason=say("“{name}” is longer than {limit} characters.", name="name", limit=_NAME_LIMIT))
    return FileUpload(_parts(request), int(length), content_type, name or "file")


async def _parts(request: Request) -> AsyncIterator[bytes]:
    async for part in request.stream():
        yield part


def _check(kind: messages.Attachment, parcel: FileUpload) -> None:
    """Facebook's own rules, before the first byte of the file is read.

    Raises:
        RequestTooLarge, FileUnfit: Facebook would refuse it.
    """
    if parcel.size > kind.limit:
        raise RequestTooLarge(limit=kind.limit)
    family = parcel.content_type.partition("/")[0]
    if kind is not messages.Attachment.FILE and family != kind:
        raise FileUnfit(reason=say("“{kind}” cannot be “{content_type}”", kind=kind, content_type=parcel.content_type))
