"""A command beside a gateway: it says nothing to strangers, and does nothing itself unless no gateway runs."""

import contextlib
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from fbtool.gateway.operation import account_commands
from fbtool.gateway.operation.account_commands import NewAccount
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.gateway.operation.local_gateway import (
    GatewayAnswerUnreadable,
    GatewayNotProven,
    GatewaySaidNo,
    GatewaySilent,
)
from fbtool.gateway.operation.run_file import RunFile as Announced
from fbtool.gateway.server import Gateway
from fbtool.problem import Problem
from tests.e2e.processes import Computer
from tests.gateway.conftest import APP, Running, ScriptedFacebook, settings_for
from tests.gateway.program import Program
from tests.ports import free_port

Told = Callable[[BaseHTTPRequestHandler], None]


class Listener:
    """Somebody who listens on a port and remembers every byte that he was told."""

    def __init__(self, answer: Told) -> None:
        heard: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                heard.append(f"{self.command} {self.path}\n{self.headers}\n{body}")
                answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = do_CONNECT = handle_any

            def log_message(self, *args: object) -> None:
                """Stay silent."""

        self.heard = heard
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listen() -> Iterator[Callable[[Told], Listener]]:
    listeners: list[Listener] = []

    def start(answer: Told) -> Listener:
        listeners.append(Listener(answer))
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.close()


