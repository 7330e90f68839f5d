"""Backups, and new keys for old: nothing living is overwritten, nothing is sent twice, and the keys fit."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.channels.facebook.settings import check_app_secret
from fbtool.gateway.operation.backup import DataInTheWay
from fbtool.gateway.operation.key_rotation import SecretMissing, forget_earlier_secret, take_new_secret
from tests.conditions import eventually
from tests.gateway.conftest import APP, PAGE, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.program import Program

NEW_SECRET = "a1b2c3d4e5f60718293a4b5c6d7e8f90"


@pytest.fixture
def program(tmp_path: Path, facebook: ScriptedFacebook, database_url: str) -> Iterator[Program]:
    running = started(tmp_path, facebook, database_url)
    yield running
    running.close()


@pytest.fixture
def with_file(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    """One with the embedded store: only that one is copied by us, and used by one process at a time."""
    running = Program(tmp_path, facebook)
    yield running
    running.close()


def started(folder: Path, facebook: ScriptedFacebook, database_url: str) -> Program:
    return Program(folder, facebook, **({"FBTOOL_DATABASE_URL": database_url} if database_url else {}))


def stop(program: Program) -> None:
    program.process.terminate()
    assert program.ended() == 0


def command(program: Program, *arguments: str, code: int = 0, **environment: str) -> Any:
    done = program.computer.run("gateway", *arguments, "--json", **environment)
    assert done.code == code, done.out + done.err
    return done.json


def events(program: Program) -> list[dict[str, Any]]:
    return list(program.api("GET", "events").json()["events"])


def test_a_backup_of_a_running_gateway_is_restored_elsewhere(
    with_file: Program, facebook: ScriptedFacebook, tmp_path: Path
) -> None:
    with_file.link()
    assert deliver(with_file.address, delivery(message("m_1", "Guten Tag"))) == 200
    conversation = events(with_file)[0]["conversation"]
    facebook.error(f"POST {PAGE}/messages", 2)  # in trouble: the answer stays in the queue
    body = {"conversation": conversation, "text": "Antwort", "human": True}
    assert with_file.api("POST", "messages", json=body, headers={"Idempotency-Key": "1"}).status_code == 202
    eventually(lambda: len(facebook.calls(f"POST {PAGE}/messages")) > 0, 60)
    saved = tmp_path / "saved.sqlite"
    assert command(with_file, "backup", str(saved))["bytes"] == saved.stat().st_size
    assert saved.stat().st_mode & 0o077 == 0
    assert b"Guten Tag" not in saved.read_bytes()
    assert command(with_file, "backup", str(saved), code=8)["problem"]["code"] == "backup_file_exists"
    stop(with_file)
    assert command(with_file, "restore", str(saved), code=8)["problem"]["code"] == "data_in_the_way"

    key = (with_file.data / "master.key").read_text()
    with_file.data.rename(tmp_path / "lost")
    with_file.data.mkdir(mode=0o700)
    refused = command(with_file, "restore", str(saved), code=8)
    assert refused["problem"]["code"] == "settings_incomplete"
    (with_file.data / "master.key").write_text(key)
    command(with_file, "restore", str(saved))
    asked = len(facebook.calls(f"POST {PAGE}/messages"))
    with_file.start()
    # The gateway first waits a minute for the echo of an answer that may have gone out.
    eventually(lambda: {"message", "unclear"} <= {event["kind"] for event in events(with_file)}, 180)
    assert len(facebook.calls(f"POST {PAGE}/messages")) == asked, "an answer was sent twice"
    assert events(with_file)[0]["conversation"] == conversation


def test_a_backup_with_another_key_or_a_damaged_one_is_refused(with_file: Program, tmp_path: Path) -> None:
    saved, other = tmp_path / "saved.sqlite", tmp_path / "other"
    stop(with_file)
    command(with_file, "backup", str(saved))
    command(with_file, "init", "--data-dir", str(other))
    wrong = command(with_file, "restore", str(saved), "--data-dir", str(other), code=8)
    assert wrong["problem"]["code"] == "master_key_wrong"
    (other / "master.key").write_bytes((with_file.data / "master.key").read_bytes())
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    refused = command(with_file, "restore", str(damaged), "--data-dir", str(other), code=8)
    assert refused["problem"]["code"] == "backup_unreadable"
    assert not list(other.glob("*.sqlite*"))
    command(with_file, "restore", str(saved), "--data-dir", str(other))


def test_where_nothing_is_nothing_can_be_saved(with_file: Program, tmp_path: Path) -> None:
    told = command(with_file, "backup", "x", "--data-dir", str(tmp_path / "nowhere"), code=8)
    assert told["problem"]["code"] == "nothing_to_back_up"
    assert DataInTheWay.kind.value == 8


def test_a_new_master_key_changes_no_conversation_and_no_token(program: Program) -> None:
    program.link()
    assert deliver(program.address, delivery(message("m_1"))) == 200
    before = events(program)
    stop(program)
    old = (program.data / "master.key").read_text()
    assert command(program, "rotate-key")["result"] == "rotated"
    assert (program.data / "master.key.old").read_text() == old != (program.data / "master.key").read_text()
    assert (program.data / "master.key").stat().st_mode & 0o077 == 0
    program.start()
    assert events(program) == before
    assert program.api("POST", f"facebook/pages/{PAGE}/check").status_code == 200
    stop(program)
    assert command(program, "rotate-key", code=8)["problem"]["code"] == "old_key_still_there"
    program.computer.run("gateway", "check", "--json")
    wrong = command(program, "accounts", "list", FBTOOL_MASTER_KEY=old)
    assert wrong["accounts"], "accounts are not sealed by the key"


def test_of_a_file_in_use_the_key_is_not_replaced(with_file: Program) -> None:
    assert command(with_file, "rotate-key", code=8)["problem"]["code"] == "store_in_use"


@pytest.mark.parametrize("moment", ["before the database", "after the database"])
def test_a_rotation_that_was_interrupted_is_finished_by_the_next(program: Program, moment: str) -> None:
    stop(program)
    key, new = program.data / "master.key", program.data / "master.key.new"
    first = key.read_text()
    if moment == "before the database":
        new.write_text(first[::-1])  # written, but the database does not know it yet
        assert command(program, "rotate-key")["result"] == "rotated"
    else:
        command(program, "rotate-key")
        key.rename(new)
        (program.data / "master.key.old").rename(key)
        assert command(program, "rotate-key")["result"] == "finished"
    assert not new.exists()
    assert (program.data / "master.key.old").read_text() == first
    program.start()
    assert requests.get(f"{program.address}/readyz", timeout=60).text == "ready"


def test_a_key_that_is_handed_over_goes_where_the_operator_says(program: Program, tmp_path: Path) -> None:
    stop(program)
    text = (program.data / "master.key").read_text().strip()
    refused = command(program, "rotate-key", code=8, FBTOOL_MASTER_KEY=text)
    assert refused["problem"]["code"] == "master_key_not_in_file"
    new = tmp_path / "new.key"
    command(program, "rotate-key", "--new-key-file", str(new), FBTOOL_MASTER_KEY=text)
    (program.data / "master.key").unlink()
    program.computer.environment["FBTOOL_MASTER_KEY_FILE"] = str(new)
    program.start()


def test_a_new_app_secret_in_two_steps(tmp_path: Path, facebook: ScriptedFacebook, database_url: str) -> None:
    program = started(tmp_path, facebook, database_url)
    with contextlib.closing(program):
        stop(program)
        refused = command(program, "rotate-app-secret", code=8)
        assert refused["problem"]["code"] == "app_secret_not_in_file"
        del program.computer.environment["FBTOOL_APP_SECRET"]
        (program.data / "app.secret").write_text(APP.secret + "\n")
        (tmp_path / "new").write_text(NEW_SECRET + "\n")
        assert command(program, "rotate-app-secret", code=8)["problem"]["code"] == "app_secret_missing"
        assert command(program, "rotate-app-secret", "--from-file", str(tmp_path / "new"))["old_accepted"]
        program.start()
        body = delivery(message("m_1"))
        assert [deliver(program.address, body, signed(body, secret)) for secret in (APP.secret, NEW_SECRET)] == [
            200,
            200,
        ]
        stop(program)
        assert not command(program, "rotate-app-secret", "--finish")["old_accepted"]
        program.start()
        assert [deliver(program.address, body, signed(body, secret)) for secret in (APP.secret, NEW_SECRET)] == [
            403,
            200,
        ]


def signed(body: bytes, secret: str) -> str:
    from tests.gateway.messenger import signature

    return signature(body, secret)


def test_the_same_secret_again_is_no_new_one(tmp_path: Path) -> None:
    secret, earlier = tmp_path / "app.secret", tmp_path / "app.secret.earlier"
    take_new_secret(secret, earlier, APP.secret, check_app_secret)
    assert not earlier.exists()
    with pytest.raises(SecretMissing):
        take_new_secret(secret, earlier, APP.secret, check_app_secret)
    take_new_secret(secret, earlier, NEW_SECRET, check_app_secret)
    take_new_secret(secret, earlier, "3" * 32, check_app_secret)
    assert (secret.read_text(), earlier.read_text()) == ("3" * 32 + "\n", NEW_SECRET + "\n")
    assert forget_earlier_secret(earlier)
    assert not forget_earlier_secret(earlier)
