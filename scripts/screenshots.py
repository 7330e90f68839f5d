"""Takes the pictures in docs/images anew: plays a sign-in in a real Chromium and photographs what a person sees.

nox -s screenshots
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from math import ceil
from pathlib import Path

import requests
from PIL import Image
from selenium.webdriver import Chrome

from fbtool.cli.demo.stage import Stage
from fbtool.cli.demo.walk import ANSWER, walk
from fbtool.linking.network.gateway import GatewayClient
from fbtool.linking.network.graph import platform_of
from fbtool.linking.signin.runner import sign_in
from tests.chromium.browser import missing_packages, resize, start
from tests.chromium.person import Person

IMAGES = Path(__file__).parent.parent / "docs/images"
WIDTH, HEIGHT = 600, 360
"""CSS pixels; a page that is higher gets its height."""
WIDE = 840
"""For pages with tables."""
SCALE = 1.5
COLOURS = 256
"""Enough for flat surfaces and the edges of letters; it makes a picture much smaller."""
MARGIN = 10
PAGE, CUSTOMER = "100000000000011", "jonas"
ERIKA = ("erika@example.org", "sommerwiese")
_PAINTED = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
_BOTTOM = "return document.querySelector(arguments[0]).getBoundingClientRect().bottom"
_STILL = """
const still = document.createElement("style");
still.textContent = "* { caret-color: transparent !important } html { scrollbar-width: none }";
document.head.append(still);
for (const time of document.querySelectorAll(".chat small"))
  for (const text of time.childNodes)
    if (text.nodeType === Node.TEXT_NODE) text.data = text.data.replace(/\\d\\d:\\d\\d/, "14:05");
"""
"""Nothing that blinks or tells the time is in a picture."""


class Photographer(Person):
    """Somebody at a browser who takes pictures."""

    def shoot(self, name: str, *, width: int = WIDTH, dark: bool = False, last: str = "body") -> None:
        """Write docs/images/sandbox-``name``.png of the page, from its top to the end of the element ``last``."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.browser.execute_script(_STILL)
        resize(self.browser, width, HEIGHT, scale=SCALE)
        resize(self.browser, width, max(HEIGHT, self._bottom_of(last)), scale=SCALE)
        self.browser.execute_async_script(_PAINTED)
        picture = Image.open(BytesIO(self.browser.get_screenshot_as_png())).convert("RGB")
        file = IMAGES / f"sandbox-{name}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.name}  {file.stat().st_size // 1024} KB")

    def _bottom_of(self, selector: str) -> int:
        bottom: float = self.browser.execute_script(_BOTTOM, selector)
        whole = ceil(bottom) + (0 if selector == "body" else MARGIN)
        # An odd number would leave half a row of pixels over.
        return whole + whole % 2


def take_all(stage: Stage, english: Photographer, german: Photographer) -> None:
    """All pictures, in an order in which nobody has to do anything twice."""
    for step in walk(stage):
        step.do()
    sandbox = stage.sandbox.address
    german.opens(f"{sandbox}/sandbox/pages/{PAGE}/customers/{CUSTOMER}/chat")
    german.reads(ANSWER)
    german.shoot("chat-de-dark", dark=True)
    _begin_anew(stage)

    english.opens(sandbox)
    english.shoot("front", width=WIDE)
    _sign_in(stage, lambda address: _first_time(english, address))
    _sign_in(stage, lambda address: _second_time(german, address))

    requests.post(
        f"{sandbox}/sandbox/faults",
        json={"kind": "unavailable", "page": PAGE, "call": "POST */messages", "times": 3},
        timeout=30,
    ).raise_for_status()
    english.opens(f"{sandbox}/sandbox/control")
    english.shoot("control-dark", width=WIDE, dark=True, last=".card:nth-of-type(2)")


def _first_time(person: Photographer, address: str) -> bool:
    person.opens(address)
    person.sees("log-in")
    person.shoot("log-in")
    person.logs_in(*ERIKA)
    person.presses("continue")
    person.chooses_current_only()
    person.ticks("Blumen Beispiel", "Café Sonnenschein")
    person.shoot("pages")
    person.presses("continue")
    person.switches("pages_read_engagement")
    person.shoot("review")
    person.presses("save")
    person.reads("fbtool")
    person.shoot("done")
    return True


def _second_time(person: Photographer, address: str) -> bool:
    person.opens(address)
    person.logs_in(*ERIKA)
    person.sees("reconnect")
    person.shoot("reconnect-de")
    person.presses("edit-settings")
    person.sees("pages")
    person.shoot("pages-de-dark", dark=True)
    person.presses("continue")
    person.presses("save")
    person.reads("fbtool")
    return True


def _sign_in(stage: Stage, browse: Callable[[str], bool]) -> None:
    account = GatewayClient(stage.connection).account()
    sign_in(stage.connection, account.id, platform_of(account), open_browser=browse)


def _begin_anew(stage: Stage) -> None:
    """The sandbox forgets the demo, except where the app may send people back to."""
    sandbox, app = f"{stage.sandbox.address}/sandbox", stage.app.id
    requests.post(f"{sandbox}/reset", timeout=30).raise_for_status()
    callback = {"uri": f"{stage.gateway.address}/oauth/callback"}
    requests.post(f"{sandbox}/apps/{app}/redirect-uris", json=callback, timeout=30).raise_for_status()


def _missing_font() -> list[str]:
    """Without it Chromium draws empty boxes in the place of emoji."""
    found = subprocess.run(["fc-list", "Noto Color Emoji"], stdout=subprocess.PIPE, check=False).stdout
    return [] if found else ["fonts-noto-color-emoji"]


def main() -> None:
    """Take all pictures, or say what is missing."""
    if missing := [*missing_packages(), *_missing_font()]:
        sys.exit(f"needs Debian's packages {' and '.join(missing)}")
    IMAGES.mkdir(exist_ok=True)
    with ExitStack() as at_the_end:

        def browser(language: str) -> Chrome:
            one = start(language)
            at_the_end.callback(one.quit)
            return one

        stage = at_the_end.enter_context(Stage())
        take_all(stage, Photographer(browser("en-US")), Photographer(browser("de-DE")))


if __name__ == "__main__":
    main()
