"""Linking is the gateway's decision: proven at Facebook, all or nothing, harmless when repeated."""

from typing import Any

import pytest

from tests.conditions import eventually
from tests.gateway.conftest import APP, FIELDS, PAGE, Running, ScriptedFacebook

PATH = f"facebook/pages/{PAGE}"


def test_a_proven_page_is_linked_and_subscribed(running: Running, facebook: ScriptedFacebook) -> None:
    answer = running.link()
    assert answer.status_code == 201
    link = answer.json()
    assert (link["page_id"], link["name"], link["state"], link["reason"]) == (PAGE, "Blumen Beispiel", "active", None)
    assert link["data_access_expires_at"] == 1802776000
    assert sorted(link["subscribed_fields"]) == sorted(FIELDS)
    (subscribed,) = facebook.calls(f"POST {PAGE}/subscribed_apps")
    assert sorted(subscribed["subscribed_fields"].split(",")) == sorted(FIELDS)
    assert running.api("GET", "facebook/pages").json()["pages"] == [link]


def test_every_call_carries_the_apps_proof(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    assert all("appsecret_proof" in params and "appsecret_time" in params for _, params in facebook.asked)


def test_linking_again_is_harmless_and_keeps_its_beginning(running: Running) -> None:
    first = running.link().json()
    again = running.link()
    assert again.status_code == 200
    assert again.json()["linked_at"] == first["linked_at"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_valid": False}, "not valid"),
        ({"app_id": "999"}, "another app"),
        ({"type": "USER", "profile_id": ""}, "not the token of this Page"),
        ({"profile_id": "100000000000012"}, "not the token of this Page"),
        ({"scopes": ["pages_show_list", "pages_manage_metadata"]}, "pages_messaging"),
        (
            {"granular_scopes": [{"scope": "pages_messaging", "target_ids": ["100000000000012"]}]},
            "pages_messaging",
        ),
    ],
)
def test_a_token_that_facebook_does_not_confirm_is_refused(
    running: Running, facebook: ScriptedFacebook, facts: dict[str, Any], reason: str
) -> None:
    facebook.facts(**facts)
    answer = running.link()
    assert answer.status_code == 422
    assert answer.json()["code"] == "page_token_unfit"
    assert reason in answer.json()["title"]
    assert facebook.calls(f"POST {PAGE}/subscribed_apps") == []
    assert running.api("GET", PATH).status_code == 404


