"""The real widget in real browsers, while its gateway is killed again and again: everything once, and in order."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conditions import eventually
from tests.gateway.killable import Killable
from tests.gateway.webchat.crash import Account, set_up, started
from tests.gateway.webchat.records import GREETING
from tests.ports import free_port
from tests.webchat.agent import Agent
from tests.webchat.conftest import Shop
from tests.webchat.visitor import Visitor

ROUNDS = 3
MESSAGES = 3
SECONDS = 60.0


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[Killable]:
    (gateway,) = started(tmp_path, 1, "", "--port", str(free_port()))
    yield gateway
    gateway.stop()


@pytest.fixture
def account(killable: Killable, shop: Shop) -> Account:
    made = set_up(killable.address)
    shop.is_usually(gateway=killable.address, account=made.id, relay="1")
    return made


def test_whatever_is_killed_while_a_visitor_chats(
    visitor: Visitor, killable: Killable, account: Account, shop: Shop
) -> None:
    agent = Agent(killable.address, account.token)
    visitor.visits()
    visitor.opens_the_chat()
    said: list[str] = []
    for round_ in range(ROUNDS):
        shop.trouble(random.choice(["lost", "cut", "truncated"]), random.choice(["messages", "events"]))
        for number in range(MESSAGES):
            said.append(f"question {round_}.{number}")
            visitor.writes(said[-1])
        _is_killed(killable)
        heard = [agent.hears(text) for text in said[-MESSAGES:]]
        for number, message in enumerate(heard):
            said.append(f"reply {round_}.{number}")
            agent.answers(message, said[-1])
        _is_killed(killable)
        eventually(lambda: all(text in visitor.screen for text in said), SECONDS)
    assert agent.has_heard() == [text for text in said if text.startswith("question")]
    screen = visitor.screen
    assert [screen.count(text) for text in said] == [1] * len(said)
    assert screen.count(GREETING) == 1
    for who in ("question", "reply"):
        places = [screen.index(text) for text in said if text.startswith(who)]
        assert places == sorted(places)


def _is_killed(killable: Killable) -> None:
    """At a moment that nobody expects; and it comes back."""
    time.sleep(random.uniform(0, 0.3))
    killable.kill()
    killable.start()
