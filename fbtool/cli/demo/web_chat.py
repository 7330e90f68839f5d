"""The demo's web chat: an account of its own, set up as an admin would, on the pages of the sandbox's shop."""

from typing import Any

import requests

from fbtool.language import say

NAME = "Hofladen Kruse"
_PRIVACY = "https://shop.example/privacy"
_TIMEOUT = 10


def set_up(sandbox: str, gateway: str, admin_token: str) -> tuple[str, str]:
    """Make the account and show its chat on every page of the shop; the account's token and the widget's."""
    greeting = say("Welcome to {shop}! What can we do for you?", shop=NAME)
    wanted = {"name": NAME, "channel": "webchat", "greeting": str(greeting)}
    account = _told("POST", f"{gateway}/admin/accounts", admin_token, wanted)
    _set_widget_up(gateway, account["widget_token"])
    usual = {"gateway": gateway, "account": account["id"]}
    _told("PUT", f"{sandbox}/sandbox/shop/usual", "", usual)
    return account["token"], account["widget_token"]


def _set_widget_up(gateway: str, token: str) -> None:
    address = f"{gateway}/v1/webchat/settings"
    now = _told("GET", address, token)
    wanted = now["settings"] | {
        "privacy_url": _PRIVACY,
        "identify": "on",
        "auto_replies": [
            {"seconds": 5, "text": str(say("Thank you for your message. Somebody will be with you in a moment."))}
        ],
    }
    _told("PUT", address, token, {"version": now["version"], "settings": wanted})


def _told(method: str, address: str, token: str, body: Any = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, address, headers=headers, json=body, timeout=_TIMEOUT)
    answer.raise_for_status()
    content: dict[str, Any] = answer.json()
    return content
