"""An account's events go to one consumer at a time."""

import threading
from typing import Any

import pytest

from fbtool.gateway.consumers import Consumer, claimed
from tests.conditions import eventually
from tests.gateway.conftest import Running
from tests.gateway.messenger import deliver, delivery, message


@pytest.fixture(autouse=True)
def linked(running: Running) -> None:
    running.link()


def poll(running: Running, name: str, wait: int = 0) -> tuple[int, dict[str, Any]]:
    answer = running.api("GET", "events", params={"consumer": name, "wait": wait})
    return answer.status_code, answer.json()


def test_a_second_consumer_is_refused_and_told_who_is_there_since_when(running: Running) -> None:
    assert poll(running, "inbox")[0] == 200
    status, problem = poll(running, "archive")
    assert (status, problem["code"]) == (409, "consumer_exists")
    assert "“inbox”" in problem["title"]
    assert "+00:00" in problem["title"]


def test_who_is_refused_acknowledges_nothing(running: Running) -> None:
    deliver(running.address, delivery(message("m_1")))
    cursor = poll(running, "inbox")[1]["cursor"]
    running.api("GET", "events", params={"consumer": "archive", "after": cursor})
    assert len(poll(running, "inbox")[1]["events"]) == 1


def test_a_restarted_consumer_goes_on_at_once_and_its_old_request_ends(running: Running) -> None:
    answers: list[tuple[int, dict[str, Any]]] = []
    first = threading.Thread(target=lambda: answers.append(poll(running, "inbox", wait=50)))
    first.start()
    try:
        # It may still be on its way, so it is replaced until it is.
        eventually(lambda: poll(running, "inbox")[0] == 200 and answers)
    finally:
        first.join(60)
    ((status, problem),) = answers
    assert (status, problem["code"]) == (409, "consumer_replaced")


def test_another_account_has_a_place_of_its_own(running: Running) -> None:
    assert poll(running, "inbox")[0] == 200
    other = running.admin("POST", "accounts", json={"name": "Other"}).json()["token"]
    assert running.api("GET", "events", token=other, params={"consumer": "archive"}).status_code == 200


@pytest.mark.parametrize("name", ["", "a b", "ä", "x" * 65])
def test_a_name_is_short_and_plain(running: Running, name: str) -> None:
    assert poll(running, name)[1]["code"] == "request_invalid"


def test_the_place_is_free_once_its_consumer_has_been_away() -> None:
    there = Consumer("a", "inbox", "1", since_ms=1000, until_ms=5000)
    other = Consumer("a", "archive", "2", since_ms=4999, until_ms=9000)
    again = Consumer("a", "inbox", "3", since_ms=4999, until_ms=9000)
    assert claimed(None, other, 4999) is other
    assert claimed(there, other, 4999) is there
    assert claimed(there, other, 5000) is other
    assert claimed(there, again, 4999) == Consumer("a", "inbox", "3", since_ms=1000, until_ms=9000)
