"""What Facebook tells twice is one event, whatever it wrote anew; what may be answered after all is told again.

Facebook repeats a delivery that it believes lost, with another time, another number and newly signed addresses. And
what a customer writes while another app holds the conversation comes "in standby" first.
"""

import json
from typing import Any

import pytest

from tests.gateway.conftest import CUSTOMER, PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms

DAY = 24 * 3600 * 1000
SIGNED = "https://scontent-{0}.xx.fbcdn.net/a.jpg?oh={0}"


@pytest.fixture(autouse=True)
def linked(running: Running) -> None:
    assert running.link().status_code == 201


def happens(age_ms: int = 0, **what: Any) -> dict[str, Any]:
    return {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, "timestamp": now_ms() - age_ms, **what}


def echo(seq: int, text: str = "Gern!") -> dict[str, Any]:
    attachments = [{"type": "image", "payload": {"url": SIGNED.format(seq)}}]
    content = {"mid": "m_20", "is_echo": True, "app_id": 7, "seq": seq, "text": text, "attachments": attachments}
    return {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}, "timestamp": now_ms() - seq, "message": content}


def entry(time: int, **lists: Any) -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": time, **lists}]}).encode()


def told(running: Running, *bodies: bytes) -> list[dict[str, Any]]:
    for body in bodies:
        assert deliver(running.address, body) == 200
    return list(running.api("GET", "events").json()["events"])


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("first", "again"),
    [
        (message("m_1", age_ms=7), message("m_1")),
        (message("m_1", age_ms=DAY), message("m_1")),
        (message("m_1"), message("m_1") | {"message": {"mid": "m_1", "text": "Hallo", "seq": 2}}),
        (echo(1), echo(2)),
        (happens(postback={"mid": "m_3", "payload": "A"}), happens(9000, postback={"mid": "m_3", "payload": "A"})),
        (happens(message={"mid": "m_1", "is_deleted": True}), happens(7, message={"mid": "m_1", "is_deleted": True})),
        (happens(read={"watermark": 17}), happens(7, read={"watermark": 17, "seq": 4})),
        ({"unreadable": 1}, {"unreadable": 1}),
        (17, 17),
    ],
)
def test_a_repetition_is_one_event(running: Running, first: Any, again: Any, restarted: bool) -> None:
    (event,) = told(running, delivery(first))
    if restarted:
        running.restart()
    assert [one["id"] for one in told(running, delivery(again))] == [event["id"]]


def test_a_repetition_in_the_same_delivery_is_one_event(running: Running) -> None:
    assert len(told(running, delivery(message("m_1", age_ms=7), message("m_1")))) == 1


def test_a_change_is_known_by_its_words_until_they_may_be_meant_again(running: Running) -> None:
    change = [{"field": "inbox_labels", "value": {"user": {"id": CUSTOMER}, "action": "add"}}]
    assert len(told(running, entry(now_ms(), changes=change), entry(now_ms() + 5000, changes=change))) == 1
    running.clock.advance(3600)
    assert len(told(running, entry(now_ms(), changes=change))) == 1
    running.clock.advance(2 * 3600)
    assert len(told(running, entry(now_ms(), changes=change))) == 2


@pytest.mark.parametrize(
    "what", [{"message": {"mid": "m_1", "text": "Hallo"}}, {"message": {"mid": "m_1", "is_deleted": True}}]
)
def test_what_has_an_id_is_known_by_it_without_a_time_too(running: Running, what: dict[str, Any]) -> None:
    item = {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, **what}
    assert len(told(running, delivery(item))) == 1
    running.clock.advance(3 * 3600)
    assert len(told(running, delivery(item), delivery(item | {"timestamp": now_ms()}))) == 1


def test_what_has_neither_id_nor_time_is_one_event_in_standby_too(running: Running) -> None:
    item = {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, "postback": {"payload": "A"}}
    assert len(told(running, entry(now_ms(), standby=[item]))) == 1
    running.clock.advance(3600)
    assert len(told(running, entry(now_ms(), standby=[item]))) == 1


