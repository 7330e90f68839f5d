"""``fbtool gateway check`` names what is wrong and what to do, while the gateway runs and while it does not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fbtool.facebook.permissions import NEEDED
from tests.gateway.conftest import APP, FIELDS, ScriptedFacebook
from tests.gateway.messenger import deliver
from tests.gateway.program import Program

SUBSCRIPTIONS = f"GET {APP.id}/subscriptions"
PERMISSIONS = f"GET {APP.id}/permissions"


@pytest.fixture
def program(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    running = Program(tmp_path, facebook)
    registered(facebook, running.address)
    yield running
    running.close()


def registered(facebook: ScriptedFacebook, address: str, fields: list[str] = FIELDS) -> None:
    webhook = {
        "object": "page", "callback_url": f"{address}/facebook/webhook", "active": True,
        "fields": [{"name": name, "version": "v25.0"} for name in fields],
    }  # fmt: skip
    facebook.says(SUBSCRIPTIONS, 200, {"data": [webhook]})
    facebook.says(PERMISSIONS, 200, {"data": [{"permission": name, "status": "live"} for name in NEEDED]})


def findings(program: Program, code: int = 0, **environment: str) -> dict[str, dict[str, Any]]:
    done = program.computer.run("gateway", "check", "--json", **environment)
    assert done.code == code, done.out + done.err
    return {one["check"]: one for one in done.json["checks"]}


def test_a_running_gateway_is_checked_with_the_keys_in_use(program: Program) -> None:
    found = findings(program)
    assert set(found) == {
        "settings", "folder", "keys", "disk", "database", "master_key", "app", "webhook", "deliveries",
        "app_permissions", "app_proof", "app_mode", "public_url", "clock",
    }  # fmt: skip
    not_ok = {name: one["told"] for name, one in found.items() if one["health"] != "ok"}
    # Only this computer reaches it, and Facebook tells nobody the mode.
    assert set(not_ok) == {"public_url", "app_mode"}, not_ok


def test_a_wrong_webhook_is_found(program: Program, facebook: ScriptedFacebook) -> None:
    registered(facebook, "https://somewhere.example.org")
    found = findings(program, 3)
    assert "somewhere.example.org" in found["webhook"]["told"]
    assert "gateway setup" in found["webhook"]["remedy"]
    registered(facebook, program.address, FIELDS[1:])
    assert FIELDS[0] in findings(program, 3)["webhook"]["told"]
    facebook.says(SUBSCRIPTIONS, 200, {"data": []})
    assert findings(program, 3)["webhook"]["health"] == "failed"


def test_a_secret_that_facebook_refuses_is_found(program: Program, facebook: ScriptedFacebook) -> None:
    facebook.error(SUBSCRIPTIONS, 190)
    found = findings(program, 3)
    assert "rotate-app-secret" in found["app"]["remedy"]
    assert "webhook" not in found, "one cause is told once"


def test_a_stopped_gateway_is_checked_as_far_as_possible_in_german_too(program: Program) -> None:
    program.process.terminate()
    assert program.ended() == 0
    found = findings(program)
    assert {name for name, one in found.items() if one["health"] != "ok"} >= {"public_url"}
    assert found["master_key"]["health"] == "ok"
    shown = program.computer.run("gateway", "check", FBTOOL_LANGUAGE="de")
    assert "✓ Hauptschlüssel" in shown.out
    assert "! Öffentliche Adresse" in shown.out
    assert "Es funktioniert; 1 Punkt sollte besser sein." in shown.out
    assert "Alles ist in Ordnung." not in shown.out


def test_keys_that_others_may_read_and_a_key_that_does_not_fit_are_found(program: Program) -> None:
    program.process.terminate()
    assert program.ended() == 0
    (program.data / "master.key").chmod(0o644)
    assert "chmod 600" in findings(program, 3)["keys"]["remedy"]
    (program.data / "master.key").chmod(0o600)
    (program.data / "master.key").write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n")
    assert findings(program, 3)["master_key"]["health"] == "failed"


def test_settings_that_are_wrong_are_told_with_everything_else(program: Program) -> None:
    program.process.terminate()
    assert program.ended() == 0
    (program.data / "gateway.toml").write_text("[limits]\nsockets = 0\n")
    found = findings(program, 3)
    assert "line 2, limits.sockets" in found["settings"]["told"]
    assert found["disk"]["health"] == "ok"


@contextmanager
def refusing_proxy(status: int) -> Iterator[str]:
    """A proxy that answers every CONNECT with ``status``; gives its host and port."""

    class Refusal(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_without_a_folder_the_next_command_is_named(program: Program, tmp_path: Path) -> None:
    done = program.computer.run("gateway", "check", "--json", "--data-dir", str(tmp_path / "nowhere"))
    assert done.code == 3
    assert "gateway init" in done.json["checks"][0]["remedy"]


def test_a_wrong_clock_is_not_told_as_a_wrong_secret(program: Program, facebook: ScriptedFacebook) -> None:
    facebook.error(SUBSCRIPTIONS, 100)
    facebook.date = "Sat, 01 Jan 2000 00:00:00 GMT"
    found = findings(program, 3)
    assert found["clock"]["health"] == "failed"
    assert (found["app"]["health"], "clock" in found["app"]["told"]) == ("unknown", True)
    assert "secret" not in found["app"]["remedy"]


@pytest.mark.parametrize("proxy", ["", "http://somebody:hush@127.0.0.1:1"])
def test_where_facebook_is_not_reached_the_host_and_the_proxy_are_named(program: Program, proxy: str) -> None:
    program.process.terminate()
    assert program.ended() == 0
    found = findings(program, 3, FBTOOL_FACEBOOK="http://127.0.0.2:1", http_proxy=proxy, no_proxy="")
    told = found["app"]["told"]
    assert "127.0.0.2:1" in told
    assert ("through the proxy 127.0.0.1:1" if proxy else "without a proxy") in told
    assert "hush" not in told


@pytest.mark.parametrize(
    "proxy",
    ["foo bar:99", "socks5h://127.0.0.1:1", "socks9://127.0.0.1:1", "http://somebody:hu#sh@127.0.0.1:1", "http://"],
)
def test_a_proxy_that_is_none_is_named_and_nothing_counts_as_sent(program: Program, proxy: str) -> None:
    program.process.terminate()
    assert program.ended() == 0
    found = findings(program, 3, FBTOOL_FACEBOOK="https://127.0.0.2:1", https_proxy=proxy, no_proxy="")
    assert "cannot reach Facebook" in found["app"]["told"]
    assert "is not the address of an HTTP proxy" in found["app"]["told"]
    assert "sh@" not in found["app"]["told"]


def test_a_proxy_may_be_written_without_http(program: Program) -> None:
    program.process.terminate()
    assert program.ended() == 0
    found = findings(program, 3, FBTOOL_FACEBOOK="https://127.0.0.2:1", https_proxy="127.0.0.1:1", no_proxy="")
    assert "through the proxy 127.0.0.1:1" in found["app"]["told"]


@pytest.mark.parametrize("status", [403, 407, 502])
def test_what_a_proxy_refuses_to_pass_on_was_not_sent(program: Program, status: int) -> None:
    program.process.terminate()
    assert program.ended() == 0
    with refusing_proxy(status) as place:
        found = findings(program, 3, FBTOOL_FACEBOOK="https://127.0.0.2:1", https_proxy=f"http://{place}", no_proxy="")
    assert "cannot reach Facebook" in found["app"]["told"]
    assert f"the proxy {place} refuses the way to 127.0.0.2:1 (HTTP {status})" in found["app"]["told"]


def test_under_warnings_nobody_says_that_all_is_in_order(program: Program) -> None:
    shown = program.computer.run("gateway", "check")
    assert "! Public address" in shown.out
    assert shown.out.splitlines()[-1] == "It works; 1 thing should be better."


def test_deliveries_of_another_product_are_named(program: Program) -> None:
    for product in ("whatsapp_business_account", "instagram", "instagram"):
        body = json.dumps({"object": product, "entry": [{"id": "1", "changes": [{"value": "x"}]}]}).encode()
        assert deliver(program.address, body) == 200
    assert deliver(program.address, b'{"object": "Not a \\u001b[2J name"}') == 200
    found = findings(program)["deliveries"]
    assert found["health"] == "warning"
    assert "instagram, whatsapp_business_account" in found["told"]
    assert "no account is for it" in found["told"]
    assert found["facts"]["products"] == ["instagram", "whatsapp_business_account"]
