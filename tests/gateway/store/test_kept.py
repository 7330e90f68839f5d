"""Data that an earlier version has written opens, is brought to today's shape, and works."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.store import kept

AGAIN = (
    "the step was edited: if it was not released, run “python -m tests.gateway.store.kept”; otherwise write a new one"
)


def test_no_step_has_changed_since_it_was_written_down() -> None:
    assert kept.hashes() == kept.recorded(), AGAIN


def test_there_is_data_of_every_shape() -> None:
    steps = kept.hashes()["sqlite core"]
    assert [shape.name for shape in kept.shapes()] == [f"shape-{number + 1}" for number in range(len(steps))]


@pytest.fixture(params=["sqlite", "postgres"])
def running(
    request: pytest.FixtureRequest, shape: Path, tmp_path: Path, facebook: ScriptedFacebook
) -> Iterator[Running]:
    """A gateway of today on the data of that shape, at the time at which it was written."""
    url = ""
    if request.param == "sqlite":
        kept.restore_file(shape, tmp_path)
    else:
        url = kept.restore_database(shape, request.getfixturevalue("cluster"))
    facts: dict[str, Any] = kept.facts(shape)[request.param]
    clock = Clock()
    clock.passed_ms = facts["written_ms"] - clock()
    settings = settings_for(tmp_path, facebook, database_url=url)
    gateway = Gateway(settings, clock)
    gateway.start()
    yield Running(settings, gateway, clock, facts["token"])
    gateway.stop()


@pytest.mark.parametrize("shape", kept.shapes(), ids=lambda folder: folder.name)
def test_data_of_every_shape_is_taken_over_and_works(running: Running, facebook: ScriptedFacebook) -> None:
    assert requests.get(f"{running.address}/readyz", timeout=30).text == "ready"
    waiting = running.api("GET", "events").json()["events"][0]
    assert waiting["content"]["text"] == kept.WAITING
    assert waiting["reply_until"] is not None
    assert running.api("GET", f"facebook/pages/{PAGE}").json()["state"] == "active"
    running.clock.advance(120)  # until the answer is tried again
    eventually(lambda: sent(facebook) == [kept.ANSWERED], 60)
    assert deliver(running.address, delivery(message("m_2", "Und morgen?"))) == 200
    body = {"conversation": waiting["conversation"], "text": "Auch.", "human": True}
    assert running.api("POST", "messages", json=body, headers={"Idempotency-Key": "2"}).status_code == 202
    eventually(lambda: sent(facebook) == [kept.ANSWERED, "Auch."], 60)


def sent(facebook: ScriptedFacebook) -> list[str]:
    return [json.loads(call["message"])["text"] for call in facebook.calls(f"POST {PAGE}/messages")]
