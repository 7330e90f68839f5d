"""The tool reads Facebook's lists to their end and sends the person's token nowhere else."""

import pytest

from fbtool.facebook import tokens
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import VERSION, Platform
from fbtool.linking.network.gateway_documents import About, Account
from fbtool.linking.network.graph import GraphClient, platform_of
from fbtool.linking.system.errors import SettingWrong
from fbtool.meta.errors import GraphError
from tests.linking.answers import graph_error
from tests.linking.standin import Answer, ScriptedServer

ACCOUNTS = f"/{VERSION}/me/accounts"


def test_facebooks_no_is_an_error_with_a_reaction(server: ScriptedServer) -> None:
    server.on("GET", f"/{VERSION}/me", Answer(400, graph_error(190, 460)))
    with GraphClient(Platform(graph=server.address)) as graph, pytest.raises(GraphError) as caught:
        graph.run(tokens.person("EAAUSER"))
    assert (caught.value.error_code, caught.value.subcode) == (190, 460)


def test_a_page_in_facebooks_place_is_told_apart(server: ScriptedServer) -> None:
    server.on("GET", f"/{VERSION}/me", Answer(200, b"<html></html>", "text/html"))
    with GraphClient(Platform(graph=server.address)) as graph, pytest.raises(AnswerUnreadable):
        graph.run(tokens.person("EAAUSER"))


@pytest.mark.parametrize(
    ("setting", "gateways_word", "expected"),
    [
        ("", "", "https://graph.facebook.com"),
        ("", "http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
        ("", "https://graph.facebook.com", "https://graph.facebook.com"),
        ("", "https://evil.test", "https://graph.facebook.com"),
        ("", "https://evilfacebook.com", "https://graph.facebook.com"),
        ("", "http://graph.facebook.com", "https://graph.facebook.com"),
        ("", "nonsense", "https://graph.facebook.com"),
        ("http://localhost:9001", "http://127.0.0.1:9000", "http://localhost:9001"),
        ("https://graph.test/", "", "https://graph.test"),
    ],
)
def test_where_facebook_is(monkeypatch: pytest.MonkeyPatch, setting: str, gateways_word: str, expected: str) -> None:
    monkeypatch.setenv("FBTOOL_GRAPH", setting)
    account = Account("a", "A", "facebook", True, About("1", gateways_word))
    assert platform_of(account).graph == expected


def test_a_graph_address_that_is_not_safe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FBTOOL_GRAPH", "http://graph.test")
    with pytest.raises(SettingWrong):
        platform_of(Account("a", "A", "facebook", True, About("1")))
