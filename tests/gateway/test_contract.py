"""openapi.yaml is the contract: what is served follows it, and what it promises is served."""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest
import requests
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from fbtool.gateway.channels.facebook.http_pages import PageRoutes
from fbtool.gateway.channels.webchat.http_settings import SettingsRoutes
from fbtool.gateway.channels.webchat.settings import WidgetSettings
from fbtool.gateway.http.account import AccountRoutes
from fbtool.gateway.http.commands import CommandRoutes
from fbtool.gateway.http.conversations import ConversationRoutes
from fbtool.gateway.http.events import EventRoutes
from fbtool.gateway.http.files import FileRoutes
from fbtool.gateway.http.messages import MessageRoutes
from fbtool.gateway.http.pictures import PictureRoutes
from fbtool.gateway.problems import all_problems
from fbtool.gateway.server import Gateway
from tests.contract import CONTRACT, TODAY
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message


def documented(path: str, method: str, status: int) -> dict[str, Any]:
    response: dict[str, Any] = CONTRACT["paths"][path][method]["responses"][str(status)]
    if "$ref" in response:
        response = CONTRACT["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response


def follows(answer: requests.Response, path: str, method: str) -> None:
    """The answer's status and code are documented and its body fits."""
    response = documented(path, method, answer.status_code)
    ((kind, content),) = response["content"].items()
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    Draft202012Validator({**content["schema"], "components": TODAY["components"]}).validate(answer.json())
    if kind == "application/problem+json":
        code = answer.json()["code"]
        assert f"`{code}`" in response["description"] or code.startswith("facebook_"), code


def passed(running: Running, mid: str) -> list[dict[str, Any]]:
    """The events after a customer wrote."""
    deliver(running.address, delivery(message(mid)))
    events: list[dict[str, Any]] = running.api("GET", "events").json()["events"]
    return events


@pytest.fixture
def running(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:
    """A gateway with every channel that has calls for CRMs."""
    settings = settings_for(tmp_path, facebook, earlier_secret="earlier-secret", channels=("facebook", "webchat"))
    gateway = Gateway(replace(settings, of_channel=settings.of_channel | {"webchat": None}), clock := Clock())
    gateway.start()
    here = Running(settings, gateway, clock)
    here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    yield here
    here.gateway.stop()


def test_the_contract_itself_is_valid() -> None:
    validate(CONTRACT)


def test_it_is_served(running: Running) -> None:
    served = requests.get(f"{running.address}/v1/openapi.yaml", timeout=30)
    assert yaml.safe_load(served.text) == CONTRACT


def test_every_promised_operation_is_served_and_refuses_strangers(running: Running) -> None:
    for path, operations in CONTRACT["paths"].items():
        for method in set(operations) - {"parameters"}:
            url = re.sub(r"{.*?}", PAGE, path).removeprefix("/")
            answer = running.api(method.upper(), url, token="fbt_stranger")
            assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown"), (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            follows(answer, path, method)


def test_exactly_the_promised_operations_are_served() -> None:
    kinds: list[Any] = [
        AccountRoutes, CommandRoutes, ConversationRoutes, EventRoutes, FileRoutes, MessageRoutes, PageRoutes,
        PictureRoutes, SettingsRoutes,
    ]  # fmt: skip
    faces = [kind(*[Mock()] * len(inspect.signature(kind).parameters)) for kind in kinds]
    served = {
        (method.lower(), re.sub(r":str}", "}", route.path.removeprefix("/v1")))
        for face in faces
        for route in face.routes()
        if isinstance(route, Route) and route.path.startswith("/v1/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    promised = {
        (method, path) for path, operations in CONTRACT["paths"].items() for method in set(operations) - {"parameters"}
    }
    assert served == promised


def test_every_problem_is_documented() -> None:
    for_the_administrator = {"manager_unknown", "manager_name_taken", "nothing_to_register", "settings_refused"}
    for_facebook = {"signature_wrong"}
    for_visitors = {
        "message_id_reused", "origin_not_allowed", "poll_replaced", "rate_limited", "ticket_needed", "too_many_waiting",
    }  # fmt: skip
    of_commands = {"gateway_said_no"}
    bases = {"facebook"}  # takes the code of its cause
    codes = {kind.code for kind in all_problems() if kind.__module__.startswith("fbtool.gateway.")}
    named = CONTRACT["components"]["schemas"]["Problem"]["properties"]["code"]["x-extensible-enum"]
    assert set(named) == codes - for_the_administrator - for_facebook - for_visitors - of_commands - bases
    for response in CONTRACT["components"]["responses"].values():
        told = set(re.findall(r"`([a-z_]+)`:", response["description"]))
        assert told <= codes, response


def test_good_answers_follow_it(running: Running) -> None:
    page = "/facebook/pages/{page_id}"
    follows(running.api("GET", "account"), "/account", "get")
    follows(running.link(), page, "put")
    follows(running.link(), page, "put")
    follows(running.api("GET", "account"), "/account", "get")
    follows(running.api("GET", "facebook/pages"), "/facebook/pages", "get")
    follows(running.api("GET", f"facebook/pages/{PAGE}"), page, "get")
    follows(running.api("POST", f"facebook/pages/{PAGE}/check"), page + "/check", "post")
    deliver(running.address, delivery(message("m_1"), {"strange": 1}))
    batch = running.api("GET", "events")
    follows(batch, "/events", "get")
    answer = {"conversation": batch.json()["events"][0]["conversation"], "text": "Gern!", "human": True}
    sent = running.api("POST", "messages", json=answer, headers={"Idempotency-Key": "k"})
    follows(sent, "/messages", "post")
    follows(running.api("GET", "availability"), "/availability", "get")
    follows(running.api("PUT", "availability", json={"available": True}), "/availability", "put")
    follows(running.api("GET", "events", params={"after": batch.json()["cursor"], "wait": 30}), "/events", "get")


def chat(running: Running) -> dict[str, Any]:
    """A new account with a web chat, and its tokens."""
    made: dict[str, Any] = running.admin("POST", "accounts", json={"name": "Chat", "channel": "webchat"}).json()
    return made


def test_the_settings_of_a_web_chat_follow_it(running: Running) -> None:
    made, path = chat(running), "/webchat/settings"
    fresh = running.api("GET", "webchat/settings", token=made["widget_token"])
    follows(fresh, path, "get")
    assert set(fresh.json()["settings"]) == set(CONTRACT["components"]["schemas"]["WebchatSettings"]["properties"])

    def save(version: int, **settings: Any) -> requests.Response:
        wanted = {"version": version, "settings": settings}
        answer = running.api("PUT", "webchat/settings", token=made["token"], json=wanted)
        follows(answer, path, "put")
        return answer

    policy = "https://shop.example/privacy"
    assert save(0, privacy_url=policy, auto_replies=[{"seconds": 30, "text": "Gleich!"}]).status_code == 200
    assert save(0, privacy_url=policy).json()["code"] == "settings_changed"
    assert save(1, privacy_url=policy, color="blue").json()["field"] == "color"
    assert save(1).json()["code"] == "settings_unfit"


def test_the_settings_of_a_web_chat_have_the_documented_defaults() -> None:
    described = CONTRACT["components"]["schemas"]["WebchatSettings"]["properties"]
    usual = json.loads(msgspec.json.encode(WidgetSettings()))
    assert {name: value.get("default", "") for name, value in described.items()} == usual


def test_an_account_tells_where_it_is_reached_and_what_can_be_sent_there(running: Running) -> None:
    assert running.api("GET", "account").json()["sources"] == []
    running.link()
    (source,) = running.api("GET", "account").json()["sources"]
    assert (source["id"], source["name"], source["held"]) == (PAGE, "Blumen Beispiel", False)
    can = source["capabilities"]
    assert (can["uploads"], can["typing"], can["profile"]) == (True, True, True)
    assert can["attachments"].keys() == set(CONTRACT["components"]["schemas"]["AttachmentType"]["enum"])
    (event,) = passed(running, "m_1")
    text = {"conversation": event["conversation"], "human": True}
    for length, status in ((can["text_length"], 202), (can["text_length"] + 1, 400)):
        body = text | {"text": "x" * length}
        assert running.api("POST", "messages", json=body, headers={"Idempotency-Key": "k"}).status_code == status


def test_while_a_channel_is_not_offered_its_own_calls_are_refused_and_events_come(running: Running) -> None:
    running.link()
    passed(running, "m_1")
    running.settings = replace(running.settings, channels=())
    running.restart()
    refused = running.api("GET", "facebook/pages")
    assert (refused.status_code, refused.json()["code"]) == (503, "channel_off")
    follows(refused, "/facebook/pages", "get")
    assert len(running.api("GET", "events").json()["events"]) == 1


def test_without_its_channel_an_account_still_gets_events_and_can_send_nothing(running: Running) -> None:
    running.link()
    (event,) = passed(running, "m_1")
    running.settings = replace(running.settings, channels=(), of_channel={})
    running.restart()
    account, batch = running.api("GET", "account"), running.api("GET", "events")
    follows(account, "/account", "get")
    follows(batch, "/events", "get")
    assert [one["capabilities"] for one in account.json()["sources"]] == [None]
    assert [one["source"]["name"] for one in batch.json()["events"]] == ["Blumen Beispiel"]
    answer = {"conversation": event["conversation"], "text": "Gern!", "human": True}
    refused = running.api("POST", "messages", json=answer, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (503, "channel_off")
    follows(refused, "/messages", "post")
    one = "/conversations/{conversation}"
    for method, call in (("post", "/typing"), ("post", "/seen"), ("get", "/profile")):
        follows(running.api(method.upper(), f"conversations/{event['conversation']}{call}"), one + call, method)


@pytest.mark.parametrize(
    ("method", "path", "url", "body"),
    [
        ("GET", "/events", "events?limit=0", None),
        ("GET", "/events", "events?wait=51", None),
        ("GET", "/events", "events?wait=x", None),
        ("GET", "/events", "events?after=%00", None),
        ("GET", "/facebook/pages/{page_id}", "facebook/pages/1", None),
        ("PUT", "/facebook/pages/{page_id}", "facebook/pages/abc", b"{}"),
        ("PUT", "/facebook/pages/{page_id}", "facebook/pages/1", b"{"),
        ("PUT", "/facebook/pages/{page_id}", "facebook/pages/1", b'{"page_token": ""}'),
        ("PUT", "/facebook/pages/{page_id}", "facebook/pages/1", b'{"page_token": "' + b"x" * 300_000 + b'"}'),
        ("DELETE", "/facebook/pages/{page_id}", "facebook/pages/1", None),
        ("POST", "/facebook/pages/{page_id}/check", "facebook/pages/1/check", None),
        ("POST", "/messages", "messages", b"[]"),
        ("GET", "/events", "events?consumer=%20", None),
        ("GET", "/stream", "stream", None),
        ("PUT", "/availability", "availability", b'{"available": true, "seconds": 0}'),
        ("POST", "/attachments", "attachments?type=picture", b"x"),
        ("GET", "/attachments/{reference}", "attachments/AAAA", None),
        ("POST", "/conversations/{conversation}/typing", "conversations/AAAA/typing", None),
        ("POST", "/conversations/{conversation}/seen", "conversations/AAAA/seen", None),
        ("GET", "/conversations/{conversation}/profile", "conversations/AAAA/profile", None),
    ],
)
def test_bad_requests_get_a_documented_problem(
    running: Running, method: str, path: str, url: str, body: bytes | None
) -> None:
    answer = running.api(method, url, data=body)
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    follows(answer, path, method.lower())


def taken(operation: dict[str, Any]) -> bool:
    """Whether a call takes a body of JSON."""
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def takes_a_file(operation: dict[str, Any]) -> bool:
    """Whether the body is no JSON."""
    body = operation.get("requestBody", {})
    if "$ref" in body:
        body = CONTRACT["components"]["requestBodies"][body["$ref"].rsplit("/", 1)[1]]
    return "application/json" not in body.get("content", {"application/json": {}})


CALLS = [
    (method, path, operation)
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
]


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in CALLS])
def test_a_parameter_that_no_call_knows_is_refused_by_name(running: Running, method: str, path: str) -> None:
    url = re.sub(r"{.*?}", PAGE, path).removeprefix("/")
    answer = running.api(method, url, params={"limits": "5"}, data=b"{}" if method in {"post", "put"} else None)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert "limits" in answer.json()["detail"]
    follows(answer, path, method)


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path, operation in CALLS if method != "get" and not takes_a_file(operation)],
)
def test_a_field_that_no_call_knows_is_refused_by_name(running: Running, method: str, path: str) -> None:
    url = re.sub(r"{.*?}", PAGE, path).removeprefix("/")
    if path.startswith("/accounts"):
        running.token = running.admin("POST", "managers", json={"name": "Desk"}).json()["token"]
    elif path.startswith("/webchat"):
        running.token = chat(running)["token"]
    answer = running.api(method, url, json={"humann": False}, headers={"Accept-Language": "de", "Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert answer.json()["detail"] == "„humann“ ist kein Feld dieses Aufrufs."
    follows(answer, path, method)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "accounts"),
        ("POST", "accounts"),
        ("PATCH", "accounts/Shop"),
        ("DELETE", "accounts/Shop"),
        ("POST", "accounts/Shop/rotate"),
        ("POST", "accounts/Shop/disable"),
        ("POST", "accounts/Shop/enable"),
        ("GET", "managers"),
        ("POST", "managers"),
        ("DELETE", "managers/Desk"),
        ("POST", "webhook"),
        ("GET", "holdings"),
        ("GET", "checks"),
        ("GET", "backup"),
    ],
)
def test_the_operators_calls_refuse_by_name_as_well(running: Running, method: str, path: str) -> None:
    body = {"json": {"names": "x"}} if method != "GET" else {}
    for asked in ({"params": {"forced": "1"}}, body):
        if asked:
            answer = running.admin(method, path, **asked)
            assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
            assert re.search("forced|names", answer.json()["detail"])
    assert len(running.admin("GET", "accounts").json()["accounts"]) == 1


