"""A gateway that cannot store what it is there for is not ready, and whoever asks is told."""

import apsw
import pytest
import requests

from fbtool.connection_code import Connection
from fbtool.finding import Health
from fbtool.gateway.server import Gateway
from fbtool.gateway.store.factory import DATABASE
from fbtool.linking.doctor import gateway as doctor
from tests.gateway.conftest import Running
from tests.gateway.messenger import deliver, delivery, message
from tests.postgres import Cluster


@pytest.fixture
def broken(running: Running, request: pytest.FixtureRequest) -> Running:
    """The table of waiting events is not as today's program needs it, though everything else is."""
    running.link()
    running.gateway.stop()
    change = "ALTER TABLE inbox RENAME COLUMN body TO content"
    url = running.settings.database_url
    if url:
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.sql(url.split("@/")[1].split("?")[0], f"SET search_path = fbtool; {change}")
    else:
        database = apsw.Connection(str(running.settings.data_dir / DATABASE))
        database.execute(change)
        database.close()
    running.gateway = Gateway(running.settings, running.clock)
    running.gateway.start()
    return running


def test_it_says_so_to_everybody_who_asks(broken: Running) -> None:
    assert deliver(broken.address, delivery(message("m_1"))) != 200
    ready = requests.get(f"{broken.address}/readyz", timeout=30)
    assert (ready.status_code, ready.text) == (503, "store unavailable")
    checks = {one["check"]: one for one in broken.admin("GET", "checks").json()["checks"]}
    assert checks["database"]["health"] == "failed"
    assert "cannot be stored" in checks["database"]["told"]
    found = doctor.answers(Connection(broken.address, broken.token), [])
    assert (found.health, found.facts["ready"]) == (Health.FAILED, False)
