"""A wrong setting of this computer is named; a proxy's word is told as the proxy's."""

import socket
from pathlib import Path

import pytest

from fbtool.connection_code import AddressUnusable, Connection
from fbtool.finding import Health
from fbtool.linking.doctor import examine
from fbtool.linking.local.notebook import Notebook
from fbtool.linking.local.secrets import MemorySecrets
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network import settings as network_settings
from fbtool.linking.network.http import open_session, send
from fbtool.linking.network.http_problems import (
    ProxyForbids,
    ProxyFoundNoWay,
    ProxyRefused,
    ProxyUnreachable,
    ProxyWantsVisit,
)
from fbtool.linking.network.settings import is_proxy, proxy_to, use_proxy
from fbtool.linking.system.errors import SettingWrong
from fbtool.problem import Problem
from tests.linking.answers import ACCOUNT
from tests.linking.hostile import raw_server
from tests.linking.standin import Answer, ScriptedServer
from tests.linking.test_doctor import SHOP
from tests.ports import free_port

GATEWAY = "https://gateway.test"


def problem(address: str = GATEWAY) -> Problem:
    with open_session() as session, pytest.raises(Problem) as caught:
        send(session, "GET", f"{address}/")
    return caught.value


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_setting_that_names_no_certificates_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: ScriptedServer
) -> None:
    server.on("CONNECT", "443", Answer(200))
    monkeypatch.setenv(name, "/nowhere/ca.pem")
    told = problem(f"https://127.0.0.1:{server.port}").told()
    assert told.what == f"A setting of this computer is wrong: {name} is “/nowhere/ca.pem”."
    assert "there is no such file" in told.meaning
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    monkeypatch.setenv(name, str(empty))
    assert "there are none in it" in problem(f"https://127.0.0.1:{server.port}").told("en").meaning


