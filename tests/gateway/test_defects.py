"""Whatever goes wrong inside, the answer is the documented one, and nothing about it is told to strangers."""

import json
import socket
from typing import Any, NoReturn

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.gateway.conftest import Running
from tests.gateway.messenger import delivery, message, signature

DEEP = b"[" * 40_000
SECRET = "EAAG-secret-of-an-exception"


class Planted(Exception):
    """A mistake that nobody knows yet."""


def stumble(*args: Any, **kwargs: Any) -> NoReturn:
    raise Planted(SECRET)


def is_a_defect(answer: requests.Response) -> bool:
    assert SECRET not in answer.text + str(answer.headers)
    told = (answer.status_code, answer.headers["Content-Type"], answer.json()["code"])
    return told == (500, "application/problem+json", "defect") and "Traceback" not in answer.text


def socket_address(here: Running) -> str:
    return here.address.replace("http", "ws", 1) + "/v1/stream"


@pytest.mark.parametrize("body", [DEEP, b'{"a":' * 40_000, b'{"text":' + DEEP], ids=["lists", "objects", "in a field"])
@pytest.mark.parametrize("path", ["messages", "availability", "facebook/grant", "../admin/accounts"])
def test_json_nested_too_deep_is_no_json(running: Running, path: str, body: bytes) -> None:
    method = "PUT" if path == "availability" else "POST"
    token = running.settings.admin_token if path.startswith("..") else running.token
    answer = running.api(method, path, token=token, data=body, headers={"Idempotency-Key": "1"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "request_invalid"


def test_json_nested_too_deep_on_the_stream_is_told_there(running: Running) -> None:
    headers = {"Authorization": f"Bearer {running.token}"}
    with connect(socket_address(running), additional_headers=headers, open_timeout=60, proxy=None) as stream:
        stream.send((b'{"ack":' + DEEP).decode())
        assert json.loads(stream.recv(60))["code"] == "request_invalid"
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


@pytest.mark.parametrize("path", ["account", "events", "conversations/x/profile", "../admin/holdings"])
def test_an_exception_that_nobody_expected_is_a_defect(
    running: Running, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("fbtool.gateway.http.auth.AccountAuth.holder", stumble)
    monkeypatch.setattr("fbtool.gateway.store.sqlite.SqliteStore.holdings", stumble)
    token = running.settings.admin_token if path.startswith("..") else running.token
    answer = running.api("GET", path, token=token, headers={"Accept-Language": "de"})
    assert is_a_defect(answer)
    assert answer.json()["title"] == "Das Gateway hat einen Fehler gemacht."
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_one_before_the_stream_is_let_in_is_a_defect(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.gateway.http.auth.AccountAuth.holder", stumble)
    with pytest.raises(InvalidStatus) as refused, connect(socket_address(running), open_timeout=60, proxy=None):
        pass
    assert refused.value.response.status_code == 500
    assert json.loads(refused.value.response.body or b"")["code"] == "defect"


def test_one_on_the_stream_is_told_as_a_defect(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.gateway.delivery.handout.EventHandout.next", stumble)
    headers = {"Authorization": f"Bearer {running.token}"}
    with connect(socket_address(running), additional_headers=headers, open_timeout=60, proxy=None) as stream:
        assert json.loads(stream.recv(60))["code"] == "defect"
        with pytest.raises(ConnectionClosed) as closed:
            stream.recv(60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4500


@pytest.mark.parametrize("way", ["/facebook/webhook", "/facebook/webhook?a=b"], ids=["short way", "plain way"])
def test_one_over_a_delivery_is_answered_at_once(running: Running, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr("fbtool.gateway.channels.facebook.webhook_ingest.WebhookIngest._store", stumble)
    body = delivery(message("m_1"))
    head = f"POST {way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Hub-Signature-256: {signature(body)}\r\n"
    with socket.create_connection(("127.0.0.1", running.gateway.port), 60) as line:
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        said = line.makefile("rb").read().decode()
    assert said.startswith("HTTP/1.1 500 ")
    assert SECRET not in said


def test_one_in_the_face_of_the_webhook_is_a_defect(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fbtool.gateway.channels.facebook.http_webhook.WebhookEndpoint._verify", stumble)
    assert is_a_defect(requests.get(f"{running.address}/facebook/webhook", timeout=60))
