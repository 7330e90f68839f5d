"""The gateway as the tool sees it: the account, its links, and what the gateway says when it refuses.

The contract is the gateway's ``openapi.yaml``. Answers are read tolerantly: unknown fields are ignored.
"""

import re
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from fbtool.connection_code import Connection
from fbtool.finding import Document
from fbtool.json_errors import UNREADABLE
from fbtool.language import N_
from fbtool.linking.network.gateway_documents import Account, Grant, LastMessages, PageLink, Unlinked
from fbtool.linking.network.http import ServerClient, host_of, send
from fbtool.problem import Kind, Problem
from fbtool.safe_text import cleaned

T = TypeVar("T")

_TOKEN = re.compile(r"[!-~]+")


class NotAGateway(Problem):
    """Somebody else answers at the gateway's address."""

    code = "not_a_gateway"
    kind = Kind.UNREACHABLE
    what = N_("{host} answers, but not as an fbtool gateway (HTTP status {status}).")
    meaning = N_("The address may be that of another server, or a network's login page or proxy answers in its place.")
    remedy = N_("Check the address with the person who runs the gateway; open it in the browser to see who answers.")


class GatewayAway(Problem):
    """A server in front of the gateway answers, the gateway does not."""

    code = "gateway_away"
    kind = Kind.UNREACHABLE
    what = N_("The gateway at {host} is not available at the moment (HTTP status {status}).")
    meaning = N_("The server in front of it answers, so the address is right.")
    remedy = N_("Try again in a few minutes. If it stays so, tell the person who runs the gateway.")


class AccountTokenUnreadable(Problem):
    """The token cannot be one: it holds letters that no token has."""

    code = "account_token_unreadable"
    what = N_("This is not the token of a messenger account.")
    meaning = N_("A token is one word of letters, digits and a few signs, without spaces.")
    remedy = N_("Copy the token again from the messenger account and paste it here.")


class GatewayRefused(Problem):
    """The gateway answered with a problem document (RFC 9457); its own words are in the process's language."""

    code = "gateway_refused"
    kind = Kind.REFUSED
    what = remedy = ""  # the gateway's

    def __init__(self, status: int, code: str, what: str, meaning: str, remedy: str, trace_id: str = "") -> None:
        self.status = status
        self.code = code  # type: ignore[misc]
        self.trace_id = trace_id
        """Facebook's reference for its support; empty if Facebook had no part in it."""
        if status == HTTPStatus.BAD_GATEWAY:
            self.kind = Kind.FACEBOOK  # type: ignore[misc]  # the gateway's own way to say that Facebook refused
        self._told = (what, meaning, remedy)
        super().__init__()

    def _texts(self) -> tuple[str, str, str]:
        return self._told


class _Links(msgspec.Struct, frozen=True):
    pages: tuple[PageLink, ...]


class _Checks(msgspec.Struct, frozen=True):
    checks: tuple[Document, ...]


class _ScopeGrant(msgspec.Struct, frozen=True):
    scope: str
    pages: frozenset[str] | None


class _GrantDocument(msgspec.Struct, frozen=True):
    person_id: str
    scopes: frozenset[str]
    granular: tuple[_ScopeGrant, ...]
    expires_at: int
    data_access_expires_at: int


class _ProblemDocument(msgspec.Struct, frozen=True):
    code: str
    title: str
    detail: str = ""
    remedy: str = ""
    trace_id: str = ""


class GatewayClient(ServerClient):
    """The gateway's API with one account's token. For one thread; close it, or use it in ``with``.

    Every method raises `GatewayRefused`, `NotAGateway`, `GatewayAway` and the problems of `http.send`.
    """

    def __init__(self, connection: Connection) -> None:
        if not _TOKEN.fullmatch(connection.token):
            raise AccountTokenUnreadable
        self._connection = connection
        self._base = f"{connection.address}/v1"
        super().__init__()
        self._session.headers["Authorization"] = f"Bearer {connection.token}"

    def account(self) -> Account:
        """The account of the token."""
        return self._ask("GET", "/account", Account)

    def links(self) -> tuple[PageLink, ...]:
        """All Pages linked to the account, by name."""
        return self._ask("GET", "/facebook/pages", _Links).pages

    def link(
        self, page_id: str, page_token: str, *, name: str = "", person: str = "", take_over: bool = False
    ) -> tuple[PageLink, bool]:
        """Link a Page or refresh its link; the second value says whether the link is new.

        ``person`` is the name that other admins read. ``take_over`` takes the Page from another account.
        """
        wish = {"page_token": page_token, "name": name, "person": person, "take_over": take_over}
        answer = self._answer("PUT", _page(page_id), json=wish)
        return self._read(answer, PageLink), answer.status_code == 201

    def unlink(self, page_id: str) -> Unlinked:
        """End a link: the subscription at Facebook and the stored token."""
        return self._ask("DELETE", _page(page_id), Unlinked)

    def check(self, page_id: str) -> PageLink:
        """Let the gateway ask Facebook now whether the link still works."""
        return self._ask("POST", f"{_page(page_id)}/check", PageLink)

    def last_messages(self, page_id: str) -> LastMessages:
        """When the linked Page last received and sent."""
        return self._ask("GET", _page(page_id), LastMessages)

    def app(self) -> tuple[Document, ...]:
        """What Facebook says about the gateway's Meta app now."""
        return self._ask("GET", "/facebook/app", _Checks).checks

    def grant(self, user_token: str) -> Grant:
        """What a person granted the app. Only the app's own token may ask Facebook this, so the gateway does."""
        answer = self._answer("POST", "/facebook/grant", json={"user_token": user_token})
        told = self._read(answer, _GrantDocument)
        granular = {row.scope: row.pages for row in told.granular}
        return Grant(told.person_id, told.scopes, granular, told.expires_at, told.data_access_expires_at)

    def another(self) -> "GatewayClient":
        """A second client with the same connection code, for another thread."""
        return GatewayClient(self._connection)

    def _ask(self, method: str, path: str, expected: type[T]) -> T:
        return self._read(self._answer(method, path), expected)

    def _answer(self, method: str, path: str, **parts: Any) -> Any:
        answer = send(self._session, method, self._base + path, **parts)
        if not 200 <= answer.status_code < 300:
            raise refusal(self._base, answer.status_code, answer.content)
        return answer

    def _read(self, answer: Any, expected: type[T]) -> T:
        try:
            return _decoded(answer.content, expected)
        except UNREADABLE:
            raise NotAGateway(host=host_of(self._base), status=answer.status_code) from None


def refusal(address: str, status: int, body: bytes) -> Problem:
    """The problem behind an answer that is no success."""
    try:
        told = _decoded(body, _ProblemDocument)
    except UNREADABLE:
        kind = GatewayAway if status in {502, 503, 504} else NotAGateway
        return kind(host=host_of(address), status=status)
    return GatewayRefused(status, told.code, told.title, told.detail, told.remedy, told.trace_id)


def _decoded(body: bytes, expected: type[T]) -> T:
    # Whoever holds an account's token can have written the names, and what answers need not be a gateway.
    return msgspec.convert(cleaned(msgspec.json.decode(body)), expected)


def _page(page_id: str) -> str:
    return f"/facebook/pages/{quote(page_id, safe='')}"
