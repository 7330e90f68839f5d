"""The stage of the end-to-end tests: sandbox and gateway as processes of their own."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.e2e.processes import Background, Computer

BROWSER = f"{sys.executable} -m tests.e2e.browser %s"


@dataclass(frozen=True)
class Stage:
    """Where everything is."""

    sandbox: str
    gateway: str
    operator: Computer
    """The computer on which the gateway runs."""

    def new_account(self, name: str, *more: str) -> str:
        """A connection code of a new messenger account."""
        added = self.operator.run("gateway", "accounts", "add", name, "--json", *more)
        return str(added.json["connection_code"])


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("operator")
    operator = Computer(folder, {"FBTOOL_DATA_DIR": str(folder / "gateway")})
    running: list[Background] = []
    try:
        running.append(operator.start("sandbox", "run", "--port", "0", "--json"))
        sandbox = running[0].wait_for(r'"address": "([^"]+)"').group(1)
        app = requests.get(f"{sandbox}/sandbox/world", timeout=30).json()["apps"][0]
        running.append(
            operator.start(
                "gateway", "run", "--port", "0", "--json", "--app-id", app["id"], "--facebook", sandbox,
                FBTOOL_APP_SECRET=app["secret"],
            )
        )  # fmt: skip
        gateway = running[1].wait_for(r'"address": "([^"]+)".*\}').group(1)
        uris = f"{sandbox}/sandbox/apps/{app['id']}/redirect-uris"
        requests.post(uris, json={"uri": f"{gateway}/oauth/callback"}, timeout=30).raise_for_status()
        assert operator.run("gateway", "setup").code == 0
        yield Stage(sandbox, gateway, operator)
    finally:
        codes = [process.stop() for process in reversed(running)]
    assert codes == [0, 0]


@pytest.fixture
def admin(tmp_path: Path) -> Computer:
    """The admin's computer, new out of the box."""
    return Computer(tmp_path, {"BROWSER": BROWSER})
