"""Answers go out once, in order, inside the time Facebook allows – or their fate is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fbtool.facebook.graph import Platform
from tests.conditions import eventually
from tests.gateway.conftest import CUSTOMER, PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms

SEND = f"POST {PAGE}/messages"
DAY = 24 * 3600 * 1000
ECHO_SECONDS = 61


@pytest.fixture
def conversation(running: Running) -> str:
    """A customer has just written; the event is acknowledged."""
    running.link()
    return wrote(running)


def wrote(running: Running, mid: str = "m_1", age_ms: int = 0) -> str:
    deliver(running.address, delivery(message(mid, age_ms=age_ms)))
    batch = running.api("GET", "events").json()
    running.api("GET", "events", params={"after": batch["cursor"]})
    return str(batch["events"][-1]["conversation"])


def send(running: Running, conversation: str, text: str = "Gern!", key: str = "k1", **more: Any) -> Any:
    body = {"conversation": conversation, "text": text, "human": True, **more}
    return running.api("POST", "messages", json=body, headers={"Idempotency-Key": key})


def fate(running: Running) -> dict[str, Any]:
    """The next event about an answer."""
    (event,) = running.api("GET", "events", params={"wait": 50, "limit": 1}).json()["events"]
    return dict(event)


def overdue_fate(running: Running, count: int = 1) -> dict[str, Any]:
    """The event number ``count``, letting the time pass for which an echo is waited for."""
    found: list[dict[str, Any]] = []

    def told() -> bool:
        # Again and again: the waiting begins only when the gateway has given the call up.
        running.clock.advance(ECHO_SECONDS)
        found[:] = running.api("GET", "events", params={"wait": 1}).json()["events"]
        return len(found) >= count

    eventually(told)
    return found[count - 1]


def test_an_answer_reaches_facebook_and_its_fate_comes_back(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    answer = send(running, conversation)
    assert answer.status_code == 202
    event = fate(running)
    assert (event["kind"], event["conversation"]) == ("sent", conversation)
    assert event["content"] == {"message_id": answer.json()["id"], "mid": "m_sent"}
    (call,) = facebook.calls(SEND)
    assert json.loads(call["recipient"]) == {"id": CUSTOMER}
    assert call["messaging_type"] == "RESPONSE"
    assert json.loads(call["message"]) == {"text": "Gern!", "metadata": f"fbtool {answer.json()['id']}"}
    assert running.admin("GET", "holdings").json()["messages_queued"] == 0


def test_the_same_key_never_sends_twice(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    ids = {send(running, conversation).json()["id"] for _ in range(3)}
    fate(running)
    ids.add(send(running, conversation).json()["id"])
    assert len(ids) == 1
    assert len(facebook.calls(SEND)) == 1


def test_a_key_names_one_message(running: Running, conversation: str) -> None:
    send(running, conversation, "Ja")
    other = send(running, conversation, "Nein")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("made_up", ["abc", "x" * 300, "ä", "AAAA" * 20])
def test_a_business_cannot_open_a_conversation(running: Running, conversation: str, made_up: str) -> None:
    answer = send(running, made_up)
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_unknown")


def test_another_accounts_conversation_is_refused(running: Running, conversation: str) -> None:
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()["token"]
    body = {"conversation": conversation, "text": "x", "human": True}
    answer = running.api("POST", "messages", token=other, json=body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (404, "source_not_linked")


def test_after_a_day_only_a_human_may_answer(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    conversation = wrote(running, age_ms=DAY + 1000)
    refused = send(running, conversation, human=False)
    assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
    assert send(running, conversation, human=True).status_code == 202
    assert fate(running)["kind"] == "sent"
    (call,) = facebook.calls(SEND)
    assert (call["messaging_type"], call["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_after_seven_days_nobody_may(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    expired = wrote(running, age_ms=7 * DAY)
    assert send(running, expired).json()["code"] == "window_closed"
    assert running.api("POST", f"conversations/{expired}/typing").json()["code"] == "window_closed"
    upload = {"conversation": expired, "type": "file"}
    headers = {"Content-Type": "text/plain"}
    assert (
        running.api("POST", "attachments", params=upload, data=b"x", headers=headers).json()["code"] == "window_closed"
    )
    assert facebook.calls(SEND) == []


@pytest.mark.parametrize(
    ("code", "subcode", "problem"),
    [(551, None, "facebook_551"), (10, 2018278, "facebook_10_2018278"), (100, 2018001, "facebook_100_2018001")],
)
def test_a_final_refusal_is_told_with_a_remedy(
    running: Running, facebook: ScriptedFacebook, conversation: str, code: int, subcode: int | None, problem: str
) -> None:
    facebook.error(SEND, code, subcode)
    send(running, conversation)
    event = fate(running)
    assert (event["kind"], event["content"]["problem"]["code"]) == ("failed", problem)
    assert event["content"]["problem"]["remedy"]


def test_trouble_that_passes_is_tried_again(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    attempts: list[int] = []

    def second_time_lucky(params: dict[str, str]) -> tuple[int, Any]:
        attempts.append(1)
        if len(attempts) == 1:
            return 500, {"error": {"code": 2, "message": "x", "type": "x", "fbtrace_id": "T"}}
        return 200, {"message_id": "m_sent"}

    facebook.answers[SEND] = second_time_lucky
    send(running, conversation)
    assert fate(running)["kind"] == "sent"
    assert len(attempts) == 2


@pytest.mark.parametrize(
    "broken", [(0, b""), (200, b"<html>"), (502, b"<html>"), (400, {"error": {"code": 1, "error_subcode": 1357046}})]
)
def test_after_an_unclear_answer_nothing_is_sent_again_and_in_the_end_that_is_told(
    running: Running, facebook: ScriptedFacebook, conversation: str, broken: tuple[int, Any]
) -> None:
    facebook.says(SEND, *broken)
    send(running, conversation)
    eventually(lambda: len(facebook.calls(SEND)) == 1)
    assert overdue_fate(running)["kind"] == "unclear"
    assert len(facebook.calls(SEND)) == 1
    assert running.admin("GET", "holdings").json()["messages_queued"] == 0


def test_an_echo_in_time_makes_an_unclear_answer_a_sent_one(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    facebook.says(SEND, 0, b"")
    message_id = send(running, conversation).json()["id"]
    eventually(lambda: len(facebook.calls(SEND)) == 1)
    deliver(running.address, delivery(echo_of(message_id)))
    event = overdue_fate(running)
    assert (event["kind"], event["content"]) == ("sent", {"message_id": message_id, "mid": "m_echo"})
    facebook.says(SEND, 200, {"message_id": "m_sent"})
    send(running, conversation, key="another")
    assert kinds_until(running, "sent", count=2) == ["sent", "sent"]


def test_an_even_later_echo_is_told_once(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    facebook.says(SEND, 0, b"")
    message_id = send(running, conversation).json()["id"]
    eventually(lambda: len(facebook.calls(SEND)) == 1)
    assert overdue_fate(running)["kind"] == "unclear"
    for _ in range(2):
        deliver(running.address, delivery(echo_of(message_id)))
    events = running.api("GET", "events").json()["events"]
    assert [event["kind"] for event in events] == ["unclear", "sent"]
    assert events[1]["content"] == {"message_id": message_id, "mid": "m_echo"}


def test_an_echo_saves_an_answer_from_being_sent_again(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    facebook.error(SEND, 2, status=503)
    message_id = send(running, conversation).json()["id"]
    eventually(lambda: len(facebook.calls(SEND)) == 1)
    deliver(running.address, delivery(echo_of(message_id)))
    running.clock.advance(3600)
    assert fate(running)["kind"] == "sent"
    eventually(lambda: running.admin("GET", "holdings").json()["messages_queued"] == 0)
    assert len(facebook.calls(SEND)) == 1


def test_the_echo_of_a_known_answer_is_no_second_event(running: Running, conversation: str) -> None:
    message_id = send(running, conversation).json()["id"]
    assert fate(running)["kind"] == "sent"
    deliver(running.address, delivery(echo_of(message_id)))
    assert [event["kind"] for event in running.api("GET", "events").json()["events"]] == ["sent"]


def test_what_a_human_wrote_in_facebooks_own_inbox_is_an_echo(running: Running, conversation: str) -> None:
    foreign = echo_of("x") | {"message": {"mid": "m_9", "is_echo": True, "app_id": 26390203743090, "text": "Gern!"}}
    deliver(running.address, delivery(foreign))
    event = fate(running)
    assert (event["kind"], event["content"]["text"], event["conversation"]) == ("echo", "Gern!", conversation)


def echo_of(message_id: str) -> dict[str, Any]:
    message = {"mid": "m_echo", "is_echo": True, "app_id": 1840000000000001, "metadata": f"fbtool {message_id}"}
    return {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}, "timestamp": now_ms(), "message": message}


def test_answers_wait_while_the_link_needs_a_person_and_go_out_when_it_is_repaired(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    the_token_dies(facebook)
    send(running, conversation)
    event = fate(running)
    assert (event["kind"], event["content"]["problem"]["code"]) == ("link", "facebook_190_460")
    assert running.admin("GET", "holdings").json()["messages_queued"] == 1
    facebook.says(SEND, 200, {"message_id": "m_sent"})
    facebook.facts()
    running.link()
    assert kinds_until(running, "sent") == ["link", "link", "sent"]


def the_token_dies(facebook: ScriptedFacebook) -> None:
    """The person has changed their password."""
    facebook.error(SEND, 190, 460)
    facebook.facts(is_valid=False, error={"code": 190, "message": "x", "subcode": 460})


def kinds_until(running: Running, last: str, count: int = 1) -> list[str]:
    """All waiting kinds, once ``last`` is among them so often."""

    def kinds() -> list[str]:
        return [event["kind"] for event in running.api("GET", "events").json()["events"]]

    eventually(lambda: kinds().count(last) >= count)
    return kinds()


def test_answers_of_one_conversation_keep_their_order(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    texts = [str(number) for number in range(20)]
    for text in texts:
        send(running, conversation, text, key=text)
    eventually(lambda: running.admin("GET", "holdings").json()["messages_queued"] == 0)
    assert [json.loads(call["message"])["text"] for call in facebook.calls(SEND)] == texts


def test_an_answer_for_an_unlinked_page_fails_by_name(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    the_token_dies(facebook)
    send(running, conversation)
    assert fate(running)["kind"] == "link"
    facebook.error(f"DELETE {PAGE}/subscribed_apps", 190, 460)
    running.api("DELETE", f"facebook/pages/{PAGE}")
    assert kinds_until(running, "failed")[-1] == "failed"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"text": "x", "human": True}, "k"),
        ({"conversation": "c", "text": "x"}, "k"),  # who sends says whether a person wrote
        ({"conversation": "c", "human": True}, "k"),
        ({"conversation": "c", "text": "", "human": True}, "k"),
        ({"conversation": "c", "text": "x" * 2000, "human": True}, "k"),
        ({"conversation": "c", "text": "🌷" * 1000, "human": True}, "k"),
        ({"conversation": "c", "text": 7, "human": True}, "k"),
        ({"conversation": "c", "text": "x", "human": True}, ""),
        ([], "k"),
    ],
)
def test_what_does_not_follow_the_contract_is_refused_with_the_place(running: Running, body: Any, key: str) -> None:
    answer = running.api("POST", "messages", json=body, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert answer.json()["detail"]


def test_while_facebook_cannot_be_reached_answers_wait_and_no_try_is_counted(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    reachable = running.settings
    nowhere = Platform("http://127.0.0.1:9", "http://127.0.0.1:9")
    running.settings = replace(reachable, platform=nowhere)
    running.restart()
    send(running, conversation)
    for hours in range(5):
        running.clock.advance(3600)
        send(running, conversation, str(hours), key=str(hours))  # wakes the sender
    assert running.admin("GET", "holdings").json()["messages_queued"] == 6
    assert running.api("GET", "events").json()["events"] == []
    running.settings = reachable
    running.restart()
    assert kinds_until(running, "sent", count=6) == ["sent"] * 6
    assert [json.loads(call["message"])["text"] for call in facebook.calls(SEND)] == ["Gern!", *map(str, range(5))]
