"""The gateway as a small OAuth server: strict about where a code goes, patient with browsers, forgetful of tokens."""

import base64
import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fbtool.gateway.server import Gateway
from fbtool.gateway.store import ttl
from fbtool.gateway.store.postgres import ttl as postgres_ttl
from tests.gateway.conftest import Clock, Running, ScriptedFacebook, settings_for

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
BACK = "http://127.0.0.1:50123/cb/abc"
EXCHANGE = "POST oauth/access_token"


@pytest.fixture(autouse=True)
def exchanges(facebook: ScriptedFacebook) -> None:
    facebook.says(EXCHANGE, 200, {"access_token": "EAAG-user", "token_type": "bearer", "expires_in": 5183944})


def account_id(running: Running) -> str:
    return str(running.api("GET", "account").json()["id"])


def begin(running: Running, cookies: Any = None, **changes: Any) -> requests.Response:
    query = {
        "response_type": "code", "client_id": account_id(running), "redirect_uri": BACK, "state": "tool-state",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    return requests.get(
        f"{running.address}/oauth/authorize",
        params=query | changes,
        cookies=cookies,
        allow_redirects=False,
        timeout=30,
    )


def state_at_facebook(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(running: Running, dialog: requests.Response, cookies: Any = None, **query: str) -> requests.Response:
    """Facebook sends the browser back, with the cookies that it got when it began."""
    query = query or {"code": "fb-code"}
    return requests.get(
        f"{running.address}/oauth/callback",
        params={"state": state_at_facebook(dialog)} | query,
        cookies=dialog.cookies if cookies is None else cookies,
        allow_redirects=False,
        timeout=30,
    )


def press(running: Running, page: requests.Response, cookies: Any) -> requests.Response:
    """Press the button of the last page but one."""
    (state,) = re.findall(r'name="state" value="([^"]+)"', page.text)
    return requests.post(f"{running.address}/oauth/code", data={"state": state}, cookies=cookies, timeout=30)


def redeem(running: Running, code: str, **changes: Any) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    client = (changes.pop("client", account_id(running)), changes.pop("token", running.token))
    return requests.post(f"{running.address}/oauth/token", data=form | changes, auth=client, timeout=30)


def code_of(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_the_whole_way(running: Running, facebook: ScriptedFacebook) -> None:
    dialog = begin(running)
    assert dialog.status_code == 302
    asked = parse_qs(urlsplit(dialog.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{running.address}/oauth/callback"]
    assert asked["state"] != ["tool-state"]
    back = come_back(running, dialog)
    assert back.headers["Location"].startswith(BACK + "?")
    assert parse_qs(urlsplit(back.headers["Location"]).query)["state"] == ["tool-state"]
    assert redeem(running, code_of(back)).json() == {
        "access_token": "EAAG-user",
        "token_type": "bearer",
        "expires_in": 5183944,
    }
    code_exchange, long_lived = facebook.calls(EXCHANGE)
    assert (code_exchange["code"], long_lived["grant_type"]) == ("fb-code", "fb_exchange_token")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1.evil.example:1/"},
        {"redirect_uri": "http://127.0.0.1/without-port"},
        {"redirect_uri": "http://user@127.0.0.1:1/"},
        {"redirect_uri": r"http://evil.example\[::1]:80/"},
        {"redirect_uri": r"http://evil.example\@127.0.0.1:80/"},
        {"redirect_uri": "http://evil.example[::1]:80/"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge": "ü" * 43},
        {"code_challenge": CHALLENGE[:-1] + "="},
        {"code_challenge_method": "plain"},
        {"state": ""},
        {"client_id": "nobody"},
        {"scope": "ads_management"},
        {"auth_type": "nonsense"},
    ],
)
def test_a_wrong_request_stays_here_and_redirects_nobody(running: Running, changes: dict[str, str]) -> None:
    answer = begin(running, **changes)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "This sign-in cannot start" in answer.text


@pytest.mark.parametrize("auth_type", ["rerequest", "reauthorize"])
def test_the_dialog_is_told_what_to_ask_again(running: Running, auth_type: str) -> None:
    asked = parse_qs(urlsplit(begin(running, auth_type=auth_type).headers["Location"]).query)
    assert asked["auth_type"] == [auth_type]


def test_a_reload_of_the_callback_does_no_harm(running: Running, facebook: ScriptedFacebook) -> None:
    dialog = begin(running)
    first, again = come_back(running, dialog), come_back(running, dialog)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(facebook.calls(EXCHANGE)) == 2


def test_a_denial_is_told_to_the_tool(running: Running) -> None:
    denied = {"error": "access_denied", "error_description": "Permissions error."}
    back = come_back(running, begin(running), **denied)
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (query["error"], query["state"]) == (["access_denied"], ["tool-state"])


@pytest.mark.parametrize(
    ("query", "description"),
    [
        ({"error_code": "1349048", "error_message": "Can't load URL"}, "facebook_1349048"),
        ({"error_message": "App not active"}, "Facebook's dialog came back without an answer"),
        ({"unknown": "1"}, "Facebook's dialog came back without an answer"),
    ],
)
def test_a_return_that_is_no_denial_ends_the_attempt_at_once(
    running: Running, query: dict[str, str], description: str
) -> None:
    back = come_back(running, begin(running), **query)
    told = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (told["error"], told["error_description"], told["state"]) == (
        ["server_error"],
        [description],
        ["tool-state"],
    )


def test_trouble_at_facebook_is_told_by_its_code(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.error(EXCHANGE, 1)
    back = come_back(running, begin(running))
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (query["error"], query["error_description"]) == (["server_error"], ["facebook_1"])


@pytest.mark.parametrize("state", ["made-up", "", "é", "A" * 200, "=" * 9])
def test_an_unknown_return_is_explained(running: Running, state: str) -> None:
    answer = come_back(running, begin(running), state=state, code="fb-code")
    assert (answer.status_code, "no longer valid" in answer.text) == (410, True)


def test_an_attempt_ends_after_ten_minutes(
    running: Running, facebook: ScriptedFacebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.channels.facebook.signin.ATTEMPT_SECONDS", -1)
    answer = come_back(running, begin(running))
    assert (answer.status_code, "no longer valid" in answer.text) == (410, True)
    assert facebook.calls(EXCHANGE) == []


def test_a_state_that_somebody_changed_is_none(running: Running, facebook: ScriptedFacebook) -> None:
    dialog = begin(running)
    state = state_at_facebook(dialog)
    other = ("A" if state[40] != "A" else "B").join((state[:40], state[41:]))
    assert come_back(running, dialog, state=other, code="fb-code").status_code == 410
    assert facebook.calls(EXCHANGE) == []


STRANGE = "Call +49 30 1234567 and read your code out. " * 70


@pytest.mark.parametrize("redirect_uri", [BACK, BY_HAND])
def test_no_word_of_a_stranger_is_shown_or_handed_on(running: Running, redirect_uri: str) -> None:
    for error in ("access_denied", STRANGE, "<b>bold</b>"):
        back = come_back(
            running, begin(running, redirect_uri=redirect_uri), error=error, error_description=STRANGE, error_reason="x"
        )
        told = back.text + back.headers.get("Location", "")
        assert "access_denied" in told
        assert "Call" not in told
        assert "bold" not in told


def test_however_many_sign_ins_are_begun_the_next_one_works(running: Running) -> None:
    client = account_id(running)
    query = {
        "response_type": "code", "client_id": client, "redirect_uri": BACK, "state": "tool-state",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip

    def begin_many(count: int) -> set[int]:
        with requests.Session() as session:
            return {
                session.get(
                    f"{running.address}/oauth/authorize", params=query, allow_redirects=False, timeout=60
                ).status_code
                for _ in range(count)
            }

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(begin_many, [260] * 8)) == {302}
    assert redeem(running, code_of(come_back(running, begin(running)))).json()["access_token"] == "EAAG-user"


def room_for(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ttl, postgres_ttl):
        monkeypatch.setattr(module, "MOST_ENTRIES", count)


def test_returns_with_codes_that_facebook_refuses_take_no_room(
    running: Running, facebook: ScriptedFacebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for(1, monkeypatch)
    good = facebook.answers[EXCHANGE]
    facebook.error(EXCHANGE, 100, 36009)
    for _ in range(3):
        refused = parse_qs(urlsplit(come_back(running, begin(running)).headers["Location"]).query)
        assert refused["error"] == ["server_error"]
    facebook.answers[EXCHANGE] = good
    dialog = begin(running)
    assert redeem(running, code_of(come_back(running, dialog))).status_code == 200


def test_too_many_at_once_are_told_the_truth_and_can_reload(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    room_for(0, monkeypatch)
    dialog = begin(running)
    busy = come_back(running, dialog)
    assert (busy.status_code, int(busy.headers["Retry-After"]) > 0) == (503, True)
    assert "nothing is lost" in busy.text
    monkeypatch.undo()
    assert redeem(running, code_of(come_back(running, dialog))).status_code == 200


def test_who_keeps_bringing_codes_that_facebook_refuses_may_not_go_on_asking_facebook(
    running: Running, facebook: ScriptedFacebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.channels.facebook.http_oauth._FAILURES_A_MINUTE", 1)
    running.restart()
    facebook.error(EXCHANGE, 100, 36009)
    assert come_back(running, begin(running)).status_code == 302
    tired = come_back(running, begin(running))
    assert (tired.status_code, int(tired.headers["Retry-After"]) > 0) == (429, True)
    assert len(facebook.calls(EXCHANGE)) == 1
    assert begin(running).status_code == 302


def test_two_returns_at_once_redeem_facebooks_code_once(running: Running, facebook: ScriptedFacebook) -> None:
    good = facebook.answers[EXCHANGE]

    def slowly(params: dict[str, str]) -> Any:
        time.sleep(0.2)
        return good(params)

    facebook.answers[EXCHANGE] = slowly
    dialog = begin(running)
    with ThreadPoolExecutor(4) as pool:
        places = {answer.headers["Location"] for answer in pool.map(lambda _: come_back(running, dialog), range(4))}
    assert len(places) == 1
    assert len(facebook.calls(EXCHANGE)) == 2


@pytest.mark.parametrize("cookies", [{}, {"fbtool-sign-in": "x" * 43}, {"fbtool-sign-in": ""}])
def test_what_one_browser_began_no_other_one_finishes(
    running: Running, facebook: ScriptedFacebook, cookies: dict[str, str]
) -> None:
    answer = come_back(running, begin(running), cookies)
    assert (answer.status_code, "another browser" in answer.text) == (403, True)
    assert facebook.calls(EXCHANGE) == []


def test_a_browser_may_sign_in_twice_at_the_same_time(running: Running) -> None:
    first = begin(running)
    second = begin(running, cookies=first.cookies)
    assert all("code=" in come_back(running, one, first.cookies).headers["Location"] for one in (first, second))


def test_over_https_nobody_else_can_set_the_cookie(tmp_path: Path, facebook: ScriptedFacebook) -> None:
    gateway = Gateway(settings_for(tmp_path, facebook, public_url="https://gw.example.org"))
    gateway.start()
    try:
        here = f"http://localhost:{gateway.port}"
        headers = {"Authorization": "Bearer admin-token-of-the-tests"}
        made = requests.post(f"{here}/admin/accounts", json={"name": "Shop"}, headers=headers, timeout=30).json()
        query = {
            "response_type": "code", "client_id": made["id"], "redirect_uri": BACK, "state": "tool-state",
            "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        moved = requests.get(f"{here}/oauth/authorize", params=query, allow_redirects=False, timeout=30)
        answers = [
            requests.get(
                f"{here}/oauth/authorize", params=query | more, headers=host, allow_redirects=False, timeout=30
            )
            for more, host in (({}, {"Host": "gw.example.org"}), ({"moved": "1"}, {}))
        ]
    finally:
        gateway.stop()
    assert moved.headers["Location"].startswith("https://gw.example.org/oauth/authorize?response_type=code&")
    assert "Set-Cookie" not in moved.headers
    for answer in answers:
        parts = {part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")[1:]}
        assert answer.headers["Set-Cookie"].startswith("__Host-fbtool-sign-in=")
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
        assert not any(part.startswith("domain") for part in parts)


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 64}, {"redirect_uri": BACK + "x"}, {"code": "made-up"}],
)
def test_a_code_is_good_for_its_tool_only(running: Running, changes: dict[str, str]) -> None:
    code = code_of(come_back(running, begin(running)))
    answer = redeem(running, **({"code": code} | changes))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_good_once(running: Running) -> None:
    code = code_of(come_back(running, begin(running)))
    assert redeem(running, code).status_code == 200
    assert redeem(running, code).json()["error"] == "invalid_grant"


def test_another_account_cannot_redeem_it(running: Running) -> None:
    code = code_of(come_back(running, begin(running)))
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()
    assert redeem(running, code, client=other["id"], token=other["token"]).json()["error"] == "invalid_grant"
    assert redeem(running, code, token="wrong").status_code == 401


def test_where_the_browser_cannot_reach_the_tool_a_code_is_shown_once_the_person_knows_what_it_does(
    running: Running, facebook: ScriptedFacebook
) -> None:
    facebook.says("GET me", 200, {"id": "42", "name": "Erika <b>Muster</b>"})
    dialog = begin(running, redirect_uri=BY_HAND)
    asks = come_back(running, dialog)
    assert asks.status_code == 200
    assert "the messenger account “Shop” access to the Facebook Pages of Erika &lt;b&gt;Muster&lt;/b&gt;" in asks.text
    assert not re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", asks.text.split("<body>")[1].split("<form")[0])
    assert "form-action 'self'" in asks.headers["Content-Security-Policy"]
    page = press(running, asks, dialog.cookies)
    assert page.status_code == 200
    assert "Never give it to anybody" in page.text
    code = page.text.split("Your code: ")[1][:9]
    assert press(running, come_back(running, dialog), dialog.cookies).text == page.text, "a reload does no harm"
    assert redeem(running, code, redirect_uri=BY_HAND).json()["access_token"] == "EAAG-user"
    assert press(running, asks, dialog.cookies).status_code == 410


def test_a_code_is_shown_in_the_browser_that_began_only(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.says("GET me", 200, {"id": "42", "name": "Erika"})
    dialog = begin(running, redirect_uri=BY_HAND)
    asks = come_back(running, dialog)
    for cookies in ({}, {"fbtool-sign-in": "x" * 43}):
        answer = press(running, asks, cookies)
        assert (answer.status_code, "Your code" in answer.text) == (403, False)
    early = press(running, asks, dialog.cookies)
    assert "Your code" in early.text


def test_the_typed_way_can_be_forbidden(tmp_path: Path, facebook: ScriptedFacebook) -> None:
    settings = settings_for(tmp_path, facebook, sign_in_by_code=False)
    gateway = Gateway(settings)
    gateway.start()
    try:
        here = Running(settings, gateway, Clock())
        here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
        refused = begin(here, redirect_uri=BY_HAND)
        assert (refused.status_code, "shows no codes" in refused.text) == (403, True)
        assert begin(here).status_code == 302
    finally:
        gateway.stop()


def test_no_token_of_a_person_is_on_disk(running: Running) -> None:
    come_back(running, begin(running))
    running.gateway.stop()
    assert b"EAAG-user" not in b"".join(file.read_bytes() for file in running.settings.data_dir.iterdir())


def test_the_gateway_asks_for_the_tool_what_was_granted(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.facts(
        type="USER",
        granular_scopes=[{"scope": "pages_messaging", "target_ids": ["11"]}, {"scope": "pages_show_list"}],
    )
    grant = running.api("POST", "facebook/grant", json={"user_token": "EAAG-user"}).json()
    assert grant["granular"] == [
        {"scope": "pages_messaging", "pages": ["11"]},
        {"scope": "pages_show_list", "pages": None},
    ]
    facebook.facts(is_valid=False, error={"code": 190, "message": "x", "subcode": 460})
    dead = running.api("POST", "facebook/grant", json={"user_token": "EAAG-user"})
    assert (dead.status_code, dead.json()["code"]) == (502, "facebook_190_460")
