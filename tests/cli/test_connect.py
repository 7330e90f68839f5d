"""`fbtool connect`: one paste, tried at once, kept safely, or refused with what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.connection_code import Connection
from tests.cli.conftest import Fbtool
from tests.cli.test_program import environment
from tests.linking.answers import ACCOUNT
from tests.linking.standin import Answer, ScriptedServer, refusal
from tests.ports import free_port


def test_a_code_connects_and_says_with_whom(fbtool: Fbtool, code: str, home: Path, server: ScriptedServer) -> None:
    run = fbtool("connect", typed=f"{code}\n")
    assert run.code == 0
    assert "Connected with the messenger account “Muster GmbH”" in run.out
    assert "Channel: facebook" in run.out
    assert f"Gateway: 127.0.0.1:{server.port}, version 1.2.3" in run.out
    assert "fbtool login" in run.err
    assert "fbt_secret" in (home / "secrets.json").read_text()
    assert "fbt_secret" not in (home / "settings.json").read_text() + run.out + run.err


def test_a_code_on_the_command_line_is_not_repeated(fbtool: Fbtool, code: str, server: ScriptedServer) -> None:
    run = fbtool("connect", code)
    assert run.code == 2
    assert "Type “fbtool connect” alone" in run.err
    assert code not in run.out + run.err
    assert server.requests == []


def test_address_and_token_are_the_second_way(fbtool: Fbtool, server: ScriptedServer) -> None:
    assert fbtool("connect", "--address", f"{server.address}/", typed="fbt_secret\n").code == 0
    assert server.requests[0].headers["Authorization"] == "Bearer fbt_secret"


def test_a_program_gets_one_document(fbtool: Fbtool, code: str, server: ScriptedServer) -> None:
    run = fbtool("connect", "--json", typed=code)
    assert run.json == {
        "account": {"id": "acc_7", "name": "Muster GmbH", "channel": "facebook"},
        "gateway": {"address": server.address, "version": "1.2.3"},
    }
    assert run.err == ""


@pytest.mark.parametrize("typed", ["", "nonsense", "fbtool-abc"])
def test_half_a_code_is_called_that(fbtool: Fbtool, server: ScriptedServer, typed: str) -> None:
    run = fbtool("connect", typed=typed)
    assert run.code == 8
    assert "not a complete connection code" in run.err
    assert server.requests == []


def test_an_unsafe_address_is_refused_before_the_token_is_asked_for(fbtool: Fbtool) -> None:
    run = fbtool("connect", "--address", "http://gateway.example.org")
    assert run.code == 8
    assert "https://" in run.err


def test_a_gateway_that_is_down_has_its_sentence(fbtool: Fbtool) -> None:
    run = fbtool("connect", typed=Connection.to(f"http://127.0.0.1:{free_port()}", "t").code())
    assert run.code == 5
    assert "cannot be reached" in run.err


def test_a_wrong_token_has_the_gateways_sentence(fbtool: Fbtool, server: ScriptedServer, code: str) -> None:
    server.on("GET", "/v1/account", refusal(401, "token_unknown"))
    run = fbtool("connect", typed=code)
    assert run.code == 6
    assert "The gateway says what happened." in run.err
    assert "[token_unknown]" in run.err


def test_an_answer_that_is_not_json_has_its_sentence(fbtool: Fbtool, server: ScriptedServer, code: str) -> None:
    server.on("GET", "/v1/account", Answer(200, b"<html>Hotel</html>", "text/html"))
    run = fbtool("connect", "--json", typed=code)
    assert run.code == 5
    assert run.json["problem"]["code"] == "not_a_gateway"


@pytest.mark.parametrize(("change", "told"), [({"channel": "webchat"}, "not for Facebook"), ({"active": False}, "off")])
def test_an_account_that_does_not_fit_is_not_kept(
    fbtool: Fbtool, server: ScriptedServer, code: str, home: Path, change: dict[str, object], told: str
) -> None:
    server.on("GET", "/v1/account", Answer(content=ACCOUNT | change))
    run = fbtool("connect", typed=code)
    assert run.code == 6
    assert told in run.err
    assert not (home / "settings.json").exists()


def test_without_a_secret_store_nobody_is_asked_for_a_code(
    fbtool: Fbtool, monkeypatch: pytest.MonkeyPatch, code: str, server: ScriptedServer
) -> None:
    monkeypatch.delenv("FBTOOL_SECRETS_FILE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    run = fbtool("connect", typed=code)
    assert run.code == 8
    assert "FBTOOL_SECRETS_FILE" in run.err
    assert server.requests == []


def test_a_setting_that_goes_first_is_pointed_out(fbtool: Fbtool, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FBTOOL_CONNECTION", code)
    assert "FBTOOL_CONNECTION is set" in fbtool("connect", typed=code).err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(
    "text", ["{}", "{}\r\n", "Guten Tag,\r\n\r\nIhr Code für den Süden: {}.\r\n\r\nGrüße\r\n", '"{}"']
)
def test_a_code_is_found_in_what_a_program_pipes(
    fbtool: Fbtool, code: str, encoding: str, text: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = text.format(code).encode(encoding)
    assert fbtool("connect", typed=given).code == 0
    file = home / "code.txt"
    file.write_bytes(given)
    monkeypatch.setenv("FBTOOL_CONNECTION_FILE", str(file))
    assert fbtool("status").code == 0


def test_a_code_is_found_behind_a_hundred_thousand_lines(fbtool: Fbtool, code: str) -> None:
    assert fbtool("connect", typed=b"fbtool-\n" * 100_000 + code.encode()).code == 0


def test_a_token_is_the_first_line_of_what_is_piped(fbtool: Fbtool, code: str) -> None:
    connection = Connection.from_code(code)
    typed = f"\n{connection.token}\nfor the shop\n"
    assert fbtool("connect", "--address", connection.address, typed=typed).code == 0


def test_the_question_is_shown_without_a_terminal_too(fbtool: Fbtool, code: str) -> None:
    assert fbtool("connect", typed=code).err.startswith("Connection code:\n")


def test_who_types_into_a_pipe_need_not_end_it(home: Path, code: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fbtool", "connect"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
    ) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write(f"here:\n{code}\n".encode())
        program.stdin.flush()
        assert b"Connected" in program.stdout.readline()
        program.stdin.close()
        program.stdout.read()
        assert program.wait(60) == 0


def test_half_a_code_and_an_empty_line_is_the_end(home: Path, code: str, server: ScriptedServer) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fbtool", "connect"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
    ) as program:
        assert program.stdin
        assert program.stderr
        program.stdin.write(f"{code[:-5]}\n\n".encode())
        program.stdin.flush()
        assert b"not a complete connection code" in program.stderr.read()
        assert program.wait(60) == 8
    assert server.requests == []
