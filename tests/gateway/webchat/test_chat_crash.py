"""Gateways that are killed, and calls that are lost, cost no message of a chat, double none, and change no order."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.killable import Killable
from tests.gateway.webchat.crash import LOST_SHARE, harness, started
from tests.gateway.webchat.records import Figures
from tests.gateway.webchat.relay import Loss

ROUNDS = 3


@pytest.fixture
def gateways(tmp_path: Path, database_url: str) -> Iterator[list[Killable]]:
    """One, or two that share a database."""
    running = started(tmp_path, 2 if database_url else 1, database_url)
    yield running
    for gateway in running:
        gateway.stop()


def test_whatever_is_killed_and_lost_each_message_comes_once_and_in_order(gateways: list[Killable]) -> None:
    async def play() -> Figures:
        async with harness(gateways) as everybody:
            everybody.relay.share = LOST_SHARE
            for number in range(ROUNDS):
                await everybody.round(0.3 + 0.3 * number)
            return everybody.figures()

    figures = asyncio.run(play())
    assert figures.accepted > 0
    assert figures.answers > 0
    assert figures.automatic > 0
    assert not figures.faults, f"{figures}\n{figures.faults}"


EVERY_CALL = ("visitor messages", "visitor events", "crm messages", "crm events")


@pytest.mark.parametrize("loss", Loss, ids=lambda loss: loss.value)
def test_a_call_that_is_lost_at_any_step_changes_nothing(gateways: list[Killable], loss: Loss) -> None:
    async def play() -> Figures:
        async with harness(gateways, visitors=1) as everybody:
            everybody.visitors[0].kept.ticket.clear()
            everybody.relay.lose_next("visitor ticket", loss)
            for _ in range(2):  # messages of a conversation: its first one, and another
                for call in EVERY_CALL:
                    everybody.relay.lose_next(call, loss)
                everybody.writes(0)
                await everybody.settle()
            everybody.relay.lose_next("visitor close", loss)
            await everybody.visitor_ends(0)
            everybody.writes(0)
            await everybody.settle()
            assert not everybody.relay.still_to_lose
            return everybody.figures()

    figures = asyncio.run(play())
    assert figures.conversations == 2
    assert figures.accepted == figures.taken == 3
    assert not figures.faults, f"{figures}\n{figures.faults}"
