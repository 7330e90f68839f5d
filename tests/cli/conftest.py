import io
import json
import os
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from fbtool import cli, language
from fbtool.connection_code import Connection
from fbtool.facebook.graph import VERSION
from tests.linking.answers import ACCOUNT, ALL_GRANTED, GRANT, link, page
from tests.linking.browsing import TOKEN, browse, returning
from tests.linking.standin import Answer, ScriptedServer


@dataclass(frozen=True)
class Run:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Fbtool(Protocol):
    def __call__(self, *arguments: str, typed: str | bytes = "") -> Run: ...


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer of its own for this test: no settings, a file for secrets, a browser."""
    for name in os.environ:
        if name.startswith("FBTOOL_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FBTOOL_HOME", str(tmp_path))
    monkeypatch.setenv("FBTOOL_SECRETS_FILE", str(tmp_path / "secrets.json"))
    monkeypatch.setenv("FBTOOL_LANGUAGE", "en")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", browse)
    language.use("en")
    return tmp_path


@pytest.fixture
def fbtool(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fbtool:
    """Run a command as the ``fbtool`` program would."""

    def run(*arguments: str, typed: str | bytes = "") -> Run:
        given = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.run(arguments)
        out, err = capsys.readouterr()
        return Run(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[ScriptedServer]:
    """A gateway and a Facebook with one linked and two other Pages."""
    standing = ScriptedServer()
    monkeypatch.setenv("FBTOOL_GRAPH", standing.address)
    standing.on("GET", "/v1/account", Answer(content=ACCOUNT))
    standing.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11")]}))
    standing.on("GET", "/oauth/authorize", returning(code="one-time"))
    standing.on("POST", "/oauth/token", Answer(content=TOKEN))
    standing.on("GET", f"/{VERSION}/me/permissions", Answer(content=ALL_GRANTED))
    standing.on("POST", "/v1/facebook/grant", Answer(content=GRANT))
    analyst = page("13", "Zoo", tasks=["ANALYZE"])
    standing.on("GET", f"/{VERSION}/me/accounts", Answer(content={"data": [page("11"), page("12", "Bistro"), analyst]}))
    yield standing
    standing.close()


@pytest.fixture
def code(server: ScriptedServer) -> str:
    return Connection.to(server.address, "fbt_secret").code()


@pytest.fixture
def connected(fbtool: Fbtool, code: str) -> None:
    assert fbtool("connect", typed=code).code == 0


@pytest.fixture
def signed_in(fbtool: Fbtool, connected: None) -> None:
    assert fbtool("login").code == 0
