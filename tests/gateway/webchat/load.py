"""Visitors chat at a steady rate and are answered, nothing is killed and nothing lost; everything is counted.

``nox -s load -- --channel webchat --seconds 120 --rate 50 --gateways 1 2`` prints the figures; the tests run a few
seconds. Every call goes to another gateway than the one before, as a load balancer sends them.
"""

import asyncio
import random
import time
from pathlib import Path

from tests.gateway.webchat.crash import Harness, harness, started
from tests.gateway.webchat.records import Figures

SECONDS_EACH = 5
"""Between two messages of a visitor, on average; the gateway asks for patience at three."""


async def _chats(everybody: Harness, number: int, until: float) -> None:
    await asyncio.sleep(random.uniform(0, SECONDS_EACH))
    while time.monotonic() < until:
        everybody.writes(number)
        await asyncio.sleep(random.uniform(0.5, 1.5) * SECONDS_EACH)


def measured(folder: Path, database_url: str, *, gateways: int, seconds: float, rate: float) -> Figures:
    """Let ``rate`` messages a second be written for so long; what became of them."""

    async def play() -> Figures:
        visitors = int(rate * SECONDS_EACH)
        async with harness(running, visitors) as everybody:
            until = time.monotonic() + seconds
            await asyncio.gather(*(_chats(everybody, number, until) for number in range(visitors)))
            await everybody.settle()
            return everybody.figures()

    running = started(folder, gateways, database_url)
    try:
        return asyncio.run(play())
    finally:
        for gateway in running:
            gateway.stop()
