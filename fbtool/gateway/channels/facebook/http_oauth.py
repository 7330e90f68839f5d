"""The browser's and the tool's face for signing in: authorize, callback, token (RFC 6749, 7636, 8252)."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fbtool.connection_code import BY_HAND
from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, TokenKind
from fbtool.gateway.channels.facebook import NAME
from fbtool.gateway.channels.facebook.signin import (
    ATTEMPT_SECONDS,
    AnotherBrowser,
    OAuthError,
    SignInOver,
    SignInRequest,
    SignIns,
)
from fbtool.gateway.clock import now_ms
from fbtool.gateway.edge.client_addresses import client_of
from fbtool.gateway.edge.failure_rate_limit import FailureRateLimit
from fbtool.gateway.http.common import Html, Json, language_of, limited_body
from fbtool.gateway.store import Store
from fbtool.gateway.store.ttl import TtlStoreFull
from fbtool.html_page import Button, message
from fbtool.language import Sentence, say

CALLBACK = "/oauth/callback"
_AUTHORIZE = "/oauth/authorize"
_CODE = "/oauth/code"
_FORM_LIMIT = 16 * 1024
_BUSY_SECONDS = 60
_FAILURES_A_MINUTE = 20
"""Of one client: each one asks Facebook, which counts it against the app."""
_MOVED = "moved"


class OAuthRoutes:
    """Where the browser starts, where Facebook sends it back, where it shows a code, and where the tool redeems it.

    Args:
        store: where the accounts are.
        sign_ins: those under way.
        address: the gateway's; Facebook sends browsers there.
        by_hand: whether a code may be shown, to be typed in.
    """

    def __init__(self, store: Store, sign_ins: SignIns, address: str, *, by_hand: bool) -> None:
        self._store = store
        self._sign_ins = sign_ins
        self._address = address
        self._by_hand = by_hand
        self._failures = FailureRateLimit(_FAILURES_A_MINUTE)
        self._secure = address.startswith("https://")
        # Browsers let nobody else set a cookie of the first name, but have it over https only (RFC 6265bis §4.1.3.2).
        self._cookie = "__Host-fbtool-sign-in" if self._secure else "fbtool-sign-in"

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        return [
            Route(_AUTHORIZE, self.authorize, methods=["GET"]),
            Route(CALLBACK, self.callback, methods=["GET"]),
            Route(_CODE, self.show_code, methods=["POST"]),
            Route("/oauth/token", self.token, methods=["POST"]),
        ]

    async def authorize(self, request: HttpRequest) -> Response:
        """Send the browser on to Facebook's dialog. What is wrong stays here: no redirect to strangers."""
        try:
            wanted = SignInRequest.read(request.query_params)
            if not _may_sign_in(await self._store.accounts.account(wanted.account_id)):
                raise OAuthError("unauthorized_client", "no active Facebook account has this client_id")
        except OAuthError as refused:
            return _page(
                request,
                400,
                say("This sign-in cannot start"),
                say("The address is not one that fbtool makes ({reason}).", reason=refused.description),
                say("Go back to fbtool and start the sign-in there again."),
            )
        if wanted.redirect_uri == BY_HAND and not self._by_hand:
            return _page(
                request,
                403,
                say("This gateway shows no codes"),
                say("Whoever runs it has switched off that a code is typed into fbtool."),
                say("Sign in with fbtool on a computer that has a browser, without the option --code."),
            )
        here = request.headers.get("host", "").lower()
        if here != urlsplit(self._address).netloc.lower() and _MOVED not in request.query_params:
            # The cookie has to be where Facebook sends the browser back. Once only: a proxy may hide the true name.
            return RedirectResponse(f"{self._address}{_AUTHORIZE}?{request.url.query}&{_MOVED}=1", 302)
        browser = self._browser(request) or secrets.token_urlsafe(32)
        answer = RedirectResponse(self._sign_ins.begin(wanted, browser), 302)
        answer.set_cookie(
            self._cookie, browser, ATTEMPT_SECONDS, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        return answer

    async def callback(self, request: HttpRequest) -> Response:
        """Finish with Facebook and send the browser on to the tool."""
        client = client_of(request.client.host if request.client else "")
        if self._failures.is_over(client):
            return _later(request, 429, say("Too many sign-ins from your network have failed in the last minute"))
        try:
            outcome = await self._sign_ins.answered(request.query_params, self._browser(request))
        except (SignInOver, AnotherBrowser) as error:
            return _not_ours(request, error)
        except TtlStoreFull:
            return _later(request, 503, say("Too many people are signing in at the moment"))
        if outcome.error == "server_error":
            self._failures.failed(client)
        if outcome.address:
            return RedirectResponse(outcome.address, 302)
        if not outcome.code:
            return _page(
                request,
                200,
                say("Facebook did not grant access"),
                say("Nothing was changed ({reason}).", reason=outcome.description),
                say("Go back to fbtool and sign in again."),
            )
        account = await self._store.accounts.account(outcome.request.account_id)
        page = message(
            language_of(request),
            say("Did you start this yourself?"),
            [
                say("On the next page is a code. Whoever types it into fbtool gives the messenger account “{account}” "
                    "access to the Facebook Pages of {person}.",
                    account=account.name if account else "", person=outcome.person),
                say("Did somebody send you the link, or is somebody on the phone waiting for the code? Then close "
                    "this page: with the code you would give your Pages away."),
            ],
            say("Go on only if you have started the sign-in in fbtool yourself, a few minutes ago."),
            Button(say("Show the code"), _CODE, {"state": request.query_params["state"]}),
        )  # fmt: skip
        return Html(page)

    async def show_code(self, request: HttpRequest) -> Response:
        """Show the code to be typed in, after the person has said that it is theirs."""
        form = dict(parse_qsl((await limited_body(request, _FORM_LIMIT)).decode("utf-8", "replace")))
        try:
            outcome = await self._sign_ins.granted(form.get("state", ""), self._browser(request))
        except (SignInOver, AnotherBrowser) as error:
            return _not_ours(request, error)
        return _page(
            request,
            200,
            say("Your code: {code}", code=outcome.code),
            say("Type it into fbtool within two minutes. Never give it to anybody who asks you for it."),
            say("Did you not start this in fbtool yourself? Then close this page."),
        )

    async def token(self, request: HttpRequest) -> Response:
        """Redeem the one-time code, with the account's token as the client's proof."""
        body = await limited_body(request, _FORM_LIMIT)
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        client_id, secret = _client(request, form)
        account = await self._store.accounts.account(client_id) if "\0" not in client_id else None
        if not accounts.owns(account, secret, TokenKind.ACCOUNT, now_ms()) or not _may_sign_in(account):
            return Json(
                {"error": "invalid_client", "error_description": "unknown account or token"},
                401,
                {"WWW-Authenticate": "Basic"},
            )
        try:
            if form.get("grant_type") != "authorization_code":
                raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code")
            token = await self._sign_ins.redeem(
                client_id,
                form.get("code", ""),
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        except OAuthError as refused:
            return Json({"error": refused.error, "error_description": refused.description}, 400)
        answer: dict[str, object] = {"access_token": token.value, "token_type": "bearer"}
        if token.expires_in is not None:
            answer["expires_in"] = token.expires_in
        return Json(answer)

    def _browser(self, request: HttpRequest) -> str:
        """What the browser got when it began; empty if it brings nothing that we gave."""
        given = request.cookies.get(self._cookie, "")
        return given if re.fullmatch(r"[\w-]{43}", given, re.ASCII) else ""


def _may_sign_in(account: Account | None) -> bool:
    return account is not None and account.active and account.channel == NAME


def _client(request: HttpRequest, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret: HTTP Basic as RFC 6749 §2.3.1 prefers, or in the form."""
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _later(request: HttpRequest, status: int, title: Sentence) -> Response:
    meaning = say("Nothing was asked of Facebook yet, and nothing is lost.")
    answer = _page(request, status, title, meaning, say("Reload this page in a minute."))
    answer.headers["Retry-After"] = str(_BUSY_SECONDS)
    return answer


def _not_ours(request: HttpRequest, error: Exception) -> Response:
    if isinstance(error, AnotherBrowser):
        return _page(
            request,
            403,
            say("This sign-in was started in another browser"),
            say("It can be finished only in the browser in which it was started, which has to accept cookies. If "
                "somebody sent you a link to Facebook: do not go on, it would give your Pages away."),
            say("Go back to fbtool, sign in again, and stay in the browser that opens."),
        )  # fmt: skip
    return _page(
        request,
        410,
        say("This sign-in is no longer valid"),
        say("It was started more than ten minutes ago, or it has already ended."),
        say("Go back to fbtool and sign in again."),
    )


def _page(request: HttpRequest, status: int, title: Sentence, meaning: Sentence, remedy: Sentence) -> Response:
    return Html(message(language_of(request), title, [meaning], remedy), status)
