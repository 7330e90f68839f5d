"""The window: how soon it is there, and how long it stands still while 1,000 Pages load and 200 are linked.

Run as ``python -m benchmarks.window`` in a process of its own, it does the work; `measure` reads what it prints.
Two figures for standing still: the longest pause of the Tk loop by the clock, and the longest by the processor time of
its thread alone. Machines are shared: the first one holds what others took, the second one is what our code took.
"""

import json
import os
import subprocess
import sys
import time
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

from benchmarks import facebook, servers
from benchmarks.facebook import PAGES
from benchmarks.figures import Aim, Chapter, Spread, Table, spread
from benchmarks.listing import ERIKA, LATENCY, TO_LINK
from fbtool.connection_code import Connection
from fbtool.desktop import program
from fbtool.desktop.application import Application
from fbtool.desktop.design_tokens import Mode
from fbtool.desktop.page_list import PageList
from fbtool.desktop.preferences import PreferencesFile
from fbtool.desktop.splash import Splash
from fbtool.desktop.widgets import all_below
from fbtool.linking.local.workplace import Workplace
from fbtool.linking.network.gateway import GatewayClient
from tests.desktop.screen import missing, screen

_TICK = 5
_SCROLL_STEPS = 200
_START = Path(__file__).parent / "window_start.py"
_EMPTY = "import tkinter; root = tkinter.Tk(); root.update(); print(flush=True)"


def measure(workplace: Path, *, starts: int) -> Chapter:
    """Start it several times next to an empty window, then work with it once."""
    chapter = Chapter("The window")
    if missing():
        chapter.tables.append(Table(f"needs Debian's packages {' and '.join(missing())}", ("window",)))
        return chapter
    with (
        facebook.serving(LATENCY) as address,
        servers.gateway("fbtool", workplace / "window", address) as served,
        screen() as display,
    ):
        home = {"FBTOOL_HOME": str(workplace), "FBTOOL_SECRETS_FILE": str(workplace / "secrets.json")}
        environment = os.environ | home | {"DISPLAY": display, "FBTOOL_CONNECTION": _code(served)}
        ours, first, empty = "the window, saying that it opens", "its first screen", "an empty Tk window"
        times: dict[str, list[float]] = {ours: [], first: [], empty: []}
        for _ in range(starts):
            opens, there = _until_printed([str(_START)], environment, lines=2)
            times[ours].append(opens)
            times[first].append(there)
            times[empty] += _until_printed(["-c", _EMPTY], environment, lines=1)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.window"],
            env=environment, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    chapter.tables.append(
        Table(f"{starts} starts each, in turn", ("window", "ms"), [(n, spread(t).told()) for n, t in times.items()])
    )
    pauses = Table(
        f"{LATENCY * 1000:.0f} ms for every call of the Graph API",
        ("while", "seconds", "longest pause by the clock, ms", "longest pause of our own thread, ms"),
    )
    for what, seconds, clock, ours_ms in map(json.loads, done.stdout.splitlines()):
        pauses.rows.append((what, f"{seconds:.1f}", f"{clock:.0f}", f"{ours_ms:.0f}"))
        if str(PAGES) in what:
            aim = Aim(f"longest pause of our own thread: {what}", 50, Spread((ours_ms,)), at_least=False, unit=" ms")
            chapter.aims.append(aim)
    chapter.tables.append(pauses)
    return chapter


def _code(served: servers.Served) -> str:
    return Connection.to(served.address, served.token).code()


def _until_printed(arguments: list[str], environment: dict[str, str], *, lines: int) -> list[float]:
    """Milliseconds from the start of a process until each of its first lines."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        times = []
        for _ in range(lines):
            assert process.stdout.readline(), "it ended"
            times.append((time.perf_counter() - begun) * 1000)
        return times
    finally:
        process.kill()
        process.communicate()


class Probe:
    """Ticks in the Tk loop and remembers the longest time between two ticks, in milliseconds."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self.clock = self.processor = 0.0
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        self._tick()

    def begin(self) -> None:
        """Measure anew."""
        self.clock = self.processor = 0.0

    def _tick(self) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        self.clock = max(self.clock, (wall - self._wall) * 1000 - _TICK)
        self.processor = max(self.processor, (cpu - self._cpu) * 1000)
        self._wall, self._cpu = wall, cpu
        self._root.after(_TICK, self._tick)


def live(window: Application, probe: Probe, what: str, begin: Callable[[], object], over: Callable[[], bool]) -> None:
    """Do something, let the window live until it is over, and print the figures."""
    begun = time.perf_counter()
    probe.begin()
    begin()

    def look() -> None:
        if over():
            window.root.quit()
        else:
            window.root.after(20, look)

    # Not at once: what ends the loop before it has begun is forgotten, and it would run for ever.
    window.root.after(20, look)
    window.root.mainloop()
    print(json.dumps([what, time.perf_counter() - begun, probe.clock, probe.processor]), flush=True)


def scroll(window: Application) -> None:
    """Turn the wheel, and wait after each step until it is drawn."""
    listed = next(one for one in all_below(window.root) if isinstance(one, PageList))
    for _ in range(_SCROLL_STEPS):
        listed.turn(3)
        window.root.update()


def dress(window: Application) -> None:
    """Apply a theme that was not used before, and wait until it is drawn."""
    window.services.preferences.change(theme=("dark" if window.main_window.theme.mode is not Mode.DARK else "light"))
    window.services.apply_appearance()
    window.root.update()


def signed_in() -> None:
    """Erika has signed in on this computer."""
    workplace = Workplace.of_this_computer()
    connection = workplace.connection()
    with GatewayClient(connection) as client:
        account = client.account()
    workplace.connect(connection, account)
    workplace.keep_sign_in(connection, account, ERIKA)


def work() -> None:
    """Load and link in the window, and print what it took."""
    signed_in()
    splash = _splash()
    root, window = splash.root, program.make(splash)
    probe, pages = Probe(root), window.pages
    live(window, probe, "opening the window", window.begin, lambda: pages.overview is not None)
    until = time.monotonic() + 3
    live(window, probe, "doing nothing, for comparison", lambda: None, lambda: time.monotonic() > until)
    loaded = lambda: pages.looking is None and len(pages.views) == PAGES  # noqa: E731
    live(window, probe, f"loading {PAGES} Pages", pages.refresh, loaded)
    live(window, probe, f"scrolling {_SCROLL_STEPS} steps through {PAGES} Pages", lambda: scroll(window), lambda: True)
    pages.selected.update(view.page_id for view in pages.views[:TO_LINK])
    linked = lambda: pages.linking.work is None and pages.looking is None  # noqa: E731
    live(window, probe, f"linking {TO_LINK} of {PAGES} Pages", pages.link, linked)
    assert sum(view.link is not None for view in pages.views) == TO_LINK, pages.linking.summary
    live(window, probe, f"dressing the list of {PAGES} Pages in another theme", lambda: dress(window), lambda: True)
    window.close()


def _splash() -> Splash:
    return Splash(tk.Tk(className="fbtool"), PreferencesFile.of_this_computer())


if __name__ == "__main__":
    work()
