"""Nobody is asked for what cannot be kept, and nothing is kept by halves or lost beside another program."""

import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.connection_code import Connection
from tests.cli.conftest import Fbtool
from tests.cli.test_program import environment
from tests.linking.answers import ACCOUNT, BROKEN, link
from tests.linking.browsing import TOKEN
from tests.linking.standin import Answer, Request, ScriptedServer


@pytest.fixture
def settings_in_the_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings folder in which nothing can be written, not even by root."""
    (home / "file").write_text("")
    monkeypatch.setenv("FBTOOL_HOME", str(home / "file" / "folder"))


@pytest.fixture
def secrets_in_the_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("FBTOOL_SECRETS_FILE", str(home / "file" / "secrets.json"))


@pytest.mark.parametrize("trouble", ["settings_in_the_way", "secrets_in_the_way"])
@pytest.mark.parametrize("command", ["connect", "login"])
def test_what_is_needed_is_tried_before_anybody_is_asked(
    fbtool: Fbtool, code: str, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest, trouble: str, command: str,
) -> None:  # fmt: skip
    request.getfixturevalue(trouble)
    monkeypatch.setenv("FBTOOL_CONNECTION", code)
    run = fbtool(command, typed=code)
    assert run.code == 8
    assert "[settings_unusable]" in run.err or "[secrets_file_unusable]" in run.err
    assert "Connection code:" not in run.err
    assert server.requests == []


def test_a_repair_opens_no_dialog_for_what_cannot_be_kept(
    fbtool: Fbtool, connected: None, server: ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11", **BROKEN)]}))
    monkeypatch.setenv("FBTOOL_CONNECTION", code)
    (home / "file").write_text("")
    monkeypatch.setenv("FBTOOL_HOME", str(home / "file" / "folder"))
    run = fbtool("repair", "--yes")
    assert (run.code, server.asked("GET", "/oauth/authorize")) == (8, [])


def test_a_token_whose_person_cannot_be_noted_is_taken_back(
    fbtool: Fbtool, signed_in: None, server: ScriptedServer, home: Path
) -> None:
    before = (home / "secrets.json").read_text()

    def obstruct(request: Request) -> Answer:
        (home / "settings.json").unlink()
        (home / "settings.json").mkdir()
        return Answer(content=TOKEN | {"access_token": "EAANEW"})

    server.on("POST", "/oauth/token", obstruct)
    assert fbtool("login").code == 8
    assert (home / "secrets.json").read_text() == before


def test_a_connection_that_cannot_be_noted_is_taken_back(
    fbtool: Fbtool, code: str, server: ScriptedServer, home: Path
) -> None:
    def obstruct(request: Request) -> Answer:
        (home / "settings.json").mkdir()
        return Answer(content=ACCOUNT)

    server.on("GET", "/v1/account", obstruct)
    assert fbtool("connect", typed=code).code == 8
    assert "fbt_secret" not in (home / "secrets.json").read_text()


def test_several_programs_at_once_lose_nothing(home: Path, server: ScriptedServer) -> None:
    def account(request: Request) -> Answer:
        number = request.headers["Authorization"].rpartition("_")[2]
        return Answer(content=ACCOUNT | {"id": f"acc_{number}", "name": f"Shop {number}"})

    server.on("GET", "/v1/account", account)
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "fbtool", "connect"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment(home), text=True,
        )
        for _ in range(8)
    ]  # fmt: skip
    for number, program in enumerate(programs):
        assert program.stdin
        program.stdin.write(Connection.to(server.address, f"fbt_{number}").code() + "\n")
        program.stdin.close()
    assert [program.wait(120) for program in programs] == [0] * 8
    kept = (home / "secrets.json").read_text() + (home / "settings.json").read_text()
    assert [number for number in range(8) if f'"fbt_{number}"' in kept and f"Shop {number}" in kept] == list(range(8))
