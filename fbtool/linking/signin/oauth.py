"""The tool as an OAuth client of the gateway: RFC 8252 (loopback), RFC 7636 (PKCE, S256), by requests-oauthlib.

Loading that library is a good part of a program's start: import this module only where a sign-in begins.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import requests
from oauthlib.oauth2 import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from fbtool.connection_code import Connection
from fbtool.facebook.tokens import Person
from fbtool.json_errors import UNREADABLE
from fbtool.linking.network import clock
from fbtool.linking.network.gateway import GatewayAway, NotAGateway
from fbtool.linking.network.http import host_of, open_session, send
from fbtool.linking.signin.machine import Exchanged
from fbtool.linking.signin.problems import AccountTokenRefused, SignInCodeRefused, SignInUnfinished
from fbtool.problem import Problem
from fbtool.safe_text import cleaned


class _Redeemed(msgspec.Struct):
    access_token: str
    expires_in: int | None = None
    person: Person | None = None


class Attempt(OAuth2Session):
    """One authorization request: its address, and later the redemption of its code. Close it.

    oauthlib insists on https, and its only switch is an environment variable for the whole process. So it sees https
    addresses throughout, and the wire gets those of the connection, which were checked: http only on this computer.
    """

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
        super().__init__(account_id, redirect_uri=redirect_uri, scope=list(scope), pkce="S256")
        self._scheme, _, place = connection.address.partition(":")
        self._disguised = f"https:{place}"
        self._account = HTTPBasicAuth(account_id.encode(), connection.token.encode())
        self._wire = open_session()
        choice = {"auth_type": auth_type} if auth_type else {}
        address, _ = self.authorization_url(f"{self._disguised}/oauth/authorize", state, **choice)
        self.url = self._on_the_wire(address)
        """Where the browser has to go. It holds no secret, but it belongs to this attempt alone."""
        # oauthlib raises a Warning if a token's scope differs from the one asked for, and a person may decline.
        self.scope = None

    def redeem(self, code: str) -> Exchanged:
        """Exchange the one-time code for the person's token.

        Raises:
            AccountTokenRefused: the account's token is not accepted.
            SignInCodeRefused: the gateway does not know the code.
            SignInUnfinished: the gateway refuses for another reason, which it names.
            NotAGateway, GatewayAway: somebody else answers.
            Problem: those of `http.send`.
        """
        address = f"{self._disguised}/oauth/token"
        try:
            token: Any = self.fetch_token(address, code=code, auth=self._account)
        except OAuth2Error as error:
            raise _refusal(error) from None
        try:
            redeemed = msgspec.convert(cleaned(dict(token)), _Redeemed, strict=False)
        except msgspec.ValidationError:
            raise NotAGateway(host=host_of(address), status=200) from None
        ends = int(clock.now()) + redeemed.expires_in if redeemed.expires_in else 0
        return Exchanged(redeemed.access_token, ends, redeemed.person)

    def request(self, method: str, url: str, **parts: Any) -> requests.Response:  # type: ignore[override]
        """What requests-oauthlib sends goes through `http.send`; oauthlib reads only what is a JSON object."""
        wanted = {name: parts[name] for name in ("data", "headers", "auth") if name in parts}
        address = self._on_the_wire(url)
        answer = send(self._wire, method, address, **wanted)
        try:
            msgspec.json.decode(answer.content, type=dict[str, Any])
        except UNREADABLE:
            kind = GatewayAway if answer.status_code in {502, 503, 504} else NotAGateway
            raise kind(host=host_of(address), status=answer.status_code) from None
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
        super().close()

    def _on_the_wire(self, address: str) -> str:
        return self._scheme + address.removeprefix("https")


def _refusal(error: OAuth2Error) -> Problem:
    # requests-oauthlib hands on whatever stands in "error", also an object.
    if str(error.error) in {"invalid_client", "unauthorized_client"}:
        return AccountTokenRefused()
    if str(error.error) == "invalid_grant":
        return SignInCodeRefused()
    return SignInUnfinished.because(error.error, error.description)
