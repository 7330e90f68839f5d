import os
from collections.abc import Iterator

import pytest

from fbtool import language
from fbtool.connection import Connection
from tests.linking.standin import ScriptedServer


@pytest.fixture(autouse=True)
def _clean_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this computer reaches a test."""
    for name in os.environ:
        if name.startswith("FBTOOL_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    language.use("en")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    standing = ScriptedServer()
    yield standing
    standing.close()


@pytest.fixture
def connection(server: ScriptedServer) -> Connection:
    """A connection with the scripted server."""
    return Connection.to(server.address, "fbt_secret")
