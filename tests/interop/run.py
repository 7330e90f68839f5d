"""Lets software that we did not write work against the sandbox, and prints what held.

    python tests/interop/run.py [--only NAME] [--json] [--keep FOLDER]

Each piece of software gets a process and a sandbox of its own, and an end in time. The exit code is 0 if everything
held that could be tried here; what is missing is listed as skipped.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from trials import Outcome, Verdict

HERE = Path(__file__).parent
_TAIL = 20
_WIDTH = 140
_STYLES = {Verdict.HELD: "green", Verdict.FAILED: "bold red", Verdict.SKIPPED: "yellow"}


@dataclass(frozen=True)
class Software:
    """Something that we did not write."""

    name: str
    setting: str
    """What had to be told to it, and nothing else was."""
    packages: tuple[str, ...] = ()
    """Python distributions that must be installed."""
    programs: tuple[str, ...] = ()
    """Programs that must be on the path."""
    within: float = 180
    """Seconds until its process is ended."""

    @property
    def program(self) -> Path:
        """The trials."""
        return HERE / f"use_{self.name.replace('-', '_')}.py"

    def lacks(self) -> str:
        """Why it cannot be tried here; empty if it can."""
        for package in self.packages:
            try:
                version(package)
            except PackageNotFoundError:
                return f"{package} is not installed (pip install -r tests/interop/requirements.txt)"
        for program in self.programs:
            if not shutil.which(program):
                return f"{program} is not installed"
        return ""


ALL = (
    Software("facebook-sdk", "constants FACEBOOK_GRAPH_URL and FACEBOOK_WWW_URL", packages=("facebook-sdk",)),
    Software(
        "python-facebook-api",
        "base_url, authorization_url, access_token_url; OAUTHLIB_INSECURE_TRANSPORT",
        packages=("python-facebook-api",),
    ),
    Software("facebook_business", "constant FacebookSession.GRAPH", packages=("facebook_business",)),
    Software(
        "requests-oauthlib",
        "the example's two addresses; OAUTHLIB_INSECURE_TRANSPORT",
        packages=("requests-oauthlib",),
    ),
    Software("bottender", "option origin", programs=("node", "npm"), within=900),
    Software(
        "botkit",
        "option api_host; NODE_EXTRA_CA_CERTS, as https is firm",
        packages=("cryptography",),
        programs=("node", "npm"),
        within=900,
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try everything and report; returns the exit code."""
    wanted = _read(arguments)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    outcomes: list[Outcome] = []
    with _workplace(wanted.keep) as workplace:
        for software in ALL:
            if not wanted.only or software.name in wanted.only:
                print(f"{software.name} …", file=sys.stderr, flush=True)
                outcomes += try_out(software, workplace)
    if wanted.json:
        print(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
    else:
        _print_table(outcomes)
    verdicts = {outcome.verdict for outcome in outcomes}
    return 1 if Verdict.FAILED in verdicts or Verdict.HELD not in verdicts else 0


def try_out(software: Software, workplace: Path) -> list[Outcome]:
    """What came of the trials of one piece of software, in a process that is ended whatever happens."""
    if reason := software.lacks():
        return [Outcome(software.name, "", "Everything", Verdict.SKIPPED, reason)]
    log = workplace / f"{software.name}.log"
    with log.open("w", encoding="utf-8") as errors, _started(software, workplace, errors.fileno()) as process:
        try:
            lines, _ = process.communicate(timeout=software.within)
            ending = f"its trials ended with {process.returncode}" if process.returncode else ""
        except subprocess.TimeoutExpired:
            _end(process)
            lines, _ = process.communicate()
            ending = f"no end after {software.within:.0f} seconds"
    outcomes = [Outcome.read(line) for line in lines.splitlines()]
    if ending:
        outcomes.append(Outcome(software.name, "", "Runs to the end", Verdict.FAILED, ending))
    if any(outcome.verdict is Verdict.FAILED for outcome in outcomes):
        for line in log.read_text("utf-8", "replace").splitlines()[-_TAIL:]:
            print(line, file=sys.stderr)
    return outcomes


@contextmanager
def _started(software: Software, workplace: Path, errors: int) -> Iterator[subprocess.Popen[str]]:
    local = ",".join(filter(None, (os.environ.get("NO_PROXY"), "localhost,127.0.0.1,::1")))
    process = subprocess.Popen(
        [sys.executable, str(software.program), str(workplace)],
        env=os.environ | {"NO_PROXY": local, "no_proxy": local},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """End the process and, where there are process groups, all that it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


@contextmanager
def _workplace(kept: Path | None) -> Iterator[Path]:
    """A folder for what is installed: the one to keep, or one that vanishes."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="interop-") as folder:
        yield Path(folder)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Let software that we did not write work against the sandbox.")
    names = [software.name for software in ALL]
    parser.add_argument("--only", action="append", choices=names, help="try this one only; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="install what npm brings here, and keep it")
    return parser.parse_args(arguments)


def _print_table(outcomes: list[Outcome]) -> None:
    table = Table("Software and what was tried", "Verdict", "Seen")
    settings = {software.name: software.setting for software in ALL}
    for name, group in groupby(outcomes, key=lambda outcome: outcome.software):
        rows = list(group)
        table.add_section()
        table.add_row(Text(f"{name} {rows[0].version}", "bold"), "", Text(f"set: {settings[name]}", "dim"))
        for row in rows:
            table.add_row(Text(row.tried), Text(row.verdict, _STYLES[row.verdict]), Text(row.remark))
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)
    count = Counter(outcome.verdict for outcome in outcomes)
    console.print(", ".join(f"{number} {verdict}" for verdict, number in count.items()))


if __name__ == "__main__":
    sys.exit(main())
