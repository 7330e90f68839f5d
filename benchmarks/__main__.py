"""``python -m benchmarks``: measure, print, and write docs/benchmarks.md.

``--quick`` takes under three minutes and writes nothing; ``--only NAME`` measures one chapter and writes nothing, or
with ``--write`` that chapter only.
"""

import argparse
import compileall
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import facebook, handover, ingest, peers, promises, receipts, report, sending, standing, tool, window
from benchmarks.figures import Chapter
from benchmarks.webchat import chapter as webchat
from tests import postgres
from tests.postgres import Cluster

_ROOT = Path(__file__).parent.parent
_PEERS = _ROOT / "dist" / "bench"
"""Where the peers are installed; they stay for the next run."""


@dataclass(frozen=True)
class Plan:
    """How often and how long."""

    rounds: int
    seconds: int
    starts: int
    peers: tuple[peers.Peer, ...]
    judged: tuple[peers.Peer, ...]
    """Peers whose promises are put to the test too, which takes half a minute each."""


def chapters(plan: Plan, workplace: Path, facebook_now: str, only: str, cluster: Cluster | None) -> Iterator[Chapter]:
    """Measure one after the other."""

    def databases() -> dict[str, str]:
        return {"SQLite": ""} | ({"PostgreSQL": cluster.database()} if cluster else {})

    steps: dict[str, Callable[[], Chapter]] = {
        "promises": lambda: promises.measure(workplace, facebook_now, plan.judged),
        "ingest": lambda: ingest.measure(workplace, facebook_now, plan.peers, rounds=plan.rounds, seconds=plan.seconds),
        "disk": lambda: ingest.disk(workplace, rounds=plan.rounds, seconds=plan.seconds),
        "stores": lambda: ingest.stores(
            workplace,
            facebook_now,
            rounds=plan.rounds,
            seconds=plan.seconds,
            databases=databases(),
            spare=cluster.database() if cluster else "",
        ),
        "handover": lambda: handover.measure(
            workplace, facebook_now, rounds=plan.rounds, seconds=plan.seconds, databases=databases()
        ),
        "receipts": lambda: receipts.measure(workplace, facebook_now, rounds=plan.rounds + 2, databases=databases()),
        "sending": lambda: sending.measure(workplace, rounds=plan.rounds),
        "standing": lambda: standing.measure(workplace, facebook_now, plan.peers, rounds=plan.rounds),
        "growth": lambda: standing.growth(workplace, rounds=plan.rounds + 2, seconds=plan.seconds / 4),
        "webchat": lambda: webchat.measure(
            workplace,
            facebook_now,
            rounds=plan.rounds + 2,
            seconds=plan.seconds * 5,
            loads=2 * plan.rounds + 1,
        ),
        "start": lambda: tool.start(rounds=plan.starts),
        "work": lambda: tool.work(workplace, rounds=plan.rounds),
        "window": lambda: window.measure(workplace, starts=max(plan.starts // 4, 3)),
    }
    for name, step in steps.items():
        if only in ("", name):
            yield step()


@contextlib.contextmanager
def _postgres() -> Iterator[Cluster | None]:
    """A server of our own with its defaults: every commit is flushed. None where it is not installed."""
    if postgres.programs() is None:
        yield None
        return
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def main() -> None:
    """Do what the arguments say."""
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--write", action="store_true", help="with --only: put the chapter into the page")
    wanted = arguments.parse_args()
    begun = time.monotonic()
    compileall.compile_dir(_ROOT / "fbtool", quiet=1)  # as an installation does, and as the peers' were
    installed = tuple(peers.install(_PEERS)) if wanted.only in ("", "promises", "ingest", "standing") else ()
    plan = Plan(1, 1, 5, installed, ()) if wanted.quick else Plan(3, 3, 15, installed, installed)
    measured = []
    with tempfile.TemporaryDirectory() as folder, facebook.serving(0.0) as address, _postgres() as cluster:
        for chapter in chapters(plan, Path(folder), address, wanted.only, cluster):
            print(*report.printed(chapter), sep="\n", flush=True)
            measured.append(chapter)
    minutes = (time.monotonic() - begun) / 60
    print(f"\nwhole run: {minutes:.1f} minutes")
    if not (wanted.quick or wanted.only) or wanted.write:
        others = report.kept(_ROOT / "docs") if wanted.only else ()
        report.write(measured, _ROOT / "docs", f"{time.strftime('%Y-%m-%d')}, {minutes:.0f} minutes,", others)
    short = [aim for chapter in measured for aim in chapter.aims if not aim.holds]
    print(f"{len(short)} aims fall short" if short else "every aim holds", file=sys.stderr)


if __name__ == "__main__":
    main()
