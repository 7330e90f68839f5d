"""A refusal that puts a link, a Page or the app in question: what is concluded, and what becomes of the answer."""

import json
import time
from typing import Any

import pytest

from tests.conditions import eventually
from tests.gateway.conftest import CUSTOMER, PAGE, Answer, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_link_monitor import DEAD, people
from tests.gateway.test_sending import SEND, fate, kinds_until, send, wrote


def test_an_answer_that_is_refused_as_if_the_token_were_dead_fails_alone_once_the_token_is_found_alive(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.link()
    facebook.error(SEND, 10)
    send(running, wrote(running))
    event = fate(running)
    assert (event["kind"], event["content"]["problem"]["code"]) == ("failed", "facebook_10")
    assert "only this" in event["content"]["problem"]["meaning"].lower()
    assert "sign in" not in event["content"]["problem"]["remedy"].lower()
    assert running.api("GET", f"facebook/pages/{PAGE}").json()["state"] == "active"


@pytest.mark.parametrize("read", [f"{PAGE}/subscribed_apps", f"{PAGE}/messenger_profile"])
def test_a_read_in_the_pages_name_proves_what_facebooks_facts_do_not_tell(
    running: Running, facebook: ScriptedFacebook, read: str
) -> None:
    running.link()
    conversation = wrote(running)
    before = facebook.answers.get(f"GET {read}")
    facebook.error(SEND, 200)
    facebook.error(f"GET {read}", 190, 492)
    send(running, conversation)
    event = fate(running)
    assert (event["kind"], event["content"]["problem"]["code"]) == ("link", "facebook_190_492")
    assert running.admin("GET", "holdings").json()["messages_queued"] == 1
    facebook.says(SEND, 200, {"message_id": "m_sent"})
    if before:
        facebook.answers[f"GET {read}"] = before
    else:
        facebook.says(f"GET {read}", 200, {"data": []})
    assert running.api("POST", f"facebook/pages/{PAGE}/check").json()["state"] == "active"
    assert kinds_until(running, "sent")[-1] == "sent"


def test_an_answer_that_parked_its_link_does_not_park_it_again_once_somebody_signed_in(
    running: Running, facebook: ScriptedFacebook
) -> None:
    people(facebook)
    body = {"page_token": "token-anna", "name": "Blumen", "person": "Anna"}
    running.api("PUT", f"facebook/pages/{PAGE}", json=body)
    unlucky, lucky = (customer(running, psid) for psid in ("7300000000000031", "7300000000000032"))

    def refuses_one(params: dict[str, str]) -> Answer:
        if json.loads(params["recipient"])["id"] == "7300000000000031":
            return 403, {"error": {"code": 10, "message": "x", "type": "OAuthException", "fbtrace_id": "T"}}
        return 200, {"message_id": "m_sent"}

    facebook.answers[SEND] = refuses_one
    people(facebook, anna=DEAD)
    send(running, unlucky, key="unlucky")
    eventually(lambda: running.api("GET", f"facebook/pages/{PAGE}").json()["state"] == "needs_reauthorization")
    send(running, lucky, key="lucky")
    people(facebook)
    running.api("PUT", f"facebook/pages/{PAGE}", json=body)
    eventually(lambda: {"sent", "failed"} <= {event["kind"] for event in events(running)})
    assert {event["conversation"]: event["kind"] for event in events(running) if event["kind"] != "link"} == {
        unlucky: "failed",
        lucky: "sent",
    }
    assert running.api("GET", f"facebook/pages/{PAGE}").json()["state"] == "active"


@pytest.mark.parametrize("trouble", [(2, 503), (4, 400)], ids=["down", "limited"])
def test_while_facebook_is_in_trouble_nothing_is_concluded_and_the_answer_is_tried_again(
    running: Running, facebook: ScriptedFacebook, trouble: tuple[int, int]
) -> None:
    code, status = trouble
    running.link()
    conversation = wrote(running)
    facebook.error(SEND, 10)
    facebook.error("GET debug_token", code, status=status)
    facebook.error(f"GET {PAGE}/subscribed_apps", code, status=status)
    send(running, conversation)
    eventually(lambda: len(facebook.calls(f"GET {PAGE}/subscribed_apps")) >= 3)
    assert events(running) == []
    facebook.says(SEND, 200, {"message_id": "m_sent"})
    assert fate(running)["kind"] == "sent"


def test_a_page_whose_profiles_are_all_refused_is_not_checked_for_each_of_them(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.link()
    conversation = wrote(running)
    facebook.error(f"GET {CUSTOMER}", 100, 33)
    checks = len(facebook.calls("GET debug_token"))
    for _ in range(5):
        answer = running.api("GET", f"conversations/{conversation}/profile")
        assert (answer.status_code, answer.json()["code"]) == (502, "facebook_100_33")
        assert "Page's link is in order" in answer.json()["detail"]
    assert len(facebook.calls("GET debug_token")) == checks + 1


def test_a_block_that_only_one_answer_meets_is_its_own(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    unlucky, lucky = (customer(running, psid) for psid in ("7300000000000031", "7300000000000032"))

    def blocks_one(params: dict[str, str]) -> Answer:
        if json.loads(params["recipient"])["id"] == "7300000000000031":
            return 403, {"error": {"code": 368, "message": "x", "type": "OAuthException", "fbtrace_id": "T"}}
        return 200, {"message_id": "m_sent"}

    facebook.answers[SEND] = blocks_one
    send(running, unlucky, key="unlucky")
    eventually(lambda: [event["kind"] for event in events(running)] == ["link"])

    def a_moment_passes() -> None:
        running.clock.advance(5)  # less than the time for which such an answer stands back
        send(running, lucky, key="lucky")  # wakes the sender; the same key sends nothing twice

    eventually(lambda: a_moment_passes() or len(events(running)) == 3, seconds=120)
    fates = {event["conversation"]: event["kind"] for event in events(running) if event["kind"] != "link"}
    assert fates == {unlucky: "failed", lucky: "sent"}


SLIPS = [(101, None, "x"), (104, None, "x"), (100, None, "Invalid appsecret_proof provided in the API argument")]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: str(slip[0]))
def test_a_slip_of_the_operator_lets_answers_wait_and_parks_no_link(
    running: Running, facebook: ScriptedFacebook, slip: tuple[int, int | None, str]
) -> None:
    running.link()
    conversation = wrote(running)
    code, _, text = slip
    refused = 400, {"error": {"code": code, "message": text, "type": "OAuthException", "fbtrace_id": "T"}}
    unsigned = 400, {"error": {"code": 190, "message": "x", "type": "OAuthException", "fbtrace_id": "T"}}
    right = {call: facebook.answers.get(call) for call in (SEND, f"GET {PAGE}/subscribed_apps", "GET debug_token")}
    facebook.says(SEND, *refused)
    facebook.says(f"GET {PAGE}/subscribed_apps", *refused)
    facebook.says("GET debug_token", *unsigned)  # the app's own token holds its secret
    send(running, conversation)
    for tries in range(1, 3):
        eventually(lambda tries=tries: let_pass(running, 100) or len(facebook.calls(SEND)) >= tries)
    assert running.api("POST", f"facebook/pages/{PAGE}/check").status_code == 502
    assert events(running) == []
    assert running.api("GET", f"facebook/pages/{PAGE}").json()["state"] == "active"
    for call, answer in right.items():
        facebook.answers[call] = answer or (lambda params: (200, {"message_id": "m_sent"}))
    eventually(lambda: let_pass(running, 100) or [event["kind"] for event in events(running)] == ["sent"])


def let_pass(running: Running, seconds: float) -> None:
    """Move the clock, at most five times a second: the sender looks every five seconds of real time at least."""
    running.clock.advance(seconds)
    time.sleep(0.2)


def customer(running: Running, psid: str) -> str:
    """The conversation of somebody who has just written."""
    deliver(running.address, delivery(message(f"m_{psid}", customer=psid)))
    batch = running.api("GET", "events").json()
    running.api("GET", "events", params={"after": batch["cursor"]})
    return str(batch["events"][-1]["conversation"])


def events(running: Running) -> list[dict[str, Any]]:
    """All that the CRM has not acknowledged."""
    return list(running.api("GET", "events", params={"limit": 500}).json()["events"])
