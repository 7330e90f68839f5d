"""In, durable, out, forgotten."""

import contextlib
import json
import threading

import pytest
import requests

from tests.gateway.conftest import CUSTOMER, PAGE, Running
from tests.gateway.messenger import deliver, delivery, message, signature

CANARY = "Zitronenfalter-0815"


def kinds(batch: dict[str, list[dict[str, str]]]) -> list[str]:
    return [event["kind"] for event in batch["events"]]


@pytest.fixture(autouse=True)
def linked(running: Running) -> None:
    assert running.link().status_code == 201


def test_a_message_comes_out_as_it_went_in(running: Running) -> None:
    item = message("m_1", "Grüße 🌷")
    assert deliver(running.address, delivery(item)) == 200
    (event,) = running.api("GET", "events").json()["events"]
    assert event["kind"] == "message"
    assert event["channel"] == "facebook"
    assert event["source"] == {"id": PAGE, "name": "Blumen Beispiel"}
    assert event["content"]["text"] == "Grüße 🌷"
    assert event["content"]["mid"] == "m_1"
    assert event["time"] == item["timestamp"]
    day = 24 * 3600 * 1000
    assert event["reply_until"] == {"anyone": item["timestamp"] + day, "human": item["timestamp"] + 7 * day}
    assert CUSTOMER not in event["conversation"]


@pytest.mark.parametrize("signed", ["", "sha256=" + "0" * 64, signature(b"other"), signature(b"x", "stranger")])
def test_a_wrong_signature_is_refused_and_nothing_is_kept(running: Running, signed: str) -> None:
    assert deliver(running.address, delivery(message("m_1")), signed) == 403
    assert running.api("GET", "events").json()["events"] == []


def test_the_earlier_secret_still_signs_during_a_rotation(running: Running) -> None:
    body = delivery(message("m_1"))
    assert deliver(running.address, body, signature(body, "earlier-secret")) == 200


def test_a_repeated_delivery_is_one_event(running: Running) -> None:
    body = delivery(message("m_1"))
    assert [deliver(running.address, body) for _ in range(3)] == [200, 200, 200]
    assert len(running.api("GET", "events").json()["events"]) == 1


def test_every_item_of_a_batch_arrives_in_order(running: Running) -> None:
    body = delivery(*(message(f"m_{n}", str(n)) for n in range(250)), {"broken": True}, 17)
    assert deliver(running.address, body) == 200
    events = running.api("GET", "events", params={"limit": 500}).json()["events"]
    assert [event["content"].get("text") for event in events[:250]] == [str(n) for n in range(250)]
    assert [event["kind"] for event in events[250:]] == ["other", "other"]


def test_a_page_that_nobody_linked_keeps_nothing(running: Running) -> None:
    assert deliver(running.address, delivery(message("m_1", page="999"), page="999")) == 200
    held = running.admin("GET", "holdings").json()
    assert (held["events_waiting"], held["fingerprints"]) == (0, 0)


def test_what_cannot_be_understood_is_set_aside(running: Running) -> None:
    assert deliver(running.address, b"{not json") == 200
    assert running.admin("GET", "holdings").json()["set_aside"] == 1


@pytest.mark.parametrize(
    "broken",
    [rb'"half \ud83d"', b'"\xff"', b"1e999", b"[" * 5000 + b"]" * 5000, rb'"\u0000"'],
    ids=["half an emoji", "latin-1", "number", "nest", "nul"],
)
def test_what_is_broken_in_one_item_costs_no_neighbour(running: Running, broken: bytes) -> None:
    items = [message("m_1"), message("m_2", "BROKEN"), message("m_3"), {"read": "BROKEN"}, {"id": "BROKEN"}]
    body = delivery(*items).replace(b'"BROKEN"', broken)
    assert deliver(running.address, body) == 200
    events = running.api("GET", "events").json()["events"]
    assert [event["content"].get("mid") for event in events][:3] == ["m_1", "m_2", "m_3"]
    assert len(events) == 5
    assert running.admin("GET", "holdings").json()["set_aside"] == 0


