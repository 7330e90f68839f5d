"""The tool is an OAuth client as RFC 8252 and RFC 7636 want it, and tells nobody its secrets."""

import base64
import hashlib
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fbtool.connection_code import Connection
from fbtool.facebook.tokens import Person
from fbtool.linking.network.gateway import GatewayAway, NotAGateway
from fbtool.linking.signin import oauth
from fbtool.linking.signin.oauth import Attempt
from fbtool.linking.signin.problems import AccountTokenRefused, SignInCodeRefused, SignInUnfinished
from tests.linking.standin import Answer, ScriptedServer

REDIRECT = "http://127.0.0.1:50123/cb/random"
TOKEN = {"access_token": "EAAUSER", "token_type": "bearer", "expires_in": 5_183_944}


def attempt_at(connection: Connection, **more: Any) -> Attempt:
    return Attempt(
        connection,
        "acc_7",
        redirect_uri=REDIRECT,
        state="the-state",
        scope=("pages_show_list", "pages_messaging"),
        **more,
    )


@pytest.fixture
def attempt(connection: Connection) -> Iterator[Attempt]:
    made = attempt_at(connection)
    yield made
    made.close()


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_the_address_says_who_asks_for_what_and_where_to_return(server: ScriptedServer, attempt: Attempt) -> None:
    assert attempt.url.startswith(f"{server.address}/oauth/authorize?")
    query = query_of(attempt.url)
    challenge = query.pop("code_challenge")
    assert len(challenge) == 43
    assert query == {
        "response_type": "code",
        "client_id": "acc_7",
        "redirect_uri": REDIRECT,
        "scope": "pages_show_list pages_messaging",
        "state": "the-state",
        "code_challenge_method": "S256",
    }
    assert "fbt_secret" not in attempt.url


def test_it_can_ask_again(connection: Connection) -> None:
    attempt = attempt_at(connection, auth_type="rerequest")
    assert query_of(attempt.url)["auth_type"] == "rerequest"
    attempt.close()


def test_a_gateway_elsewhere_is_reached_by_https() -> None:
    attempt = attempt_at(Connection.to("https://gateway.test/base", "t"))
    assert attempt.url.startswith("https://gateway.test/base/oauth/authorize?")
    attempt.close()


def test_two_attempts_share_no_verifier(connection: Connection) -> None:
    attempts = [attempt_at(connection) for _ in range(2)]
    assert len({query_of(attempt.url)["code_challenge"] for attempt in attempts}) == 2
    for attempt in attempts:
        attempt.close()


def test_the_code_is_redeemed_with_verifier_and_account_token(server: ScriptedServer, attempt: Attempt) -> None:
    server.on("POST", "/oauth/token", Answer(content=TOKEN | {"person": {"id": "42", "name": "Erika"}}))
    done = attempt.redeem("one-time")
    assert (done.token, done.person) == ("EAAUSER", Person("42", "Erika"))
    [request] = server.requests
    form = request.form
    verifier = form.pop("code_verifier")
    assert form == {"grant_type": "authorization_code", "code": "one-time", "redirect_uri": REDIRECT}
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert digest == query_of(attempt.url)["code_challenge"]
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"acc_7:fbt_secret").decode()
    assert request.query == {}


def test_the_end_of_the_token_is_a_point_in_time(
    server: ScriptedServer, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth.clock, "now", lambda: 1_000_000.5)
    server.on("POST", "/oauth/token", Answer(content=TOKEN))
    assert attempt.redeem("c").expires_at == 1_000_000 + 5_183_944


def test_person_and_end_may_be_absent(server: ScriptedServer, attempt: Attempt) -> None:
    server.on("POST", "/oauth/token", Answer(content={"access_token": "EAA", "token_type": "bearer"}))
    done = attempt.redeem("c")
    assert (done.person, done.expires_at) == (None, 0)


def test_a_person_may_grant_less_than_was_asked_for(server: ScriptedServer, attempt: Attempt) -> None:
    server.on("POST", "/oauth/token", Answer(content=TOKEN | {"scope": "pages_show_list"}))
    assert attempt.redeem("c").token == "EAAUSER"


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (401, "invalid_client", AccountTokenRefused),
        (400, "unauthorized_client", AccountTokenRefused),
        (400, "invalid_grant", SignInCodeRefused),
        (400, "invalid_request", SignInUnfinished),
        (500, "server_error", SignInUnfinished),
        (400, "something_new", SignInUnfinished),
    ],
)
def test_a_refusal_is_told(
    server: ScriptedServer, attempt: Attempt, status: int, error: str, expected: type[Exception]
) -> None:
    server.on("POST", "/oauth/token", Answer(status, {"error": error, "error_description": "Too\x1b[31m late."}))
    with pytest.raises(expected) as caught:
        attempt.redeem("c")
    if isinstance(caught.value, SignInUnfinished):
        assert error in caught.value.told().what
        assert caught.value.told().meaning == "Too[31m late."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, b"<html></html>", "text/html"), NotAGateway),
        (Answer(200, b"access_token=EAA&expires_in=5", "text/plain"), NotAGateway),
        (Answer(200, {"token_type": "bearer"}), SignInUnfinished),
        (Answer(200, {"access_token": 7, "token_type": "bearer"}), NotAGateway),
        (Answer(200, TOKEN | {"person": "Erika"}), NotAGateway),
        (Answer(200, ["EAA"]), NotAGateway),
        (Answer(502, b"<h1>Bad Gateway</h1>", "text/html"), GatewayAway),
        (Answer(400, {"error": {"message": "Facebook's own shape", "code": 100}}), SignInUnfinished),
    ],
    ids=["page", "form", "no token", "number", "person", "list", "away", "dict error"],
)
def test_an_answer_of_another_shape_is_a_problem_and_no_crash(
    server: ScriptedServer, attempt: Attempt, answer: Answer, expected: type[Exception]
) -> None:
    server.on("POST", "/oauth/token", answer)
    with pytest.raises(expected):
        attempt.redeem("c")


def test_nothing_secret_is_logged_even_at_debug_level(
    server: ScriptedServer, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    server.on("POST", "/oauth/token", Answer(content=TOKEN))
    with caplog.at_level(logging.DEBUG):
        attempt = attempt_at(connection)
        attempt.redeem("one-time")
        attempt.close()
    for secret in ("EAAUSER", "one-time", "fbt_secret", "the-state"):
        assert secret not in caplog.text
