"""The CRM's face, and the tool's: ``/v1``. The contract is openapi.yaml."""

import re
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool import __version__
from fbtool.facebook import messages
from fbtool.facebook.graph import Platform
from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.cursor import CursorUnreadable
from fbtool.gateway.faces.answers import Json, bearer, body_as, language_of
from fbtool.gateway.handout import Handed, HandOut
from fbtool.gateway.linker import Linker, Wish
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.problems import (
    AccountInactive,
    AccountOfOtherChannel,
    PageNotLinked,
    RequestInvalid,
    TokenUnknown,
)
from fbtool.gateway.sender import Sender
from fbtool.gateway.store import Store
from fbtool.language import say

_WAIT_LIMIT = 50
_EVENTS_LIMIT = 500
_EVENTS_DEFAULT = 100
_CONSUMER = "crm"
_CONSUMER_NAME = r"[A-Za-z0-9._-]{1,64}"


class LinkRequest(msgspec.Struct):
    """The body of ``PUT /v1/facebook/pages/{page_id}``."""

    page_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    person: Annotated[str, msgspec.Meta(max_length=200)] = ""
    take_over: bool = False


class GrantRequest(msgspec.Struct):
    """The body of ``POST /v1/facebook/grant``."""

    user_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class MessageRequest(msgspec.Struct):
    """The body of ``POST /v1/messages``."""

    conversation: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    text: Annotated[str, msgspec.Meta(min_length=1)]
    human: bool = True


class Api:
    """The handlers of ``/v1``."""

    def __init__(self, store: Store, hand_out: HandOut, linker: Linker, sender: Sender, platform: Platform) -> None:
        self._store = store
        self._hand_out = hand_out
        self._linker = linker
        self._sender = sender
        self._platform = platform

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        page = "/v1/facebook/pages/{page_id:str}"
        return [
            Route("/v1/openapi.yaml", self.contract, methods=["GET"]),
            Route("/v1/account", self.account, methods=["GET"]),
            Route("/v1/facebook/pages", self.pages, methods=["GET"]),
            Route(page, self.page, methods=["GET"]),
            Route(page, self.link, methods=["PUT"]),
            Route(page, self.unlink, methods=["DELETE"]),
            Route(page + "/check", self.check, methods=["POST"]),
            Route("/v1/facebook/grant", self.grant, methods=["POST"]),
            Route("/v1/events", self.events, methods=["GET"]),
            Route("/v1/messages", self.send, methods=["POST"]),
        ]

    async def contract(self, request: Request) -> Response:
        """The description of this API; no token needed."""
        text = resources.files("fbtool.gateway").joinpath("openapi.yaml").read_bytes()
        return Response(text, media_type="application/yaml")

    async def account(self, request: Request) -> Response:
        """Tell a token's owner what it belongs to, whatever its channel."""
        account = await self._account(request, any_channel=True)
        gateway = {"version": __version__}
        if self._platform != Platform():
            gateway["graph"] = self._platform.graph
        return Json(
            {
                "id": account.id,
                "name": account.name,
                "channel": account.channel,
                "active": account.active,
                "greeting": account.greeting,
                "avatar_url": account.avatar_url,
                "gateway": gateway,
            }
        )

    async def pages(self, request: Request) -> Response:
        """List the account's links."""
        account = await self._account(request)
        links = await self._store.links(account.id)
        return Json({"pages": [_link(link, language_of(request)) for link in links]})

    async def page(self, request: Request) -> Response:
        """Show one link."""
        account = await self._account(request)
        page_id = _page_id(request)
        link = await self._store.link(page_id)
        if link is None or link.account_id != account.id:
            raise PageNotLinked(page=page_id)
        return Json(_link(link, language_of(request)))

    async def link(self, request: Request) -> Response:
        """Link a Page."""
        account = await self._account(request)
        page_id = _page_id(request)
        wanted = await body_as(request, LinkRequest)
        wish = Wish(page_id, wanted.page_token, wanted.name, wanted.person, wanted.take_over)
        link, is_new = await self._linker.link(account, wish)
        self._sender.wake()
        return Json(_link(link, language_of(request)), 201 if is_new else 200)

    async def unlink(self, request: Request) -> Response:
        """Unlink a Page."""
        account = await self._account(request)
        done = await self._linker.unlink(account, _page_id(request))
        self._sender.wake()
        answer: dict[str, Any] = {"page_id": done.page_id, "unsubscribed": done.remaining is None}
        if done.remaining is not None:
            answer["note"] = done.remaining.told(language_of(request)).what
        return Json(answer)

    async def check(self, request: Request) -> Response:
        """Check a link at Facebook now."""
        account = await self._account(request)
        link = await self._linker.check(account, _page_id(request))
        return Json(_link(link, language_of(request)))

    async def grant(self, request: Request) -> Response:
        """Tell what a person granted; the token is asked about and forgotten."""
        await self._account(request)
        wanted = await body_as(request, GrantRequest)
        facts = await self._linker.grant(wanted.user_token)
        return Json(
            {
                "person_id": facts.user_id,
                "scopes": sorted(facts.scopes),
                "granular": [
                    {"scope": scope, "pages": None if pages is None else sorted(pages)}
                    for scope, pages in sorted(facts.granular.items())
                ],
                "expires_at": facts.expires_at,
                "data_access_expires_at": facts.data_access_expires_at,
            }
        )

    async def events(self, request: Request) -> Response:
        """Hand out waiting events."""
        account = await self._account(request)
        limit = _number(request.query_params, "limit", _EVENTS_DEFAULT, 1, _EVENTS_LIMIT)
        wait = _number(request.query_params, "wait", 0, 0, _WAIT_LIMIT)
        consumer = await self._hand_out.enter(account.id, _consumer_name(request.query_params), wait)
        try:
            await self._hand_out.acknowledge(account.id, request.query_params.get("after", ""))
        except CursorUnreadable:
            raise RequestInvalid(reason=say("“after” is not a cursor of this gateway.")) from None
        batch = await self._hand_out.next(consumer, limit, wait)
        language = language_of(request)
        return Json({"events": [_event(event, language) for event in batch.events], "cursor": batch.cursor})

    async def send(self, request: Request) -> Response:
        """Take an answer to a customer."""
        account = await self._account(request)
        key = request.headers.get("idempotency-key", "")
        if not 1 <= len(key) <= 200:
            raise RequestInvalid(reason=say("The header Idempotency-Key (1 to 200 characters) is missing."))
        message = await body_as(request, MessageRequest)
        if messages.text_length(message.text) > messages.TEXT_LIMIT:
            raise RequestInvalid(reason=say("“text” is longer than {limit} characters.", limit=messages.TEXT_LIMIT))
        queued = await self._sender.take(account, message.conversation, message.text, key, human=message.human)
        return Json({"id": queued}, 202)

    async def _account(self, request: Request, *, any_channel: bool = False) -> Account:
        token = bearer(request)
        account_id = accounts.account_id_in(token)
        account = await self._store.account(account_id) if account_id else None
        if not accounts.owns(account, token) or account is None:
            raise TokenUnknown
        if any_channel:
            return account
        if not account.active:
            raise AccountInactive(name=account.name)
        if account.channel is not Channel.FACEBOOK:
            raise AccountOfOtherChannel(name=account.name, channel=account.channel)
        return account


