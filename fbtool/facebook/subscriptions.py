"""Webhook subscriptions: the app's one webhook, and each Page's own list of fields."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fbtool.facebook.graph import App, Call, expect_success

FIELDS = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_referrals",
    "messaging_optins",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
)
"""What the gateway wants to hear of a Page. ``response_feedback`` is left out on purpose: it shows thumbs
buttons under every message (documented)."""


class Webhook(msgspec.Struct, frozen=True):
    """The app's webhook for one kind of object."""

    object: str
    callback_url: str = ""
    active: bool = False
    fields: tuple[str, ...] = ()


def subscription(page_id: str, page_token: str, app_id: str) -> Call[frozenset[str]]:
    """The fields this app is subscribed to for the Page; empty if it is not subscribed."""

    def read(content: Any) -> frozenset[str]:
        for app in content["data"]:
            if str(app["id"]) == app_id:
                return frozenset(map(str, app.get("subscribed_fields", [])))
        return frozenset()

    return Call("GET", f"{page_id}/subscribed_apps", read, {}, page_token)


def subscribe(page_id: str, page_token: str, fields: Iterable[str] = FIELDS) -> Call[None]:
    """Subscribe this app to the Page. All or nothing: one field without its permission refuses all (documented)."""
    params = {"subscribed_fields": ",".join(fields)}
    return Call("POST", f"{page_id}/subscribed_apps", expect_success, params, page_token)


def unsubscribe(page_id: str, page_token: str) -> Call[None]:
    """End this app's subscription of the Page."""
    return Call("DELETE", f"{page_id}/subscribed_apps", expect_success, {}, page_token)


def listen(app: App, callback_url: str, verify_token: str, fields: Iterable[str] = FIELDS) -> Call[None]:
    """Register the app's one webhook for Pages. Facebook calls ``callback_url`` at once to verify it."""
    params = {
        "object": "page",
        "callback_url": callback_url,
        "verify_token": verify_token,
        "fields": ",".join(fields),
        "include_values": "true",
    }
    return Call("POST", f"{app.id}/subscriptions", expect_success, params, app.token)


def webhooks(app: App) -> Call[tuple[Webhook, ...]]:
    """The app's webhooks as Facebook has them."""

    def read(content: Any) -> tuple[Webhook, ...]:
        return tuple(
            Webhook(
                object=str(row["object"]),
                callback_url=str(row.get("callback_url", "")),
                active=bool(row.get("active", False)),
                fields=tuple(str(f["name"]) if isinstance(f, dict) else str(f) for f in row.get("fields", [])),
            )
            for row in content["data"]
        )

    return Call("GET", f"{app.id}/subscriptions", read, {}, app.token)