def test_love_taken_back_and_given_again_are_three_events(running: Running) -> None:
    love, no_love = ({"mid": "m_20", "reaction": "love", "action": action} for action in ("react", "unreact"))
    said = [happens(3, reaction=love), happens(2, reaction=no_love), happens(1, reaction=love)]
    assert [event["content"]["removed"] for event in told(running, delivery(*said))] == [False, True, False]


def test_what_a_customer_writes_in_standby_opens_the_time_to_answer(
    running: Running, facebook: ScriptedFacebook
) -> None:
    item = message("m_1")
    (event,) = told(running, entry(now_ms(), standby=[item]))
    assert event["content"] == {"mid": "m_1", "text": "Hallo", "standby": True}
    assert event["reply_until"] == {"anyone": item["timestamp"] + DAY, "human": item["timestamp"] + 7 * DAY}
    # Whether the other app has let go of the conversation is for Facebook to say, and it takes the answer.
    body = {"conversation": event["conversation"], "text": "Gern!", "human": True}
    assert running.api("POST", "messages", json=body, headers={"Idempotency-Key": "1"}).status_code == 202


@pytest.mark.parametrize(
    "what",
    [{"message": {"mid": "m_1", "text": "Hallo"}}, {"postback": {"mid": "m_1", "title": "Los"}}],
)
@pytest.mark.parametrize("together", [False, True])
def test_what_may_be_answered_after_all_is_told_again(running: Running, what: dict[str, Any], together: bool) -> None:
    item = happens(**what)
    bodies = [entry(now_ms(), standby=[item]), entry(now_ms(), messaging=[item])]
    if together:
        entries = [one for body in bodies for one in json.loads(body)["entry"]]
        bodies = [json.dumps({"object": "page", "entry": entries}).encode()]
    first, second = told(running, *bodies)
    assert first["content"].pop("standby")
    assert (first["content"], first["conversation"]) == (second["content"], second["conversation"])
    assert first["id"] != second["id"]
    assert len(told(running, *bodies)) == 2, "each of them once"


def test_what_may_be_answered_is_not_taken_back_by_a_late_standby(running: Running) -> None:
    (event,) = told(running, entry(now_ms(), messaging=[message("m_1")]), entry(now_ms(), standby=[message("m_1")]))
    assert "standby" not in event["content"]


def test_nobody_is_greeted_while_another_app_answers(running: Running, facebook: ScriptedFacebook) -> None:
    running.admin("PATCH", "accounts/Shop", json={"greeting": "Willkommen"})
    told(running, entry(now_ms(), standby=[message("m_1")]))
    assert running.admin("GET", "holdings").json()["greeted"] == 0


@pytest.mark.parametrize(
    "item",
    [
        happens(reaction={"mid": "m_20", "reaction": "love", "action": "unreact"}),
        happens(reaction={"mid": "m_1", "reaction": "love", "action": "react"})
        | {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}},
        happens(message={"mid": "m_21", "text": "x"}) | {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}},
        happens(message={"mid": "m_21", "is_echo": True, "app_id": 7, "text": "x"})
        | {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}},
    ],
)
def test_only_what_the_customer_gives_opens_the_time_to_answer(running: Running, item: dict[str, Any]) -> None:
    (event,) = told(running, delivery(item))
    assert event["conversation"]
    assert event["reply_until"] is None
    body = {"conversation": event["conversation"], "text": "Gern!", "human": True}
    refused = running.api("POST", "messages", json=body, headers={"Idempotency-Key": "1"})
    assert refused.json()["code"] == "window_closed"


def test_a_reaction_of_the_page_says_so(running: Running) -> None:
    love = {"mid": "m_1", "reaction": "love", "action": "react"}
    mine = happens(reaction=love)
    theirs = mine | {"sender": mine["recipient"], "recipient": mine["sender"]}
    assert [event["content"].get("by_page") for event in told(running, delivery(theirs, mine))] == [True, None]
