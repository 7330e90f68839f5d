"""The browser's and the tool's face for signing in: authorize, callback, token (RFC 6749, 7636, 8252)."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fbtool.gateway import accounts
from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.faces.answers import Json, language_of, limited_body
from fbtool.gateway.faces.paper import page
from fbtool.gateway.linkage.signin import Request, RequestRefused, SignIns
from fbtool.gateway.store import Store
from fbtool.language import Sentence, say

CALLBACK = "/oauth/callback"
_FORM_LIMIT = 16 * 1024


class OAuthFace:
    """Three addresses: where the browser starts, where Facebook sends it back, where the tool redeems."""

    def __init__(self, store: Store, sign_ins: SignIns) -> None:
        self._store = store
        self._sign_ins = sign_ins

    def routes(self) -> list[Route]:
        """Where the handlers are."""
        return [
            Route("/oauth/authorize", self.authorize, methods=["GET"]),
            Route(CALLBACK, self.callback, methods=["GET"]),
            Route("/oauth/token", self.token, methods=["POST"]),
        ]

    async def authorize(self, request: HttpRequest) -> Response:
        """Send the browser on to Facebook's dialog. What is wrong stays here: no redirect to strangers."""
        try:
            wanted = Request.read(request.query_params)
            if not _may_sign_in(await self._store.account(wanted.account_id)):
                raise RequestRefused("unauthorized_client", "no active Facebook account has this client_id")
            return RedirectResponse(await self._sign_ins.begin(wanted), 302)
        except RequestRefused as refused:
            return _page(
                request,
                400,
                say("This sign-in cannot start"),
                say("The address is not one that fbtool makes ({reason}).", reason=refused.description),
                say("Go back to fbtool and start the sign-in there again."),
            )

    async def callback(self, request: HttpRequest) -> Response:
        """Finish with Facebook and send the browser on to the tool."""
        outcome = await self._sign_ins.answered(request.query_params)
        if outcome is None:
            return _page(
                request,
                410,
                say("This sign-in is no longer valid"),
                say("It was started more than ten minutes ago, or the gateway was restarted meanwhile."),
                say("Go back to fbtool and sign in again."),
            )
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
        account = await self._store.account(client_id) if "\0" not in client_id else None
        if not accounts.owns(account, secret) or not _may_sign_in(account):
            return Json(
                {"error": "invalid_client", "error_description": "unknown account or token"},
                401,
                {"WWW-Authenticate": "Basic"},
            )
        try:
            if form.get("grant_type") != "authorization_code":
                raise RequestRefused("unsupported_grant_type", "grant_type must be authorization_code")
            token = await self._sign_ins.redeem(
                client_id,
                form.get("code", ""),
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        except RequestRefused as refused:
            return Json({"error": refused.error, "error_description": refused.description}, 400)
        answer: dict[str, object] = {"access_token": token.value, "token_type": "bearer"}
        if token.expires_in is not None:
            answer["expires_in"] = token.expires_in
        return Json(answer)


def _may_sign_in(account: Account | None) -> bool:
    return account is not None and account.active and account.channel is Channel.FACEBOOK


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


def _page(request: HttpRequest, status: int, title: Sentence, meaning: Sentence, remedy: Sentence) -> Response:
    return page(language_of(request), status, title, [meaning], remedy)
