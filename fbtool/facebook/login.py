"""Facebook Login, manual flow: the dialog's address, its answer, and the exchange of the code.

Source: Meta, "Manually build a login flow" and "Get long-lived tokens" (2026).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from fbtool.facebook.graph import VERSION, App, Call, Platform


class Ask(StrEnum):
    """``auth_type``: what the dialog does again although it was done before."""

    DECLINED = "rerequest"
    """Ask again for declined permissions; without it they are silently left out (documented)."""
    PAGES = "reauthorize"
    """Renew the 90 days of data access; in practice the Page picker is shown again (seen)."""
    PASSWORD = "reauthenticate"  # noqa: S105 - a word of Facebook's
    """Enter the password again (general knowledge)."""


def dialog_address(
    platform: Platform, app_id: str, redirect_uri: str, state: str, scope: Iterable[str], ask: Iterable[Ask] = ()
) -> str:
    """Where the person signs in.

    ``redirect_uri`` must be registered at the app, byte by byte; ``state`` comes back unchanged and binds the answer to
    the attempt.
    """
    query = {
        "client_id": app_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "response_type": "code",
        "scope": ",".join(scope),
    }
    auth_type = ",".join(ask)
    if auth_type:
        query["auth_type"] = auth_type
    return f"{platform.www}/{VERSION}/dialog/oauth?{urlencode(query)}"


@dataclass(frozen=True)
class UserToken:
    """What a code or a shorter token is exchanged for."""

    value: str = field(repr=False)
    expires_in: int | None
    """Seconds from now; None when Facebook names no end."""


@dataclass(frozen=True)
class Granted:
    """The dialog ended well, with a code to be exchanged."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class Denied:
    """The dialog ended without a grant. That does not mean that the person cancelled.

    Apps in development mode and wrong Login-for-Business configurations end the same way (reported), so a
    text for people says "Facebook did not grant access", never "you cancelled".
    """

    error: str
    """Empty if Facebook could not go on, for a reason of its own."""
    reason: str
    description: str


def read_return(query: Mapping[str, str]) -> Granted | Denied:
    """What the query of the dialog's redirect says. Without a code it is an end, however little it says.

    Facebook's own troubles come back with ``error_code`` and ``error_message`` only (reported, zitadel#9419).
    """
    if query.get("code"):
        return Granted(query["code"])
    if query.get("error"):
        return Denied(
            error=query["error"], reason=query.get("error_reason", ""), description=query.get("error_description", "")
        )
    code = query.get("error_code", "")
    known = re.fullmatch(r"[0-9]{1,9}", code, re.ASCII)
    return Denied("", "", f"facebook_{int(code)}" if known else "Facebook's dialog came back without an answer")


def exchange_code(app: App, code: str, redirect_uri: str) -> Call[UserToken]:
    """Redeem the dialog's code (once) for a short-lived user token; ``redirect_uri`` is the dialog's, byte by byte."""
    return _token_call(client_id=app.id, client_secret=app.secret, redirect_uri=redirect_uri, code=code)


def long_lived(app: App, user_token: str) -> Call[UserToken]:
    """Exchange a still valid user token for one that lives about 60 days."""
    return _token_call(
        grant_type="fb_exchange_token", client_id=app.id, client_secret=app.secret, fb_exchange_token=user_token
    )


def _token_call(**params: str) -> Call[UserToken]:
    # POST keeps the secret out of addresses; Facebook accepts both methods (general knowledge).
    return Call("POST", "oauth/access_token", _read_token, params)


def _read_token(content: Any) -> UserToken:
    expires_in = content.get("expires_in")
    return UserToken(str(content["access_token"]), None if expires_in is None else int(expires_in))
