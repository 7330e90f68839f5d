"""The tool speaks with the gateway as openapi.yaml says, and understands every way of being refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import fbtool
from fbtool import language
from fbtool.connection_code import Connection
from fbtool.linking.network import gateway as room
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.gateway_documents import About, Account, AccountInactive, AccountWrongChannel
from fbtool.problem import Kind, Problem
from tests.linking.answers import ACCOUNT, BROKEN, link
from tests.linking.standin import Answer, ScriptedServer, refusal

CONTRACT = yaml.safe_load((Path(fbtool.__file__).parent / "gateway" / "openapi.yaml").read_text("utf-8"))


def conforms(name: str, content: Any) -> None:
    """Fail unless ``content`` is what the contract calls ``name``."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    Draft202012Validator(schema).validate(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Account", ACCOUNT),
        ("PageLink", link()),
        ("PageLink", link(**BROKEN)),
        ("Problem", refusal(409, "page_of_other_account").content),
        ("Unlinked", {"page_id": "11", "unsubscribed": True}),
    ],
)
def test_these_tests_use_answers_of_the_contract(name: str, content: Any) -> None:
    conforms(name, content)


def test_the_account_is_asked_with_its_token(server: ScriptedServer, connection: Connection) -> None:
    server.on("GET", "/v1/account", Answer(content=ACCOUNT))
    with GatewayClient(connection) as gateway:
        account = gateway.account()
    assert (account.id, account.name, account.gateway.version) == ("acc_7", "Muster GmbH", "1.2.3")
    account.require_facebook()
    assert server.requests[0].headers["Authorization"] == "Bearer fbt_secret"


def test_the_gateway_speaks_the_persons_language(server: ScriptedServer, connection: Connection) -> None:
    language.use("de")
    server.on("GET", "/v1/account", Answer(content=ACCOUNT))
    with GatewayClient(connection) as gateway:
        gateway.account()
    assert server.requests[0].headers["Accept-Language"] == "de"


def test_what_a_newer_gateway_adds_is_ignored(server: ScriptedServer, connection: Connection) -> None:
    server.on("GET", "/v1/account", Answer(content=ACCOUNT | {"avatar": "…", "gateway": {"version": "9", "x": 1}}))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link(mood="fine")], "more": None}))
    with GatewayClient(connection) as gateway:
        assert gateway.account().gateway.version == "9"
        assert [found.name for found in gateway.links()] == ["Café Muster"]


def test_a_link_knows_why_it_does_not_work(server: ScriptedServer, connection: Connection) -> None:
    server.on("POST", "/v1/facebook/pages/11/check", Answer(content=link(**BROKEN)))
    with GatewayClient(connection) as gateway:
        found = gateway.check("11")
    assert not found.works
    assert found.reason
    assert (found.reason.code, found.reason.since) == ("facebook_190_460", 1_790_000_500)


@pytest.mark.parametrize(("status", "new"), [(201, True), (200, False)])
def test_linking_tells_a_new_link_from_a_renewed_one(
    server: ScriptedServer, connection: Connection, status: int, new: bool
) -> None:
    server.on("PUT", "/v1/facebook/pages/11", Answer(status, link()))
    with GatewayClient(connection) as gateway:
        found, is_new = gateway.link("11", "EAAPAGE11", name="Café Muster", person="Erika", take_over=True)
    assert (found.page_id, is_new) == ("11", new)
    sent = server.requests[0].json
    conforms("LinkRequest", sent)
    assert sent == {"page_token": "EAAPAGE11", "name": "Café Muster", "person": "Erika", "take_over": True}


def test_unlinking_says_what_is_left_to_do(server: ScriptedServer, connection: Connection) -> None:
    server.on(
        "DELETE",
        "/v1/facebook/pages/11",
        Answer(content={"page_id": "11", "unsubscribed": False, "note": "Remove the app at Facebook."}),
    )
    with GatewayClient(connection) as gateway:
        ended = gateway.unlink("11")
    assert not ended.unsubscribed
    assert ended.note == "Remove the app at Facebook."


