"""Signing in: the gateway stands between the tool and Facebook's login dialog.

The app's secret and its one registered redirect address belong to the gateway; the tool is a public client
on a person's computer (RFC 8252, PKCE). An attempt goes

::

    begun ──dialog──► answered ──redeem──► gone
      └───────── ten minutes ─────────────► gone

Of an attempt that is begun nothing is kept: it travels, sealed, in the ``state`` that Facebook hands back, so that
nobody can fill anything by beginning many. It is bound to the browser by a cookie (RFC 9700 §4.7): nobody can have
another person finish what he began. Only what Facebook granted is kept, sealed, for some minutes in the `TtlStore`:
in memory, or, where several gateways share a database, in a table there that any of them can finish the sign-in with.
"""

import asyncio
import contextlib
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import msgspec
from cryptography.exceptions import InvalidTag

from fbtool import base64url
from fbtool.address import read_address
from fbtool.connection_code import BY_HAND
from fbtool.facebook import login, permissions, tokens
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import App, Platform
from fbtool.facebook.login import Denied, Granted, UserToken
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.store.ttl import TtlStore
from fbtool.gateway.vault import Vault
from fbtool.meta.errors import GraphError

ATTEMPT_SECONDS = 600
CODE_SECONDS = 180
"""From the return out of the dialog; a person is told two minutes."""
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that people mix up."""
_EXCHANGE_SECONDS = 70
"""Longer than Facebook may take for both exchanges; then nobody else finishes the sign-in any more."""
_LOOK_AGAIN_SECONDS = 0.1
_STATE = "sign-in state"
_REDIRECT_CHARACTERS = 500
_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)
"""A SHA-256 in base64url (RFC 7636 §4.2)."""
_SCOPES = frozenset(permissions.LOGIN_SCOPE) | {permissions.BUSINESSES}
_ERRORS = frozenset({"access_denied", "invalid_request", "invalid_scope", "server_error", "temporarily_unavailable",
                     "unauthorized_client", "unsupported_response_type"})  # fmt: skip
"""What may be told of the dialog's answer (RFC 6749 §4.1.2.1): whatever else the browser brings, anybody may have
written.
"""


class SignInOver(Exception):
    """The browser brings back no attempt of this gateway, or one that began too long ago."""


class AnotherBrowser(Exception):
    """The attempt was begun in another browser than the one that comes back."""


class OAuthError(Exception):
    """An OAuth error (RFC 6749 §4.1.2.1, §5.2) with its registered name."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class SignInRequest:
    """What the tool asks for at the authorization endpoint."""

    account_id: str
    redirect_uri: str
    state: str
    challenge: str
    scope: tuple[str, ...]
    ask: tuple[login.Ask, ...]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SignInRequest":
        """Check a query.

        Raises:
            OAuthError: it is not what our tool sends; the browser must not be redirected.
        """
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri != BY_HAND and not (
            len(redirect_uri) <= _REDIRECT_CHARACTERS and _is_loopback_uri(redirect_uri)
        ):
            raise OAuthError("invalid_request", "redirect_uri must be http on this computer")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "response_type must be code")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise OAuthError("invalid_request", "PKCE with S256 is required")
        state = query.get("state", "")
        if not 8 <= len(state) <= 500:
            raise OAuthError("invalid_request", "state is required")
        scope = tuple(query.get("scope", "").replace(",", " ").split()) or permissions.LOGIN_SCOPE
        auth_type = query.get("auth_type", "")
        if not set(scope) <= _SCOPES or auth_type not in {"", *login.Ask}:
            raise OAuthError("invalid_scope", "scope or auth_type is not one of those that linking needs")
        ask = (login.Ask(auth_type),) if auth_type else ()
        return cls(query.get("client_id", ""), redirect_uri, state, challenge, scope, ask)


@dataclass(frozen=True)
class SignInOutcome:
    """How the browser's part of a sign-in ended."""

    request: SignInRequest
    code: str = field(default="", repr=False)
    """What the tool redeems; empty if it failed."""
    error: str = ""
    """A code of RFC 6749 §4.1.2.1."""
    description: str = ""
    """For the tool: the stable code of what went wrong."""
    person: str = ""
    """Whose permission it is, where the code is typed in."""

    @property
    def address(self) -> str:
        """Where the browser is sent; empty if the person has to carry the code to the tool."""
        if self.request.redirect_uri == BY_HAND:
            return ""
        result = {"code": self.code} if self.code else {"error": self.error, "error_description": self.description}
        return f"{self.request.redirect_uri}?{urlencode(result | {'state': self.request.state})}"


@dataclass(frozen=True)
class _Attempt:
    """What travels in Facebook's ``state``."""

    request: SignInRequest
    code: str
    """What the tool will redeem, if all goes well; until then only this gateway can read it."""
    browser: str
    ends: int
    """Unix seconds."""


@dataclass(frozen=True)
class _Grant:
    """What is kept from the return out of the dialog on."""

    request: SignInRequest
    token: UserToken | None = None
    """None until Facebook has given it, and again when the tool has it."""
    person: str = ""
    granted: bool = False


