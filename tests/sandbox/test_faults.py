"""Every fault does what its row says, to whom it says, as often as it says, and is gone when it is cleared."""

import json
import time
from pathlib import Path

import pytest
import requests

from fbtool.sandbox.scripted_browser import ScriptedBrowser
from fbtool.sandbox.state.faults import FaultKind

from .client import CAFE, FLOWERS, Client, Listener, eventually, query_of

ENVELOPES = [
    ("app-limit", 4, 0, 403),
    ("user-limit", 17, 0, 400),
    ("page-limit", 32, 0, 403),
    ("custom-limit", 613, 0, 403),
    ("pages-use-limit", 80001, 0, 400),
    ("messenger-use-limit", 80006, 0, 400),
    ("too-much-data", 1, 0, 500),
    ("unknown", 1, 0, 500),
    ("unknown-but-sent", 1, 1357046, 500),
    ("unavailable", 2, 0, 503),
    ("policy-block", 368, 0, 403),
    ("page-restricted", 10, 1893063, 403),
    ("two-factor-required", 415, 2859009, 403),
    ("recipient-unavailable", 551, 1545041, 400),
    ("other-app-controls", 10, 2018300, 400),
]
HEALED_BY_A_LOGIN = [
    ("token-expired", 463),
    ("password-changed", 460),
    ("app-removed", 458),
    ("logged-out", 467),
]
NEVER_HEALED = [("checkpoint", 459), ("unconfirmed", 464)]
SENDING = "POST */messages"


@pytest.fixture
def erika(shop: Client) -> str:
    return shop.user_token()


@pytest.fixture
def page(shop: Client, erika: str) -> str:
    return shop.page_token(user_token=erika)


@pytest.fixture
def psid(shop: Client) -> str:
    return shop.customer_writes("Hallo?")["psid"]


@pytest.mark.parametrize(("kind", "code", "subcode", "status"), ENVELOPES)
def test_an_error_envelope(shop: Client, erika: str, kind: str, code: int, subcode: int, status: int) -> None:
    shop.fault(kind)
    refused = shop.get("me", erika)
    assert (refused.status, refused.error) == (status, (code, subcode))
    shop.sandbox("DELETE", "faults")
    assert shop.get("me", erika).status == 200


@pytest.mark.parametrize(
    ("kind", "header", "share"),
    [
        ("app-limit", "x-app-usage", "call_count"),
        ("user-limit", "x-app-usage", "call_count"),
        ("page-limit", "x-page-usage", "call_count"),
        ("pages-use-limit", "x-business-use-case-usage", "pages"),
        ("messenger-use-limit", "x-business-use-case-usage", "messenger"),
    ],
)
def test_a_limit_is_told_in_the_usage_header(shop: Client, page: str, kind: str, header: str, share: str) -> None:
    shop.fault(kind)
    usage = json.loads(shop.get("me", page).headers[header])
    if share == "call_count":
        assert usage[share] > 100
    else:
        (case,) = usage[FLOWERS]
        assert (case["type"], case["call_count"] > 100) == (share, True)
        assert case["estimated_time_to_regain_access"] > 0


@pytest.mark.parametrize(("kind", "subcode"), HEALED_BY_A_LOGIN)
def test_a_dead_token_and_the_login_that_mends_it(shop: Client, erika: str, page: str, kind: str, subcode: int) -> None:
    shop.fault(kind, person="erika")
    assert shop.get("me", erika).error == (190, subcode)
    assert shop.get("me", page).error == (190, subcode)
    assert shop.inspect(page)["error"]["subcode"] == subcode
    fresh = shop.user_token()
    assert shop.get("me", fresh).status == 200
    assert shop.get("me", shop.page_token(user_token=fresh)).status == 200


@pytest.mark.parametrize(("kind", "subcode"), NEVER_HEALED)
def test_a_block_that_no_login_mends(shop: Client, erika: str, kind: str, subcode: int) -> None:
    fault = shop.fault(kind, person="erika")
    assert shop.get("me", shop.user_token(long=False)).error == (190, subcode)
    shop.sandbox("DELETE", f"faults/{fault}")
    assert shop.get("me", erika).status == 200


