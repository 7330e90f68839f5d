"""Start to ready, memory at rest, and what waiting events cost."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from benchmarks import load, servers, variants
from benchmarks.figures import Aim, Chapter, Spread, Table, ratios, spread
from benchmarks.peers import Peer, running

_MANY, _VERY_MANY = 10_000, 100_000
_START = (
    "Nearly all of it is loading modules, the gateway's own and those of its libraries; the HTTP client waits until "
    "somebody talks to Facebook. Faces and checks that load when they are first asked for would help."
)


def measure(workplace: Path, facebook: str, peers: Sequence[Peer], *, rounds: int) -> Chapter:
    """Us and the peers, each started afresh in every round."""
    chapter = Chapter("Starting and standing by")
    ready: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}

    def note(served: servers.Served) -> None:
        ready.setdefault(served.name, []).append(served.ready_s * 1000)
        memory.setdefault(served.name, []).append(load.memory_mb(served.pid))

    for name, waiting in ((f"fbtool, {_MANY:,} wait", _MANY), (f"fbtool, {_VERY_MANY:,} wait", _VERY_MANY)):
        asyncio.run(_fill(workplace / name, waiting))
    for _ in range(rounds):
        with servers.gateway("fbtool", workplace / "empty", facebook, pages=0) as served:
            note(served)
        for name in (f"fbtool, {_MANY:,} wait", f"fbtool, {_VERY_MANY:,} wait"):
            with servers.gateway(name, workplace / name, facebook, pages=0, key=variants.KEY) as served:
                note(served)
        for peer in peers:
            with running(peer) as served:
                note(served)
    table = Table(f"{rounds} starts each", ("server", "start to ready, ms", "memory at rest, MB"))
    table.rows = [(name, spread(ready[name]).told(), spread(memory[name]).told(digits=1)) for name in ready]
    chapter.tables.append(table)
    chapter.aims = _aims(ready, memory)
    chapter.series = {"Start to ready, ms": ready, "Memory at rest, MB": memory}
    return chapter


def _aims(ready: dict[str, list[float]], memory: dict[str, list[float]]) -> list[Aim]:
    medians = {name: spread(values).median for name, values in ready.items()}
    rest = {name: spread(values).median for name, values in memory.items()}
    others = [name for name in ready if not name.startswith("fbtool")]
    aims = []
    if others:
        fastest = min(others, key=medians.__getitem__)
        share = _over(ready["fbtool"], medians[fastest])
        what = f"start to ready against {fastest}, the first of the peers"
        aims.append(Aim(what, 0.6, share, at_least=False, if_short=_START))
    opsdroid = next((name for name in others if name.startswith("opsdroid")), None)
    if opsdroid:
        share = _over(memory["fbtool"], rest[opsdroid])
        aims.append(Aim(f"memory at rest against {opsdroid}", 0.75, share, at_least=False))
    more = spread([value - rest["fbtool"] for value in memory[f"fbtool, {_MANY:,} wait"]])
    aims.append(Aim(f"memory for {_MANY:,} waiting events", 0.5, more, at_least=False, unit=" MB"))
    longer = spread([value - medians["fbtool"] for value in ready[f"fbtool, {_VERY_MANY:,} wait"]])
    what = f"start to ready with {_VERY_MANY:,} waiting, longer by"
    return [*aims, Aim(what, 50, longer, at_least=False, digits=0, unit=" ms")]


def _over(values: list[float], by: float) -> Spread:
    return spread([value / by for value in values])


async def _fill(folder: Path, waiting: int) -> None:
    store, _ = await variants.open_store(folder, 1)
    for first in range(0, waiting, 1000):
        await store.inbox.accept(
            [[variants.arrival(number.to_bytes(16, "big")) for number in range(first, first + 1000)]], 0
        )
    await store.stop()


def growth(workplace: Path, *, rounds: int, seconds: float) -> Chapter:
    """What an event costs (store, fetch, acknowledge) as the number of waiting events, accounts and Pages grows.

    The last number of waiting events is just below the limit at which an account is answered 503.
    """
    chapter = Chapter("Growth")
    table = Table("The store alone: accept, hand out, acknowledge", ("what grows", "to", "events/s"))
    for what, sizes in (("waiting events", (100, 1_000, 10_000, 95_000)), ("accounts", (1, 10, 100)),
                        ("linked Pages", (10, 100, 1_000))):  # fmt: skip
        rates: dict[int, list[float]] = {size: [] for size in sizes}
        for number in range(rounds):
            for size in sizes:  # in turn, so that what disturbs the machine for a while disturbs all of them
                folder = workplace / f"growth-{what}-{size}-{number}"
                rates[size].append(asyncio.run(_cycle(folder, what, size, seconds)))
        table.rows += [(what, f"{size:,}", spread(own).told()) for size, own in rates.items()]
        dearest = max((ratios(rates[sizes[0]], own) for own in rates.values()), key=lambda cost: cost.median)
        chapter.aims.append(Aim(f"cost of an event as {what} grow", 1.2, dearest, at_least=False))
        chapter.series[f"Events a second as {what} grow"] = {f"{size:,}": own for size, own in rates.items()}
    chapter.tables.append(table)
    return chapter


async def _cycle(folder: Path, what: str, size: int, seconds: float) -> float:
    accounts, pages = (size, size) if what == "accounts" else (1, size if what == "linked Pages" else 1)
    store, _ = await variants.open_store(folder, pages, accounts)
    try:
        if what == "waiting events":
            for first in range(0, size, 100):
                numbers = range(first, first + 100)
                await store.inbox.accept([[variants.arrival(number.to_bytes(16, "big")) for number in numbers]], 0)
        return await variants.cycles_per_second(store, pages, accounts, seconds)
    finally:
        with contextlib.suppress(Exception):
            await store.stop()
