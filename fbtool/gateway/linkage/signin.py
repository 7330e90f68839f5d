"""Signing in: the gateway stands between the tool and Facebook's login dialog.

The app's secret and its one registered redirect address belong to the gateway; the tool is a public client
on a person's computer (RFC 8252, PKCE). An attempt goes

::

    begun ──dialog──► answered ──redeem──► gone
      └───────── ten minutes ─────────────► gone

The person's token is kept, sealed, for two minutes on the store's shelf: in memory, or, where several
gateways share a database, in a table there that any of them can finish the sign-in with.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from fbtool.address import read_address
from fbtool.facebook import login, permissions
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.facebook.graph import App, Platform
from fbtool.facebook.login import Denied, Granted, UserToken
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.store.shelf import Shelf, ShelfFull
from fbtool.gateway.vault import Vault

T = TypeVar("T")
ATTEMPT_SECONDS = 600
CODE_SECONDS = 120
BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of a tool that the browser cannot reach: the last page shows a code to be typed in."""
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that people mix up."""
_EXCHANGE_SECONDS = 70
"""Longer than Facebook may take for both exchanges; then nobody else finishes the sign-in any more."""
_LOOK_AGAIN_SECONDS = 0.1
_SCOPES = frozenset(permissions.LOGIN_SCOPE) | {"business_management"}


class RequestRefused(Exception):
    """An OAuth error (RFC 6749 §4.1.2.1, §5.2) with its registered name."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class Request:
    """What the tool asks for at the authorization endpoint."""

    account_id: str
    redirect_uri: str
    state: str
    challenge: str
    scope: tuple[str, ...]
    ask: tuple[login.Ask, ...]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Request":
        """Check a query.

        Raises:
            RequestRefused: it is not what our tool sends; the browser must not be redirected.
        """
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri != BY_HAND and not _is_loopback_uri(redirect_uri):
            raise RequestRefused("invalid_request", "redirect_uri must be http on this computer")
        if query.get("response_type") != "code":
            raise RequestRefused("unsupported_response_type", "response_type must be code")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise RequestRefused("invalid_request", "PKCE with S256 is required")
        state = query.get("state", "")
        if not 8 <= len(state) <= 500:
            raise RequestRefused("invalid_request", "state is required")
        scope = tuple(query.get("scope", "").replace(",", " ").split()) or permissions.LOGIN_SCOPE
        auth_type = query.get("auth_type", "")
        if not set(scope) <= _SCOPES or auth_type not in {"", *login.Ask}:
            raise RequestRefused("invalid_scope", "scope or auth_type is not one of those that linking needs")
        ask = (login.Ask(auth_type),) if auth_type else ()
        return cls(query.get("client_id", ""), redirect_uri, state, challenge, scope, ask)


@dataclass(frozen=True)
class Outcome:
    """How the browser's part of a sign-in ended."""

    request: Request
    code: str = field(default="", repr=False)
    """What the tool redeems; empty if it failed."""
    error: str = ""
    description: str = ""

    @property
    def address(self) -> str:
        """Where the browser is sent; empty if the person has to carry the code to the tool."""
        if self.request.redirect_uri == BY_HAND:
            return ""
        result = {"code": self.code} if self.code else {"error": self.error, "error_description": self.description}
        return f"{self.request.redirect_uri}?{urlencode(result | {'state': self.request.state})}"


@dataclass(frozen=True)
class _Attempt:
    request: Request
    outcome: Outcome | None = None
    """The same for a reload."""


@dataclass(frozen=True)
class _Redeemable:
    request: Request
    token: UserToken


