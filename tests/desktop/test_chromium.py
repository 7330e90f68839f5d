"""The first five minutes once more, with a real Chromium in the place of the scripted person."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fbtool.linking.network.gateway import GatewayClient
from tests.chromium import browser as chromium
from tests.chromium.person import Person
from tests.desktop.conftest import FINE, MODERATED
from tests.desktop.driver import Driver
from tests.e2e.repair_browser import ERIKA
from tests.linking.stage import Stage


@pytest.mark.skipif(bool(chromium.missing_packages()), reason="needs Chromium and its driver")
def test_connect_sign_in_with_chromium_and_link(
    home: Path, window: Driver, stage: Stage, visits: Callable[..., None]
) -> None:
    connection = stage.second_account("Mit Chromium")
    window.type("connection-code", connection.code())
    window.press("connect")
    visits({"do": "leave"})
    window.press("sign-in")
    window.reads("Your browser is open")
    opened = home / "visits.log"
    window.until(lambda: opened.exists() and opened.read_text("utf-8").endswith("\n"), "an address in the browser")

    browser = chromium.start("en-US")
    try:
        person = Person(browser)
        person.opens(opened.read_text("utf-8").strip())
        person.logs_in(*ERIKA)
        person.presses("continue")
        person.chooses_current_only()
        person.ticks(FINE, MODERATED)
        person.presses("continue")
        person.presses("save")
        person.reads("Facebook's answer has arrived.\nYou can close this window and return to fbtool.")
    finally:
        browser.quit()

    window.says("person", "Erika Muster")
    window.until_row(FINE, "ready to link")
    window.press("link-all")
    window.says("summary", "2 Pages linked.")
    with GatewayClient(connection) as gateway:
        assert {link.name for link in gateway.links()} == {FINE, MODERATED}
        for link in gateway.links():
            gateway.unlink(link.page_id)
