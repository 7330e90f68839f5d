"""While nothing can be stored nothing is taken: a browser is told when to ask again, and then all goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import Clock
from tests.gateway.webchat.conftest import Shop, settings_of
from tests.gateway.webchat.test_messages import refusal
from tests.postgres import Cluster, serving


@pytest.fixture
def server() -> Iterator[Cluster]:
    with serving() as started:
        yield started


@pytest.fixture
def here(tmp_path: Path, server: Cluster) -> Iterator[Shop]:
    clock, settings = Clock(), settings_of(tmp_path, server.database())
    gateway = Gateway(settings, clock)
    gateway.start()
    yield Shop(gateway, clock, settings)
    gateway.stop()


def test_a_message_is_kept_by_its_browser_until_it_can_be_stored(here: Shop, server: Cluster) -> None:
    visitor = here.visitor()
    event = here.writes(visitor)
    here.sends(event, "Gern!")
    sent = {"id": visitor.message_id(), "text": "Noch etwas", "key": visitor.key}
    server.stop()
    for answer in (visitor.call("messages", sent), visitor.poll()):
        assert refusal(answer) == (503, "store_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    server.start()
    eventually(lambda: visitor.call("messages", sent).ok)
    eventually(lambda: visitor.poll().ok)
    assert visitor.texts() == ["Gern!"]
    assert [one["text"] for one in here.told("message")] == ["Hallo", "Noch etwas"]
