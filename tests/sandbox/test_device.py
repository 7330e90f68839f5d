"""Login on a device (Meta: "Login for Devices")."""

import pytest

from .client import ERIKAS_ID, SCOPES, Client


@pytest.fixture
def token(shop: Client) -> str:
    (app,) = shop.sandbox("GET", "world")["apps"]
    return f"{shop.app}|{app['client_token']}"


@pytest.fixture
def begun(shop: Client, token: str) -> dict:
    return shop.post("device/login", token, scope=SCOPES).json


def poll(shop: Client, token: str, begun: dict):
    shop.sandbox("POST", "clock", {"advance": begun["interval"]})
    return shop.post("device/login_status", token, code=begun["code"])


def type_code(shop: Client, code: str):
    browser = shop.browser()
    return browser, browser.press(browser.open(f"{shop.address}/device"), "continue", [("code", code)])


def test_a_code_to_show_and_a_code_to_poll(shop: Client, begun: dict) -> None:
    assert (begun["expires_in"], begun["interval"], len(begun["user_code"])) == (420, 5, 8)
    assert begun["verification_uri"] == f"{shop.address}/device"


def test_pending_until_the_person_has_typed_the_code(shop: Client, token: str, begun: dict) -> None:
    pending = poll(shop, token, begun)
    assert pending.error == (31, 1349174)
    assert pending.json["error"]["error_user_title"] == "Device Login Authorization Pending"
    browser, sheet = type_code(shop, begun["user_code"].lower())
    assert sheet.screen == "log-in"
    fields = [("screen", "log-in"), ("email", "erika@example.org"), ("password", "sommerwiese")]
    sheet = browser.press(sheet, "log-in", fields)
    for action in ("continue", "continue", "save"):
        sheet = browser.press(sheet, action)
    assert sheet.screen == "device-connected"
    answer = poll(shop, token, begun).json
    assert answer["data_access_expiration_time"] > answer["expires_in"] > 0
    assert shop.get("me", answer["access_token"]).json["id"] == ERIKAS_ID
    assert poll(shop, token, begun).error == (100, 0)


def test_polling_too_often(shop: Client, token: str, begun: dict) -> None:
    poll(shop, token, begun)
    assert shop.post("device/login_status", token, code=begun["code"]).error == (17, 1349172)


def test_expired_after_seven_minutes(shop: Client, token: str, begun: dict) -> None:
    shop.sandbox("POST", "clock", {"advance": 421})
    assert poll(shop, token, begun).error == (463, 1349152)
    _, sheet = type_code(shop, begun["user_code"])
    assert (sheet.screen, bool(sheet.message)) == ("device", True)


def test_declined(shop: Client, token: str, begun: dict) -> None:
    browser, sheet = type_code(shop, begun["user_code"])
    assert browser.press(sheet, "cancel").screen == "device-declined"
    assert poll(shop, token, begun).error == (190, 1349173)


def test_only_with_the_client_token(shop: Client, trouble: Client) -> None:
    assert shop.post("device/login", shop.app_token, scope=SCOPES).error == (100, 0)
    trouble.as_app("1840000000000003")
    client = next(one for one in trouble.sandbox("GET", "world")["apps"] if one["id"] == trouble.app)
    assert trouble.post("device/login", f"{trouble.app}|{client['client_token']}").error == (3, 0)


def test_a_client_token_is_good_for_nothing_else(shop: Client, token: str) -> None:
    assert shop.get("me", token).error == (2500, 0)
    assert shop.get("debug_token", token, input_token=token).error == (100, 0)