def test_a_lost_role_kills_the_pages_token_only(shop: Client, erika: str, page: str) -> None:
    shop.fault("role-lost", page=FLOWERS)
    refused = shop.get("me", page)
    assert refused.error == (190, 492)
    assert "Two Factor Authentication" in refused.message
    assert shop.get("me", erika).status == 200
    assert shop.get("me", shop.page_token(CAFE, erika)).status == 200


def test_a_narrowed_grant_ends_with_the_next_consent(shop: Client, page: str) -> None:
    shop.fault("grant-narrowed", page=FLOWERS)
    assert shop.get("me", page).error == (190, 0)
    shop.user_token()
    assert shop.get("me", page).status == 200


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("session-invalid", 102),
        ("not-allowed", 10),
        ("permission-missing", 200),
        ("messaging-missing", 230),
        ("page-permission-missing", 283),
    ],
)
def test_a_refusal_that_ends_with_the_next_consent(shop: Client, erika: str, kind: str, code: int) -> None:
    shop.fault(kind, person="erika", call="GET me/accounts")
    assert shop.get("me/accounts", erika).error == (code, 0)
    assert "data" in shop.get("me/accounts", shop.user_token()).json


def test_expired_data_access_empties_lists_until_the_next_login(shop: Client, erika: str) -> None:
    shop.fault("data-access-expired", person="erika")
    assert shop.get("me/accounts", erika).json == {"data": []}
    assert shop.get("me", erika).status == 200
    assert len(shop.get("me/accounts", shop.user_token()).json["data"]) == 3


