"""Two real browsers without a screen, both driven by WebDriver BiDi: Chromium and Firefox.

One process of each serves all tests; every visitor has a user context of their own, which shares no cookie, no storage
and no channel with another.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver import Chrome

from tests.chromium import browser as chromium_program
from tests.conditions import eventually
from tests.webchat.bidi import Bidi, connected

NAMES = ("chromium", "firefox")
_EVENTS = ["log.entryAdded"]
_PREFERENCES = {
    # Whatever a page asks for, nothing leaves this computer, and nothing is asked for by Firefox itself.
    "network.proxy.type": 0,
    "services.settings.server": "data:,#none",
    "app.normandy.enabled": False,
    "nimbus.rollouts.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "intl.accept_languages": "en-US, en",
}


@dataclass(frozen=True)
class Browser:
    """One running browser."""

    name: str
    bidi: Bidi
    chrome: Chrome | None = None
    """Chromium's other face, for what BiDi has no word for."""


def missing(name: str) -> list[str]:
    """The Debian packages without which this browser cannot start."""
    if name == "chromium":
        return chromium_program.missing_packages()
    return [] if shutil.which("firefox-esr") or shutil.which("firefox") else ["firefox-esr"]


@contextmanager
def started(name: str) -> Iterator[Browser]:
    """The browser, until the end of the block."""
    with (_chromium if name == "chromium" else _firefox)() as browser:
        browser.bidi.call("session.subscribe", events=_EVENTS)
        yield browser


@contextmanager
def _chromium() -> Iterator[Browser]:
    chrome = chromium_program.start("en-US", bidi=True)
    try:
        with connected(chrome.capabilities["webSocketUrl"]) as bidi:
            yield Browser("chromium", bidi, chrome)
    finally:
        chrome.quit()


@contextmanager
def _firefox() -> Iterator[Browser]:
    program = shutil.which("firefox-esr") or shutil.which("firefox") or ""
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        written = (f'user_pref("{name}", {_written(value)});\n' for name, value in _PREFERENCES.items())
        Path(profile, "user.js").write_text("".join(written), "utf-8")
        command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        # Into a file: nobody reads on, and a full pipe would stop the browser.
        log = Path(profile, "log.txt")
        with log.open("wb") as out, subprocess.Popen([*command, "about:blank"], stdout=out, stderr=out) as process:
            try:
                with connected(_address(log, process)) as bidi:
                    bidi.call("session.new", capabilities={})
                    yield Browser("firefox", bidi)
            finally:
                process.terminate()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Where Firefox listens, as soon as it says so."""

    def listens() -> re.Match[str] | None:
        assert process.poll() is None, f"Firefox has ended: {log.read_text('utf-8', 'replace')[-500:]}"
        return re.search(r"BiDi listening on (ws://\S+)", log.read_text("utf-8", "replace"))

    eventually(lambda: listens() is not None, 60)
    found = listens()
    assert found is not None
    return f"{found.group(1)}/session"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
