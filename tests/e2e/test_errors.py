"""Bad luck has a clear sentence, a stable code, and an exit code that means something."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from fbtool.connection_code import Connection
from tests.e2e.processes import Computer
from tests.ports import free_port

TOKEN = "fbt_abcdefghjk_" + "x" * 43


@pytest.fixture
def used_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """A web server that is no gateway."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>Welcome to nginx</html>")

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("command", [["gateway", "run", "--app-id", "1"], ["sandbox", "run"]])
def test_a_used_port(admin: Computer, used_port: int, command: list[str]) -> None:
    data = str(admin.home / "data")
    result = admin.run(
        *command, "--port", str(used_port), FBTOOL_APP_SECRET="0f1e2d3c4b5a69788796a5b4c3d2e1f0", FBTOOL_DATA_DIR=data
    )
    assert result.code == 8
    assert str(used_port) in result.err
    assert "[port_in_use]" in result.err
    assert "Traceback" not in result.err


def test_a_gateway_that_is_down(admin: Computer) -> None:
    code = Connection.to(f"http://127.0.0.1:{free_port()}", TOKEN).code()
    result = admin.run("connect", given=code)
    assert result.code == 5
    assert "cannot be reached" in result.err
    assert "[connection_refused]" in result.err


def test_an_answer_that_is_not_json(admin: Computer, somebody_else: str) -> None:
    result = admin.run("connect", given=Connection.to(somebody_else, TOKEN).code())
    assert result.code == 5
    assert "not as an fbtool gateway" in result.err
    assert "[not_a_gateway]" in result.err


def test_a_wrong_token(stage, admin: Computer) -> None:  # type: ignore[no-untyped-def]
    result = admin.run("connect", given=Connection.to(stage.gateway, TOKEN).code())
    assert (result.code, "[token_unknown]" in result.err) == (6, True)


def test_half_a_connection_code(stage, admin: Computer) -> None:  # type: ignore[no-untyped-def]
    code = Connection.to(stage.gateway, TOKEN).code()
    result = admin.run("connect", given=code[:-7])
    assert (result.code, "[connection_code_unreadable]" in result.err) == (8, True)


def test_wrong_settings_are_told_all_at_once(admin: Computer) -> None:
    result = admin.run("gateway", "run", "--public-url", "http://gw.example.org", FBTOOL_DATA_DIR=str(admin.home / "d"))
    assert result.code == 8
    assert "FBTOOL_APP_ID" in result.err
    assert "FBTOOL_APP_SECRET_FILE" in result.err
    assert "gw.example.org" in result.err


def test_two_gateways_on_one_data_folder(stage, admin: Computer) -> None:  # type: ignore[no-untyped-def]
    environment = {
        "FBTOOL_APP_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "FBTOOL_DATA_DIR": stage.operator.environment["FBTOOL_DATA_DIR"],
    }
    result = admin.run("gateway", "run", "--app-id", "1", "--port", "0", **environment)
    assert (result.code, "[store_in_use]" in result.err) == (8, True)
    assert "Traceback" not in result.err
    assert stage.operator.run("gateway", "accounts", "list").code == 0


def test_a_missing_part_names_how_to_install_it(admin: Computer) -> None:
    (admin.home / "sitecustomize.py").write_text("import sys; sys.modules['uvicorn'] = None\n")
    result = admin.run("sandbox", "run", PYTHONPATH=str(admin.home))
    assert result.code == 8
    assert 'pip install ".[sandbox]"' in result.err


def test_wrong_use_is_exit_code_2(admin: Computer) -> None:
    assert admin.run("link", "--nonsense").code == 2
    assert admin.run("nonsense").code == 2


def test_a_problem_with_json_is_one_document(admin: Computer) -> None:
    result = admin.run("status", "--json")
    assert result.code == 4
    assert result.json["problem"]["code"] == "not_connected"
    assert result.json["problem"]["remedy"]


def test_an_unknown_mistake_shows_no_traceback(admin: Computer) -> None:
    (admin.home / "sitecustomize.py").write_text("import sys; sys.modules['fbtool.linking.local.workplace'] = None\n")
    result = admin.run("status", PYTHONPATH=str(admin.home))
    assert result.code == 1
    assert "fbtool made a mistake" in result.err
    assert "Traceback" not in result.err
