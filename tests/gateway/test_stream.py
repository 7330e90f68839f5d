"""The same events over a WebSocket: one batch at a time, each acknowledged."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.conditions import eventually
from tests.gateway.conftest import Running
from tests.gateway.messenger import deliver, delivery, message

SECONDS = 60


@pytest.fixture(autouse=True)
def linked(running: Running) -> None:
    running.link()


@contextlib.contextmanager
def stream(running: Running, query: str = "", token: str = "", language: str = "en") -> Iterator[ClientConnection]:
    address = running.address.replace("http", "ws", 1) + "/v1/stream" + query
    headers = {"Authorization": f"Bearer {token or running.token}", "Accept-Language": language}
    with connect(address, additional_headers=headers, open_timeout=SECONDS, proxy=None) as socket:
        yield socket


def next_batch(socket: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(socket.recv(SECONDS)))


def mids(batch: dict[str, Any]) -> list[str]:
    return [event["content"]["mid"] for event in batch["events"]]


def acknowledge(socket: ClientConnection, batch: dict[str, Any]) -> None:
    socket.send(json.dumps({"ack": batch["cursor"]}))


def held(running: Running) -> int:
    return int(running.admin("GET", "holdings").json()["events_waiting"])


def test_events_come_as_they_happen_and_are_forgotten_when_acknowledged(running: Running) -> None:
    with stream(running) as socket:
        for number in range(3):
            deliver(running.address, delivery(message(f"m_{number}")))
            batch = next_batch(socket)
            assert mids(batch) == [f"m_{number}"]
            acknowledge(socket, batch)
        eventually(lambda: held(running) == 0)


def test_they_are_the_events_of_the_long_poll(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    polled = running.api("GET", "events", params={"consumer": "crm"}).json()
    with stream(running) as socket:
        assert next_batch(socket) == polled
        socket.send(json.dumps({"ack": polled["cursor"]}))
        eventually(lambda: held(running) == 0)


def test_the_next_batch_waits_for_the_acknowledgement(running: Running) -> None:
    deliver(running.address, delivery(*(message(f"m_{number}") for number in range(5))))
    with stream(running, "?limit=2") as socket:
        first = next_batch(socket)
        with pytest.raises(TimeoutError):
            socket.recv(0.3)
        acknowledge(socket, first)
        second = next_batch(socket)
        assert mids(first) + mids(second) == ["m_0", "m_1", "m_2", "m_3"]


def test_what_was_not_acknowledged_comes_again_with_the_next_connection(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    with stream(running) as socket:
        first = next_batch(socket)
    with stream(running) as socket:
        assert next_batch(socket) == first


def test_the_place_is_free_for_another_consumer_as_soon_as_the_stream_ends(running: Running) -> None:
    with stream(running, "?consumer=inbox"):
        refused = running.api("GET", "events", params={"consumer": "archive"})
        assert (refused.status_code, refused.json()["code"]) == (409, "consumer_exists")
    eventually(lambda: running.api("GET", "events", params={"consumer": "archive"}).ok)


def test_a_newer_stream_of_the_same_name_replaces_the_older_one(running: Running) -> None:
    with stream(running) as older, stream(running):
        problem = json.loads(older.recv(SECONDS))
        assert (problem["code"], problem["status"]) == ("consumer_replaced", 409)
        with pytest.raises(ConnectionClosed) as closed:
            older.recv(SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4409


@pytest.mark.parametrize("words", ["", "{}", "[]", '{"ack": "nonsense!"}', '{"ack": 1}', b"\xff"])
def test_what_is_no_acknowledgement_ends_it_with_the_reason(running: Running, words: str | bytes) -> None:
    with stream(running, language="de") as socket:
        socket.send(words)
        problem = json.loads(socket.recv(SECONDS))
        assert problem["code"] == "request_invalid"
        assert "Anfrage" in problem["title"]
        with pytest.raises(ConnectionClosed):
            socket.recv(SECONDS)


def test_strangers_and_wrong_queries_are_refused_before_it_opens(running: Running) -> None:
    for query, token, status, code in (
        ("", "fbt_stranger", 401, "token_unknown"),
        ("?limit=0", "", 400, "request_invalid"),
        ("?consumer=a%20b", "", 400, "request_invalid"),
    ):
        with pytest.raises(InvalidStatus) as refused, stream(running, query, token):
            pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["code"] == code


def test_without_the_upgrade_it_says_what_is_missing(running: Running) -> None:
    answer = running.api("GET", "stream")
    assert (answer.status_code, answer.json()["code"]) == (426, "upgrade_required")


def test_an_open_stream_does_not_hold_up_the_end(running: Running) -> None:
    with stream(running) as socket:
        running.gateway.stop()
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
