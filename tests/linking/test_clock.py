"""Whether a permission has ended is judged by the servers' clock, never by that of a person's computer alone."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from fbtool.connection_code import Connection
from fbtool.finding import Health
from fbtool.linking.doctor import gateway as doctor_gateway
from fbtool.linking.network import clock
from tests.linking.answers import link
from tests.linking.standin import Answer, ScriptedServer

YEAR = 365 * 86_400


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test lets it learn is forgotten."""
    monkeypatch.setattr(clock, "_ahead", 0.0)


@pytest.mark.parametrize("wrong_by", [-YEAR, YEAR])
def test_a_wrong_clock_ends_no_permission(
    server: ScriptedServer, connection: Connection, wrong_by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    ends = int(real()) + 50 * 86_400
    page = link("11", token_expires_at=ends, data_access_expires_at=ends)
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [page]}))
    server.on("POST", "/v1/facebook/pages/11/check", Answer(content=page))
    monkeypatch.setattr(clock, "time", _Shifted(real, wrong_by))
    [found] = doctor_gateway.links(connection)
    assert found.health is Health.OK
    assert abs(clock.now() - real()) < 60


class _Shifted:
    """The clock of a computer that is wrong."""

    def __init__(self, real: object, by: int) -> None:
        self._real, self._by = real, by

    def time(self) -> float:
        return float(self._real()) + self._by  # type: ignore[operator]


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 00:00:00 GMT"])
def test_what_is_no_date_says_nothing(date: str) -> None:
    clock.hear(date)
    assert abs(clock.now() - time.time()) < 1


def test_an_answer_that_was_some_seconds_on_its_way_changes_nothing() -> None:
    clock.hear(format_datetime(datetime.fromtimestamp(int(time.time()) - 30, UTC), usegmt=True))
    assert abs(clock.now() - time.time()) < 1