def test_a_page_whose_id_is_no_text_for_a_database_costs_no_neighbour(running: Running) -> None:
    entries = [{"id": page, "time": 1, "messaging": [message("m_1")]} for page in ("11\0", PAGE)]
    assert deliver(running.address, json.dumps({"object": "page", "entry": entries}).encode()) == 200
    assert kinds(running.api("GET", "events").json()) == ["message"]


def test_a_delivery_that_is_too_large_is_refused(running: Running) -> None:
    assert deliver(running.address, b" " * (8 * 1024 * 1024 + 1)) == 413


def test_what_is_not_acknowledged_comes_again_and_what_is_does_not(running: Running) -> None:
    for number in range(5):
        deliver(running.address, delivery(message(f"m_{number}")))
    first = running.api("GET", "events", params={"limit": 2}).json()
    again = running.api("GET", "events", params={"limit": 2}).json()
    assert first == again
    then = running.api("GET", "events", params={"after": first["cursor"]}).json()
    assert [event["content"]["mid"] for event in then["events"]] == ["m_2", "m_3", "m_4"]
    assert running.api("GET", "events", params={"after": then["cursor"]}).json()["events"] == []
    assert running.admin("GET", "holdings").json()["events_waiting"] == 0


def test_an_old_cursor_acknowledges_nothing_new(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    old = running.api("GET", "events").json()["cursor"]
    running.api("GET", "events", params={"after": old})
    deliver(running.address, delivery(message("m_2")))
    assert kinds(running.api("GET", "events", params={"after": old}).json()) == ["message"]


def test_a_cursor_of_another_account_acknowledges_nothing(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    cursor = running.api("GET", "events").json()["cursor"]
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()["token"]
    assert running.api("GET", "events", token=other, params={"after": cursor}).json()["events"] == []
    assert running.admin("GET", "holdings").json()["events_waiting"] == 1


@pytest.mark.parametrize("cursor", ["nonsense!", "AA", "x" * 5000, "ä"])
def test_a_foreign_cursor_is_refused(running: Running, cursor: str) -> None:
    answer = running.api("GET", "events", params={"after": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")


def test_who_waits_is_woken_by_a_message(running: Running) -> None:
    result: list[list[str]] = []
    poll = threading.Thread(
        target=lambda: result.append(kinds(running.api("GET", "events", params={"wait": 50}).json()))
    )
    poll.start()
    deliver(running.address, delivery(message("m_1")))
    poll.join(30)
    assert result == [["message"]]


def test_who_waits_does_not_hold_up_the_end(running: Running) -> None:
    def ask(token: str) -> None:
        # It either waits when the gateway stops, or comes when the port is closed already.
        with contextlib.suppress(requests.ConnectionError):
            assert running.api("GET", "events", token=token, params={"wait": 50}).json()["events"] == []

    tokens = [running.admin("POST", "accounts", json={"name": f"Shop {n}"}).json()["token"] for n in range(5)]
    polls = [threading.Thread(target=ask, args=[token]) for token in tokens]
    for poll in polls:
        poll.start()
    running.gateway.stop()
    for poll in polls:
        poll.join(30)
    assert not any(poll.is_alive() for poll in polls)


def test_events_survive_a_restart(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    cursor = running.api("GET", "events").json()["cursor"]
    running.restart()
    assert kinds(running.api("GET", "events").json()) == ["message"]
    assert running.api("GET", "events", params={"after": cursor}).json()["events"] == []


def test_waiting_content_is_unreadable_on_disk_and_gone_after_the_acknowledgement(running: Running) -> None:
    deliver(running.address, delivery(message("m_1", CANARY)))
    cursor = running.api("GET", "events").json()["cursor"]
    running.api("GET", "events", params={"after": cursor})
    running.gateway.stop()
    for file in running.settings.data_dir.iterdir():
        assert CANARY.encode() not in file.read_bytes(), file
        assert CUSTOMER.encode() not in file.read_bytes(), file


def test_messages_keep_arriving_while_the_link_needs_a_person(running: Running, facebook) -> None:  # type: ignore[no-untyped-def]
    facebook.facts(is_valid=False, error={"code": 190, "message": "x", "subcode": 460})
    running.api("POST", f"facebook/pages/{PAGE}/check")
    assert deliver(running.address, delivery(message("m_1"))) == 200
    assert "message" in kinds(running.api("GET", "events").json())
