"""Receipts and reactions name our own messages, and every event of a conversation its deadline."""

from typing import Any

import pytest

from tests.gateway.conftest import APP, CUSTOMER, PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms

DAY = 24 * 3600 * 1000


@pytest.fixture
def conversation(running: Running) -> str:
    running.link()
    deliver(running.address, delivery(message("m_1")))
    return str(take(running)[0]["conversation"])


def take(running: Running) -> list[dict[str, Any]]:
    """The next events, acknowledged."""
    batch = running.api("GET", "events", params={"wait": 50}).json()
    running.api("GET", "events", params={"after": batch["cursor"]})
    return list(batch["events"])


def answered(running: Running, facebook: ScriptedFacebook, conversation: str, mid: str) -> str:
    """An answer that Facebook took; returns our id of it."""
    facebook.says(f"POST {PAGE}/messages", 200, {"recipient_id": CUSTOMER, "message_id": mid})
    body = {"conversation": conversation, "text": "Gern!", "human": True}
    queued = running.api("POST", "messages", json=body, headers={"Idempotency-Key": mid}).json()["id"]
    (event,) = take(running)
    assert (event["kind"], event["content"]) == ("sent", {"message_id": queued, "mid": mid})
    return str(queued)


def happens(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, "timestamp": now_ms(), **what}


def told(running: Running, **what: Any) -> dict[str, Any]:
    deliver(running.address, delivery(happens(**what)))
    (event,) = take(running)
    return dict(event["content"])


def test_a_delivery_names_our_messages(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    ours = [answered(running, facebook, conversation, mid) for mid in ("m_a", "m_b")]
    content = told(running, delivery={"mids": ["m_b", "m_foreign", "m_a"], "watermark": now_ms()})
    assert sorted(content["message_ids"]) == sorted(ours)
    assert content["mids"] == ["m_b", "m_foreign", "m_a"]


def test_without_ids_everything_up_to_the_watermark_is_delivered(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    ours = [answered(running, facebook, conversation, mid) for mid in ("m_a", "m_b")]
    assert told(running, delivery={"watermark": now_ms()})["message_ids"] == ours
    assert told(running, delivery={"watermark": now_ms() - DAY})["message_ids"] == []


def test_reading_names_what_was_sent_before(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    first = answered(running, facebook, conversation, "m_a")
    until = now_ms()
    answered(running, facebook, conversation, "m_b")
    assert told(running, read={"watermark": until})["message_ids"] == [first]


def test_another_customers_reading_is_not_about_our_messages(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    answered(running, facebook, conversation, "m_a")
    deliver(running.address, delivery(happens(read={"watermark": now_ms()}) | {"sender": {"id": "7300000000000099"}}))
    (event,) = take(running)
    assert event["content"]["message_ids"] == []
    assert event["reply_until"] is None


def test_a_reaction_names_our_message(running: Running, facebook: ScriptedFacebook, conversation: str) -> None:
    ours = answered(running, facebook, conversation, "m_a")
    reaction = {"reaction": "love", "emoji": "❤️", "action": "react", "mid": "m_a"}
    assert told(running, reaction=reaction)["message_id"] == ours
    assert "message_id" not in told(running, reaction={**reaction, "mid": "m_1"})


def test_the_memory_survives_a_restart_and_holds_no_clear_id(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    ours = answered(running, facebook, conversation, "m_clear_id")
    running.restart()
    assert told(running, delivery={"mids": ["m_clear_id"], "watermark": now_ms()})["message_ids"] == [ours]
    running.gateway.stop()
    for file in running.settings.data_dir.iterdir():
        assert b"m_clear_id" not in file.read_bytes(), file


def test_every_event_of_a_conversation_carries_its_deadline(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    asked = message("m_2")
    deliver(running.address, delivery(asked))
    take(running)
    deliver(running.address, delivery(happens(read={"watermark": now_ms()})))
    (event,) = take(running)
    day = 24 * 3600 * 1000
    assert event["reply_until"] == {"anyone": asked["timestamp"] + day, "human": asked["timestamp"] + 7 * day}


def test_one_link_tells_when_its_messages_last_went_through(running: Running, facebook: ScriptedFacebook) -> None:
    running.link()
    link = running.api("GET", f"facebook/pages/{PAGE}").json()
    assert (link["last_message_in"], link["last_message_out"]) == (None, None)
    written = now_ms() - DAY // 2
    deliver(running.address, delivery(message("m_1") | {"timestamp": written}))
    conversation = str(take(running)[0]["conversation"])
    before = now_ms()
    answered(running, facebook, conversation, "m_a")
    link = running.api("GET", f"facebook/pages/{PAGE}").json()
    assert link["last_message_in"] == written // 1000
    assert before // 1000 <= link["last_message_out"] <= now_ms() // 1000
    assert "last_message_in" not in running.api("GET", "facebook/pages").json()["pages"][0]


def own_echo(mid: str) -> dict[str, Any]:
    """Facebook tells of a message of our app, without the metadata by which it would be recognised."""
    content = {"mid": mid, "is_echo": True, "app_id": int(APP.id), "text": "Gern!"}
    return {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}, "timestamp": now_ms(), "message": content}


def test_an_answer_is_told_once_even_if_its_echo_does_not_name_it(
    running: Running, facebook: ScriptedFacebook, conversation: str
) -> None:
    answered(running, facebook, conversation, "m_a")
    deliver(running.address, delivery(own_echo("m_a")))
    assert running.api("GET", "events").json()["events"] == []
    assert running.admin("GET", "holdings").json()["events_waiting"] == 0
    deliver(running.address, delivery(own_echo("m_a") | {"timestamp": now_ms() + 1}, message("m_2")))
    assert [event["kind"] for event in take(running)] == ["message"]


def test_what_another_program_sent_by_our_app_is_told(running: Running, conversation: str) -> None:
    deliver(running.address, delivery(own_echo("m_foreign")))
    (event,) = take(running)
    assert (event["kind"], event["content"]["app_id"]) == ("echo", APP.id)
