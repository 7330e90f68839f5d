"""A real Chromium without a screen and without a past, driven through the chromedriver of the same package."""

import shutil

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

PACKAGES = {"chromium": "chromium", "chromedriver": "chromium-driver"}
"""The programs that have to be there, each with its Debian package."""
WIDE, NARROW = 1280, 320
"""Widths of a window in CSS pixels: a usual one, and the narrowest that WCAG 2.2 (1.4.10) asks for."""
_HEIGHT = 900
_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # Whatever a page asks for, nothing leaves this computer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)


def missing_packages() -> list[str]:
    """The Debian packages without which `start` cannot work."""
    return [package for program, package in PACKAGES.items() if not shutil.which(program)]


def start(language: str, *, bidi: bool = False) -> Chrome:
    """A browser whose person reads ``language`` (``"en-US"``, ``"de-DE"``); its profile is new and empty.

    ``bidi``: it can be driven by WebDriver BiDi too, at the address in its capability ``webSocketUrl``.
    """
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in (*_SWITCHES, f"--lang={language}", f"--window-size={WIDE},{_HEIGHT}"):
        options.add_argument(switch)
    options.add_experimental_option("prefs", {"intl.accept_languages": f"{language},{language[:2]}"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
    if bidi:
        options.set_capability("webSocketUrl", True)
    # The path is given, so that selenium looks for nothing and downloads nothing.
    return Chrome(options=options, service=Service(shutil.which("chromedriver")))


def resize(browser: Chrome, width: int, height: int = _HEIGHT, *, scale: float = 1) -> None:
    """Give the page exactly so many CSS pixels, each of ``scale`` × ``scale`` pixels of a picture."""
    size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def forget(browser: Chrome) -> None:
    """Leave the page, and with it everything that the browser has remembered."""
    browser.get("about:blank")
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
