"""The tool as an OAuth client of the gateway: RFC 8252 (loopback), RFC 7636 (PKCE, S256).

requests-oauthlib makes the address and the redemption; what it raises becomes a `Problem`.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from fbtool.connection import Connection
from fbtool.display import cleaned, shown
from fbtool.facebook.catalogue import meaning_of_problem
from fbtool.facebook.tokens import Person
from fbtool.language import N_, Sentence
from fbtool.linking.network import clock
from fbtool.linking.network.gateway import NotAGateway
from fbtool.linking.network.http import host_of
from fbtool.linking.signin.events import Exchanged
from fbtool.problem import Kind, Problem

if TYPE_CHECKING:
    from oauthlib.oauth2 import OAuth2Error


class SignInUnfinished(Problem):
    """The gateway could not bring the sign-in at Facebook to an end."""

    code = "sign_in_unfinished"
    kind = Kind.REFUSED
    what = N_("The gateway could not finish the sign-in ({error}).")
    meaning = "{description}"
    remedy = N_("Sign in again. If it happens once more, tell the person who runs the gateway.")

    @classmethod
    def because(cls, error: object, description: object) -> "SignInUnfinished":
        """With the error and description of an OAuth answer (RFC 6749 §4.1.2.1 and §5.2), made fit to be shown.

        The gateway describes trouble at Facebook by its code; a person gets the sentence.
        """
        told = _short(description)
        known = meaning_of_problem(told)
        return cls(error=_short(error), description=Sentence(known.what) if known else told)


class SignInCodeRefused(Problem):
    """The gateway does not know the one-time code: mistyped, used, or older than two minutes."""

    code = "sign_in_code_refused"
    kind = Kind.REFUSED
    what = N_("The gateway does not accept the code of this sign-in.")
    meaning = N_("A code works once, for two minutes, and only for the sign-in that made it.")
    remedy = N_("Start the sign-in again and use the new code.")


class AccountTokenRefused(Problem):
    """The gateway does not accept the account's token any more."""

    code = "account_token_refused"
    kind = Kind.REFUSED
    what = N_("The gateway does not accept the token of the messenger account.")
    meaning = N_("The token was perhaps replaced by a new one, or the account was switched off or removed.")
    remedy = N_("Connect again with the account's current connection code.")


BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address for which the gateway's last page shows a code to be typed in."""
_SHORT_CODE = re.compile(r"[A-HJ-NP-Z2-9]{8}")


def short_code(typed: str) -> str:
    """The short code as the gateway wrote it, however it was typed; empty if it cannot be one."""
    plain = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return f"{plain[:4]}-{plain[4:]}" if _SHORT_CODE.fullmatch(plain) else ""


class _Redeemed(msgspec.Struct):
    access_token: str
    expires_in: int | None = None
    person: Person | None = None


class Attempt:
    """One authorization request: its address, and later the redemption of its code."""

    def __init__(
        self,
        connection: Connection,
        account_id: str,
        *,
        redirect_uri: str,
        state: str,
        scope: Iterable[str],
        auth_type: str = "",
    ) -> None:
        # Loading it is a good part of a program's start, and only a sign-in needs it.
        from fbtool.linking.signin.oauth_engine import Engine

        self._connection = connection
        self._engine = Engine(connection, account_id, redirect_uri)
        self._engine.scope = list(scope)
        choice = {"auth_type": auth_type} if auth_type else {}
        address, _ = self._engine.authorization_url(_https(f"{connection.address}/oauth/authorize"), state, **choice)
        self.url = self._engine.on_the_wire(address)
        """Where the browser has to go. It holds no secret, but it belongs to this attempt alone."""
        # oauthlib raises a Warning if a token's scope differs from the one asked for, and a person may decline.
        self._engine.scope = None

    def redeem(self, code: str) -> Exchanged:
        """Exchange the one-time code for the person's token.

        Raises:
            AccountTokenRefused: the account's token is not accepted.
            SignInCodeRefused: the gateway does not know the code.
        SignInUnfinished: the gateway refuses for another reason, which it names.
            NotAGateway, GatewayAway: somebody else answers.
            Problem: those of `http.send`.
        """
        from oauthlib.oauth2 import OAuth2Error
        from requests.auth import HTTPBasicAuth

        address = f"{self._connection.address}/oauth/token"
        account = HTTPBasicAuth(str(self._engine.client_id).encode(), self._connection.token.encode())
        try:
            token: Any = self._engine.fetch_token(_https(address), code=code, auth=account)
        except OAuth2Error as error:
            raise _refusal(error) from None
        try:
            redeemed = msgspec.convert(cleaned(dict(token)), _Redeemed, strict=False)
        except msgspec.ValidationError:
            raise NotAGateway(host=host_of(address), status=200) from None
        ends = int(clock.now()) + redeemed.expires_in if redeemed.expires_in else 0
        return Exchanged(redeemed.access_token, ends, redeemed.person)

    def close(self) -> None:
        """Close the connections."""
        self._engine.close()


def _https(address: str) -> str:
    return f"https:{address.partition(':')[2]}"


def _refusal(error: "OAuth2Error") -> Problem:
    # requests-oauthlib hands on whatever stands in "error", also an object.
    if str(error.error) in {"invalid_client", "unauthorized_client"}:
        return AccountTokenRefused()
    if str(error.error) == "invalid_grant":
        return SignInCodeRefused()
    return SignInUnfinished.because(error.error, error.description)


def _short(text: object) -> str:
    return shown(str(text or ""))[:300]
