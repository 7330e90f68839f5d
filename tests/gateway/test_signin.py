"""The gateway as a small OAuth server: strict about where a code goes, patient with browsers, forgetful of tokens."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.gateway.conftest import Running, ScriptedFacebook

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:50123/cb/abc"
EXCHANGE = "POST oauth/access_token"


@pytest.fixture(autouse=True)
def exchanges(facebook: ScriptedFacebook) -> None:
    facebook.says(EXCHANGE, 200, {"access_token": "EAAG-user", "token_type": "bearer", "expires_in": 5183944})


def account_id(running: Running) -> str:
    return str(running.api("GET", "account").json()["id"])


def begin(running: Running, **changes: Any) -> requests.Response:
    query = {
        "response_type": "code", "client_id": account_id(running), "redirect_uri": BACK, "state": "tool-state",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    return requests.get(f"{running.address}/oauth/authorize", params=query | changes, allow_redirects=False, timeout=30)


def state_at_facebook(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(running: Running, state: str, **query: str) -> requests.Response:
    query = query or {"code": "fb-code"}
    return requests.get(
        f"{running.address}/oauth/callback", params=query | {"state": state}, allow_redirects=False, timeout=30
    )


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
    back = come_back(running, state_at_facebook(dialog))
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
    state = state_at_facebook(begin(running))
    first, again = come_back(running, state), come_back(running, state)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(facebook.calls(EXCHANGE)) == 2


def test_a_denial_is_told_to_the_tool(running: Running) -> None:
    denied = {"error": "access_denied", "error_description": "Permissions error."}
    back = come_back(running, state_at_facebook(begin(running)), **denied)
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (query["error"], query["state"]) == (["access_denied"], ["tool-state"])


@pytest.mark.parametrize(
    ("query", "description"),
    [
        ({"error_code": "1349048", "error_message": "Can't load URL"}, "facebook_1349048"),
        ({"unknown": "1"}, "Facebook's dialog came back without an answer"),
    ],
)
def test_a_return_that_is_no_denial_ends_the_attempt_at_once(
    running: Running, query: dict[str, str], description: str
) -> None:
    back = come_back(running, state_at_facebook(begin(running)), **query)
    told = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (told["error"], told["error_description"]) == (["server_error"], [description])


def test_trouble_at_facebook_is_told_by_its_code(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.error(EXCHANGE, 1)
    back = come_back(running, state_at_facebook(begin(running)))
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (query["error"], query["error_description"]) == (["server_error"], ["facebook_1"])


def test_an_unknown_return_is_explained(running: Running) -> None:
    answer = come_back(running, "made-up")
    assert (answer.status_code, "no longer valid" in answer.text) == (410, True)


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 64}, {"redirect_uri": BACK + "x"}, {"code": "made-up"}],
)
def test_a_code_is_good_for_its_tool_only(running: Running, changes: dict[str, str]) -> None:
    code = code_of(come_back(running, state_at_facebook(begin(running))))
    answer = redeem(running, **({"code": code} | changes))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_good_once(running: Running) -> None:
    code = code_of(come_back(running, state_at_facebook(begin(running))))
    assert redeem(running, code).status_code == 200
    assert redeem(running, code).json()["error"] == "invalid_grant"


def test_another_account_cannot_redeem_it(running: Running) -> None:
    code = code_of(come_back(running, state_at_facebook(begin(running))))
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()
    assert redeem(running, code, client=other["id"], token=other["token"]).json()["error"] == "invalid_grant"
    assert redeem(running, code, token="wrong").status_code == 401


def test_where_the_browser_cannot_reach_the_tool_the_last_page_shows_a_code(running: Running) -> None:
    by_hand = "urn:ietf:wg:oauth:2.0:oob"
    page = come_back(running, state_at_facebook(begin(running, redirect_uri=by_hand)))
    assert page.status_code == 200
    assert "Never give it to anybody" in page.text
    code = page.text.split("Your code: ")[1][:9]
    assert redeem(running, code, redirect_uri=by_hand).json()["access_token"] == "EAAG-user"


def test_no_token_of_a_person_is_on_disk(running: Running) -> None:
    come_back(running, state_at_facebook(begin(running)))
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
