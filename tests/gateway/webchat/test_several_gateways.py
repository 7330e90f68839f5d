"""Several gateways on one PostgreSQL: a browser may ask any of them, and hears of what happens at another one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import Clock
from tests.gateway.webchat.browser import Browser
from tests.gateway.webchat.conftest import Shop, settings_of
from tests.postgres import Cluster


@pytest.fixture
def both(tmp_path: Path, cluster: Cluster) -> Iterator[tuple[Shop, str]]:
    """A shop at one gateway, and its chat's address at the other."""
    clock, url = Clock(), cluster.database()
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    gateways = [Gateway(settings_of(folder, url), clock) for folder in folders]
    for gateway in gateways:
        gateway.start()
    here = Shop(gateways[0], clock, settings_of(folders[0], url))
    yield here, f"{gateways[1].address}/webchat/{here.id}"
    for gateway in gateways:
        gateway.stop()


def test_a_first_message_is_the_same_at_any_gateway(both: tuple[Shop, str]) -> None:
    shop, there = both
    visitor = shop.visitor()
    sent = {"id": visitor.message_id(), "text": "Hallo", **visitor.ticket()}
    shop.clock.advance(3)
    first, again = visitor.call("messages", sent), visitor.call("messages", sent, there)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(shop.told("message")) == 1


def test_an_answer_wakes_a_poll_at_another_gateway(both: tuple[Shop, str]) -> None:
    shop, there = both
    visitor = shop.visitor()
    event = shop.writes(visitor)
    held = visitor.polling(25, there)
    message_id = shop.sends(event, "Gern!")
    assert held.result().json()["events"][0]["id"] == message_id
    assert visitor.poll(base=shop.base).json()["events"] == []
    assert shop.event(lambda one: one["kind"] == "delivered")["content"]["message_ids"] == [message_id]


def test_typing_and_availability_reach_a_poll_at_another_gateway(both: tuple[Shop, str]) -> None:
    shop, there = both
    visitor = shop.visitor()
    conversation = shop.writes(visitor)["conversation"]
    visitor.poll(base=there)
    held = visitor.polling(25, there)
    shop.available()
    assert held.result().json()["available"] is True
    held = visitor.polling(25, there)
    shop.api("POST", f"conversations/{conversation}/typing")
    assert held.result().json()["events"] == [{"type": "typing"}]


def test_who_was_told_as_away_at_one_gateway_is_told_as_back_by_another(both: tuple[Shop, str]) -> None:
    shop, there = both
    visitor = shop.visitor()
    shop.writes(visitor)
    shop.clock.advance(91)
    shop.event(lambda one: one["kind"] == "presence")
    visitor.poll(base=there)
    shop.event(lambda one: one["kind"] == "presence" and one["content"]["here"])
    assert [one["here"] for one in shop.told("presence")] == [False, True]


def test_an_ended_key_opens_nothing_at_any_gateway(both: tuple[Shop, str]) -> None:
    shop, there = both
    visitor = shop.visitor()
    shop.writes(visitor)
    assert visitor.close().status_code == 204
    other = Browser(there)
    other.key = visitor.key
    assert [other.poll().status_code, other.send().status_code] == [410, 410]


def test_saved_settings_are_served_by_every_gateway_at_once(both: tuple[Shop, str]) -> None:
    shop, there = both
    for base in (shop.base, there):
        assert requests.get(f"{base}/status", timeout=60).status_code == 404
    shop.set_up()
    assert requests.get(f"{shop.base}/status", timeout=60).json()["version"] == 1
    eventually(lambda: requests.get(f"{there}/status", timeout=60).ok)
