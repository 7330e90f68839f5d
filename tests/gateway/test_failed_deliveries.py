"""After an outage without a restart, subscriptions that Facebook ended meanwhile are mended within minutes."""

import contextlib
import resource
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.channels.facebook.failed_deliveries import FailedDeliveries
from tests.conditions import eventually
from tests.gateway.conftest import APP, Answer, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_link_monitor import APPS, changes, link, people

MINUTE = 60_000


@contextlib.contextmanager
def full_disk(running: Running) -> Iterator[None]:
    """The gateway's database cannot grow."""
    size = (running.settings.data_dir / "gateway.sqlite").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refused(running: Running, name: str) -> bool:
    """Deliver more than fits, until that is refused."""
    many = [message(f"m_{name}_{number}", "x" * 1000) for number in range(300)]
    return deliver(running.address, delivery(*many)) == 503


def test_links_are_looked_after_soon_once_deliveries_had_failed_for_long(
    running: Running, facebook: ScriptedFacebook
) -> None:
    people(facebook)
    link(running, "anna")
    subscribed: list[str] = []

    def subscribe(params: dict[str, str]) -> Answer:
        subscribed[:] = params["subscribed_fields"].split(",")
        return 200, {"success": True}

    facebook.answers[f"POST {APPS}"] = subscribe
    with full_disk(running):
        assert refused(running, "first")
        running.clock.advance(3600)
        assert refused(running, "an hour later")
        facebook.answers[f"GET {APPS}"] = lambda params: (
            200,
            {"data": [{"id": APP.id, "subscribed_fields": subscribed}] if subscribed else []},
        )
    assert not refused(running, "again")
    # In small steps: an idle computer asks so often that the time in which links are looked after would be jumped over.
    eventually(lambda: running.clock.advance(2) or changes(running) == ["subscription_mended"])
    assert running.clock.passed_ms < 12 * 3600 * 1000, "long before the daily round"


def test_a_hiccup_makes_no_work() -> None:
    outage = FailedDeliveries()
    for moment in (0, 1, 5, 9):
        outage.failed(10**9 + moment * MINUTE)
    assert not any(outage.wants_look(10**9 + moment * MINUTE) for moment in range(200))


@given(st.integers(61, 600), st.integers(1, 15))
def test_however_long_it_was_somebody_looks_after_its_last_failure(minutes: int, every: int) -> None:
    outage, looks = FailedDeliveries(), []
    for moment in range(minutes + 200):
        now = 10**9 + moment * MINUTE
        if moment <= minutes and moment % every == 0:
            outage.failed(now)
        if outage.wants_look(now):
            outage.looked(now)
            looks.append(moment)
    last = minutes - minutes % every
    assert any(0 < look - last <= 11 for look in looks)
    assert max(looks) - last <= 71, "and it ends"
