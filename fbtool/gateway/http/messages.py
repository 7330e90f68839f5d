"""How the CRM answers, and the files that it sends."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import FileUpload, MessageLimits, Uploads
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, body_as
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.messages import Agent, AttachmentKind, OutboundAttachment
from fbtool.gateway.outbound.conversations import conversation_key
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import FileUnfit, NotOfThisChannel, RequestInvalid, RequestTooLarge
from fbtool.gateway.store import Store
from fbtool.gateway.store.pictures import REFERENCE
from fbtool.gateway.vault import ConversationKey, Vault
from fbtool.language import say
from fbtool.safe_text import is_blank, utf16_length

AGENT_NAME = 100
"""Most characters of an agent's name."""
_NAME_LIMIT = 200
_QUOTED = dict.fromkeys(map(ord, '"\\'), "_")


class AttachmentRequest(Body):
    """The attachment of a message: by address, or by the id of an upload."""

    type: AttachmentKind
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern="^https?://[!-~]+$")] = ""
    id: Annotated[str, msgspec.Meta(max_length=300, pattern="^[!-~]+$")] = ""


class AgentRequest(Body):
    """Who writes, as customers are to see it where their channel can show that."""

    name: Annotated[str, msgspec.Meta(max_length=AGENT_NAME)] = ""
    picture: Annotated[str, msgspec.Meta(pattern=f"^({REFERENCE})?$")] = ""


class MessageRequest(Body, kw_only=True):
    """The body of ``POST /v1/messages``."""

    conversation: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    text: str = ""
    attachment: AttachmentRequest | None = None
    human: bool
    agent: AgentRequest | None = None


class MessageRoutes:
    """The handlers of ``/v1/messages`` and ``/v1/attachments``."""

    def __init__(self, auth: AccountAuth, channels: ChannelRegistry, store: Store, vault: Vault) -> None:
        self._auth = auth
        self._channels = channels
        self._store = store
        self._vault = vault

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [
            Endpoint("POST", "/v1/messages", self.send, body=True),
            Endpoint("POST", "/v1/attachments", self.upload, query=("conversation", "type", "name"), body=True),
        ]

    async def send(self, request: Request) -> Response:
        """Take an answer to a customer."""
        account = await self._auth.active(request)
        running = self._channels.of(account)
        key = request.headers.get("idempotency-key", "")
        if not 1 <= len(key) <= 200:
            raise RequestInvalid(reason=say("The header Idempotency-Key (1 to 200 characters) is missing."))
        message = await body_as(request, MessageRequest)
        attachment = _attachment(message, running.channel.limits())
        agent = Agent(message.agent.name, message.agent.picture) if message.agent else None
        queued = await running.sender.take(
            account, message.conversation, message.text, key, human=message.human, attachment=attachment, agent=agent
        )
        return Json({"id": queued}, 202)

    async def upload(self, request: Request) -> Response:
        """Pass a file on to the channel; nothing of it is kept here."""
        account = await self._auth.active(request)
        channel = self._channels.of(account).offered
        if not isinstance(channel, Uploads):
            raise NotOfThisChannel(channel=account.channel)
        kind, file = _kind(request), _file(request)
        _check(kind, file, channel.limits())
        customer = await self._customer(account, request.query_params.get("conversation", ""))
        return Json({"id": await channel.upload(account, customer, kind, file)}, 201)

    async def _customer(self, account: Account, conversation: str) -> ConversationKey:
        return await conversation_key(self._store, self._vault, account, conversation)


def _attachment(message: MessageRequest, limits: MessageLimits) -> OutboundAttachment | None:
    """The attachment of a message, if it has one instead of a text."""
    wanted = message.attachment
    if bool(message.text) == (wanted is not None):
        raise RequestInvalid(reason=say("A message has either “text” or “attachment”."))
    if wanted is None and is_blank(message.text):
        raise RequestInvalid(reason=say("“text” holds nothing that can be seen."))
    if utf16_length(message.text) > limits.text:
        raise RequestInvalid(reason=say("“{name}” is longer than {limit} characters.", name="text", limit=limits.text))
    if wanted is None:
        return None
    _among(wanted.type, limits)
    if bool(wanted.url) == bool(wanted.id):
        raise RequestInvalid(reason=say("An attachment has either “url” or “id”."))
    return OutboundAttachment(wanted.type, wanted.url, wanted.id)


def _kind(request: Request) -> AttachmentKind:
    try:
        return AttachmentKind(request.query_params.get("type", ""))
    except ValueError:
        names = ", ".join(AttachmentKind)
        raise RequestInvalid(reason=say("“type” must be one of: {names}.", names=names)) from None


def _among(kind: AttachmentKind, limits: MessageLimits) -> int:
    """Most bytes of the kind; raises `RequestInvalid` where it cannot be sent."""
    if kind not in limits.attachments:
        raise RequestInvalid(reason=say("“type” must be one of: {names}.", names=", ".join(limits.attachments)))
    return limits.attachments[kind]


def _file(request: Request) -> FileUpload:
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 13 and int(length)):
        raise RequestInvalid(reason=say("The header Content-Length is missing; the file's size has to be known."))
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    family, _, rest = content_type.partition("/")
    if not (content_type.isascii() and family.isalpha() and rest and rest.isprintable() and " " not in rest):
        raise RequestInvalid(reason=say("The header Content-Type is missing; it tells the file's kind."))
    name = request.query_params.get("name", "").translate(_QUOTED)
    if len(name) > _NAME_LIMIT or not name.isprintable():
        raise RequestInvalid(reason=say("“{name}” is longer than {limit} characters.", name="name", limit=_NAME_LIMIT))
    return FileUpload(_parts(request), int(length), content_type, name or "file")


async def _parts(request: Request) -> AsyncIterator[bytes]:
    async for part in request.stream():
        yield part


def _check(kind: AttachmentKind, file: FileUpload, limits: MessageLimits) -> None:
    """The channel's own rules, before the first byte of the file is read.

    Raises:
        RequestInvalid, RequestTooLarge, FileUnfit: the channel would refuse it.
    """
    most = _among(kind, limits)
    if file.size > most:
        raise RequestTooLarge(limit=most)
    family = file.content_type.partition("/")[0]
    if kind is not AttachmentKind.FILE and family != kind:
        raise FileUnfit(reason=say("“{kind}” cannot be “{content_type}”", kind=kind, content_type=file.content_type))
