"""Deauthorize and data deletion (Meta: "Data Deletion Request Callback"), and what people do elsewhere."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest

from .client import CAFE, ERIKAS_ID, FLOWERS, GARAGE, Client, Listener, eventually


def opened(body: bytes, secret: str) -> dict:
    """The payload of a signed request, after checking its signature."""
    signature, payload = parse_qs(body.decode())["signed_request"][0].split(".")
    assert "=" not in signature + payload
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture
def erika(shop: Client, listener: Listener) -> str:
    addresses = {"deauthorize": listener.address, "data_deletion": listener.address}
    shop.sandbox("POST", f"apps/{shop.app}/callbacks", addresses)
    return shop.user_token()


def test_removing_the_app_kills_all_tokens_and_tells_the_app(shop: Client, listener: Listener, erika: str) -> None:
    page = shop.page_token(user_token=erika)
    answer = shop.sandbox("POST", f"people/erika/apps/{shop.app}/remove-app")
    assert answer == {"success": True, "callback": {"status": 200, "body": ""}}
    ((headers, body),) = listener.posted
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    told = opened(body, shop.secret)
    assert (told["user_id"], told["algorithm"]) == (ERIKAS_ID, "HMAC-SHA256")
    assert told["issued_at"] > 0
    for token in (erika, page):
        assert shop.get("me", token).error == (190, 458)


def test_afterwards_the_dialog_runs_from_scratch(shop: Client, erika: str) -> None:
    shop.sandbox("POST", f"people/erika/apps/{shop.app}/remove-app")
    browser = shop.browser()
    browser.sign_in(shop.dialog())
    shop.sandbox("POST", f"people/erika/apps/{shop.app}/remove-app")
    assert browser.open(shop.dialog()).screen == "continue"


def test_deleting_all_permissions_by_api_tells_the_app_too(shop: Client, listener: Listener, erika: str) -> None:
    shop.delete("me/permissions", erika)
    ((_, body),) = eventually(lambda: listener.posted)
    assert opened(body, shop.secret)["user_id"] == ERIKAS_ID


def test_deleting_one_permission_tells_nobody(shop: Client, listener: Listener, erika: str) -> None:
    shop.delete("me/permissions/pages_messaging", erika)
    shop.sandbox("POST", f"people/erika/apps/{shop.app}/delete-data")
    assert len(listener.posted) == 1


def test_data_deletion_shows_what_the_app_answers(shop: Client, listener: Listener, erika: str) -> None:
    listener.reply = b'{"url": "https://gw.example/deletion?c=AB12", "confirmation_code": "AB12"}'
    answer = shop.sandbox("POST", f"people/erika/apps/{shop.app}/delete-data")
    assert answer["callback"] == {"status": 200, "body": json.loads(listener.reply)}
    assert opened(listener.posted[0][1], shop.secret)["user_id"] == ERIKAS_ID


def test_without_an_address_nobody_is_told(shop: Client) -> None:
    shop.user_token()
    assert shop.sandbox("POST", f"people/erika/apps/{shop.app}/delete-data")["callback"] is None


def test_a_role_that_is_taken_away_and_given_back(shop: Client, erika: str) -> None:
    page = shop.page_token(user_token=erika)
    shop.sandbox("POST", f"pages/{FLOWERS}/roles", {"person": "erika", "role": None})
    assert shop.get("me", page).error == (190, 492)
    assert [one["id"] for one in shop.get("me/accounts", erika).json["data"]] == [CAFE, GARAGE]
    shop.sandbox("POST", f"pages/{FLOWERS}/roles", {"person": "erika", "role": {"role": "admin"}})
    assert shop.get("me", page).status == 200


def test_a_page_that_is_unticked_in_the_settings(shop: Client, listener: Listener, erika: str) -> None:
    page = shop.page_token(user_token=erika)
    shop.sandbox("POST", f"people/erika/apps/{shop.app}/pages", {"pages": [CAFE]})
    assert shop.get("me", page).error == (190, 0)
    assert listener.posted == []


def test_a_changed_password_ends_the_browser_session_too(shop: Client) -> None:
    browser = shop.browser()
    browser.sign_in(shop.dialog())
    shop.sandbox("POST", "people/erika/change-password")
    assert browser.open(shop.dialog()).screen == "log-in"


@pytest.mark.parametrize("path", ["people/anna/checkpoint", "people/erika/fly", "people/erika/apps/1/remove-app"])
def test_what_nobody_can_do(shop: Client, path: str) -> None:
    assert shop.http.post(f"{shop.address}/sandbox/{path}", timeout=5).status_code == 404