@pytest.mark.skipif("sys.platform != 'linux'", reason="OpenSSL's settings count on Linux only")
def test_the_settings_of_openssl_are_named_if_nobody_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inspector: ScriptedServer
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    assert problem(inspector.address).told().what.endswith("SSL_CERT_FILE is “/nowhere/ca.pem”.")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("HTTPS_PROXY", "foo://proxy.example:1", "foo://proxy.example:1"),
        ("https_proxy", "http://erika:ge#heim@proxy.example:8080", "http://proxy.example:8080"),
        ("https_proxy", "erika:ge heim@proxy.example:8080", "proxy.example:8080"),
        ("ALL_PROXY", "http://proxy..example:8080", "http://proxy..example:8080"),
        ("all_proxy", "http://proxy.example:port", "http://proxy.example:port"),
        ("HTTPS_PROXY", "http://proxy.example:8080/path", "http://proxy.example:8080/path"),
        ("HTTPS_PROXY", "http://", "http://"),
    ],
)
def test_a_setting_that_names_no_proxy_is_named_without_its_password(
    name: str, value: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    found = problem()
    assert isinstance(found, SettingWrong)
    assert found.told().what == f"A setting of this computer is wrong: {name} is “{shown}”."
    assert "heim" not in repr(found) + repr(found.values)


def test_a_setting_with_the_wrong_graph_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from fbtool.linking.network.graph import platform_of

    monkeypatch.setenv("FBTOOL_GRAPH", "http://graph.example")
    with pytest.raises(SettingWrong) as caught:
        platform_of(SHOP)
    assert "FBTOOL_GRAPH is “http://graph.example”" in caught.value.told().what


@pytest.mark.parametrize("address", ["https://gateway..test", "https://-gateway.test", f"https://{'a' * 64}.test"])
def test_a_misspelt_address_is_told(address: str) -> None:
    assert isinstance(problem(address), AddressUnusable)


@pytest.mark.parametrize(
    ("status", "expected", "words"),
    [
        (403, ProxyForbids, "Ask your IT department to allow gateway.test"),
        (407, ProxyRefused, "with name and password"),
        (502, ProxyFoundNoWay, "Check the address."),
        (504, ProxyFoundNoWay, "Check the address."),
        (302, ProxyWantsVisit, "sign in there"),
    ],
)
def test_what_a_proxy_says_is_told(
    status: int, expected: type[Problem], words: str, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    server.on("CONNECT", "443", Answer(status, b"", "text/html", {"Location": "http://login.test/"}))
    found = problem()
    assert type(found) is expected
    told = found.told()
    assert "gateway.test" in told.what
    assert f"127.0.0.1:{server.port}" in told.meaning
    assert str(status) in told.meaning or status == 407
    assert words in told.remedy


def socks(reply: bytes, greeting: bytes = b"\x05\x00"):  # type: ignore[no-untyped-def]
    """A SOCKS 5 proxy (RFC 1928) that answers every request with ``reply``."""

    def talk(line: socket.socket) -> None:
        line.recv(64)
        line.sendall(greeting)
        if line.recv(512):
            line.sendall(reply + b"\x00\x01\x7f\x00\x00\x01\x00\x00" if reply else b"")
            line.recv(512)

    return raw_server(talk)


@pytest.mark.parametrize(
    ("reply", "greeting", "expected"),
    [
        (b"\x05\x02", b"\x05\x00", ProxyForbids),
        (b"\x05\x04", b"\x05\x00", ProxyFoundNoWay),
        (b"", b"\x05\xff", ProxyRefused),
    ],
)
@pytest.mark.parametrize("scheme", ["socks5h", "socks"])
def test_a_socks_proxy_is_used_and_its_word_is_told(
    scheme: str, reply: bytes, greeting: bytes, expected: type[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socks(reply, greeting) as place:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{place}")
        found = problem()
    assert type(found) is expected
    assert place in found.told().meaning


def test_a_socks_proxy_that_is_off_is_not_the_server_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{free_port()}")
    assert type(problem()) is ProxyUnreachable


def test_without_its_package_a_socks_proxy_is_a_setting_that_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setattr(network_settings.importlib.util, "find_spec", lambda name: None)
    told = problem().told()
    assert "ALL_PROXY is “socks5://127.0.0.1:1080”" in told.what
    assert "PySocks" in told.meaning


def test_an_own_choice_wins_over_every_setting_and_respects_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://another.example:1")
    use_proxy("http://chosen.example:2")
    try:
        found = proxy_to(f"{GATEWAY}/v1")
        assert found is not None
        assert found.place == "chosen.example:2"
        monkeypatch.setenv("NO_PROXY", "gateway.test")
        assert proxy_to(f"{GATEWAY}/v1") is None
    finally:
        use_proxy("")


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("http://proxy.example:8080", True),
        ("https://erika:ge%40heim@proxy.example", True),
        ("socks5h://[::1]:1080/", True),
        ("proxy.example:8080", False),
        ("http://proxy.example:8080/path", False),
        ("http://proxy.example:8080?x", False),
        ("http://a:b@c@proxy.example", False),
        ("http://proxy example", False),
        (r"http://proxy\.example", False),
        ("http://proxy..example", False),
        ("ftp://proxy.example", False),
        ("socks://proxy.example", False),
    ],
)
def test_only_a_whole_address_is_one_of_a_proxy(address: str, usable: bool) -> None:
    assert is_proxy(address) is usable


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    store = MemorySecrets()
    workplace = Workplace(Notebook(tmp_path / "settings.json"), lambda: store)
    workplace.connect(Connection.to(GATEWAY, "fbt_secret"), SHOP)
    return workplace


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("REQUESTS_CA_BUNDLE", "/nowhere", "certificates"),
        ("ALL_PROXY", "http://a..b", "proxy"),
        ("ALL_PROXY", "http://erika:ge heim@a", "proxy"),
    ],
)
def test_the_doctor_names_the_setting_once_and_survives(
    name: str, value: str, check: str, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    bad = [finding for finding in examine(place) if finding.health is Health.FAILED]
    assert [(finding.check.name, finding.code) for finding in bad] == [(check, "computer_setting_wrong")]
    assert name in str(bad[0].told)
    assert "It names" in str(bad[0].told), "why it is wrong"
    assert "heim" not in repr(bad)


def test_the_doctor_tells_the_way_that_was_gone(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:9")
    told = {finding.check.name: str(finding.told) for finding in examine(place)}
    assert told["proxy"] == "The way leads through the proxy 127.0.0.1:9."


def test_the_doctor_survives_what_nobody_expects(
    server: ScriptedServer, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(MemorySecrets):
        def set(self, service: str, name: str, value: str) -> None:
            if service == "fbtool/try":
                raise ZeroDivisionError
            super().set(service, name, value)

    monkeypatch.setenv("FBTOOL_GRAPH", server.address)
    server.on("GET", "/v1/account", Answer(content=ACCOUNT))
    store = Odd()
    workplace = Workplace(Notebook(tmp_path / "settings.json"), lambda: store)
    workplace.connect(connection, SHOP)
    found = {finding.check.name: finding for finding in examine(workplace)}
    assert found["secret_store"].health is Health.FAILED
    assert found["secret_store"].facts == {"error": "ZeroDivisionError"}
    assert "account" in found
