"""What a token is worth: its facts, its person, and that person's permissions."""

from typing import Any

import msgspec

from fbtool.facebook.graph import App, Call, expect_success

REMIND_SECONDS = 14 * 24 * 3600
"""How long before its end a permission is called to mind; our choice, the same in the tool and in the gateway."""


class Person(msgspec.Struct, frozen=True):
    """A Facebook user as this app sees them."""

    id: str
    name: str = ""


class TokenFacts(msgspec.Struct, frozen=True):
    """The answer of ``debug_token`` (documented, and seen in public fixtures)."""

    is_valid: bool
    type: str
    """USER, PAGE, APP or SYSTEM_USER."""
    app_id: str
    profile_id: str
    """The Page, for a PAGE token."""
    user_id: str
    """The person behind it."""
    scopes: frozenset[str]
    expires_at: int
    """Unix seconds; 0 = never."""
    data_access_expires_at: int
    """Unix seconds; 0 = does not apply. 90 days after the person last authorised the app."""
    granular: dict[str, frozenset[str] | None]
    """Scope → the ids it was granted for; None = granted for everything. Absent is not empty."""
    error_code: int
    error_subcode: int

    def allows(self, scope: str, page_id: str) -> bool:
        """Whether ``scope`` was granted for this Page."""
        targets = self.granular.get(scope)
        return scope in self.scopes and (targets is None or page_id in targets)


def inspect(app: App, token: str) -> Call[TokenFacts]:
    """Ask Facebook what ``token`` is. The HTTP status stays 200 for a dead token; see ``is_valid``."""
    return Call("GET", "debug_token", _read_facts, {"input_token": token}, app.token)


def person(user_token: str) -> Call[Person]:
    """Who the token belongs to."""
    return Call("GET", "me", lambda content: msgspec.convert(content, Person), {"fields": "id,name"}, user_token)


def permissions(user_token: str) -> Call[dict[str, str]]:
    """Permission → ``granted``, ``declined`` or ``expired``. It says nothing about single Pages."""
    return Call("GET", "me/permissions", _read_permissions, {}, user_token)


def revoke(user_token: str, permission: str = "") -> Call[None]:
    """Take one permission back, or with none named the whole app: then all tokens of the person die, also of Pages.

    Facebook asks for what was revoked when the dialog is opened again.
    """
    params = {"permission": permission} if permission else {}
    return Call("DELETE", "me/permissions", expect_success, params, user_token)


def _read_permissions(content: Any) -> dict[str, str]:
    return {str(row["permission"]): str(row["status"]) for row in content["data"]}


def _read_facts(content: Any) -> TokenFacts:
    data = content["data"]
    error = data.get("error") or {}
    granular = {
        str(row["scope"]): frozenset(map(str, row["target_ids"])) if "target_ids" in row else None
        for row in data.get("granular_scopes", [])
    }
    return TokenFacts(
        is_valid=bool(data.get("is_valid", False)),
        type=str(data.get("type", "")),
        app_id=str(data.get("app_id", "")),  # older answers carry a number
        profile_id=str(data.get("profile_id", "")),
        user_id=str(data.get("user_id", "")),
        scopes=frozenset(map(str, data.get("scopes", []))),
        expires_at=int(data.get("expires_at") or 0),
        data_access_expires_at=int(data.get("data_access_expires_at") or 0),
        granular=granular,
        error_code=int(error.get("code") or 0),
        error_subcode=int(error.get("subcode") or error.get("error_subcode") or 0),
    )
