"""What a person is told when a server cannot be reached, and what is never told."""

import socket
import threading
from pathlib import Path

import pytest

from fbtool.linking.network import http, http_problems
from fbtool.linking.network.http import open_session, send
from fbtool.problem import Kind, Problem
from tests.linking.standin import Answer, ScriptedServer
from tests.ports import free_port

SECRETS = ("s3cret", "EAAtoken", "hidden=1")


def problem_at(address: str) -> Problem:
    """The problem of a request that carries a secret in every place where one can be."""
    with open_session() as session, pytest.raises(Problem) as caught:
        send(
            session,
            "POST",
            f"{address}/path?hidden=1",
            data={"password": "s3cret"},
            headers={"Authorization": "Bearer EAAtoken"},
        )
    problem = caught.value
    shown = " ".join([*problem.told("en"), *problem.told("de"), str(problem), repr(problem)])
    assert not [secret for secret in SECRETS if secret in shown]
    shown_along = None if problem.__suppress_context__ else problem.__context__
    assert shown_along is None, "the library's error has the address in it"
    assert problem.kind is Kind.UNREACHABLE
    return problem


def test_a_server_that_is_off_is_named_with_its_port() -> None:
    port = free_port()
    problem = problem_at(f"http://127.0.0.1:{port}")
    assert isinstance(problem, http_problems.ConnectionRefused)
    assert problem.told().what == f"127.0.0.1:{port} cannot be reached: it accepts no connection."


def test_an_unknown_name_is_no_refused_connection() -> None:
    problem = problem_at("https://nobody.invalid")
    assert isinstance(problem, http_problems.HostUnknown)
    assert "nobody.invalid" in problem.told().what


def test_a_server_that_stays_silent_is_given_up(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIME_LIMITS", (1.0, 0.1))
    server.on("POST", "/path", Answer(silent=True))
    assert isinstance(problem_at(server.address), http_problems.NoAnswer)


def test_half_an_answer_is_no_answer(server: ScriptedServer) -> None:
    server.on("POST", "/path", Answer(content={"much": "text"}, cut=True))
    assert isinstance(problem_at(server.address), http_problems.AnswerBrokenOff)


def test_a_connection_that_is_dropped_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drop() -> None:
            connection, _ = listener.accept()
            connection.close()

        thread = threading.Thread(target=drop)
        thread.start()
        problem = problem_at(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert isinstance(problem, http_problems.AnswerBrokenOff)


def test_a_proxy_that_wants_a_password_is_named_as_such(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    server.on("CONNECT", "443", Answer(407, b"", "text/html"))  # "gateway.test:443", as an address is parsed
    problem = problem_at("https://gateway.test")
    assert isinstance(problem, http_problems.ProxyRefused)
    assert "gateway.test" in problem.told().what
    assert [request.method for request in server.requests] == ["CONNECT"]


def test_a_407_without_encryption_is_the_same(server: ScriptedServer) -> None:
    server.on("POST", "/path", Answer(407, b"", "text/html"))
    assert isinstance(problem_at(server.address), http_problems.ProxyRefused)


def test_a_proxy_that_is_off_is_not_the_server_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    assert isinstance(problem_at("https://gateway.test"), http_problems.ProxyUnreachable)


def test_no_proxy_stands_between_two_programs_of_this_computer(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    server.on("GET", "/", Answer(content={}))
    with open_session() as session:
        assert send(session, "GET", f"{server.address}/").status_code == 200


def test_a_netrc_does_not_replace_the_token(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with open_session() as session:
        send(session, "GET", f"{server.address}/", headers={"Authorization": "Bearer mine"})
    assert server.requests[0].headers["Authorization"] == "Bearer mine"


def test_a_redirect_is_not_followed(server: ScriptedServer) -> None:
    server.on("GET", "/", Answer(302, b"", "text/html", {"Location": "/elsewhere"}))
    with open_session() as session:
        assert send(session, "GET", f"{server.address}/").status_code == 302
    assert not server.asked("GET", "/elsewhere")


def test_a_strangers_certificate_is_called_tls_inspection_and_nothing_is_sent(inspector: ScriptedServer) -> None:
    problem = problem_at(inspector.address)
    assert isinstance(problem, http_problems.TlsDistrusted)
    assert "TLS inspection" in problem.told().meaning
    assert inspector.requests == []


@pytest.mark.skipif("sys.platform != 'linux'", reason="SSL_CERT_FILE stands for the system's trust on Linux only")
def test_a_certificate_that_the_system_trusts_is_enough(
    inspector: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "stranger.pem"))
    inspector.on("GET", "/", Answer(content={}))
    with open_session() as session:
        assert send(session, "GET", f"{inspector.address}/").status_code == 200
