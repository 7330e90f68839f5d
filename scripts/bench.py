"""Measures the start of the command line against the bare interpreter, run by run in turn.

These machines are shared and noisy: look at the medians and ratios, not at single times.
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 20
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "fbtool --help": [sys.executable, "-m", "fbtool", "--help"],
    "fbtool status --help": [sys.executable, "-m", "fbtool", "status", "--help"],
}


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Print a line for each command."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare = medians["python -c pass"]
    print(f"{ROUNDS} runs each, in turn; median, fastest–slowest, ratio to the bare interpreter")
    for name, values in times.items():
        spread = f"{min(values) * 1000:.0f}–{max(values) * 1000:.0f} ms"
        print(f"{name:28} {medians[name] * 1000:6.0f} ms  {spread:>12}  {medians[name] / bare:5.1f}×")
    limit = 2 * bare + 0.150
    verdict = "pass" if medians["fbtool --help"] < limit else "short"
    print(f"aim: fbtool --help under twice the bare interpreter plus 150 ms ({limit * 1000:.0f} ms): {verdict}")


if __name__ == "__main__":
    main()
