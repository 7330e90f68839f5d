"""An account may ask what Facebook says about the app; what Facebook tells nobody is said to be unknown."""

from typing import Any

import pytest

from fbtool.facebook.permissions import NEEDED
from tests.gateway.conftest import APP, FIELDS, Running, ScriptedFacebook
from tests.gateway.test_contract import follows

SUBSCRIPTIONS = f"GET {APP.id}/subscriptions"
PERMISSIONS = f"GET {APP.id}/permissions"
PROOF_DEMANDED = {
    "error": {
        "message": "API calls from the server require an appsecret_proof argument",
        "type": "GraphMethodException", "code": 100, "fbtrace_id": "T",
    }
}  # fmt: skip


@pytest.fixture
def in_order(running: Running, facebook: ScriptedFacebook) -> Running:
    webhook = {
        "object": "page", "callback_url": f"{running.address}/facebook/webhook", "active": True,
        "fields": [{"name": name} for name in FIELDS],
    }  # fmt: skip
    facebook.says(SUBSCRIPTIONS, 200, {"data": [webhook]})
    facebook.says(PERMISSIONS, 200, {"data": [{"permission": name, "status": "live"} for name in NEEDED]})
    return running


def checks(running: Running, language: str = "en") -> dict[str, dict[str, Any]]:
    answer = running.api("GET", "facebook/app", headers={"Accept-Language": language})
    follows(answer, "/facebook/app", "get")
    assert APP.token not in answer.text
    return {one["check"]: one for one in answer.json()["checks"]}


def health(running: Running) -> dict[str, str]:
    return {name: one["health"] for name, one in checks(running).items()}


def test_everything_is_in_order_but_the_mode_that_nobody_can_tell(in_order: Running) -> None:
    assert health(in_order) == {
        "app": "ok", "webhook": "ok", "app_permissions": "ok", "app_proof": "ok", "app_mode": "unknown",
    }  # fmt: skip
    assert "Entwicklungsmodus" in checks(in_order, "de")["app_mode"]["told"]


def test_what_is_not_approved_is_named(in_order: Running, facebook: ScriptedFacebook) -> None:
    rows = [{"permission": NEEDED[0], "status": "live"}, {"permission": NEEDED[1], "status": "declined"}]
    facebook.says(PERMISSIONS, 200, {"data": rows})
    found = checks(in_order)["app_permissions"]
    assert (found["health"], found["facts"]) == ("warning", {"lacking": list(NEEDED[1:])})
    assert ", ".join(NEEDED[1:]) in found["told"]


@pytest.mark.parametrize("answer", [(400, {"error": {"code": 3}}), (200, {"data": [1]}), (200, b"<h1>Sorry</h1>")])
def test_an_answer_that_tells_nothing_is_no_verdict(
    in_order: Running, facebook: ScriptedFacebook, answer: tuple[int, Any]
) -> None:
    facebook.says(PERMISSIONS, *answer)
    assert health(in_order)["app_permissions"] == "unknown"


def test_a_demanded_proof_is_found_because_only_calls_with_it_go(in_order: Running, facebook: ScriptedFacebook) -> None:
    with_proof = facebook.answers[SUBSCRIPTIONS]
    facebook.answers[SUBSCRIPTIONS] = lambda params: (
        with_proof(params) if "appsecret_proof" in params else (400, PROOF_DEMANDED)
    )
    found = checks(in_order)["app_proof"]
    assert (found["health"], found["facts"]) == ("failed", {"demanded": True})
    assert "“Require App Secret” off" in found["remedy"]


def test_a_refused_secret_is_told_alone(in_order: Running, facebook: ScriptedFacebook) -> None:
    facebook.error(SUBSCRIPTIONS, 190)
    found = checks(in_order)
    assert set(found) == {"app"}
    assert (found["app"]["health"], found["app"]["facts"]) == ("failed", {"id": APP.id, "code": "facebook_190"})


def test_a_facebook_that_is_not_there_is_told_alone(in_order: Running, facebook: ScriptedFacebook) -> None:
    facebook.says(SUBSCRIPTIONS, 0, None)
    found = checks(in_order)
    assert (set(found), found["app"]["facts"]) == ({"app"}, {"code": "facebook_silent"})
