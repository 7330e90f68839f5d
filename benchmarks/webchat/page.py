"""What the chat costs a shop's page, in a real Chromium whose processor is slowed down four times."""

import time

from selenium.webdriver import Chrome

from benchmarks.figures import Chapter, Spread, Table, spread
from tests.chromium import browser

SLOWER = 4
_QUIET_SECONDS = 2.0
"""What runs after loading belongs to the page's cost as well."""
_WORDS = {
    "ScriptDuration": ("script, ms", 1000, 1),
    "LayoutDuration": ("layout, ms", 1000, 1),
    "RecalcStyleDuration": ("style, ms", 1000, 1),
    "TaskDuration": ("all work of the main thread, ms", 1000, 0),
    "Nodes": ("nodes", 1, 0),
    "JSHeapUsedSize": ("heap, MB", 2**-20, 2),
}


def measure(chapter: Chapter, pages: dict[str, str], *, rounds: int) -> None:
    """Add what each page costs to the chapter.

    Args:
        chapter: where it goes.
        pages: what they are called, and their addresses.
        rounds: how often each is loaded, in turn.
    """
    figures: dict[str, dict[str, list[float]]] = {name: {word: [] for word in _WORDS} for name in pages}
    chromium = browser.start("en-US")
    try:
        for address in pages.values():
            _loaded(chromium, address)  # the first page of a browser costs more
        for _ in range(rounds):
            for name, address in pages.items():
                for word, value in _loaded(chromium, address).items():
                    figures[name][word].append(value)
    finally:
        chromium.quit()
    table = Table(
        f"A shop's page in Chromium, processor {SLOWER}× slower, {rounds} loads each in turn",
        ("page", *(word for word, _, _ in _WORDS.values())),
    )
    for name, of in figures.items():
        table.rows.append(
            (name, *(_told(spread(of[word]), scale, digits) for word, (_, scale, digits) in _WORDS.items()))
        )
    table.note = (
        "Processor time of the page's main thread, from the first byte until two seconds after the page is loaded."
    )
    chapter.tables.append(table)


def _told(of: Spread, scale: float, digits: int) -> str:
    return spread([value * scale for value in of.values]).told(digits=digits)


def _loaded(chromium: Chrome, address: str) -> dict[str, float]:
    """The browser's counts for one page, loaded without a cache in a tab of its own, which counts from nothing."""
    first = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    try:
        chromium.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        chromium.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        chromium.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        chromium.get(address)
        time.sleep(_QUIET_SECONDS)
        chromium.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        return _counts(chromium)
    finally:
        chromium.close()
        chromium.switch_to.window(first)


def _counts(chromium: Chrome) -> dict[str, float]:
    told = chromium.execute_cdp_cmd("Performance.getMetrics", {})
    values = {one["name"]: one["value"] for one in told["metrics"]}
    return {word: values[word] for word in _WORDS}
