"""Takes the pictures of the web chat in docs/images anew: its states on the sandbox's shop, and the configurator.

Part of nox -s screenshots; alone: python -m scripts.webchat_pictures
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from fbtool.cli.demo.stage import Stage
from fbtool.cli.demo.walk import walk
from tests.chromium.browser import missing_packages, resize, start
from tests.conditions import eventually
from tests.webchat.states import ACCOUNT, STATES, State
from tests.webchat.view.stage import DESKTOP, PHONE, ChromiumStage, Server

IMAGES = Path(__file__).parent.parent / "docs/images"
COLOURS = 256
PANEL, BUTTON, TOP = (860, 70, 1280, 800), (920, 690, 1280, 800), (0, 0, 1280, 330)
"""Where on the page the panel, the closed button and the page's own button are."""
_UNTIL_THE_ACCOUNT = 4
"""The first steps of the demo: stand-in, gateway, webhook, messenger account."""
_STILL = """
const { shadowRoot } = document.querySelector("fbtool-chat");
const sheet = new CSSStyleSheet();
sheet.replaceSync("* { caret-color: transparent !important; animation: none !important; transition: none !important }");
shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
const texts = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\\d?\\d:\\d\\d/, "14:05");
"""
"""Nothing that blinks or tells the time is in a picture."""
_FILLED = "return !document.getElementById('settings').disabled"
_STANDS = """
document.activeElement.blur();
scrollTo(0, 0);
document.getElementById("host").textContent = "chat.example.org";
"""
_PAINTED = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"


@dataclass(frozen=True)
class Picture:
    """One picture of a state."""

    state: str
    name: str = ""
    """Where it is not the state's own."""
    part: tuple[int, int, int, int] | None = PANEL
    size: tuple[int, int] = DESKTOP
    dark: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)


PICTURES = (
    Picture("closed-large", "shop", None),
    Picture("closed-small", part=BUTTON),
    Picture("closed-unread", part=BUTTON),
    Picture("closed-offline", part=BUTTON),
    Picture("open-intro"),
    Picture("open-wait"),
    Picture("open-chat"),
    Picture("open-chat", "open-chat-dark", dark=True),
    Picture("open-linked"),
    Picture("open-lost"),
    Picture("open-refused"),
    Picture("open-offline"),
    Picture("open-ended"),
    Picture("open-menu"),
    Picture("open-brand"),
    Picture("closed-large", "phone-closed", None, PHONE, config={"size": "adapt"}),
    Picture("open-intro", "phone-intro", None, PHONE),
    Picture("open-chat", "phone-chat-dark", None, PHONE, dark=True),
)


class ShopServer(Server):
    """The sandbox's shop, with a widget in it whose gateway follows a script."""

    def __init__(self, sandbox: str) -> None:
        super().__init__()
        self._sandbox = sandbox

    def answer(self, path: str) -> tuple[bytes, str]:
        """The product's page in place of the one of the tests."""
        if not path.startswith("/shop"):
            return super().answer(path)
        wanted = "/shop/products/honey?script=none&cart=honey" if path == "/shop" else path
        found = requests.get(self._sandbox + wanted, headers={"Accept-Language": "de"}, timeout=30)
        script = f'<script src="/webchat/{ACCOUNT}.js" {self.attributes}></script>'
        page = found.content.replace(b"</body>", script.encode() + b"</body>")
        return page, found.headers["Content-Type"]


def write(browser: Chrome, name: str, part: tuple[int, int, int, int] | None = None) -> None:
    """docs/images/webchat-``name``.png of what is seen, or of a part of it."""
    browser.execute_async_script(_PAINTED)
    picture = Image.open(BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    shown = picture.crop(part) if part else picture
    file = IMAGES / f"webchat-{name}.png"
    # Small surfaces count as much as large ones: the dot that says "online" is green.
    method = Image.Quantize.MAXCOVERAGE
    shown.quantize(COLOURS, method, kmeans=3, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}  {file.stat().st_size // 1024} KB")


def take_states(browser: Chrome, sandbox: str) -> None:
    """Every picture of the widget."""
    states: dict[str, State] = {state.name: state for state in STATES}
    server = ShopServer(sandbox)
    try:
        stage = ChromiumStage(browser, server)
        for one in PICTURES:
            state = states[one.state]
            stage.loads({**state.config, **one.config}, size=one.size, dark=one.dark)
            state.reach(stage)
            browser.execute_script(_STILL)
            write(browser, one.name or one.state, one.part)
        server.attributes += " data-lang=en"
        stage.loads().presses("Questions? Write to us")
        browser.execute_script(_STILL)
        write(browser, "open-intro-en", PANEL)
    finally:
        server.stop()


def take_embedded(browser: Chrome, sandbox: str) -> None:
    """The page's own button and status in place of the widget's."""
    resize(browser, *DESKTOP)
    browser.get(f"{sandbox}/shop/products/honey?embed=1&cart=honey&scheme=light")
    status = browser.find_element(By.ID, "service-status")
    eventually(lambda: status.text == "Fragen? Schreiben Sie uns")
    write(browser, "embedded", TOP)


def take_configurator(browser: Chrome, stage: Stage) -> None:
    """The configurator with an account's settings in it, as an admin sees it."""
    for name, width, dark in (("configurator", 1280, False), ("configurator-dark", 1280, True)):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
        )
        resize(browser, width, 1000)
        browser.get(f"{stage.gateway.address}/webchat/configurator")
        token = browser.find_element(By.ID, "token")
        eventually(token.is_displayed)
        token.send_keys(stage.widget_token)
        eventually(lambda: browser.execute_script(_FILLED))
        browser.execute_script(_STANDS)
        write(browser, name)


def main() -> None:
    """Take all pictures, or say what is missing."""
    if missing := missing_packages():
        sys.exit(f"needs Debian's packages {' and '.join(missing)}")
    with Stage() as stage:
        for step in islice(walk(stage), _UNTIL_THE_ACCOUNT):
            step.do()
        stage.start_web_chat()
        browser = start("de-DE")
        try:
            browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
            take_states(browser, stage.sandbox.address)
            take_embedded(browser, stage.sandbox.address)
            take_configurator(browser, stage)
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
