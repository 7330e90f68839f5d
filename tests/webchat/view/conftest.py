"""A page with the real widget, at a real Chromium."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.chromium import browser as chromium
from tests.webchat.view.stage import ChromiumStage, Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    if missing := chromium.missing_packages():
        pytest.skip(f"needs Debian's packages {' and '.join(missing)}")
    running = chromium.start("de-DE")
    yield running
    running.quit()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.stop()


@pytest.fixture
def stage(browser: Chrome, server: Server) -> Iterator[ChromiumStage]:
    yield ChromiumStage(browser, server)
    chromium.forget(browser)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
