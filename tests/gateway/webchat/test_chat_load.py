"""Several gateways that take messages and hand out answers at the same moment are never in each other's way."""

from pathlib import Path

import pytest

from tests.gateway.webchat.load import measured
from tests.postgres import Cluster


@pytest.mark.parametrize("gateways", [1, 2])
def test_visitors_are_answered_and_everything_comes_once_and_in_order(
    gateways: int, tmp_path: Path, cluster: Cluster
) -> None:
    before = len(cluster.log())
    figures = measured(tmp_path, cluster.database(), gateways=gateways, seconds=6, rate=10)
    assert figures.accepted > 0
    assert not figures.faults, f"{figures}\n{figures.faults}"
    assert "ERROR" not in cluster.log()[before:]
