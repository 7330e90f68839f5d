"""The operator watches: alive, ready or why not, and numbers that Prometheus understands and that name nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from fbtool.gateway.channels.facebook.webhook_ingest import FailureRateLimit
from fbtool.gateway.limits import Limits
from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import CUSTOMER, PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message


@pytest.fixture
def watched(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:
    limits = Limits(failed_signatures_per_minute=5)
    gateway = Gateway(settings_for(tmp_path, facebook, limits=limits, metrics_token="for-prometheus"))
    gateway.start()
    here = Running(gateway._settings, gateway, Clock())
    here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    here.link()
    yield here
    here.gateway.stop()


def page(here: Running, token: str = "for-prometheus") -> requests.Response:
    return requests.get(f"{here.address}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=60)


def numbers(here: Running) -> dict[str, float]:
    """Every sample, under its name and labels."""
    samples = {}
    for family in text_string_to_metric_families(page(here).text):
        assert family.documentation, family.name
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
            samples[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return samples


def test_alive_and_ready_need_no_token(watched: Running) -> None:
    assert requests.get(f"{watched.address}/healthz", timeout=60).text == "ok"
    answer = requests.get(f"{watched.address}/readyz", timeout=60)
    assert (answer.status_code, answer.text) == (200, "ready")


def test_a_disk_that_is_almost_full_is_told(tmp_path: Path, facebook: ScriptedFacebook) -> None:
    gateway = Gateway(settings_for(tmp_path, facebook, limits=Limits(free_disk_mb=10**12)))
    gateway.start()
    try:
        answer = requests.get(f"{gateway.address}/readyz", timeout=60)
        assert (answer.status_code, answer.text) == (503, "disk almost full")
        assert requests.get(f"{gateway.address}/healthz", timeout=60).status_code == 200
    finally:
        gateway.stop()


def test_the_numbers_need_a_token_that_opens_nothing_else(watched: Running) -> None:
    assert page(watched, "").status_code == page(watched, "wrong").status_code == 401
    assert page(watched, watched.settings.admin_token).status_code == 200
    headers = {"Authorization": "Bearer for-prometheus"}
    assert requests.get(f"{watched.address}/admin/accounts", headers=headers, timeout=60).status_code == 401


def test_what_happened_is_counted(watched: Running) -> None:
    body = delivery(message("m_1"), message("m_2"))
    assert deliver(watched.address, body) == deliver(watched.address, body) == 200
    assert deliver(watched.address, delivery(message("m_3"), page="999")) == 200
    assert deliver(watched.address, b"no json") == 200
    assert deliver(watched.address, body, "sha256=" + "0" * 64) == 403
    counted = numbers(watched)
    expected = {
        "gateway_webhook_requests_total{code=200}": 4,
        "gateway_webhook_requests_total{code=403}": 1,
        "gateway_webhook_request_duration_seconds_count": 5,
        "gateway_webhook_signature_failures_total": 1,
        "gateway_events_received_total": 2,
        "gateway_events_duplicate_total": 2,
        "gateway_events_unlinked_total": 1,
        "gateway_deliveries_set_aside_total": 1,
        "gateway_dead_letters": 1,
        "gateway_events_waiting": 2,
        "gateway_page_tokens": 1,
        "gateway_ready": 1,
    }
    assert {name: counted.get(name) for name in expected} == expected
    assert counted["gateway_last_webhook_timestamp_seconds"] > 1_700_000_000
    assert counted["gateway_store_bytes"] > 0
    batch = watched.api("GET", "events").json()
    watched.api("GET", "events", params={"after": batch["cursor"]})
    after = numbers(watched)
    assert (after["gateway_events_acked_total"], after["gateway_events_waiting"]) == (2, 0)
    assert after["gateway_oldest_event_age_seconds"] == 0


def test_answers_are_counted_by_how_they_ended(watched: Running, facebook: ScriptedFacebook) -> None:
    deliver(watched.address, delivery(message("m_1")))
    conversation = watched.api("GET", "events").json()["events"][0]["conversation"]
    for key, call in (("1", lambda: None), ("2", lambda: facebook.error(f"POST {PAGE}/messages", 551))):
        call()
        answer = watched.api(
            "POST",
            "messages",
            json={"conversation": conversation, "text": "x", "human": True},
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code == 202, answer.text
        eventually(lambda: numbers(watched)["gateway_send_queue"] == 0)
    counted = numbers(watched)
    outcomes = {name for name in counted if name.startswith("gateway_send_requests_total")}
    assert counted["gateway_send_requests_total{outcome=ok}"] == 1
    assert len(outcomes) == 2


def test_the_numbers_name_nobody(watched: Running) -> None:
    deliver(watched.address, delivery(message("m_1", "geheimer Text")))
    text = page(watched).text
    assert not [word for word in (CUSTOMER, PAGE, "geheimer", "Blumen", "Shop", watched.token) if word in text]


def test_an_address_that_keeps_forging_tires_us_but_a_good_signature_always_passes(watched: Running) -> None:
    body = delivery(message("m_1"))
    forged = [deliver(watched.address, body, "sha256=" + "0" * 64) for _ in range(7)]
    assert forged[:5] == [403] * 5
    assert forged[5:] == [429] * 2
    unsigned = requests.post(f"{watched.address}/facebook/webhook", data=body, timeout=60)
    assert (unsigned.status_code, unsigned.headers["Retry-After"]) == (429, "60")
    assert deliver(watched.address, body) == 200
    assert numbers(watched)["gateway_webhook_signature_failures_total"] == 8


def test_patience_comes_back() -> None:
    now = [0.0]
    patience = FailureRateLimit(2, lambda: now[0])
    assert [patience.failed("a") for _ in range(3)] == [True, True, False]
    assert patience.is_over("a")
    assert not patience.is_over("b")
    now[0] = 30.0
    assert patience.failed("a")
    assert not patience.failed("a")


def test_patience_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.gateway.edge.failure_rate_limit._REMEMBERED", 2)
    patience = FailureRateLimit(1)
    for address in "abc":
        patience.failed(address)
    assert not patience.is_over("a")
    assert patience.is_over("c")
