"""What every page owes to its readers, whatever it is about."""

import json
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.chromium.browser import NARROW, WIDE, resize

_HERE = ("localhost", "127.0.0.1")
_CONTROLS = {"button", "checkbox", "combobox", "link", "radio", "searchbox", "spinbutton", "textbox"}
_TOO_WIDE = """
const room = document.documentElement.clientWidth;
const scrolls = (e) => e && (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
const sticksOut = (e) => e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 0.5;
const beyond = [...document.body.querySelectorAll("*")].filter((e) => sticksOut(e) && !scrolls(e.parentElement));
return beyond.map((e) => e.outerHTML.slice(0, 120))
  .concat(document.documentElement.scrollWidth > room ? ["the whole page"] : []);
"""


def shortcomings(browser: Chrome) -> list[str]:
    """What is wrong with the page: parts that do not fit, controls without a label, no language, no title."""
    found = []
    for width in (NARROW, WIDE):
        resize(browser, width)
        found += [f"at {width} px it is too wide: {part}" for part in browser.execute_script(_TOO_WIDE)]
    found += [f"a {role} without a name" for role, name in _as_read_aloud(browser) if role in _CONTROLS and not name]
    if not browser.find_element(By.TAG_NAME, "html").get_attribute("lang"):
        found.append("it does not say its language")
    if not browser.title:
        found.append("it has no title")
    return found


def complaints(browser: Chrome) -> list[str]:
    """Errors in the browser's console, and whatever was fetched from elsewhere, since the last time this was asked."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [one["params"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    pages = {one["request"]["url"] for one in requests if one.get("type") == "Document"}
    foreign = [one["request"]["url"] for one in requests if not _is_here(one["request"]["url"])]
    errors = [entry["message"] for entry in browser.get_log("browser") if not _is_status_of_a_page(entry, pages)]
    return [f"fetched from elsewhere: {url}" for url in foreign] + [f"console: {error}" for error in errors]


def _as_read_aloud(browser: Chrome) -> list[tuple[str, str]]:
    """What assistive technology gets of the page: roles and names; in one question, because a page may hold much."""
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [(node["role"]["value"], node["name"]["value"].strip()) for node in nodes if not node["ignored"]]


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "about") or parts.hostname in _HERE


def _is_status_of_a_page(entry: dict[str, Any], pages: set[str]) -> bool:
    """Chromium writes an error for a page with status 400, too; the page itself tells the person more."""
    return entry["source"] == "network" and entry["message"].partition(" - ")[0] in pages