def test_a_field_inside_another_is_named_with_its_place(running: Running) -> None:
    body = {"conversation": "c", "human": True, "attachment": {"type": "file", "link": "https://x"}}
    answer = running.api("POST", "messages", json=body, headers={"Idempotency-Key": "k"})
    assert answer.json()["detail"] == "“link” is not a field of “attachment” in this call."


def shapes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms a body may have."""
    named = CONTRACT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return [form for one in named["oneOf"] for form in shapes(one)] if "oneOf" in named else [named]


def test_what_bodies_may_hold_is_promised_as_closed() -> None:
    for method, path, operation in CALLS:
        if taken(operation):
            for schema in shapes(operation["requestBody"]["content"]["application/json"]["schema"]):
                assert schema["additionalProperties"] is False, (method, path)


def test_problems_are_told_in_the_readers_language(running: Running) -> None:
    german = running.api("GET", f"facebook/pages/{PAGE}", headers={"Accept-Language": "de-DE,de;q=0.9"})
    assert "nicht mit diesem Messenger-Konto verknüpft" in german.json()["title"]
    assert german.headers["Content-Language"] == "de"


def test_unknown_addresses_are_problems_too(running: Running) -> None:
    assert requests.get(f"{running.address}/nowhere", timeout=30).json()["code"] == "not_found"
    assert requests.patch(f"{running.address}/v1/account", timeout=30).json()["code"] == "method_not_allowed"


def test_every_answer_carries_the_safe_headers(running: Running) -> None:
    for path in ("v1/account", "healthz", "nowhere", "oauth/authorize"):
        headers = requests.get(f"{running.address}/{path}", timeout=30).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Server" not in headers
