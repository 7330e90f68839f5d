"""Two gateways on one PostgreSQL send together what Facebook allows one Page, not twice as much."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message
from tests.postgres import Cluster

SEND = f"POST {PAGE}/messages"
CUSTOMERS = 40


class Standing(Clock):
    """A clock that stands still: what may go in this second goes, and nothing else ever."""

    def __init__(self) -> None:
        self._now = time.time_ns() // 1_000_000 + 60_000

    def __call__(self) -> int:
        return self._now


@pytest.fixture
def both(tmp_path: Path, facebook: ScriptedFacebook, cluster: Cluster) -> Iterator[tuple[Running, Running]]:
    """Two gateways in the same second, on one database, which know of each other."""
    url, clock = cluster.database(), Standing()
    started: list[Running] = []
    try:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            settings = settings_for(tmp_path / name, facebook, database_url=url)
            started.append(Running(settings, Gateway(settings, clock), clock))
            started[-1].gateway.start()
        here, there = started
        here.token = there.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
        assert here.link().status_code == 201
        eventually(lambda: all(gateways_seen(one) == 2 for one in started))
        yield here, there
    finally:
        for one in started:
            one.gateway.stop()


def gateways_seen(here: Running) -> int:
    text = here.api("GET", "../metrics", token=here.settings.admin_token).text
    (line,) = [line for line in text.splitlines() if line.startswith("gateway_gateways ")]
    return int(float(line.split()[1]))


def sent(facebook: ScriptedFacebook, what: str) -> int:
    return sum(what in json.loads(call["message"]) for call in facebook.calls(SEND))


def test_two_gateways_share_what_facebook_allows(both: tuple[Running, Running], facebook: ScriptedFacebook) -> None:
    here, _ = both
    assert deliver(here.address, delivery(*(message(f"m_{n}", customer=f"73{n}") for n in range(CUSTOMERS)))) == 200
    events = here.api("GET", "events").json()["events"]
    conversations = [event["conversation"] for event in events if event["kind"] == "message"]
    assert len(conversations) == CUSTOMERS
    audio = {"attachment": {"type": "audio", "url": "https://files.example/a.mp3"}, "human": True}
    for number, conversation in enumerate(conversations[:-2]):
        answer(both[number % 2], conversation, str(number), audio)
    eventually(lambda: sent(facebook, "attachment") >= 10)
    for gateway, conversation in zip(both, conversations[-2:], strict=True):
        answer(gateway, conversation, conversation, {"text": "Guten Tag", "human": True})
    eventually(lambda: sent(facebook, "text") == 2)
    assert sent(facebook, "attachment") == 10


def answer(here: Running, conversation: str, key: str, content: dict[str, object]) -> None:
    body = {"conversation": conversation} | content
    assert here.api("POST", "messages", json=body, headers={"Idempotency-Key": key}).status_code == 202


def test_who_is_left_alone_has_it_all_again(both: tuple[Running, Running]) -> None:
    here, there = both
    there.gateway.stop()
    eventually(lambda: gateways_seen(here) == 1)
