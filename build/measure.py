"""Prints the figures of a build: sizes, number of files, and how fast the window is there.

python -m build.measure [ROUNDS]

A start is measured against an empty window that was frozen the same way, in turn with it: these computers are shared
and noisy, so look at the ratio of the medians. The window is to be seen first saying that it opens; how long its first
screen takes, with which somebody can work, is told beside it.
"""

import statistics
import sys
import time
from pathlib import Path

from build import packing
from build.places import DIST, PROGRAM, WORK
from build.screen import Screen
from build.wine import Windows, end

MOST_MEGABYTES, MOST_FILES, SLOWEST = 15.5, 220, 1.3
_PATIENCE = 240.0


def main() -> None:
    """Print a line for each figure, with what we aim at."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    _say(
        "installer",
        f"{_megabytes(packing.name('setup.exe')):.1f} MB",
        MOST_MEGABYTES,
        _megabytes(packing.name("setup.exe")),
    )
    print(f"portable zip            {_megabytes(packing.name('portable.zip')):.1f} MB")
    files = sum(1 for file in (DIST / PROGRAM).rglob("*") if file.is_file())
    _say("files", str(files), MOST_FILES, files)
    window = DIST / PROGRAM / f"{PROGRAM}.exe"
    if window.exists():
        empty = WORK / "first" / "frozen" / "empty" / "empty.exe"
        programs = {
            "empty": (empty, "^empty$"),
            "window": (window, " – fbtool$"),
            "its first screen": (window, "^(Connect|Verbinden) – fbtool$"),
        }
        times = _starts(programs, rounds)
        medians = {name: statistics.median(values) for name, values in times.items()}
        for name, values in times.items():
            print(f"start: {name:16} {medians[name]:.2f} s  ({min(values):.2f}–{max(values):.2f}, {rounds} starts)")
        ratio = medians["window"] / medians["empty"]
        _say("window ÷ empty window", f"{ratio:.2f}", SLOWEST, ratio)


def _starts(programs: dict[str, tuple[Path, str]], rounds: int) -> dict[str, list[float]]:
    """Seconds from the start of each program until its window is to be seen, round by round."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    with Screen() as screen, Windows(WORK / "prefix") as windows:
        for number in range(rounds + 1):
            for name, (program, title) in programs.items():
                seconds = _start(windows, screen, program, title)
                if number:  # the first round only warms up: wine starts its server, Linux reads the files
                    times[name].append(seconds)
    return times


def _start(windows: Windows, screen: Screen, program: Path, title: str) -> float:
    home = WORK / "home"
    home.mkdir(exist_ok=True)
    begun = time.monotonic()
    running = windows.start([program], DISPLAY=screen.name, FBTOOL_HOME=str(home))
    try:
        screen.wait_for(title, _PATIENCE)
        return time.monotonic() - begun
    finally:
        windows.run(["taskkill.exe", "/F", "/IM", program.name], seconds=_PATIENCE)
        end(running)


def _megabytes(name: str) -> float:
    return (DIST / name).stat().st_size / 1_000_000


def _say(what: str, told: str, aim: float, value: float) -> None:
    print(f"{what:23} {told}  (aim: at most {aim:g}: {'pass' if value <= aim else 'short'})")


if __name__ == "__main__":
    main()
