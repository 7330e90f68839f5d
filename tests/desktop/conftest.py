"""A screen nobody sees, the real gateway and sandbox, and an admin at the window."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fbtool import language
from fbtool.linking.local.choice import Choice, choose
from fbtool.linking.network.gateway import GatewayClient
from fbtool.sandbox.world import shipped
from tests.desktop.driver import Driver
from tests.desktop.screen import missing
from tests.desktop.screen import screen as new_screen
from tests.linking.stage import Stage, staged

WORLD = "everything-that-goes-wrong"
FINE, MODERATED = "Alles in Ordnung", "Nur Moderator"
BROWSER = f"{sys.executable} -m tests.e2e.repair_browser %s"
_WINDOWS = list[object]()


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """The name of a screen of its own."""
    pytest.importorskip("tkinter", reason="this Python has no Tk")
    if missing():
        pytest.skip(f"needs Debian's packages {' and '.join(missing())}")
    with new_screen() as name:
        yield name


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose versions of the tool the gateway offers; at first there is none."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def facebook(downloads: Path) -> Iterator[Stage]:
    """Sandbox and gateway; the world in which everything goes wrong."""
    with staged(shipped(WORLD), download_dir=downloads) as stage:
        yield stage


@pytest.fixture
def stage(facebook: Stage) -> Iterator[Stage]:
    """Facebook as if nobody had connected the app yet."""
    yield facebook
    facebook.control("DELETE", "faults")
    app = facebook.control("GET", "world")["apps"][0]["id"]
    for person in ("erika", "nora"):
        facebook.control("POST", f"people/{person}/apps/{app}/remove-app")


@pytest.fixture
def home(tmp_path: Path, screen: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An admin's computer, new out of the box."""
    _keep_windows(monkeypatch)
    here = {
        "DISPLAY": screen,
        "FBTOOL_HOME": str(tmp_path),
        "FBTOOL_SECRETS_FILE": str(tmp_path / "secrets.json"),
        "BROWSER": BROWSER,
        "VISITS": str(tmp_path / "visits"),
        "LANG": "C.UTF-8",
        "HTTPS_PROXY": "",
        "HTTP_PROXY": "",
    }
    for name, value in here.items():
        monkeypatch.setenv(name, value)
    for name in ("LC_ALL", "LC_MESSAGES", "FBTOOL_LANGUAGE", "FBTOOL_CONNECTION", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    before = language.current()
    language.use("en")
    yield tmp_path
    language.use(before)
    choose(Choice())


def _keep_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tcl ends the process when a window is cleared away in another thread than its own: so none ever is.

    Else the garbage of a test, looked for whenever a thread happens to, would end the servers of a test long after.
    """
    import tkinter as tk

    class Kept(tk.Tk):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            _WINDOWS.append(self)

    monkeypatch.setattr(tk, "Tk", Kept)


@pytest.fixture
def visits(home: Path) -> Callable[..., None]:
    """Says what the person will do in the browser: one dictionary per visit; see `tests.e2e.repair_browser`."""

    def will(*wishes: dict[str, object]) -> None:
        (home / "visits").write_text("\n".join(json.dumps(wish) for wish in wishes), "utf-8")

    return will


@pytest.fixture
def window(home: Path) -> Iterator[Driver]:
    """Somebody at the window that has just been opened."""
    driver = Driver()
    try:
        yield driver
    finally:
        driver.close()


@pytest.fixture
def connected(window: Driver, stage: Stage, request: pytest.FixtureRequest) -> Iterator[Driver]:
    """The window after the first screen, with an account of this test alone; at the end nothing is linked."""
    connection = stage.second_account(request.node.name)
    window.type("connection-code", connection.code())
    window.press("connect")
    window.find("sign-in")
    yield window
    with GatewayClient(connection) as gateway:
        for link in gateway.links():
            gateway.unlink(link.page_id)


@pytest.fixture
def signed_in(connected: Driver, visits: Callable[..., None]) -> Driver:
    """Erika has signed in and ticked two Pages."""
    visits({"pages": [FINE, MODERATED]})
    connected.press("sign-in")
    connected.until_row(FINE, "ready to link")
    return connected


@pytest.fixture
def linked(signed_in: Driver) -> Driver:
    """Both Pages are linked."""
    signed_in.press("link-all")
    signed_in.until_row(FINE, "linked")
    signed_in.until_row(MODERATED, "linked")
    return signed_in
