"""A value for which a database has no room is refused where it comes in: no outage, and no neighbour pays for it."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.gateway.conftest import PAGE, Running
from tests.gateway.messenger import deliver, delivery, message, now_ms
from tests.gateway.test_receipts import happens

NUL = "10000\0"


@pytest.fixture(autouse=True)
def linked(running: Running) -> None:
    running.link()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/facebook/pages/{quote(NUL)}"),
        ("DELETE", f"/v1/facebook/pages/{quote(NUL)}"),
        ("GET", f"/facebook/data-deletion/{quote(NUL)}"),
        ("GET", f"/oauth/authorize?response_type=code&client_id={quote(NUL)}&redirect_uri=http://127.0.0.1/"),
        ("GET", f"/v1/events?consumer={quote(NUL)}"),
        ("POST", f"/admin/accounts/{quote(NUL)}/disable"),
        ("POST", "/oauth/token"),
    ],
)
def test_a_request_with_it_is_the_askers_mistake(running: Running, method: str, path: str) -> None:
    token = running.settings.admin_token if path.startswith("/admin") else running.token
    given: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    if path == "/oauth/token":
        client = base64.b64encode(f"{NUL}:secret".encode()).decode()
        given = {"headers": {"Authorization": f"Basic {client}"}}
    answer = requests.request(method, running.address + path, timeout=30, allow_redirects=False, **given)
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("field", ["name", "person"])
def test_a_body_with_it_is_refused(running: Running, field: str) -> None:
    body = {"page_token": "t", "name": "Blumen", field: NUL}
    answer = running.api("PUT", f"facebook/pages/{PAGE}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert "NUL" in answer.json()["detail"]
    made = running.admin("POST", "accounts", json={"name": NUL})
    assert made.status_code == 400


def test_a_word_that_only_looks_like_it_is_none(running: Running) -> None:
    body = {"page_token": "t", "name": r"C:\u0000"}
    assert running.api("PUT", f"facebook/pages/{PAGE}", json=body).status_code == 200
    assert running.api("GET", f"facebook/pages/{PAGE}").json()["name"] == r"C:\u0000"


def test_a_delivery_for_a_page_that_cannot_be_one_keeps_no_neighbour_out(running: Running) -> None:
    strange = {"id": NUL, "time": now_ms(), "messaging": [message("m_strange", page=NUL)]}
    good = {"id": PAGE, "time": now_ms(), "messaging": [message("m_good")]}
    body = json.dumps({"object": "page", "entry": [strange, good]}).encode()
    assert deliver(running.address, body) == 200
    assert [event["content"]["mid"] for event in running.api("GET", "events").json()["events"]] == ["m_good"]


def test_a_receipt_from_the_end_of_time_keeps_no_event_back(running: Running) -> None:
    deliver(running.address, delivery(message("m_1"), happens(read={"watermark": 10**40})))
    kinds = [event["kind"] for event in running.api("GET", "events").json()["events"]]
    assert kinds == ["message", "read"]


def test_a_customer_or_a_message_with_it_is_handed_on(running: Running) -> None:
    assert deliver(running.address, delivery(message("m_\0", text="a\0b", customer="73\0"))) == 200
    (event,) = running.api("GET", "events").json()["events"]
    assert event["content"]["text"] == "a\0b"
