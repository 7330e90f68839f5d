"""What an app asks of the login dialog, and whether it may be asked at all (Meta, "Manually Build a Login Flow")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fbtool.address import read_address
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.sign_ins import DeviceLogin
from fbtool.sandbox.world import App, Configuration, LoginProduct, Mode, Person, Policy
from fbtool.sandbox.world.description import Access
from fbtool.sandbox.world.permissions import PERMISSIONS


class ErrorPage(Enum):
    """Why the dialog shows an error page; none of these ever redirects."""

    NO_APP = "invalid-app-id"
    URL_BLOCKED = "url-blocked"
    RESPONSE_TYPE = "invalid-response-type"
    CONFIGURATION = "invalid-config-id"
    NOT_ACTIVE = "app-not-active"
    INVALID_SCOPES = "invalid-scopes"


class Blocked(Exception):
    """The dialog cannot even begin."""

    def __init__(self, page: ErrorPage, detail: str = "") -> None:
        super().__init__(page.value)
        self.page = page
        self.detail = detail
        """What the sandbox adds for developers; Facebook does not show it."""


@dataclass(frozen=True)
class DialogRequest:
    """The parameters of ``/dialog/oauth`` that change what happens."""

    app: App
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    """As asked, unknown names included."""
    response_types: frozenset[str]
    auth_types: frozenset[str]
    configuration: Configuration | None = None
    device: DeviceLogin | None = None
    """Set when the dialog answers a device, not a redirect."""
    challenge: str = ""
    challenge_method: str = ""

    @property
    def in_fragment(self) -> bool:
        """Whether the answer stands behind ``#``: always when a token is part of it."""
        return "token" in self.response_types

    @property
    def unknown_scopes(self) -> tuple[str, ...]:
        """Names that are no permissions."""
        return tuple(name for name in self.scopes if name not in PERMISSIONS)

    def permissions_for(self, person: Person) -> tuple[str, ...]:
        """What can really be asked of this person; the rest is dropped without a word (seen)."""
        names = tuple(dict.fromkeys(("public_profile", *(name for name in self.scopes if name in PERMISSIONS))))
        if self.app.access is Access.ADVANCED or person.key in self.app.roles:
            return names
        return tuple(name for name in names if name in ("public_profile", "email", "openid"))


def read(state: WorldState, query: Mapping[str, str]) -> DialogRequest:
    """The request in a query.

    Raises:
        Blocked: if the dialog would show an error page to everybody.
    """
    app = state.world.app(query.get("client_id", ""))
    if app is None:
        raise Blocked(ErrorPage.NO_APP)
    redirect_uri = query.get("redirect_uri", "")
    if not may_redirect(app, state.redirect_uris[app.id], redirect_uri):
        raise Blocked(ErrorPage.URL_BLOCKED, redirect_uri)
    response_types = frozenset(_words(query.get("response_type", ""))) or frozenset(("code",))
    if not response_types <= {"code", "token", "granted_scopes"}:
        raise Blocked(ErrorPage.RESPONSE_TYPE)
    if response_types == {"granted_scopes"}:
        response_types |= {"code"}
    configuration = _configuration(app, query.get("config_id", ""))
    if configuration is not None and configuration.system_user and "token" in response_types:
        raise Blocked(ErrorPage.RESPONSE_TYPE)
    return DialogRequest(
        app=app,
        redirect_uri=redirect_uri,
        state=query.get("state"),
        scopes=configuration.permissions if configuration else tuple(_words(query.get("scope", ""))),
        response_types=response_types,
        auth_types=frozenset(_words(query.get("auth_type", ""))),
        configuration=configuration,
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", "plain"),
    )


def for_device(state: WorldState, login: DeviceLogin) -> DialogRequest:
    """The dialog that a device has asked for."""
    app = state.world.app(login.app_id)
    if app is None:
        raise Blocked(ErrorPage.NO_APP)
    return DialogRequest(
        app=app,
        redirect_uri="",
        state=None,
        scopes=tuple(_words(login.scope)),
        response_types=frozenset(("code",)),
        auth_types=frozenset(),
        device=login,
    )


def may_redirect(app: App, whitelist: list[str], uri: str) -> bool:
    """Strict Mode: the whole text must be in the app's list, only ``state`` is ignored (documented).

    Plain http is for the name ``localhost`` only: in development mode without being listed, in a live app only if
    the world says so, because it is uncertain there. ``127.0.0.1`` is refused (seen).
    """
    read = read_address(uri)
    if read is None:
        return False
    if read.scheme == "http":
        if read.host != "localhost":
            return False
        if app.mode is Mode.DEVELOPMENT:
            return True
        if app.http_localhost is Policy.REFUSED:
            return False
    elif read.scheme != "https":
        return False
    return _without_state(uri) in {_without_state(listed) for listed in whitelist}


def _without_state(uri: str) -> str:
    parts = urlsplit(uri)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if not any(name == "state" for name, _ in pairs):
        return uri
    query = urlencode([(name, value) for name, value in pairs if name != "state"])
    return urlunsplit(parts._replace(query=query))


def _configuration(app: App, config_id: str) -> Configuration | None:
    if not config_id:
        return None
    found = next((one for one in app.configurations if one.id == config_id), None)
    if found is None or app.login is not LoginProduct.BUSINESS:
        raise Blocked(ErrorPage.CONFIGURATION)
    return found


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text) if word]
