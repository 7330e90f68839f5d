"""The stage: sandboxes with their worlds, gateway and tool as processes, and people at a real Chromium."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from selenium.webdriver import Chrome

from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import shipped
from tests.chromium import browser as chromium
from tests.chromium.checks import complaints
from tests.chromium.person import Person
from tests.e2e.conftest import Stage, stage  # noqa: F401 - a fixture
from tests.e2e.processes import Computer

SCOPES = "pages_show_list,pages_messaging,pages_manage_metadata,pages_read_engagement"
APP = "1840000000000001"


@dataclass(frozen=True)
class Sandbox:
    """A sandbox, and an app that lives on its front page: what the app gets stands in the address bar."""

    address: str

    def begin(self) -> "Sandbox":
        """Forget what other tests have done; every app may send people back to the front page."""
        self.post("reset")
        for app in self.get("world")["apps"]:
            self.allow(f"{self.address}/", app["id"])
        return self

    def dialog(self, **changed: str) -> str:
        """The address of the login dialog; parameters with an empty value are left out."""
        usual = {"client_id": APP, "redirect_uri": f"{self.address}/", "scope": SCOPES, "state": "s"}
        wanted = {name: value for name, value in (usual | changed).items() if value}
        return f"{self.address}/v26.0/dialog/oauth?{urlencode(wanted)}"

    def allow(self, uri: str, app: str = APP) -> None:
        """Put an address on the app's list of valid redirect addresses."""
        self.post(f"apps/{app}/redirect-uris", {"uri": uri})

    def chat(self, page: str, customer: str) -> str:
        """The address of the page on which the customer writes."""
        return f"{self.address}/sandbox/pages/{page}/customers/{customer}/chat"

    def get(self, path: str) -> Any:
        """Ask the sandbox's own surface."""
        return requests.get(f"{self.address}/sandbox/{path}", timeout=30).json()

    def post(self, path: str, body: Any = None) -> Any:
        """Tell the sandbox's own surface."""
        answer = requests.post(f"{self.address}/sandbox/{path}", json=body, timeout=70)
        assert answer.ok, answer.text
        return answer.json()


class SigningIn:
    """``fbtool login``, waiting for somebody to open its link."""

    def __init__(self, computer: Computer, *options: str) -> None:
        self._login = computer.start("login", "--no-browser", *options)
        self.link = self._login.wait_for(r"\A(http://\S+)\n\Z").group(1)
        """The only thing on standard output so far."""

    def says(self, pattern: str) -> None:
        """It prints something that matches."""
        self._login.wait_for(pattern)

    def ends(self) -> tuple[int, str]:
        """Wait for its end; the exit code, and what it wrote for people."""
        _, notes = self._login.process.communicate(timeout=60)
        return self._login.process.returncode, notes.decode()

    def still_waits(self) -> bool:
        """Whether it has not ended."""
        return self._login.process.poll() is None

    def stop(self) -> int:
        """End it, whatever it does; the exit code."""
        return self._login.stop(signal.SIGINT)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Nothing is started in vain."""
    if missing := chromium.missing_packages():
        pytest.skip(f"needs Debian's packages {' and '.join(missing)}")


@pytest.fixture(scope="session")
def browsers() -> Iterator[Callable[[str], Chrome]]:
    """One Chromium for each language, started when it is needed first."""
    running: dict[str, Chrome] = {}

    with ExitStack() as at_the_end:

        def browser(language: str) -> Chrome:
            if language not in running:
                running[language] = chromium.start(language)
                at_the_end.callback(running[language].quit)
            return running[language]

        yield browser


@contextmanager
def at(browser: Chrome) -> Iterator[Person]:
    """Somebody new at the browser. When they leave, no page may have had an error or a look at another computer."""
    yield Person(browser)
    chromium.forget(browser)
    assert complaints(browser) == []


@pytest.fixture
def person(browsers: Callable[[str], Chrome]) -> Iterator[Person]:
    """Somebody who reads English."""
    with at(browsers("en-US")) as one:
        yield one


@pytest.fixture
def german(browsers: Callable[[str], Chrome]) -> Iterator[Person]:
    """Somebody who reads German."""
    with at(browsers("de-DE")) as one:
        yield one


@pytest.fixture
def shop(stage: Stage) -> Sandbox:  # noqa: F811 - the fixture
    """The small shop, as if nothing had happened yet; it knows the gateway."""
    sandbox = Sandbox(stage.sandbox).begin()
    sandbox.allow(f"{stage.gateway}/oauth/callback")
    return sandbox


@pytest.fixture(scope="session")
def agency_server() -> Iterator[SandboxServer]:
    with SandboxServer(shipped("agency")) as server:
        yield server


@pytest.fixture
def agency(agency_server: SandboxServer) -> Sandbox:
    """Sixty Pages in two businesses."""
    return Sandbox(agency_server.address).begin()


@pytest.fixture(scope="session")
def trouble_server() -> Iterator[SandboxServer]:
    with SandboxServer(shipped("everything-that-goes-wrong")) as server:
        yield server


@pytest.fixture
def trouble(trouble_server: SandboxServer) -> Sandbox:
    """Everything that can be wrong with somebody or something."""
    return Sandbox(trouble_server.address).begin()


@pytest.fixture(scope="session")
def connection(stage: Stage) -> str:  # noqa: F811 - the fixture
    """The connection code of a messenger account."""
    return stage.new_account("Chromium")


@pytest.fixture
def admin(tmp_path: Path, connection: str) -> Computer:
    """The admin's computer: connected, and without a browser that fbtool could start."""
    return Computer(tmp_path, {"BROWSER": "", "FBTOOL_CONNECTION": connection})


@pytest.fixture
def signing_in(admin: Computer) -> Iterator[Callable[..., SigningIn]]:
    """Starts ``fbtool login``; what still runs at the end is stopped."""
    with ExitStack() as at_the_end:

        def start(*options: str) -> SigningIn:
            login = SigningIn(admin, *options)
            at_the_end.callback(login.stop)
            return login

        yield start