def test_a_dead_token_is_told_with_its_own_reason(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.facts(is_valid=False, error={"code": 190, "message": "x", "subcode": 460})
    answer = running.link()
    assert (answer.status_code, answer.json()["code"]) == (502, "facebook_190_460")
    assert "password" in answer.json()["title"]


def test_a_refused_subscription_leaves_nothing_behind(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.error(f"POST {PAGE}/subscribed_apps", 200, status=403)
    answer = running.link()
    assert (answer.status_code, answer.json()["code"]) == (502, "facebook_200")
    assert answer.json()["trace_id"] == "TRACE"
    assert running.admin("GET", "holdings").json()["page_tokens"] == 0


def test_a_subscription_that_does_not_read_back_is_undone(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.says(f"GET {PAGE}/subscribed_apps", 200, {"data": [{"id": APP.id, "subscribed_fields": FIELDS[:3]}]})
    answer = running.link()
    assert (answer.status_code, answer.json()["code"]) == (502, "subscription_incomplete")
    assert "standby" in answer.json()["detail"]
    assert len(facebook.calls(f"DELETE {PAGE}/subscribed_apps")) == 1
    assert running.api("GET", PATH).status_code == 404


def test_a_page_belongs_to_one_account_until_it_is_taken_over(running: Running) -> None:
    running.link()
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()["token"]
    refused = running.api("PUT", PATH, token=other, json={"page_token": "t"})
    assert (refused.status_code, refused.json()["code"]) == (409, "page_of_other_account")
    assert running.api("GET", PATH, token=other).status_code == 404
    taken = running.api("PUT", PATH, token=other, json={"page_token": "t", "take_over": True})
    assert taken.status_code == 201
    assert running.api("GET", PATH).status_code == 404


def test_unlinking_ends_the_subscription_and_forgets_the_token(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    facebook.says(f"GET {PAGE}/subscribed_apps", 200, {"data": []})
    answer = running.api("DELETE", PATH)
    assert (answer.status_code, answer.json()) == (200, {"page_id": PAGE, "unsubscribed": True})
    assert running.admin("GET", "holdings").json()["page_tokens"] == 0
    assert running.api("DELETE", PATH).json()["code"] == "page_not_linked"


def test_a_dead_link_can_be_unlinked_and_the_rest_is_told(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    facebook.error(f"DELETE {PAGE}/subscribed_apps", 190, 458)
    answer = running.api("DELETE", PATH).json()
    assert answer["unsubscribed"] is False
    assert "removed" in answer["note"]


def test_an_unlink_that_facebook_cannot_confirm_is_done_all_the_same_and_followed_up(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.link()
    facebook.error(f"DELETE {PAGE}/subscribed_apps", 2, status=503)
    answer = running.api("DELETE", PATH).json()
    assert (answer["unsubscribed"], bool(answer["note"])) == (False, True)
    assert running.api("GET", PATH).status_code == 404
    assert running.admin("GET", "holdings").json()["unsubscribing"] == 1
    facebook.says(f"DELETE {PAGE}/subscribed_apps", 200, {"success": True})
    facebook.says(f"GET {PAGE}/subscribed_apps", 200, {"data": []})
    running.clock.advance(120)
    eventually(lambda: running.admin("GET", "holdings").json()["unsubscribing"] == 0)
    assert running.admin("GET", "holdings").json()["page_tokens"] == 0


def test_a_check_finds_a_dead_token_once_and_linking_again_mends_it(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.link()
    facebook.facts(is_valid=False, error={"code": 190, "message": "x", "subcode": 460})
    checked = running.api("POST", f"{PATH}/check", headers={"Accept-Language": "de"}).json()
    assert checked["state"] == "needs_reauthorization"
    assert checked["reason"]["code"] == "facebook_190_460"
    assert "Passwort" in checked["reason"]["what"]
    running.api("POST", f"{PATH}/check")
    facebook.facts()
    assert running.link().json()["state"] == "active"
    events = running.api("GET", "events").json()["events"]
    assert [(event["kind"], event["content"]["state"]) for event in events] == [
        ("link", "needs_reauthorization"),
        ("link", "active"),
    ]
    assert "password" in events[0]["content"]["problem"]["what"]


def test_a_check_while_facebook_is_in_trouble_changes_nothing(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    facebook.says("GET debug_token", 503, b"<html>no</html>")
    assert running.api("POST", f"{PATH}/check").status_code == 502
    assert running.api("GET", PATH).json()["state"] == "active"


def test_a_token_is_encrypted_on_disk(running: Running) -> None:
    running.api("PUT", PATH, json={"page_token": "EAAG-very-secret-page-token"})
    running.gateway.stop()
    content = b"".join(file.read_bytes() for file in running.settings.data_dir.iterdir())
    assert b"EAAG-very-secret" not in content


def test_the_name_of_a_page_is_the_one_that_facebook_tells(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.says(f"GET {PAGE}", 200, {"id": PAGE, "name": "Blumen\x1b[2J Beispiel\u202e\r\n"})
    to_link = {"page_token": "EAAG-page", "name": "Somebody else's Page"}
    assert running.api("PUT", f"facebook/pages/{PAGE}", json=to_link).json()["name"] == "Blumen[2J Beispiel "
    assert facebook.calls(f"GET {PAGE}")[0]["fields"] == "id,name"


def test_a_name_that_facebook_does_not_tell_stops_no_link(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.error(f"GET {PAGE}", 10)
    linked = running.link()
    assert (linked.status_code, linked.json()["name"]) == (201, "Blumen Beispiel")


@pytest.mark.parametrize("field", ["name", "person"])
@pytest.mark.parametrize("planted", ["\x1b[2J", "\x9b", "a\nb", "\r", "\x00", "\x7f", "\u202e", "\u2066", "\u2028"])
def test_names_with_control_characters_are_refused(
    running: Running, facebook: ScriptedFacebook, field: str, planted: str
) -> None:
    to_link = {"page_token": "EAAG-page", field: f"Blumen {planted}"}
    refused = running.api("PUT", f"facebook/pages/{PAGE}", json=to_link)
    assert (refused.status_code, refused.json()["code"]) == (400, "request_invalid")
    assert facebook.asked == []
    assert running.api("GET", "facebook/pages").json()["pages"] == []
