"""Linking Pages: what the Facebook tool asks of the gateway. The contract is openapi.yaml."""

import re
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook import NAME
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.linking import Linker, WantedLink
from fbtool.gateway.channels.facebook.links import Link, Reason
from fbtool.gateway.channels.facebook.problems import PageNotLinked
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import Json, body_as, language_of
from fbtool.gateway.http.endpoints import Body, Endpoint
from fbtool.gateway.problems import RequestInvalid
from fbtool.gateway.store.conversations import ConversationStore, LastMessages
from fbtool.gateway.wakeups import OutboxSignal
from fbtool.language import say

_FIT_NAMES = re.compile(r"[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*")
"""Without control characters (C0, C1), other line ends, and what turns the direction of reading (UAX #9)."""


class LinkRequest(Body):
    """The body of ``PUT /v1/facebook/pages/{page_id}``."""

    page_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    person: Annotated[str, msgspec.Meta(max_length=200)] = ""
    take_over: bool = False


class GrantRequest(Body):
    """The body of ``POST /v1/facebook/grant``."""

    user_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class PageRoutes:
    """The links of accounts, what people granted, and the app."""

    def __init__(
        self,
        auth: AccountAuth,
        links: LinkStore,
        conversations: ConversationStore,
        linker: Linker,
        signal: OutboxSignal,
        app_checks: AppChecks,
    ) -> None:
        self._auth = auth
        self._links = links
        self._conversations = conversations
        self._linker = linker
        self._signal = signal
        self._app_checks = app_checks

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        page = "/v1/facebook/pages/{page_id:str}"
        return [
            Endpoint("GET", "/v1/facebook/pages", self.pages),
            Endpoint("GET", page, self.page),
            Endpoint("PUT", page, self.link, body=True),
            Endpoint("DELETE", page, self.unlink),
            Endpoint("POST", page + "/check", self.check),
            Endpoint("GET", "/v1/facebook/app", self.app),
            Endpoint("POST", "/v1/facebook/grant", self.grant, body=True),
        ]

    async def pages(self, request: Request) -> Response:
        """List the account's links."""
        account = await self._account(request)
        links = await self._links.links(account.id)
        return Json({"pages": [_link(link, language_of(request)) for link in links]})

    async def page(self, request: Request) -> Response:
        """Show one link and when its messages last went through."""
        account = await self._account(request)
        page_id = _page_id(request)
        link = await self._links.link(page_id)
        if link is None or link.account_id != account.id:
            raise PageNotLinked(page=page_id)
        last = await self._conversations.last_messages(page_id)
        return Json(_link(link, language_of(request)) | _last(last))

    async def link(self, request: Request) -> Response:
        """Link a Page."""
        account = await self._account(request)
        page_id = _page_id(request)
        wanted = await body_as(request, LinkRequest)
        if not _FIT_NAMES.fullmatch(wanted.name + wanted.person):
            raise RequestInvalid(reason=say("Names hold no control characters."))
        to_link = WantedLink(page_id, wanted.page_token, wanted.name, wanted.person, wanted.take_over)
        link, is_new = await self._linker.link(account, to_link)
        self._signal.notify(page_id)
        return Json(_link(link, language_of(request)), 201 if is_new else 200)

    async def unlink(self, request: Request) -> Response:
        """Unlink a Page."""
        account = await self._account(request)
        done = await self._linker.unlink(account, _page_id(request))
        self._signal.notify(done.page_id)
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

    async def app(self, request: Request) -> Response:
        """Tell what Facebook says about the app."""
        await self._account(request)
        language = language_of(request)
        return Json({"checks": [one.as_json(language) for one in await self._app_checks.findings()]})

    async def _account(self, request: Request) -> Account:
        """The active account for Facebook of the request's token.

        Raises:
            TokenUnknown, AccountInactive, AccountOfOtherChannel: it may not do this.
        """
        return await self._auth.of_channel(request, NAME)


def _page_id(request: Request) -> str:
    page_id: str = request.path_params["page_id"]
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) <= 30):
        raise RequestInvalid(reason=say("A Page's id is a number."))
    return page_id


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


def _last(last: LastMessages) -> dict[str, int | None]:
    return {
        "last_message_in": None if last.in_ms is None else last.in_ms // 1000,
        "last_message_out": None if last.out_ms is None else last.out_ms // 1000,
    }


def _reason(reason: Reason | None, language: str) -> dict[str, Any] | None:
    if reason is None:
        return None
    told = reason.told[language]
    return {"code": reason.code, "what": told.what, "remedy": told.remedy, "since": reason.since}
