"""The addresses with which the dialog sends the browser back to the app (Meta, "Manually Build a Login Flow")."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from fbtool.sandbox import ids
from fbtool.sandbox.dialog.request import DialogRequest
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.grants import Grant, PermissionStatus
from fbtool.sandbox.state.tokens import DATA_ACCESS, SHORT_LIVED, LoginCode
from fbtool.sandbox.world import Person

_TRAILER = "_=_"
"""Since 2011 the code flow ends in ``#_=_``; a loopback server never sees it, a window that watches does."""


def granted(state: WorldState, request: DialogRequest, person: Person, grant: Grant) -> str:
    """Back with a code, a token or both."""
    now = state.clock.now()
    values: dict[str, str | int] = {}
    if "token" in request.response_types:
        token = state.tokens.user_token(request.app.id, person.key, now, long_lived=False)
        values["access_token"] = token.text
        values["data_access_expiration_time"] = int(grant.authorised_at + DATA_ACCESS)
        values["expires_in"] = SHORT_LIVED
    if "code" in request.response_types:
        code = LoginCode(
            ids.login_code(),
            request.app.id,
            person.key,
            request.redirect_uri,
            now,
            challenge=request.challenge,
            challenge_method=request.challenge_method,
            system_user=request.configuration is not None and request.configuration.system_user,
        )
        state.tokens.codes[code.text] = code
        values["code"] = code.text
    if "granted_scopes" in request.response_types:
        values["granted_scopes"] = ",".join(grant.granted())
        declined = [name for name, status in grant.permissions.items() if status is PermissionStatus.DECLINED]
        values["denied_scopes"] = ",".join(declined)
    return _address(request, values)


def refused(request: DialogRequest) -> str:
    """Back with ``access_denied``; the same words come when nobody cancelled (field reports)."""
    return _address(
        request,
        {
            "error": "access_denied",
            "error_code": 200,
            "error_description": "Permissions error",
            "error_reason": "user_denied",
        },
    )


def _address(request: DialogRequest, values: dict[str, str | int]) -> str:
    if request.state is not None:
        values["state"] = request.state
    text = urlencode(values)
    parts = urlsplit(request.redirect_uri)
    if request.in_fragment:
        return urlunsplit(parts._replace(fragment=text))
    query = f"{parts.query}&{text}" if parts.query else text
    return urlunsplit(parts._replace(query=query, fragment=_TRAILER))