def _page_id(request: Request) -> str:
    page_id: str = request.path_params["page_id"]
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) <= 30):
        raise RequestInvalid(reason=say("A Page's id is a number."))
    return page_id


def _number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise RequestInvalid(
            reason=say("“{name}” must be a number from {least} to {most}.", name=name, least=least, most=most)
        )
    return int(text)


def _link(link: Link, language: str) -> dict[str, Any]:
    acting = link.current
    return {
        "page_id": link.page_id,
        "name": link.name,
        "state": link.state,
        "reason": _reason(link.reason, language),
        "person": acting.person if acting else "",
        "person_id": acting.person_id if acting else "",
        "linked_at": link.linked_at,
        "token_expires_at": acting.token_expires_at if acting else 0,
        "data_access_expires_at": acting.data_access_expires_at if acting else 0,
        "subscribed_fields": link.subscribed_fields,
        "holders": [
            {
                "person": holder.person,
                "person_id": holder.person_id,
                "linked_at": holder.linked_at,
                "reason": _reason(holder.reason, language),
                "token_expires_at": holder.token_expires_at,
                "data_access_expires_at": holder.data_access_expires_at,
            }
            for holder in link.holders
        ],
    }


def _reason(reason: Reason | None, language: str) -> dict[str, Any] | None:
    if reason is None:
        return None
    told = reason.told[language]
    return {"code": reason.code, "what": told.what, "remedy": told.remedy, "since": reason.since}


def _consumer_name(query: Mapping[str, str]) -> str:
    name = query.get("consumer", _CONSUMER)
    if not re.fullmatch(_CONSUMER_NAME, name):
        raise RequestInvalid(reason=say("“consumer” must be 1 to 64 letters, digits, points, dashes or underscores."))
    return name


def _event(handed: Handed, language: str) -> dict[str, Any]:
    event, until = handed.event, handed.reply_until
    content = event.content | handed.about
    told = content.pop("told", None)
    if told is not None:
        what, meaning, remedy = told[language]
        content["problem"] = {"code": content["problem"], "what": what, "meaning": meaning, "remedy": remedy}
    return {
        "id": event.id,
        "kind": event.kind,
        "channel": "facebook",
        "page_id": event.page_id,
        "conversation": event.conversation,
        "time": event.time,
        "reply_until": {"anyone": until.anyone, "human": until.human} if until else None,
        "content": content,
    }
