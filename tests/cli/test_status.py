"""`fbtool status`: the connection and every link, without anybody signed in at Facebook."""

import time

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import BROKEN, link
from tests.linking.standin import Answer, ScriptedServer


@pytest.mark.usefixtures("signed_in")
def test_all_in_order(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.requests.clear()
    run = fbtool("status")
    assert run.code == 0
    assert "Messenger account: Muster GmbH" in run.out
    assert "Signed in: Erika Muster, until 20" in run.out
    assert ["Café", "Muster", "11", "linked", "Erika", "Muster"] in [line.split() for line in run.out.splitlines()]
    assert not any(request.path.startswith(f"/{VERSION}") for request in server.requests)


@pytest.mark.usefixtures("connected")
def test_nobody_needs_to_be_signed_in(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": []}))
    run = fbtool("status")
    assert run.code == 0
    assert "Signed in: nobody" in run.out
    assert "No Page is linked yet." in run.out


@pytest.mark.usefixtures("connected")
def test_a_link_that_needs_a_person_is_told_with_since_when(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11"), link("12", "Bistro", **BROKEN)]}))
    run = fbtool("status")
    assert run.code == 3
    assert "! Bistro: The Facebook password was changed." in run.out
    assert "Since 2026-09-" in run.out
    assert "→ Sign in with Facebook again." in run.out


@pytest.mark.usefixtures("connected")
def test_a_named_page_tells_when_its_messages_last_went_through(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11"), link("12", "Bistro", **BROKEN)]}))
    one = link("11", last_message_in=1_790_000_000, last_message_out=None)
    server.on("GET", "/v1/facebook/pages/11", Answer(content=one))
    run = fbtool("status", "Café Muster")
    assert run.code == 0
    assert "Last message from a customer: 2026-09-" in run.out
    assert "Last message sent: none in the last 7 days" in run.out
    assert "Bistro" not in run.out
    (told,) = fbtool("status", "--json", "11").json["links"]
    assert (told["last_message_in"], told["last_message_out"]) == (1_790_000_000, None)
    assert "last_message_in" not in fbtool("status", "--json").json["links"][0]


@pytest.mark.usefixtures("connected")
def test_a_gateway_of_before_does_not_say_when(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11")]}))
    server.on("GET", "/v1/facebook/pages/11", Answer(content=link("11")))
    assert "Last message sent: —" in fbtool("status", "11").out


@pytest.mark.usefixtures("connected")
def test_two_weeks_before_a_clock_ends_it_is_told(fbtool: Fbtool, server: ScriptedServer) -> None:
    day = 86_400
    soon = link("12", "Bistro", data_access_expires_at=int(time.time()) + 13 * day)
    later = link("13", "Zoo", data_access_expires_at=int(time.time()) + 15 * day)
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [soon, later]}))
    run = fbtool("status")
    assert run.code == 3
    assert "! Bistro: Facebook's data access ends on 20" in run.out
    assert "→ Sign in with Facebook again as Erika Muster." in run.out
    assert "! Zoo" not in run.out
    told = fbtool("status", "--json").json["links"]
    assert [(row["verdict"], row["step"]) for row in told] == [("ends_soon", "sign_in"), ("linked", "nothing")]


@pytest.mark.usefixtures("connected")
def test_a_link_that_hears_nothing_needs_attention(fbtool: Fbtool, server: ScriptedServer) -> None:
    deaf = link("12", "Bistro", subscribed_fields=[])
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [deaf]}))
    run = fbtool("status", "--json")
    assert run.code == 3
    assert run.json["needs_attention"] is True
    assert run.json["links"][0]["verdict"] == "subscription_incomplete"


@pytest.mark.usefixtures("signed_in")
def test_a_program_gets_one_document(fbtool: Fbtool) -> None:
    run = fbtool("status", "--json")
    assert run.json["account"]["name"] == "Muster GmbH"
    assert run.json["people"][0]["valid"] is True
    assert run.json["links"][0]["linked_by"] == "Erika Muster"
    assert run.json["needs_attention"] is False
    assert "EAA" not in run.out
    assert "fbt_secret" not in run.out


@pytest.mark.usefixtures("connected")
def test_a_sign_in_that_is_over_is_no_alarm(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on(
        "POST",
        "/oauth/token",
        Answer(
            content={
                "access_token": "EAAUSER",
                "token_type": "bearer",
                "expires_in": -60,
                "person": {"id": "42", "name": "Erika Muster"},
            }
        ),
    )
    fbtool("login")
    run = fbtool("status")
    assert run.code == 0
    assert "Sign-in over: Erika Muster, since 20" in run.out


def test_a_script_needs_no_secret_store(fbtool: Fbtool, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FBTOOL_SECRETS_FILE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("FBTOOL_CONNECTION", code)
    assert fbtool("status").code == 0