class SignIns:
    """All sign-ins under way."""

    def __init__(
        self, app: App, platform: Platform, graph: Graph, callback: str, ttl_store: TtlStore, vault: Vault
    ) -> None:
        self._app = app
        self._platform = platform
        self._graph = graph
        self._callback = callback
        self._ttl_store = ttl_store
        self._vault = vault

    def begin(self, request: SignInRequest, browser: str) -> str:
        """The address of Facebook's dialog, where the attempt goes along.

        Args:
            request: what the tool asks for.
            browser: what only this browser will bring back.
        """
        code = _code_to_type() if request.redirect_uri == BY_HAND else secrets.token_urlsafe(32)
        attempt = _Attempt(request, code, browser, int(time.time()) + ATTEMPT_SECONDS)
        sealed = self._vault.seal(msgspec.json.encode(attempt), _STATE)
        state = base64url.encode(sealed)
        return login.dialog_address(self._platform, self._app.id, self._callback, state, request.scope, request.ask)

    async def answered(self, query: Mapping[str, str], browser: str) -> SignInOutcome:
        """How the sign-in of a browser ended that comes back from the dialog.

        A reload gets the same answer: Facebook's code is redeemed once.

        Raises:
            SignInOver, AnotherBrowser: nothing was done.
            TtlStoreFull: too many sign-ins end at the moment; the same address can be opened again.
        """
        attempt = self._attempt(query.get("state", ""), browser)
        answer = login.read_return(query)
        if isinstance(answer, Denied):
            if not answer.error:  # Facebook's own trouble; these words are ours
                return SignInOutcome(attempt.request, error="server_error", description=answer.description)
            error = answer.error if answer.error in _ERRORS else "access_denied"
            return SignInOutcome(attempt.request, error=error, description=error)
        while not await self._ttl_store.add(*self._sealed(attempt.code, _Grant(attempt.request)), CODE_SECONDS):
            outcome = await self._outcome_of_another(attempt)
            if outcome is not None:
                return outcome
        return await self._finish(attempt, answer)

    async def granted(self, state: str, browser: str) -> SignInOutcome:
        """What `answered` said before, for the last page.

        Raises:
            SignInOver, AnotherBrowser: there is nothing to show (any more).
        """
        attempt = self._attempt(state, browser)
        grant = await self._grant(attempt.code)
        if grant is None or grant.request != attempt.request or grant.token is None:
            raise SignInOver
        return SignInOutcome(attempt.request, attempt.code, person=grant.person)

    async def redeem(self, account_id: str, code: str, redirect_uri: str, verifier: str) -> UserToken:
        """Hand the person's token over, once, and forget it.

        Raises:
            OAuthError: ``invalid_grant``; the code is used up in any case.
        """
        claimed = await self._ttl_store.claim(self._key(code))
        held = self._opened(code, claimed) if claimed is not None else None
        if held is not None:
            await self._ttl_store.change(*self._sealed(code, replace(held, token=None)))
        challenge = base64url.encode(hashlib.sha256(verifier.encode()).digest())
        if (
            held is None
            or held.token is None
            or held.request.account_id != account_id
            or held.request.redirect_uri != redirect_uri
            or not hmac.compare_digest(held.request.challenge, challenge)
        ):
            raise OAuthError("invalid_grant", "the code is unknown, used, expired, or not yours")
        return held.token

    def _attempt(self, state: str, browser: str) -> _Attempt:
        try:
            sealed = base64url.decode(state)
            attempt = msgspec.json.decode(self._vault.open(sealed, _STATE), type=_Attempt)
        except (ValueError, InvalidTag):
            raise SignInOver from None
        if attempt.ends <= time.time():
            raise SignInOver
        if not browser or not hmac.compare_digest(attempt.browser.encode(), browser.encode()):
            raise AnotherBrowser
        return attempt

    async def _outcome_of_another(self, attempt: _Attempt) -> SignInOutcome | None:
        """What the first return of this browser came to, perhaps at another gateway; None if it came to nothing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_EXCHANGE_SECONDS):
                while (grant := await self._grant(attempt.code)) is not None:
                    if grant.request != attempt.request:
                        raise SignInOver
                    if grant.granted:
                        return SignInOutcome(attempt.request, attempt.code, person=grant.person)
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                return None
        raise SignInOver

    async def _finish(self, attempt: _Attempt, answer: Granted) -> SignInOutcome:
        request, person = attempt.request, ""
        try:
            token = await self._graph.run(login.exchange_code(self._app, answer.code, self._callback))
            token = await self._graph.run(login.long_lived(self._app, token.value))
            if request.redirect_uri == BY_HAND:
                person = (await self._graph.run(tokens.person(token.value))).name
        except (GraphError, AnswerUnreadable, FacebookUnreachable, FacebookSilent) as trouble:
            # Kept, failures could fill the store: anybody can come back with a code that he made up.
            await self._ttl_store.take(self._key(attempt.code))
            return SignInOutcome(request, error="server_error", description=trouble.code)
        await self._ttl_store.change(*self._sealed(attempt.code, _Grant(request, token, person, granted=True)))
        return SignInOutcome(request, attempt.code, person=person)

    async def _grant(self, code: str) -> _Grant | None:
        kept = await self._ttl_store.get(self._key(code))
        return None if kept is None else self._opened(code, kept)

    def _key(self, code: str) -> bytes:
        return self._vault.fingerprint(f"sign-in code {code}".encode())

    def _sealed(self, code: str, grant: _Grant) -> tuple[bytes, bytes]:
        return self._key(code), self._vault.seal(msgspec.json.encode(grant), f"sign-in code {code}")

    def _opened(self, code: str, sealed: bytes) -> _Grant:
        return msgspec.json.decode(self._vault.open(sealed, f"sign-in code {code}"), type=_Grant)


def _code_to_type() -> str:
    """Forty random bits are enough: redeeming needs the verifier and the account's token as well."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _is_loopback_uri(uri: str) -> bool:
    """Only this computer, any port (RFC 8252 §7.3); a code never goes anywhere else."""
    read = read_address(uri)
    return read is not None and read.is_bare and read.scheme == "http" and bool(read.port) and read.is_this_computer