class SignIns:
    """All sign-ins under way."""

    def __init__(self, app: App, platform: Platform, graph: Graph, callback: str, shelf: Shelf, vault: Vault) -> None:
        self._app = app
        self._platform = platform
        self._graph = graph
        self._callback = callback
        self._shelf = shelf
        self._vault = vault

    async def begin(self, request: Request) -> str:
        """Remember the attempt; returns the address of Facebook's dialog.

        Raises:
            RequestRefused: too many attempts are under way.
        """
        state = secrets.token_urlsafe(32)
        try:
            await self._shelf.put(*self._sealed("attempt", state, _Attempt(request)), ATTEMPT_SECONDS)
        except ShelfFull:
            raise RequestRefused("temporarily_unavailable", "too many sign-ins at the moment") from None
        dialog = login.Dialog(self._app.id, self._callback, state, request.scope, ask=request.ask)
        return dialog.address(self._platform)

    async def answered(self, query: Mapping[str, str]) -> Outcome | None:
        """How the sign-in of a browser ended that comes back from the dialog; None if no attempt fits.

        A reload gets the same answer: Facebook's code is redeemed once.
        """
        state = query.get("state", "")
        claimed = await self._shelf.claim(self._key("attempt", state))
        if claimed is None:
            return await self._outcome_of_another(state)
        request = self._opened("attempt", state, claimed, _Attempt).request
        outcome = await self._finish(request, login.read_return(query))
        await self._shelf.change(*self._sealed("attempt", state, _Attempt(request, outcome)))
        return outcome

    async def redeem(self, account_id: str, code: str, redirect_uri: str, verifier: str) -> UserToken:
        """Hand the person's token over, once, and forget it.

        Raises:
            RequestRefused: ``invalid_grant``; the code is used up in any case.
        """
        taken = await self._shelf.take(self._key("code", code))
        held = self._opened("code", code, taken, _Redeemable) if taken is not None else None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if (
            held is None
            or held.request.account_id != account_id
            or held.request.redirect_uri != redirect_uri
            or not hmac.compare_digest(held.request.challenge, challenge)
        ):
            raise RequestRefused("invalid_grant", "the code is unknown, used, expired, or not yours")
        return held.token

    async def _outcome_of_another(self, state: str) -> Outcome | None:
        """What the first return of this browser came to, perhaps at another gateway; waits until it is known."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_EXCHANGE_SECONDS):
                while (body := await self._shelf.get(self._key("attempt", state))) is not None:
                    attempt = self._opened("attempt", state, body, _Attempt)
                    if attempt.outcome is not None:
                        return attempt.outcome
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        return None

    async def _finish(self, request: Request, answer: Granted | Denied) -> Outcome:
        if isinstance(answer, Denied):
            error = "access_denied" if answer.error else "server_error"
            return Outcome(request, error=error, description=answer.description or answer.error)
        try:
            token = await self._graph.run(login.exchange_code(self._app, answer.code, self._callback))
            token = await self._graph.run(login.long_lived(self._app, token.value))
        except (GraphError, AnswerUnreadable, FacebookUnreachable, FacebookSilent) as trouble:
            return Outcome(request, error="server_error", description=trouble.code)
        code = _code_to_type() if request.redirect_uri == BY_HAND else secrets.token_urlsafe(32)
        try:
            await self._shelf.put(*self._sealed("code", code, _Redeemable(request, token)), CODE_SECONDS)
        except ShelfFull:
            return Outcome(request, error="temporarily_unavailable", description="too many sign-ins at the moment")
        return Outcome(request, code)

    def _key(self, kind: str, name: str) -> bytes:
        return self._vault.fingerprint(f"sign-in {kind} {name}".encode())

    def _sealed(self, kind: str, name: str, value: object) -> tuple[bytes, bytes]:
        return self._key(kind, name), self._vault.seal(msgspec.json.encode(value), f"sign-in {kind} {name}")

    def _opened(self, kind: str, name: str, sealed: bytes, form: type[T]) -> T:
        return msgspec.json.decode(self._vault.open(sealed, f"sign-in {kind} {name}"), type=form)


def _code_to_type() -> str:
    """Forty random bits are enough: redeeming needs the verifier and the account's token as well."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _is_loopback_uri(uri: str) -> bool:
    """Only this computer, any port (RFC 8252 §7.3); a code never goes anywhere else."""
    read = read_address(uri)
    return read is not None and read.is_bare and read.scheme == "http" and bool(read.port) and read.is_this_computer
