"""Programs get UTF-8 whatever the console's encoding is; people get letters, or see that one is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.cli.test_program import environment
from tests.linking.answers import link, page
from tests.linking.standin import Answer, ScriptedServer

NAME = "Żabka „Süd“ 東京 🍰"
Running = tuple[Path, ScriptedServer]
ENCODINGS = ["cp1252", "cp437", "ascii", "latin-1", "utf-8"]


@pytest.fixture
def running(fbtool: Fbtool, signed_in: None, home: Path, server: ScriptedServer) -> Running:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11", NAME)]}))
    server.on("GET", f"/{VERSION}/me/accounts", Answer(content={"data": [page("11", NAME)]}))
    return home, server


def in_pipes(
    home: Path, server: ScriptedServer, encoding: str, *arguments: str, given: bytes = b""
) -> tuple[int, bytes, bytes]:
    """Run the program between two pipes, as Windows' shells do with ``|``."""
    env = environment(home, PYTHONIOENCODING=encoding, FBTOOL_GRAPH=server.address)
    done = subprocess.run(
        [sys.executable, "-m", "fbtool", *arguments], input=given, capture_output=True, env=env, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_utf_8_on_every_console(running: Running, encoding: str) -> None:
    code, out, _ = in_pipes(*running, encoding, "status", "--json")
    assert code == 0
    assert json.loads(out.decode("utf-8"))["links"][0]["name"] == NAME
    assert b"\r" not in out


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_export_writes_into_a_pipe_import_reads_from_it(running: Running, encoding: str, form: str) -> None:
    code, written, _ = in_pipes(*running, encoding, "export", "-", "--format", form)
    assert code == 0
    assert NAME in written.decode("utf-8")
    code, _, err = in_pipes(*running, encoding, "import", "-", "--format", form, given=written)
    assert (code, b"linked already" in err) == (0, True)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "latin-1", "ascii"])
def test_people_see_what_a_console_has_no_letter_for(running: Running, encoding: str) -> None:
    code, out, _ = in_pipes(*running, encoding, "status")
    shown = out.decode(encoding)
    assert code == 0
    assert ("S\\xfcd" if encoding == "ascii" else "Süd") in shown
    assert r"\u017babka" in shown
    assert r"\u6771\u4eac \U0001f370" in shown
    assert "?" not in shown


def test_the_signs_of_fbtool_itself_have_plain_ones(running: Running) -> None:
    _, _, err = in_pipes(*running, "cp1252", "link", "Nirgendwo")
    assert err.decode("cp1252").startswith("x There is no Page “Nirgendwo” here.")
    assert "\n  -> Write the name" in err.decode("cp1252")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_import_reads_what_the_shells_of_windows_put_into_a_pipe(running: Running, encoding: str) -> None:
    given = f"page_id,page_name\n,{NAME}\n".encode(encoding)
    code, _, err = in_pipes(*running, "cp1252", "import", "-", given=given)
    assert (code, b"1 Page is linked already" in err) == (0, True), err
