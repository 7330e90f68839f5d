"""How many webhooks a second, and how much processor time for each: us, variants of us, and peers, in turn."""

import contextlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import bodies, load, servers, variants
from benchmarks.facebook import APP, page_id
from benchmarks.figures import Aim, Chapter, Spread, Table, ratios, spread
from benchmarks.load import Run
from benchmarks.peers import Peer, running
from benchmarks.servers import Served

OURS, NOTHING, STARLETTE, TOGETHER, FASTAPI = (
    "fbtool",
    "storing nothing",
    "Starlette",
    "Starlette, our doorkeeper",
    "FastAPI",
)
_SILENT = "PostgreSQL, no NOTIFY"
_WRITER = (
    "The writer alone became quicker too, since one statement stores a whole group. What holds the whole back now is "
    "the event loop's work for a request."
)
_SHARED = (
    "Both sides share the server below the frame, and what each event costs wherever it comes in: its sealing and its "
    "place on disk. And the gateway's own face stands behind the edge, which the variant does without."
)
_VARIANTS = (
    "*Starlette* and *FastAPI*: a route on our store that checks, reads and stores each delivery by itself, as one "
    "writes it with them. *Our doorkeeper* takes together what comes together, as the gateway does. *Storing nothing*: "
    "the gateway's face, which reads and forgets."
)
_SENDER = bodies.Sender(APP.secret, (page_id(0),))