class TestBreakage:
    def test_html(self, shop: Client, erika: str) -> None:
        shop.fault("html")
        answer = shop.http.get(f"{shop.address}/me", params={"access_token": erika}, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert answer.text.startswith("<html>")

    def test_nothing(self, shop: Client, erika: str) -> None:
        shop.fault("empty-body")
        answer = shop.http.get(f"{shop.address}/me", params={"access_token": erika}, timeout=5)
        assert (answer.status_code, answer.content) == (500, b"")

    def test_slow(self, shop: Client, erika: str) -> None:
        shop.fault("slow", seconds=0.3)
        began = time.monotonic()
        assert shop.get("me", erika).status == 200
        assert time.monotonic() - began >= 0.3

    @pytest.mark.parametrize(("kind", "messages"), [("hang-up", 1), ("hang-up-after", 2), ("unknown-but-sent", 2)])
    def test_whether_the_message_was_sent(self, shop: Client, page: str, psid: str, kind: str, messages: int) -> None:
        shop.fault(kind, call=SENDING)
        try:
            assert shop.answer(page, psid).status == 500
        except requests.ConnectionError:
            assert kind != "unknown-but-sent"
        assert len(shop.conversation()) == messages

    def test_empty_list(self, shop: Client, erika: str) -> None:
        shop.fault("empty-list", call="GET me/accounts", times=1)
        assert shop.get("me/accounts", erika).json == {"data": []}
        assert len(shop.get("me/accounts", erika).json["data"]) == 3

    def test_no_success(self, shop: Client, page: str) -> None:
        shop.fault("no-success", call="POST */subscribed_apps")
        answer = shop.post(f"{FLOWERS}/subscribed_apps", page, subscribed_fields="messages")
        assert (answer.status, answer.json) == (200, {"success": False})
        assert shop.get(f"{FLOWERS}/subscribed_apps", page).json == {"data": []}


class TestScope:
    def test_one_page(self, shop: Client, erika: str, page: str) -> None:
        shop.fault("unavailable", page=FLOWERS)
        assert shop.get("me", page).status == 503
        assert shop.get(f"{FLOWERS}?fields=id", erika).status == 503
        assert shop.get("me", shop.page_token(CAFE, erika)).status == 200

    def test_one_person(self, shop: Client, erika: str) -> None:
        shop.fault("unavailable", person="erika")
        assert shop.get("me", erika).status == 503
        assert shop.get(f"{shop.app}/subscriptions", shop.app_token).status == 200

    def test_one_call(self, shop: Client, page: str, psid: str) -> None:
        shop.fault("unavailable", call=SENDING)
        assert shop.answer(page, psid).error == (2, 0)
        assert shop.get("me", page).status == 200

    def test_so_many_times(self, shop: Client, erika: str) -> None:
        shop.fault("unavailable", times=2)
        assert [shop.get("me", erika).status for _ in range(3)] == [503, 503, 200]
        assert shop.sandbox("GET", "faults")["faults"] == []

    def test_a_dead_token_so_many_times(self, shop: Client, erika: str) -> None:
        shop.fault("token-expired", call="GET me", times=1)
        assert [shop.get("me", erika).status for _ in range(2)] == [400, 200]

    def test_before_the_login_too(self, shop: Client) -> None:
        code = shop.sign_in()
        shop.fault("unavailable", call="GET oauth/access_token", times=1)
        assert [shop.redeem(code).status for _ in range(2)] == [503, 200]

    @pytest.mark.parametrize(
        "order",
        [
            {"kind": "flood"},
            {"kind": "html", "person": "anna"},
            {"kind": "html", "page": "1"},
            {},
            {"kind": "html", "x": 1},
        ],
    )
    def test_a_fault_that_cannot_be(self, shop: Client, order: dict) -> None:
        answer = shop.http.post(f"{shop.address}/sandbox/faults", json=order, timeout=5)
        assert answer.status_code == 400
        assert answer.json()["error"]


class TestDialog:
    def test_denied_although_nobody_cancelled(self, shop: Client) -> None:
        shop.fault("denied-without-cancel", person="erika", times=1)
        assert query_of(shop.browser().sign_in(shop.dialog()))["error"] == "access_denied"
        assert "code" in query_of(shop.browser().sign_in(shop.dialog()))

    def test_reauthorize_without_the_picker(self, shop: Client) -> None:
        erika = shop.browser()
        erika.sign_in(shop.dialog())
        shop.fault("no-picker")
        assert erika.open(shop.dialog(auth_type="reauthorize")).screen == "reconnect"

    def test_an_empty_page(self, shop: Client) -> None:
        shop.fault("blank-dialog", times=1)
        assert shop.browser().open(shop.dialog()).text == ""


class TestWebhooks:
    @pytest.fixture(autouse=True)
    def subscribed(self, shop: Client, page: str, listener: Listener) -> None:
        shop.listen_to(listener.address, page)

    def texts(self, listener: Listener) -> list[str]:
        return [item["message"]["text"] for item in listener.items("message")]

    def test_twice(self, shop: Client, listener: Listener) -> None:
        shop.fault("webhook-twice", times=1)
        shop.customer_writes("eins")
        shop.customer_writes("zwei")
        assert self.texts(listener) == ["eins", "eins", "zwei"]

    def test_collected(self, shop: Client, listener: Listener, erika: str) -> None:
        shop.post(f"{CAFE}/subscribed_apps", shop.page_token(CAFE, erika), subscribed_fields="messages")
        shop.fault("webhook-collected", size=4)
        for text, place in (("eins", FLOWERS), ("zwei", FLOWERS), ("drei", CAFE), ("vier", FLOWERS)):
            shop.customer_writes(text, page=place)
        (webhook,) = listener.arrived
        entries = [(entry["id"], len(entry["messaging"])) for entry in webhook.json["entry"]]
        assert entries == [(FLOWERS, 2), (CAFE, 1), (FLOWERS, 1)]
        assert self.texts(listener) == ["eins", "zwei", "drei", "vier"]

    def test_reversed(self, shop: Client, listener: Listener) -> None:
        shop.fault("webhook-reversed", size=3)
        for text in ("eins", "zwei", "drei"):
            shop.customer_writes(text)
        assert self.texts(listener) == ["drei", "zwei", "eins"]

    def test_released_before_there_are_enough(self, shop: Client, listener: Listener) -> None:
        shop.fault("webhook-collected", size=9)
        shop.customer_writes("eins")
        assert listener.arrived == []
        assert shop.sandbox("POST", "webhooks/release") == {"released": 1}
        assert self.texts(listener) == ["eins"]

    def test_a_wrong_signature(self, shop: Client, listener: Listener) -> None:
        shop.fault("webhook-wrong-signature", times=1)
        shop.customer_writes("eins")
        shop.customer_writes("zwei")
        assert [webhook.signed_with(shop.secret) for webhook in listener.arrived] == [False, True]

    @pytest.mark.parametrize(("kind", "old"), [("webhook-no-signature", False), ("webhook-old-signature", True)])
    def test_headers_that_are_missing(self, shop: Client, listener: Listener, kind: str, old: bool) -> None:
        shop.fault(kind, times=1)
        shop.customer_writes("eins")
        ((headers, _),) = listener.posted
        assert "x-hub-signature-256" not in headers
        assert ("x-hub-signature" in headers) is old

    def test_lost(self, shop: Client, listener: Listener) -> None:
        shop.fault("webhook-lost", page=FLOWERS, times=1)
        assert shop.customer_writes("eins")["delivered"] == 0
        shop.customer_writes("zwei")
        assert self.texts(listener) == ["zwei"]


def test_every_kind_has_a_test(shop: Client) -> None:
    source = Path(__file__).read_text("utf-8")
    assert [kind.label for kind in FaultKind if f'"{kind.label}"' not in source] == []
    assert shop.sandbox("GET", "faults")["kinds"] == [kind.label for kind in FaultKind]


class TestControlPage:
    def test_a_person_switches_a_fault_on_and_off(self, shop: Client, erika: str) -> None:
        browser = ScriptedBrowser("", "")
        sheet = browser.open(f"{shop.address}/sandbox/control")
        chosen = [("kind", "unavailable"), ("person", "erika"), ("page", ""), ("times", ""), ("call", "")]
        sheet = browser.press(sheet, "add", chosen)
        assert shop.get("me", erika).status == 503
        (fault,) = shop.sandbox("GET", "faults")["faults"]
        assert (fault["kind"], fault["person"], fault["left"]) == ("unavailable", "erika", None)
        browser.press(sheet, f"clear-{fault['id']}")
        assert shop.get("me", erika).status == 200
        browser.close()

    def test_a_mistake_is_told(self, shop: Client) -> None:
        browser = ScriptedBrowser("", "")
        sheet = browser.open(f"{shop.address}/sandbox/control")
        sheet = browser.press(sheet, "add", [("kind", "html"), ("times", "0")])
        assert "at least 1" in sheet.message
        browser.close()

    def test_time_passes(self, shop: Client) -> None:
        browser = ScriptedBrowser("", "")
        before = shop.sandbox("GET", "clock")["now"]
        browser.press(browser.open(f"{shop.address}/sandbox/control"), "advance", [("hours", "2")])
        assert shop.sandbox("GET", "clock")["now"] >= before + 7200
        browser.close()

    def test_the_password_is_changed_and_shown(self, shop: Client, erika: str) -> None:
        browser = ScriptedBrowser("", "")
        sheet = browser.open(f"{shop.address}/sandbox/control")
        browser.press(sheet, "happen", [("what", "change-password"), ("person", "erika"), ("app", shop.app)])
        assert shop.get("me", erika).error == (190, 460)
        (person,) = shop.sandbox("GET", "world")["people"]
        assert person["password"] in browser.open(shop.address).text
        assert "code" in query_of(shop.browser((person["email"], person["password"])).sign_in(shop.dialog()))
        browser.close()


def test_webhooks_go_on_while_the_token_is_dead(shop: Client, listener: Listener, page: str) -> None:
    shop.listen_to(listener.address, page)
    shop.sandbox("POST", "people/erika/change-password")
    assert shop.get("me", page).error == (190, 460)
    shop.customer_writes("Noch da?")
    assert eventually(lambda: listener.items("message"))[0]["message"]["text"] == "Noch da?"
