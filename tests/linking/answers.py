"""Answers of the gateway and of Facebook, as their contracts have them."""

from typing import Any

ACCOUNT: dict[str, Any] = {
    "id": "acc_7",
    "name": "Muster GmbH",
    "channel": "facebook",
    "active": True,
    "greeting": "",
    "avatar_url": "",
    "gateway": {"version": "1.2.3"},
    "sources": [],
}


def link(page_id: str = "11", name: str = "Café Muster", **more: Any) -> dict[str, Any]:
    return {
        "page_id": page_id,
        "name": name,
        "state": "active",
        "reason": None,
        "person": "Erika Muster",
        "linked_at": 1_790_000_000,
        "token_expires_at": 0,
        "data_access_expires_at": 0,
        "subscribed_fields": ["messages", "messaging_postbacks"],
        **more,
    }


BROKEN = {
    "state": "needs_reauthorization",
    "reason": {
        "code": "facebook_190_460",
        "what": "The Facebook password was changed.",
        "remedy": "Sign in with Facebook again.",
        "since": 1_790_000_500,
    },
}


def page(page_id: str = "11", name: str = "Café Muster", **more: Any) -> dict[str, Any]:
    return {
        "id": page_id,
        "name": name,
        "category": "Café",
        "tasks": ["MESSAGING", "MODERATE", "ANALYZE"],
        "access_token": f"EAAPAGE{page_id}",
        **more,
    }


ALL_GRANTED = {
    "data": [
        {"permission": name, "status": "granted"}
        for name in ("pages_show_list", "pages_messaging", "pages_manage_metadata", "pages_read_engagement")
    ]
}


GRANT = {
    "person_id": "42",
    "scopes": ["pages_manage_metadata", "pages_messaging", "pages_read_engagement", "pages_show_list"],
    "granular": [{"scope": "pages_show_list", "pages": None}],
    "expires_at": 0,
    "data_access_expires_at": 0,
}


def graph_error(code: int, subcode: int | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "Ab1"}
    if subcode:
        error["error_subcode"] = subcode
    return {"error": error}
