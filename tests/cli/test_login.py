"""`fbtool login`: shows what will happen, waits visibly, and says what is missing afterwards."""

import threading
import webbrowser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click
import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import ALL_GRANTED, graph_error
from tests.linking.browsing import TOKEN, browse, returning
from tests.linking.standin import Answer, ScriptedServer

pytestmark = pytest.mark.usefixtures("connected")


def test_a_person_signs_in(fbtool: Fbtool, home: Path) -> None:
    run = fbtool("login")
    assert run.code == 0
    assert "✓ Erika Muster is signed in until 20" in run.out
    assert "Your browser opens." in run.err
    assert "/oauth/authorize?" in run.err
    assert "Waiting for Facebook, 9:5" in run.err
    assert "EAAUSER" not in run.out + run.err + (home / "settings.json").read_text()
    assert "EAAUSER" in (home / "secrets.json").read_text()


def test_a_program_gets_one_document(fbtool: Fbtool) -> None:
    run = fbtool("login", "--json")
    assert run.json["person"] == {"id": "42", "name": "Erika Muster"}
    assert run.json["expires_at"] > 1_700_000_000
    assert run.json["missing_permissions"] == []


def test_a_missing_permission_needs_attention(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", f"/{VERSION}/me/permissions", Answer(content={"data": ALL_GRANTED["data"][1:2]}))
    run = fbtool("login")
    assert run.code == 3
    assert (
        "Not allowed at Facebook: list of your Pages (pages_show_list), settings of your Pages (pages_manage_metadata)."
        in run.out
    )
    assert "no Pages at all" in run.out


def test_trouble_after_the_sign_in_does_not_hide_that_it_was_done(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", f"/{VERSION}/me/permissions", Answer(500, graph_error(2)))
    run = fbtool("login")
    assert run.code == 7
    assert "✓ Erika Muster is signed in until 20" in run.out
    assert "Signed in: Erika Muster" in fbtool("status").out


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_without_a_browser_the_link_is_printed_to_be_taken(
    fbtool: Fbtool,
    server: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    json: list[str],
) -> None:
    browsers: list[threading.Thread] = []
    echo = click.echo

    def echo_and_browse(message: object = None, **more: object) -> None:
        echo(message, **more)  # type: ignore[arg-type]
        if "/oauth/authorize?" in str(message):
            browsers.append(threading.Thread(target=browse, args=(str(message),)))
            browsers[0].start()

    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail("a browser was opened"))
    monkeypatch.setattr(click, "echo", echo_and_browse)
    run = fbtool("login", "--no-browser", *json)
    browsers[0].join()
    assert run.code == 0
    if json:
        assert run.json["person"]["name"] == "Erika Muster"
        assert run.err.startswith(f"{server.address}/oauth/authorize?")
    else:
        assert run.out.splitlines()[0].startswith(f"{server.address}/oauth/authorize?")


def test_a_browser_that_does_not_open_is_said(fbtool: Fbtool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_but_open_elsewhere(url: str) -> bool:
        threading.Thread(target=browse, args=(url,)).start()
        return False

    monkeypatch.setattr(webbrowser, "open", fail_but_open_elsewhere)
    run = fbtool("login")
    assert run.code == 0
    assert "No browser could be opened here." in run.err


def test_the_first_sign_in_asks_once_later_ones_ask_again(fbtool: Fbtool, server: ScriptedServer) -> None:
    for arguments in ([], [], ["--edit-settings"]):
        fbtool("login", *arguments)
    asked = [request.query.get("auth_type") for request in server.asked("GET", "/oauth/authorize")]
    assert asked == [None, "rerequest", "reauthorize"]


def test_editing_the_settings_is_explained_before_the_browser_opens(fbtool: Fbtool) -> None:
    run = fbtool("login", "--edit-settings")
    assert run.err.index("including the linked ones") < run.err.index("Your browser opens.")


def test_another_person_is_noticed(fbtool: Fbtool, server: ScriptedServer) -> None:
    fbtool("login")
    server.on("POST", "/oauth/token", Answer(content=TOKEN | {"person": {"id": "43", "name": "Max"}}))
    assert "Before this, Erika Muster was signed in here." in fbtool("login").err


def test_a_denial_has_its_sentence(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/oauth/authorize", returning(error="access_denied"))
    run = fbtool("login")
    assert run.code == 3
    assert "Facebook did not grant access. Nothing was changed." in run.err


def test_ctrl_c_ends_the_waiting_and_frees_the_port(fbtool: Fbtool, monkeypatch: pytest.MonkeyPatch) -> None:
    urls: list[str] = []

    def interrupt(url: str) -> bool:
        urls.append(url)
        raise KeyboardInterrupt

    monkeypatch.setattr(webbrowser, "open", interrupt)
    assert fbtool("login").code == 130
    redirect = parse_qs(urlsplit(urls[0]).query)["redirect_uri"][0]
    with pytest.raises(OSError):
        browse(redirect)


def test_without_a_secret_store_nobody_signs_in_for_nothing(
    fbtool: Fbtool, monkeypatch: pytest.MonkeyPatch, code: str, server: ScriptedServer
) -> None:
    monkeypatch.setenv("FBTOOL_CONNECTION", code)
    monkeypatch.delenv("FBTOOL_SECRETS_FILE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert fbtool("login").code == 8
    assert not server.asked("GET", "/oauth/authorize")
