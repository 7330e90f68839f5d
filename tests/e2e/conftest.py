"""The stage of the end-to-end tests: sandbox and gateway as processes of their own."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    with set_up(tmp_path_factory.mktemp("operator")) as ready:
        yield ready


@contextmanager
def set_up(folder: Path, world: str = "small-shop") -> Iterator[Stage]:
    """Run sandbox and gateway, with their data in ``folder``."""
    operator = Computer(folder, {"FBTOOL_DATA_DIR": str(folder / "gateway")})
    codes: list[int] = []
    with ExitStack() as at_the_end:

        def start(*command: str, **environment: str) -> Background:
            process = operator.start(*command, "--port", "0", "--json", **environment)
            at_the_end.callback(lambda: codes.append(process.stop()))
            return process

        running = start("sandbox", "run", "--world", world)
        sandbox = running.wait_for(r'"address": "([^"]+)"').group(1)
        app = requests.get(f"{sandbox}/sandbox/world", timeout=30).json()["apps"][0]
        running = start("gateway", "run", "--app-id", app["id"], "--facebook", sandbox, FBTOOL_APP_SECRET=app["secret"])
        gateway = running.wait_for(r'"address": "([^"]+)".*\}').group(1)
        uris = f"{sandbox}/sandbox/apps/{app['id']}/redirect-uris"
        requests.post(uris, json={"uri": f"{gateway}/oauth/callback"}, timeout=30).raise_for_status()
        assert operator.run("gateway", "setup").code == 0
        yield Stage(sandbox, gateway, operator)
    assert codes == [0, 0]


@pytest.fixture
def admin(tmp_path: Path) -> Computer:
    """The admin's computer, new out of the box."""
    return Computer(tmp_path, {"BROWSER": BROWSER})
