"""Links are looked after: two holders, mended subscriptions, reminders, farewells – and receiving never stops."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conditions import eventually
from tests.gateway.conftest import APP, FIELDS, PAGE, Answer, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_sending import send, wrote

PATH = f"facebook/pages/{PAGE}"
SEND = f"POST {PAGE}/messages"
APPS = f"{PAGE}/subscribed_apps"
DAY = 24 * 3600
SCOPES = ["pages_show_list", "pages_messaging", "pages_manage_metadata"]
DEAD = {"is_valid": False, "error": {"code": 190, "message": "x", "subcode": 460}}


def people(facebook: ScriptedFacebook, **changes: dict[str, Any]) -> None:
    """What debug_token says of the tokens ``token-anna`` and ``token-bert``."""

    def inspect(params: dict[str, str]) -> Answer:
        person = params["input_token"].removeprefix("token-")
        facts = {
            "app_id": APP.id, "type": "PAGE", "profile_id": PAGE, "user_id": person, "is_valid": True,
            "expires_at": 0, "data_access_expires_at": 0, "scopes": SCOPES,
        }  # fmt: skip
        return 200, {"data": facts | changes.get(person, {})}

    facebook.answers["GET debug_token"] = inspect


def link(running: Running, person: str, **more: Any) -> Any:
    body = {"page_token": f"token-{person}", "name": "Blumen", "person": person.title(), **more}
    return running.api("PUT", PATH, json=body)


def changes(running: Running) -> list[str]:
    """What the CRM was told about its links."""
    events = running.api("GET", "events", params={"limit": 500}).json()["events"]
    return [event["content"]["change"] for event in events if event["kind"] == "link"]


def told(running: Running, change: str, language: str = "en") -> dict[str, Any]:
    events = running.api("GET", "events", params={"limit": 500}, headers={"Accept-Language": language}).json()["events"]
    return next(dict(e["content"]) for e in events if e["kind"] == "link" and e["content"]["change"] == change)


def next_day(running: Running, holds: Callable[[], bool]) -> None:
    """Let a day pass, and wait for what it brings."""
    running.clock.advance(DAY)
    eventually(holds)


def holders(running: Running) -> dict[str, bool]:
    """Who holds the link, and whether their token is used."""
    return {one["person"]: one["reason"] is None for one in running.api("GET", PATH).json()["holders"]}


@pytest.fixture
def two(running: Running, facebook: ScriptedFacebook) -> None:
    """Anna linked the Page, then Bert did."""
    people(facebook)
    assert [link(running, person).status_code for person in ("anna", "bert")] == [201, 200]


@pytest.mark.usefixtures("two")
def test_both_tokens_are_kept_and_the_latest_sign_in_acts(running: Running) -> None:
    shown = running.api("GET", PATH).json()
    assert [one["person"] for one in shown["holders"]] == ["Bert", "Anna"]
    assert (shown["person"], shown["state"]) == ("Bert", "active")
    assert running.admin("GET", "holdings").json()["page_tokens"] == 2
    assert changes(running) == []


@pytest.mark.usefixtures("two")
def test_when_one_token_dies_while_sending_the_other_takes_over_and_the_answer_goes_out(
    running: Running, facebook: ScriptedFacebook
) -> None:
    conversation = wrote(running)
    answers: list[Answer] = [
        (400, {"error": {"code": 190, "error_subcode": 460, "message": "x", "type": "x", "fbtrace_id": "T"}}),
        (200, {"message_id": "m_sent"}),
    ]
    facebook.answers[SEND] = lambda params: answers.pop(0)
    people(facebook, bert=DEAD)
    send(running, conversation)
    eventually(lambda: not answers and "sent" in kinds(running))
    assert kinds(running) == ["link", "sent"]
    assert changes(running) == ["holder_lost"]
    assert holders(running) == {"Bert": False, "Anna": True}
    assert running.api("GET", PATH).json()["state"] == "active"
    german = told(running, "holder_lost", "de")["problem"]
    assert "Passwort" in german["what"]
    assert german["meaning"] == "Die Seite „Blumen“ arbeitet mit der Berechtigung einer anderen Person weiter."


def kinds(running: Running) -> list[str]:
    return [event["kind"] for event in running.api("GET", "events").json()["events"]]


@pytest.mark.usefixtures("two")
def test_only_when_both_are_dead_somebody_has_to_sign_in(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook, bert=DEAD)
    assert running.api("POST", f"{PATH}/check").json()["state"] == "active"
    people(facebook, bert=DEAD, anna=DEAD)
    checked = running.api("POST", f"{PATH}/check").json()
    assert checked["state"] == "needs_reauthorization"
    people(facebook)
    link(running, "anna")
    assert changes(running) == ["holder_lost", "needs_sign_in", "repaired"]
    problem = told(running, "needs_sign_in")["problem"]
    assert "password" in problem["what"]
    assert problem["meaning"].startswith("The Page “Blumen” still receives messages.")


@pytest.mark.usefixtures("two")
def test_unlinking_forgets_both(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.says(f"GET {APPS}", 200, {"data": []})
    running.api("DELETE", PATH)
    assert running.admin("GET", "holdings").json()["page_tokens"] == 0


def test_the_daily_check_finds_a_dead_token_and_later_that_it_lives_again(
    running: Running, facebook: ScriptedFacebook
) -> None:
    people(facebook)
    link(running, "anna")
    people(facebook, anna=DEAD)
    next_day(running, lambda: changes(running) == ["needs_sign_in"])
    people(facebook)
    next_day(running, lambda: changes(running) == ["needs_sign_in", "repaired"])


def test_a_subscription_that_facebook_removed_is_mended_and_told(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    subscribed: list[str] = []
    facebook.answers[f"GET {APPS}"] = lambda params: (
        200,
        {"data": [{"id": APP.id, "subscribed_fields": subscribed}] if subscribed else []},
    )

    def subscribe(params: dict[str, str]) -> Answer:
        subscribed[:] = params["subscribed_fields"].split(",")
        return 200, {"success": True}

    facebook.answers[f"POST {APPS}"] = subscribe
    next_day(running, lambda: changes(running) == ["subscription_mended"])
    assert sorted(subscribed) == sorted(FIELDS)
    assert "hour" in told(running, "subscription_mended")["problem"]["meaning"]


def test_after_a_start_every_link_is_looked_after_within_an_hour(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    running.restart()
    people(facebook, anna=DEAD)
    running.clock.advance(3600)
    eventually(lambda: changes(running) == ["needs_sign_in"])


def test_the_end_of_a_permission_is_announced_once(running: Running, facebook: ScriptedFacebook) -> None:
    ends = running.clock() // 1000 + 15 * DAY
    people(facebook, anna={"data_access_expires_at": ends})
    link(running, "anna")
    for _ in range(3):
        checked = len(facebook.calls("GET debug_token"))
        running.clock.advance(DAY)
        eventually(lambda checked=checked: len(facebook.calls("GET debug_token")) > checked)
    eventually(lambda: changes(running) == ["ends_soon"])
    content = told(running, "ends_soon", "de")
    assert (content["state"], content["ends_at"]) == ("active", ends)
    assert content["problem"]["what"].startswith("Die Berechtigung für die Seite „Blumen“ endet am 20")


def test_taking_over_tells_both_accounts_and_the_operator(
    running: Running, facebook: ScriptedFacebook, caplog: pytest.LogCaptureFixture
) -> None:
    people(facebook)
    link(running, "anna")
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()["token"]
    body = {"page_token": "token-bert", "name": "Blumen", "person": "Bert", "take_over": True}
    assert running.api("PUT", PATH, token=other, json=body).status_code == 201
    [line] = [one.message for one in caplog.records if one.levelname == "WARNING"]
    assert line == "a Page was taken over from account 1 by account 2"
    assert changes(running) == ["moved"]
    assert (told(running, "moved")["state"], told(running, "moved")["problem"]["code"]) == ("removed", "page_moved")
    (gained,) = running.api("GET", "events", token=other).json()["events"]
    assert gained["content"] == {"page_name": "Blumen", "state": "active", "change": "taken_over"}
    assert [one["person"] for one in running.api("GET", PATH, token=other).json()["holders"]] == ["Bert"]


def test_receiving_goes_on_while_every_token_is_dead(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    people(facebook, anna=DEAD)
    running.api("POST", f"{PATH}/check")
    assert deliver(running.address, delivery(message("m_1"), message("m_2"))) == 200
    assert kinds(running) == ["link", "message", "message"]


def test_a_page_that_nobody_has_linked_and_still_delivers_is_unsubscribed_with_the_apps_own_token(
    running: Running, facebook: ScriptedFacebook
) -> None:
    assert deliver(running.address, delivery(message("m_1"))) == 200
    eventually(lambda: len(facebook.calls(f"DELETE {APPS}")) == 1)
    eventually(lambda: running.admin("GET", "holdings").json()["unsubscribing"] == 0)
    assert deliver(running.address, delivery(message("m_2"))) == 200
    assert len(facebook.calls(f"DELETE {APPS}")) == 1, "once an hour is enough"


def test_a_farewell_ends_when_the_page_is_linked_again(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    facebook.error(f"DELETE {APPS}", 2, status=503)
    running.api("DELETE", PATH)
    assert running.admin("GET", "holdings").json()["unsubscribing"] == 1
    link(running, "bert")
    assert running.admin("GET", "holdings").json()["unsubscribing"] == 0


def test_a_farewell_is_given_up_after_seven_days(running: Running, facebook: ScriptedFacebook) -> None:
    people(facebook)
    link(running, "anna")
    facebook.error(f"DELETE {APPS}", 2, status=503)
    running.api("DELETE", PATH)
    running.clock.advance(8 * DAY)
    eventually(lambda: running.admin("GET", "holdings").json()["unsubscribing"] == 0)
    assert running.admin("GET", "holdings").json()["page_tokens"] == 0