@dataclass
class Results:
    """Rounds by server."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def per_second(self, name: str) -> list[float]:
        """Requests a second, round by round."""
        return [run.per_second for run in self.runs[name]]

    def cpu(self, name: str) -> list[float]:
        """Microseconds of processor time for a request, round by round."""
        return [run.cpu_us for run in self.runs[name]]


def in_turn(
    contestants: Sequence[Served], workplace: Path, *, rounds: int, seconds: int, connections: int, per_second: int
) -> Results:
    """Each server once in every round, so that what disturbs the machine for a while disturbs all of them."""
    results = Results({served.name: [] for served in contestants})
    for number in range(rounds):
        name = f"{connections}-{number}"
        file = bodies.write(workplace / "bodies", _SENDER, per_second * seconds, name)
        for served in contestants:
            run = load.run(served.webhook, file, served.pid, seconds=seconds, connections=connections)
            results.runs[served.name].append(run)
            if served.token:
                servers.drain(served)
    return results


def measure(workplace: Path, facebook: str, peers: Sequence[Peer], *, rounds: int, seconds: int) -> Chapter:
    """All servers with 64 and with 8 connections."""
    chapter = Chapter("Taking webhooks")
    for connections in (64, 8):
        with ExitStack() as at_the_end:
            ours = _contestants(workplace / str(connections), facebook)
            contestants = [at_the_end.enter_context(one) for one in ours]
            contestants += [at_the_end.enter_context(running(peer)) for peer in peers]
            results = in_turn(
                contestants, workplace, rounds=rounds, seconds=seconds, connections=connections, per_second=40_000
            )
        chapter.tables.append(_table(f"{connections} connections, {rounds} rounds of {seconds} s", results))
        chapter.tables[-1].note = _VARIANTS
        if connections == 64:
            chapter.aims += _aims(results, [peer.name for peer in peers])
            chapter.aims.append(_against_writer(results, workplace))
            chapter.series["Webhooks a second"] = {name: results.per_second(name) for name in results.runs}
            chapter.series["Processor time for a webhook, µs"] = {name: results.cpu(name) for name in results.runs}
    return chapter


def _contestants(workplace: Path, facebook: str) -> list[AbstractContextManager[Served]]:
    return [
        servers.gateway(OURS, workplace / "ours", facebook),
        servers.variant("nothing", workplace / "nothing", label=NOTHING),
        servers.variant("starlette", workplace / "starlette", label=STARLETTE),
        servers.variant("starlette-together", workplace / "together", label=TOGETHER),
        servers.variant("fastapi", workplace / "fastapi", label=FASTAPI),
    ]


def _table(title: str, results: Results) -> Table:
    table = Table(title, ("server", "webhooks/s", "CPU µs each", "p50 ms", "p99 ms", "refused or broken"))
    for name, runs in results.runs.items():
        p50, p99 = spread([run.p50_ms for run in runs]), spread([run.p99_ms for run in runs])
        row = spread(results.per_second(name)).told(), spread(results.cpu(name)).told(), p50.told(digits=1)
        table.rows.append((name, *row, p99.told(digits=1), str(sum(run.faults for run in runs))))
    return table


def _aims(results: Results, peers: Sequence[str]) -> list[Aim]:
    def faster(than: str) -> Spread:
        return ratios(results.per_second(OURS), results.per_second(than))

    def cheaper(than: str) -> Spread:
        return ratios(results.cpu(than), results.cpu(OURS))

    def bound(than: str) -> str:
        times = ratios(results.per_second(NOTHING), results.per_second(than)).median
        share = ratios(results.cpu(than), results.cpu(NOTHING)).median
        return (
            f"Our face that stores nothing, takes {times:.1f} times as many webhooks as this peer, "
            f"with {share:.1f} times less processor time each: about that is what this server can do on this machine. "
            "A part of it that is no Python would help."
        )

    plain = results.per_second(OURS)
    names = {peer: next(name for name in results.runs if name.startswith(peer)) for peer in peers}
    aims = []
    for peer in ("bottender", "botkit"):
        if peer in names:
            what, why = f"durable ingest against {names[peer]}, which stores nothing", bound(names[peer])
            aims.append(Aim(what, 7, faster(names[peer]), digits=1, if_short=why))
            what = f"CPU for a webhook: {names[peer]} against us"
            aims.append(Aim(what, 10, cheaper(names[peer]), digits=1, if_short=why))
    if "opsdroid" in names:
        what = f"against {names['opsdroid']}, which checks no signature and stores nothing"
        aims.append(Aim(what, 2, faster(names["opsdroid"]), if_short=bound(names["opsdroid"])))
    aims += [
        Aim(
            "plain ASGI against the same store behind Starlette",
            1.5,
            ratios(plain, results.per_second(STARLETTE)),
            if_short=_SHARED,
        ),
        Aim(
            "plain ASGI against the same store behind FastAPI",
            3.5,
            ratios(plain, results.per_second(FASTAPI)),
            if_short=_SHARED,
        ),
        Aim("webhook against our face without a store", 0.45, faster(NOTHING)),
    ]
    return aims


def _against_writer(results: Results, workplace: Path) -> Aim:
    rows = [variants.rows_per_second(workplace / f"writer-{number}") for number in range(3)]
    best = results.per_second(OURS)
    share = ratios(best, [spread(rows).median] * len(best))
    return Aim("webhook against the bare SQLite writer", 0.33, share, if_short=_WRITER)


def disk(workplace: Path, *, rounds: int, seconds: int) -> Chapter:
    """Group commit against one commit for each request, on this disk and on slower ones."""
    chapter = Chapter("Group commit")
    table = Table("64 connections", ("a flush takes longer by", "one commit each, webhooks/s", "grouped, webhooks/s"))
    shim = servers.slow_flush(workplace)
    for delay_ms, target in ((0, 4), (1, 8), (5, 20)):
        slow = {"LD_PRELOAD": str(shim), "SLOW_FLUSH_US": str(delay_ms * 1000)} if delay_ms else {}
        with contextlib.ExitStack() as at_the_end:
            both = [
                at_the_end.enter_context(servers.variant(name, workplace / f"{name}-{delay_ms}", **slow))
                for name in ("single", "grouped")
            ]
            results = in_turn(both, workplace, rounds=rounds, seconds=seconds, connections=64, per_second=15_000)
        single, grouped = results.per_second("single"), results.per_second("grouped")
        table.rows.append((f"{delay_ms} ms", spread(single).told(), spread(grouped).told()))
        what = f"group commit against one commit each, flush +{delay_ms} ms"
        chapter.aims.append(Aim(what, target, ratios(grouped, single), digits=1))
    chapter.tables.append(table)
    return chapter


def stores(
    workplace: Path, facebook: str, *, rounds: int, seconds: int, databases: dict[str, str], spare: str
) -> Chapter:
    """The gateway on each store, in turn, and on PostgreSQL once without telling other gateways.

    Args:
        workplace: for the data.
        facebook: the stand-in's address.
        rounds: how often.
        seconds: how long each.
        databases: name of a store → its address; an empty address is the embedded store.
        spare: the address of another shared database; empty without PostgreSQL.
    """
    chapter = Chapter("Stores")
    if not spare:
        chapter.tables.append(Table("PostgreSQL is not installed", ("store",)))
        return chapter
    given = {name: {"FBTOOL_DATABASE_URL": address} if address else {} for name, address in databases.items()}
    with ExitStack() as at_the_end:

        def enter(name: str, module: str, environment: dict[str, str]) -> Served:
            served = servers.gateway(name, workplace / name, facebook, module=module, **environment)
            return at_the_end.enter_context(served)

        contestants = [enter(name, "fbtool", environment) for name, environment in given.items()]
        contestants.append(enter(_SILENT, "benchmarks.silent", {"FBTOOL_DATABASE_URL": spare}))
        results = in_turn(contestants, workplace, rounds=rounds, seconds=seconds, connections=64, per_second=40_000)
    chapter.tables.append(_table(f"64 connections, {rounds} rounds of {seconds} s", results))
    embedded, shared = results.per_second("SQLite"), results.per_second("PostgreSQL")
    chapter.aims += [
        Aim("PostgreSQL against SQLite, durable ingest", 0.7, ratios(shared, embedded)),
        Aim("PostgreSQL with NOTIFY against without", 0.8, ratios(shared, results.per_second(_SILENT))),
    ]
    return chapter
