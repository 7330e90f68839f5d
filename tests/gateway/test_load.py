"""Several gateways that store, send and hear echoes at the same moment are never in each other's way."""

from pathlib import Path

import pytest

from tests.gateway.load import measured
from tests.postgres import Cluster


@pytest.mark.parametrize("gateways", [1, 2])
def test_customers_are_answered_without_a_deadlock_and_everything_comes_once_and_in_order(
    gateways: int, tmp_path: Path, cluster: Cluster
) -> None:
    figures = measured(tmp_path, cluster, gateways=gateways, seconds=6, rate=50)
    assert figures.written == 300
    assert figures.faults == 0, figures
