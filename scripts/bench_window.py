"""Measures how long the window stands still while 1,000 Pages load, are scrolled through, and 200 are linked.

Every call of the Graph API takes 100 ms; it and the gateway run in processes of their own, as in reality. Two figures:
the longest pause of the Tk loop by the clock, and the longest by the processor time of its thread alone. These machines
are shared: the first one holds what the others took, the second one is what our code took.

python -m scripts.bench_window
"""

import multiprocessing
import os
import sys
import tempfile
import time
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import requests

from fbtool.connection import Connection
from fbtool.desktop import program
from fbtool.desktop.application import Application
from fbtool.desktop.screens.pages import PagesScreen
from fbtool.linking.gateway import GatewayClient
from fbtool.linking.workplace import Workplace
from scripts.bench_listing import ADMIN_TOKEN, ERIKA, PAGES, TO_LINK, run_gateway, stand_in
from tests.desktop.screen import missing, screen

AIM = 50.0
"""Milliseconds."""
_TICK = 5
_IDLE = 5.0
_SCROLL_STEPS = 200


class Probe:
    """Ticks in the Tk loop and remembers the longest time between two ticks."""

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


def measure(
    window: Application, probe: Probe, what: str, begin: Callable[[], object], over: Callable[[], bool]
) -> None:
    """Do something, let the window live until it is over, and print a line."""
    begun = time.perf_counter()
    probe.begin()
    begin()

    def look() -> None:
        if over():
            window.root.quit()
        else:
            window.root.after(20, look)

    look()
    window.root.mainloop()
    seconds = time.perf_counter() - begun
    verdict = "pass" if probe.processor <= AIM else "short"
    print(
        f"{what}: {seconds:.1f} s; longest pause {probe.clock:.0f} ms by the clock, {probe.processor:.0f} ms of ours "
        f"(aim ≤ {AIM:.0f} ms): {verdict}"
    )


def connected(gateway: str) -> None:
    """An admin's computer: connected, and Erika is signed in."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    added = requests.post(f"{gateway}/admin/accounts", json={"name": "Bench"}, headers=headers, timeout=30)
    connection = Connection.to(gateway, added.json()["token"])
    with GatewayClient(connection) as client:
        account = client.account()
    workplace = Workplace.of_this_computer()
    workplace.connect(connection, account)
    workplace.keep_sign_in(connection, account, ERIKA)


def scroll(window: Application) -> float:
    """Milliseconds that one step of the wheel takes until it is drawn."""
    shown = window.frame.screen
    assert isinstance(shown, PagesScreen)
    begun = time.thread_time()
    for _ in range(_SCROLL_STEPS):
        shown.turn_list(3)
        window.root.update()
    return (time.thread_time() - begun) * 1000 / _SCROLL_STEPS


def run(gateway: str) -> None:
    """Open the window and print a line for each measurement."""
    connected(gateway)
    root = tk.Tk(className="fbtool")
    window = program.make(root)
    probe, pages = Probe(root), window.pages
    measure(window, probe, "open the window", window.begin, lambda: pages.overview is not None)
    until = time.monotonic() + _IDLE
    measure(window, probe, "do nothing, for comparison", lambda: None, lambda: time.monotonic() > until)
    done = lambda: pages.looking is None and len(pages.views) == PAGES  # noqa: E731
    measure(window, probe, f"load {PAGES} Pages", pages.refresh, done)
    measure(window, probe, f"load {PAGES} Pages again", pages.refresh, done)
    print(f"one step of the wheel at {PAGES} Pages: {scroll(window):.1f} ms")
    for view in pages.views[:TO_LINK]:
        pages.selected.add(view.page_id)
    linked = lambda: pages.work is None and pages.looking is None  # noqa: E731
    measure(window, probe, f"link {TO_LINK} of {PAGES} Pages", pages.link, linked)
    assert sum(view.link is not None for view in pages.views) == TO_LINK, pages.summary
    window.close()


def main() -> None:
    """Start everything, measure, end everything."""
    if missing():
        sys.exit(f"needs Debian's packages {' and '.join(missing())}")
    to_facebook, far = multiprocessing.Pipe()
    facebook = multiprocessing.Process(target=stand_in, args=(far,), daemon=True)
    facebook.start()
    address = to_facebook.recv()
    to_gateway, far = multiprocessing.Pipe()
    gateway = multiprocessing.Process(target=run_gateway, args=(far, address))
    gateway.start()
    try:
        with tempfile.TemporaryDirectory() as folder, screen() as display:
            home = {"FBTOOL_HOME": folder, "FBTOOL_SECRETS_FILE": str(Path(folder) / "secrets.json")}
            os.environ.update(home, DISPLAY=display)
            run(to_gateway.recv())
    finally:
        to_gateway.send("enough")
        gateway.join()
        facebook.terminate()


if __name__ == "__main__":
    main()
