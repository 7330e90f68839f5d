"""A gateway that is killed in the middle of its work has lost nothing of what it had accepted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.conftest import ScriptedFacebook
from tests.gateway.crash import Harness, killable
from tests.gateway.killable import Killable

ROUNDS = 3


@pytest.fixture
def gateway(tmp_path: Path, facebook: ScriptedFacebook, database_url: str) -> Iterator[Killable]:
    running = killable(tmp_path, facebook, database_url)
    yield running
    running.stop()


def test_what_was_answered_with_200_is_delivered_once_and_in_order_and_no_answer_is_sent_twice(
    gateway: Killable, facebook: ScriptedFacebook
) -> None:
    harness = Harness(gateway, facebook)
    for number in range(ROUNDS):
        harness.round(seconds=0.5 + number)
    figures = harness.figures
    assert figures.accepted > 0
    assert figures.faults == 0, figures
