"""What the operator's commands say: true, complete, and to the person who reads it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conditions import eventually
from tests.e2e.processes import FBTOOL, Computer
from tests.gateway.conftest import APP, ScriptedFacebook
from tests.gateway.program import Program
from tests.postgres import Cluster
from tests.terminal import on_terminal

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal and rights of POSIX")


@pytest.fixture
def program(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    running = Program(tmp_path, facebook, FBTOOL_PUBLIC_URL="https://gw.example.org")
    yield running
    running.close()


def started(program: Program, folder: Path) -> str:
    """What a gateway that is stopped shows a person when it starts."""
    program.process.terminate()
    assert program.ended() == 0
    shown = folder / "shown"
    with shown.open("wb") as target:
        running = subprocess.Popen(
            [*FBTOOL, "gateway", "run"], stdout=target, stderr=target, stdin=subprocess.DEVNULL,
            env=program.computer.env(),
        )  # fmt: skip
    try:
        eventually(lambda: "Ctrl-C stops it." in shown.read_text(), 60)
    finally:
        running.terminate()
        running.wait(60)
    return shown.read_text()


def test_the_ready_line_names_both_addresses_and_where_the_data_is(program: Program, tmp_path: Path) -> None:
    shown = started(program, tmp_path)
    assert "Gateway ready at https://gw.example.org\n" in shown
    assert "It listens at http://127.0.0.1:" in shown
    assert f"Data in {program.data}." in shown


def test_with_postgresql_nobody_says_that_the_data_is_in_the_folder(
    tmp_path: Path, facebook: ScriptedFacebook, cluster: Cluster
) -> None:
    shown = started(Program(tmp_path, facebook, FBTOOL_DATABASE_URL=cluster.database()), tmp_path)
    assert f"Data in the shared PostgreSQL database, keys in {tmp_path / 'data'}." in shown
    assert "Data in /" not in shown


@on_posix
def test_a_key_that_others_may_read_is_named_at_the_start(program: Program, tmp_path: Path) -> None:
    (program.data / "master.key").chmod(0o644)
    shown = started(program, tmp_path)
    assert f"others on this computer may read {program.data / 'master.key'}" in shown
    assert "app.secret" not in shown


def test_setup_names_the_address_that_facebook_login_needs(program: Program, facebook: ScriptedFacebook) -> None:
    facebook.says(f"POST {APP.id}/subscriptions", 200, {"success": True})
    done = program.computer.run("gateway", "setup")
    assert done.code == 0, done.err
    assert "https://gw.example.org/oauth/callback" in done.err


def test_setup_names_the_host_that_is_not_reached(tmp_path: Path, facebook: ScriptedFacebook) -> None:
    program = Program(tmp_path, facebook, FBTOOL_FACEBOOK="http://127.0.0.2:1", no_proxy="*")
    try:
        done = program.computer.run("gateway", "setup")
    finally:
        program.close()
    assert "no connection to 127.0.0.2:1, tried without a proxy" in done.err
    assert "[facebook_unreachable]" in done.err


def test_backup_says_what_is_encrypted_and_what_to_keep_besides(program: Program) -> None:
    told = " ".join(program.computer.run("gateway", "backup", "--help").out.split())
    assert "Everything in it is encrypted" not in told
    assert "names of accounts, Pages and the people who linked them can be read" in told
    assert "keep the master key, gateway.toml and the app's secret in another place" in told


def test_an_account_for_a_channel_that_does_nothing_is_not_made(program: Program) -> None:
    told = program.computer.run("gateway", "accounts", "add", "Chat", "--channel", "webchat")
    assert told.code == 6
    assert "“webchat”" in told.err
    assert "Offered is: facebook" in told.err
    address = (program.data / "running").read_text().split()[0]
    for channel in ("webchat", "partner"):
        refused = requests.post(
            f"{address}/admin/accounts",
            json={"name": "Chat", "channel": channel},
            headers={"Authorization": f"Bearer {program.admin_token}"},
            timeout=60,
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "channel_not_served")
    assert program.computer.run("gateway", "accounts", "list", "--json").json == {"accounts": []}


@on_posix
def test_init_asks_again_for_what_cannot_be_used_and_names_its_folder(tmp_path: Path) -> None:
    answers = ["my app", "1840000000000001", "s", APP.secret, "http://gw.example.org", "https://gw.example.org"]
    folder = tmp_path / "here it is"
    code, shown = on_terminal(["gateway", "init", "--data-dir", str(folder)], answers, Computer(tmp_path, {}).env())
    assert code == 0, shown
    assert "“my app” cannot be the id of a Meta app" in shown
    assert "it has only 1 characters" in shown
    assert "“http://gw.example.org” cannot be used" in shown
    assert f"fbtool gateway run --data-dir '{folder}'" in "".join(shown.split("\r\n"))
    written = (folder / "gateway.toml").read_text("utf-8")
    assert 'id = "1840000000000001"' in written
    assert 'public_url = "https://gw.example.org"' in written
    assert (folder / "app.secret").read_text() == APP.secret + "\n"


def test_init_without_a_terminal_refuses_an_app_id_that_is_none(tmp_path: Path) -> None:
    done = Computer(tmp_path, {}).run("gateway", "init", "--app-id", "my app", "--data-dir", str(tmp_path / "data"))
    assert done.code == 8
    assert "[app_id_unusable]" in done.err
    assert not (tmp_path / "data").exists()


def test_init_for_web_chats_alone_asks_for_no_app_and_the_gateway_can_start(tmp_path: Path) -> None:
    computer, folder = Computer(tmp_path, {}), str(tmp_path / "data")
    address = "https://chat.example.org"
    done = computer.run("gateway", "init", "--channel", "webchat", "--public-url", address, "--data-dir", folder)
    assert done.code == 0, done.err
    assert "app" not in done.err
    assert "facebook" not in (tmp_path / "data/gateway.toml").read_text("utf-8")
    checked = computer.run("gateway", "check", "--data-dir", folder)
    assert checked.code == 0, checked.out


@on_posix
def test_a_demo_that_is_ended_from_outside_leaves_nothing_behind(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        demo = Computer(tmp_path, {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}).start("demo", "--keep-running")
        try:
            demo.wait_for(r"fbtool status\n")
            assert list(tmp_path.glob("fbtool-demo-*"))
        finally:
            demo.stop(number)
        assert not list(tmp_path.glob("fbtool-demo-*"))
