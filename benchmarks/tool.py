"""The admin's side: how quickly the command line and the window are there, and how long work with Facebook takes."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Aim, Chapter, Table, spread

_COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "fbtool --help": [sys.executable, "-m", "fbtool", "--help"],
    "fbtool status --help": [sys.executable, "-m", "fbtool", "status", "--help"],
}


def start(*, rounds: int) -> Chapter:
    """The command line against the bare interpreter, run by run in turn."""
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(rounds):
        for name, command in _COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append((time.perf_counter() - begun) * 1000)
    table = Table(f"{rounds} starts each, in turn", ("command", "ms"))
    table.rows = [(f"`{name}`", spread(values).told()) for name, values in times.items()]
    limit = 2 * statistics.median(times["python -c pass"]) + 150
    share = spread([value / limit for value in times["fbtool --help"]])
    what = "`fbtool --help` against twice the bare interpreter plus 150 ms"
    chapter = Chapter("The command line's start", [table], [Aim(what, 1, share, at_least=False)])
    chapter.series = {"Start of the command line, ms": times}
    return chapter


def work(workplace: Path, *, rounds: int) -> Chapter:
    """Listing 1,000 Pages and linking 200, against what Facebook's latency allows."""
    from benchmarks import listing

    chapter = Chapter("Listing and linking")
    table = Table("100 ms for every call of the Graph API", ("what", "seconds", "bound by latency, seconds"))
    for what, minimum, times, target in listing.measure(workplace, rounds):
        table.rows.append((what, spread(times).told(digits=2), f"{minimum:.2f}"))
        chapter.aims.append(Aim(what, target, spread([value / minimum for value in times]), at_least=False))
    chapter.tables.append(table)
    return chapter