def say(status: int, text: str, **headers: str) -> Told:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def proving(announced: list[Announced], then: Told) -> Told:
    """Prove to be the announced gateway, and answer everything else with ``then``."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        if parts.path == "/admin/proof":
            say(200, announced[0].announcement.proof(parse_qs(parts.query)["nonce"][0]))(handler)
        else:
            then(handler)

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def add(folder: Path) -> dict[str, object]:
    return AdminClient(folder).do(account_commands.add, body=NewAccount(name="Shop"))


@pytest.mark.parametrize(
    "answer",
    [
        say(200, "{}"),
        say(200, "0" * 64),
        say(404, "not found"),
        say(302, "", Location="http://127.0.0.1:1/"),
        say(200, "x" * 100_000),
        hang_up,
    ],
)
def test_who_does_not_prove_to_be_the_gateway_hears_nothing(
    tmp_path: Path, listen: Callable[[Told], Listener], answer: Told
) -> None:
    stranger = listen(answer)
    Announced(tmp_path, stranger.address).announce()
    with pytest.raises(GatewayNotProven) as caught:
        add(tmp_path)
    assert stranger.address in caught.value.told("en").what
    (heard,) = stranger.heard
    assert heard.startswith("GET /admin/proof?nonce=")
    assert "Authorization" not in heard
    assert (tmp_path / "running").read_text().split()[1] not in heard
    assert not (tmp_path / "gateway.sqlite").exists(), "the command did the job itself"


def test_who_proves_it_and_hangs_up_is_asked_nothing(tmp_path: Path, listen: Callable[[Told], Listener]) -> None:
    announced: list[Announced] = []

    def stopping(handler: BaseHTTPRequestHandler) -> None:
        nonce = parse_qs(urlsplit(handler.path).query)["nonce"][0]
        say(200, announced[0].announcement.proof(nonce), Connection="close")(handler)

    gateway = listen(stopping)
    announced.append(Announced(tmp_path, gateway.address))
    announced[0].announce()
    with pytest.raises(GatewayNotProven):
        add(tmp_path)
    assert len(gateway.heard) == 1
    assert not (tmp_path / "gateway.sqlite").exists(), "the command did the job itself"


def test_who_drips_an_answer_is_not_listened_to_for_ever(
    tmp_path: Path, listen: Callable[[Told], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.operation.local_gateway._PROOF_SECONDS", 0.5)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        with contextlib.suppress(OSError):
            while not over.wait(0.05):
                handler.wfile.write(b"x")
        handler.close_connection = True

    stranger = listen(drip)
    Announced(tmp_path, stranger.address).announce()
    with pytest.raises(GatewayNotProven):
        add(tmp_path)
    over.set()


@pytest.mark.parametrize("address", ["http://[::1", "http://a b:1", "http://a..b:80", "http://\x7f:80", "http://ä:1"])
def test_an_announcement_that_is_no_address_names_nobody(tmp_path: Path, address: str) -> None:
    (tmp_path / "running").write_text(f"{address}\nsecret\n", "utf-8")
    with pytest.raises(GatewayNotProven):
        add(tmp_path)
    assert not (tmp_path / "gateway.sqlite").exists(), "the command did the job itself"


def test_an_announcement_without_a_secret_proves_nobody(tmp_path: Path, listen: Callable[[Told], Listener]) -> None:
    stranger = listen(say(200, ""))
    (tmp_path / "running").write_text(stranger.address + "\n")
    with pytest.raises(GatewayNotProven):
        add(tmp_path)


def test_a_proof_is_good_for_the_announced_address_only(
    tmp_path: Path, running: Running, listen: Callable[[Told], Listener]
) -> None:
    def relay(handler: BaseHTTPRequestHandler) -> None:
        import requests

        say(200, requests.get(running.gateway.listening + handler.path, timeout=60).text)(handler)

    stranger = listen(relay)
    announcement = (running.settings.data_dir / "running").read_text()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "running").write_text(announcement.replace(running.gateway.listening, stranger.address))
    with pytest.raises(GatewayNotProven):
        add(tmp_path / "elsewhere")


def test_a_gateway_is_asked_past_every_proxy_of_the_environment(
    running: Running, listen: Callable[[Told], Listener], tmp_path: Path
) -> None:
    proxy = listen(say(502, "<html>no JSON</html>"))
    environment = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), proxy.address)
    data = str(running.settings.data_dir)
    done = Computer(tmp_path / "home", {"FBTOOL_DATA_DIR": data, "NO_PROXY": "", **environment}).run(
        "gateway", "accounts", "list", "--json"
    )
    assert [account["name"] for account in done.json["accounts"]] == ["Shop"], done.err
    assert proxy.heard == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (hang_up, GatewaySilent),
        (say(200, "<html>"), GatewayAnswerUnreadable),
        (say(200, "[]"), GatewayAnswerUnreadable),
        (say(200, "[" * 100_000), GatewayAnswerUnreadable),
        (say(502, "Bad Gateway"), GatewayAnswerUnreadable),
        (say(500, "{}"), GatewayAnswerUnreadable),
        (say(302, "", Location="/admin/accounts"), GatewayAnswerUnreadable),
        (say(409, json.dumps({"code": "account_name_taken", "title": "taken"})), GatewaySaidNo),
    ],
)
def test_an_answer_that_did_not_come_or_is_none_is_said_and_nothing_is_done_twice(
    tmp_path: Path, listen: Callable[[Told], Listener], answer: Told, problem: type[Problem]
) -> None:
    announced: list[Announced] = []
    gateway = listen(proving(announced, answer))
    announced.append(Announced(tmp_path, gateway.address))
    announced[0].announce()
    with pytest.raises(problem):
        add(tmp_path)
    assert [" ".join(heard.split("?")[0].split()[:2]) for heard in gateway.heard] == [
        "GET /admin/proof",
        "POST /admin/accounts",
    ]
    assert not (tmp_path / "gateway.sqlite").exists(), "the command did the job itself"


def test_a_late_answer_is_no_answer_and_nothing_is_done_twice(
    tmp_path: Path, listen: Callable[[Told], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fbtool.gateway.operation.local_gateway._SECONDS", 0.2)
    asked, ended = threading.Event(), threading.Event()

    def too_late(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        ended.wait(60)

    announced: list[Announced] = []
    gateway = listen(proving(announced, too_late))
    announced.append(Announced(tmp_path, gateway.address))
    announced[0].announce()
    with pytest.raises(GatewaySilent) as caught:
        add(tmp_path)
    ended.set()
    assert asked.is_set()
    assert caught.value.code == "gateway_silent"
    assert not (tmp_path / "gateway.sqlite").exists(), "the command did the job itself"


def test_only_where_the_connection_is_refused_the_database_is_opened(tmp_path: Path) -> None:
    Announced(tmp_path, f"http://127.0.0.1:{free_port()}").announce()
    assert add(tmp_path)["name"] == "Shop"
    assert [account["name"] for account in AdminClient(tmp_path).do(account_commands.list_all)["accounts"]] == ["Shop"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights at the folder")
def test_whatever_the_umask_only_the_owner_reads_what_a_gateway_keeps(
    tmp_path: Path, facebook: ScriptedFacebook
) -> None:
    before = os.umask(0)
    try:
        gateway = Gateway(settings_for(tmp_path / "data", facebook))
        (tmp_path / "data").mkdir()
        gateway.start()
        try:
            AdminClient(tmp_path / "data").do(account_commands.add, body=NewAccount(name="Shop"))
            kept = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
        finally:
            gateway.stop()
    finally:
        os.umask(before)
    assert {"running", "gateway.sqlite", "gateway.sqlite-wal"} <= set(kept)
    assert set(kept.values()) == {0o600}, kept


def test_while_the_gateway_is_stopped_the_code_carries_the_address_of_its_settings(
    tmp_path: Path, facebook: ScriptedFacebook
) -> None:
    program = Program(tmp_path, facebook, FBTOOL_APP_SECRET=APP.secret)
    try:
        program.process.terminate()
        assert program.ended() == 0
        (program.data / "gateway.toml").write_text('[server]\npublic_url = "https://gw.example.org"\n')
        made = program.computer.run("gateway", "accounts", "add", "Shop", "--json").json
        anew = program.computer.run("gateway", "accounts", "rotate", "Shop", "--json").json
        other = program.computer.run(
            "gateway", "accounts", "rotate", "Shop", "--json", "--public-url", "https://other.example.org"
        ).json
    finally:
        program.close()
    addresses = [address_in(document["connection_code"]) for document in (made, anew, other)]
    assert addresses == ["https://gw.example.org", "https://gw.example.org", "https://other.example.org"]


def address_in(code: str) -> str:
    from fbtool.connection_code import Connection

    return Connection.from_code(code).address