def test_an_id_that_is_none_cannot_leave_its_place_in_the_address(
    server: ScriptedServer, connection: Connection
) -> None:
    with GatewayClient(connection) as gateway, pytest.raises(Problem):
        gateway.unlink("../account?x=1")
    assert server.requests[0].path == "/v1/facebook/pages/..%2Faccount%3Fx%3D1"


def test_a_refusal_keeps_the_gateways_code_and_words(server: ScriptedServer, connection: Connection) -> None:
    server.on("GET", "/v1/account", refusal(401, "token_unknown", trace_id="Ab1"))
    with GatewayClient(connection) as gateway, pytest.raises(room.GatewayRefused) as caught:
        gateway.account()
    refused = caught.value
    assert (refused.code, refused.status, refused.trace_id) == ("token_unknown", 401, "Ab1")
    assert refused.kind is Kind.REFUSED
    assert refused.told().what == "The gateway says what happened."
    assert refused.told().remedy == "The gateway says what to do."


def test_braces_in_the_gateways_words_are_only_words(server: ScriptedServer, connection: Connection) -> None:
    server.on("GET", "/v1/account", refusal(400, "odd", title="{name} {0} {"))
    with GatewayClient(connection) as gateway, pytest.raises(room.GatewayRefused) as caught:
        gateway.account()
    assert caught.value.told().what == "{name} {0} {"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>Welcome to our hotel</html>", "text/html"),
        Answer(200, b'{"id": "acc_7", "na'),
        Answer(200, {"id": 7}),
        Answer(200, ["not", "an", "account"]),
        Answer(200, b"\xff\xfe"),
        Answer(302, b"", "text/html", {"Location": "https://login.hotel.test/"}),
        Answer(404, b"<h1>Not found</h1>", "text/html"),
        Answer(500, b"", "text/html"),
        Answer(403, {"error": "another API"}),
    ],
    ids=["page", "half", "other object", "list", "no text", "redirect", "404", "empty", "other error"],
)
def test_whoever_answers_otherwise_is_not_a_gateway(
    server: ScriptedServer, connection: Connection, answer: Answer
) -> None:
    server.on("GET", "/v1/account", answer)
    with GatewayClient(connection) as gateway, pytest.raises(room.NotAGateway) as caught:
        gateway.account()
    told = caught.value.told()
    assert f"127.0.0.1:{server.port} answers, but not as an fbtool gateway" in told.what
    assert str(answer.status) in told.what


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_in_front_of_a_gateway_that_is_down_is_told_apart(
    server: ScriptedServer, connection: Connection, status: int
) -> None:
    server.on("GET", "/v1/account", Answer(status, b"<h1>Bad Gateway</h1>", "text/html"))
    with GatewayClient(connection) as gateway, pytest.raises(room.GatewayAway):
        gateway.account()


@pytest.mark.parametrize("channel", ["webchat", "partner"])
def test_an_account_of_another_channel_is_refused_with_what_to_do(channel: str) -> None:
    account = Account("a", "Chat", channel, True, About("1"))
    with pytest.raises(AccountWrongChannel) as caught:
        account.require_facebook()
    assert channel in caught.value.told().what
    assert "second messenger account" in caught.value.told().remedy


def test_an_account_that_is_off_is_refused() -> None:
    with pytest.raises(AccountInactive):
        Account("a", "Off", "facebook", False, About("1")).require_facebook()


@pytest.mark.parametrize("token", ["", "two words", "zeile\nzwei", "tökén", "a\x00b"])
def test_what_cannot_be_a_token_is_never_sent(server: ScriptedServer, token: str) -> None:
    with pytest.raises(room.AccountTokenUnreadable):
        GatewayClient(Connection(server.address, token))
    assert server.requests == []


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"pages":' + b"[" * 200_000, b'{"a":' * 200_000])
def test_an_answer_nested_too_deep_is_no_answer_of_a_gateway(
    server: ScriptedServer, connection: Connection, status: int, body: bytes
) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(status, body))
    with GatewayClient(connection) as gateway, pytest.raises(Problem) as refused:
        gateway.links()
    assert refused.value.code == "not_a_gateway"
