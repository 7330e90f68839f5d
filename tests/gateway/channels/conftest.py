"""What every channel's conformance needs."""

from collections.abc import Callable

import pytest

from fbtool.gateway.channels import installed
from tests.postgres import Cluster


@pytest.fixture(autouse=True)
def known_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test makes known is forgotten after it."""
    monkeypatch.setattr(installed, "_known", dict(installed._known))


@pytest.fixture
def end_leases(request: pytest.FixtureRequest, database_url: str) -> Callable[[], None]:
    """Does in the database what else happens three minutes after a gateway has died."""
    if not database_url:
        return lambda: None
    cluster: Cluster = request.getfixturevalue("cluster")
    name = database_url.split("@/")[1].split("?")[0]
    return lambda: print(cluster.sql(name, "UPDATE fbtool.outbox SET due = 0 WHERE state = 'sending'"))
