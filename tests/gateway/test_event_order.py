"""What Facebook repeats after an outage comes behind what is newer; the reference consumer sorts it by its time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fbtool.gateway.messages import created_ms, own_message
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms

HOUR = 3600 * 1000
LATE, EARLY, ELSEWHERE = "7300000000000031", "7300000000000032", "7300000000000033"
CONSUMER = Path(__file__).parents[2] / "docs/crm/consumer.py"


@pytest.fixture
def waiting(running: Running) -> None:
    """An older message comes behind a newer one, and one that another app answers."""
    running.link()
    assert deliver(running.address, delivery(message("m_2", customer=LATE))) == 200
    assert deliver(running.address, delivery(message("m_1", customer=EARLY, age_ms=HOUR))) == 200
    standby = [message("m_3", customer=ELSEWHERE)]
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": now_ms(), "standby": standby}]}).encode()
    assert deliver(running.address, body) == 200


@pytest.fixture
def consumer(running: Running, waiting: None, tmp_path: Path) -> Iterator[None]:
    environment = {**os.environ, "GATEWAY": running.address, "TOKEN": running.token, "NO_PROXY": "*"}
    process = subprocess.Popen([sys.executable, str(CONSUMER), str(tmp_path / "inbox.db")], env=environment)
    yield
    process.kill()
    process.wait(60)


def test_events_come_as_facebook_delivered_them(running: Running, waiting: None) -> None:
    events = running.api("GET", "events").json()["events"]
    assert [event["content"]["mid"] for event in events] == ["m_2", "m_1", "m_3"]
    assert min(events, key=lambda event: event["time"])["content"]["mid"] == "m_1"


def test_the_consumer_answers_in_the_order_of_time_and_leaves_standby_alone(
    running: Running, facebook: ScriptedFacebook, consumer: None
) -> None:
    call = f"POST {PAGE}/messages"
    eventually(lambda: len(facebook.calls(call)) == 2, 60)
    queued = {}
    for params in facebook.calls(call):
        own = own_message(json.loads(params["message"])["metadata"])
        assert own is not None
        queued[json.loads(params["recipient"])["id"]] = created_ms(own.id) or 0
    assert queued.keys() == {EARLY, LATE}
    assert queued[EARLY] <= queued[LATE]
