"""A gateway that takes webhooks at a steady rate, with a shop's visitors beside it and without them, in turn."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks import bodies, load, servers
from benchmarks.facebook import APP, page_id
from benchmarks.figures import Aim, Chapter, Table, ratios, spread
from benchmarks.webchat.crowd import CHATTING, LOOKERS, PAUSE_SECONDS, Crowd, Times

RATE = 100
"""Webhooks a second."""
_WARM_SECONDS = 3.0
_ADMIN = {"Authorization": "Bearer bench-admin-token-of-the-gateway"}
_PRIVACY = "https://shop.example/privacy"
_TAIL = (
    "What is slow is rare: the collection of garbage, mostly of connections that end with their answer, stops "
    "everything for some milliseconds; and whoever looks goes through all of Starlette. A short way for scripts and "
    "statuses, as webhooks have it, would help."
)


@dataclass
class _Phases:
    """What was measured without visitors or with them, round by round."""

    cpu: list[float] = field(default_factory=list)
    """Of one core."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def measure(chapter: Chapter, workplace: Path, facebook: str, *, rounds: int, seconds: float) -> None:
    """Add what was measured to the chapter."""
    settings = {"FBTOOL_CHANNELS": "facebook,webchat"}
    lines = int((rounds + 1) * (2 * seconds + 60) * RATE)
    file = bodies.write(workplace / "chat-bodies", bodies.Sender(APP.secret, (page_id(0),)), lines, "chat")
    with (
        servers.gateway("fbtool", workplace / "chat", facebook, **settings) as served,
        _webhooks(served.webhook, file) as sender,
    ):
        measured = asyncio.run(_measure(served, sender, rounds, seconds))
        told, _ = sender.communicate()
    times, phases, memory = measured
    slow: dict[str, list[float]] = json.loads(told)
    for name, phase in phases.items():
        for number in range(rounds):
            values = sorted(slow[f"{name} {number}"])
            phase.p50.append(_part(values, 0.5))
            phase.p99.append(_part(values, 0.99))
    _tell(chapter, times, phases, memory, seconds)


@contextlib.contextmanager
def _webhooks(url: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.webchat.webhooks", url, str(file), str(RATE)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _measure(
    served: servers.Served, sender: subprocess.Popen[str], rounds: int, seconds: float
) -> tuple[Times, dict[str, _Phases], list[float]]:
    account, token = await asyncio.to_thread(new_chat, served.address)
    phases = {"without": _Phases(), "with": _Phases()}

    async def phase(name: str, number: int) -> None:
        await asyncio.sleep(_WARM_SECONDS)
        used, begun = load.processor_seconds(served.pid), time.monotonic()
        _say(sender, f"{name} {number}")
        await asyncio.sleep(seconds)
        _say(sender, "between")
        share = (load.processor_seconds(served.pid) - used) / (time.monotonic() - begun)
        phases[name].cpu.append(share)

    async with Crowd(served.address, account, token, served.token) as crowd:
        _say(sender, "between")
        await asyncio.sleep(2 * _WARM_SECONDS)
        memory = [load.memory_mb(served.pid)]
        await crowd.begins()
        crowd.times = Times()
        for number in range(rounds):
            for name in ("without", "with") if number % 2 == 0 else ("with", "without"):
                if name == "with":
                    await crowd.comes()
                await phase(name, number)
                if name == "with":
                    memory.append(load.memory_mb(served.pid))
                    await crowd.goes()
        return crowd.times, phases, memory


def _say(sender: subprocess.Popen[str], phase: str) -> None:
    assert sender.stdin
    sender.stdin.write(phase + "\n")
    sender.stdin.flush()


def new_chat(address: str) -> tuple[str, str]:
    """An account with a chat that is set up; its id and token."""
    with requests.Session() as http:
        http.trust_env = False
        account = {"name": "Chat", "channel": "webchat", "greeting": "Hallo!"}
        made = http.post(f"{address}/admin/accounts", json=account, headers=_ADMIN, timeout=30).json()
        own = {"Authorization": f"Bearer {made['token']}"}
        now = http.get(f"{address}/v1/webchat/settings", headers=own, timeout=30).json()
        wanted = {"version": now["version"], "settings": now["settings"] | {"privacy_url": _PRIVACY}}
        saved = http.put(f"{address}/v1/webchat/settings", json=wanted, headers=own, timeout=30)
        assert saved.ok, saved.text
        return made["id"], made["token"]


def _part(values: list[float], share: float) -> float:
    """A quantile, ms."""
    return sorted(values)[int(len(values) * share)] * 1000


def _tell(chapter: Chapter, times: Times, phases: dict[str, _Phases], memory: list[float], seconds: float) -> None:
    without, present = phases["without"], phases["with"]
    rounds = len(present.cpu)
    table = Table(
        f"{RATE} webhooks a second, without visitors and with them, {rounds} × {seconds:.0f} s each in turn",
        ("", "without", f"with {LOOKERS:,} who look and {CHATTING} who chat", "ratio"),
    )
    for what, of, digits in (
        ("webhook, p50, ms", "p50", 2),
        ("webhook, p99, ms", "p99", 2),
        ("processor, % of a core", "cpu", 1),
    ):
        scale = 100 if of == "cpu" else 1
        low, high = ([value * scale for value in getattr(one, of)] for one in (without, present))
        told = spread(low).told(digits=digits), spread(high).told(digits=digits), ratios(high, low).told("×", 2)
        table.rows.append((what, *told))
    table.rows.append(("memory, MB", f"{memory[0]:.1f}", spread(memory[1:]).told(digits=1), ""))
    table.note = (
        f"Who looks asks for script and status once a minute each, on a new connection from an address of their own; "
        f"who chats polls, writes every {PAUSE_SECONDS:.0f} s on average and is answered at once. "
        f"{times.looked:,} scripts and statuses, {times.written:,} messages, {len(times.unanswered)} unanswered."
    )
    ways = Table("Meanwhile, in the chat", ("way", "p50, ms", "p99, ms", "messages"))
    for what, values in (
        ("visitor sends → the CRM holds it", times.taken),
        ("CRM answers → on the visitor's screen", times.shown),
    ):
        ways.rows.append((what, f"{_part(values, 0.5):.1f}", f"{_part(values, 0.99):.1f}", f"{len(values):,}"))
    ways.note = (
        "Everybody but the gateway and who sends webhooks shares one Python process, whose own delays are in it."
    )
    chapter.tables += [table, ways]
    slower = ratios(present.p99, without.p99)
    what = "webhook p99 with a shop's visitors against without"
    chapter.aims.append(Aim(what, 1.2, slower, at_least=False, if_short=_TAIL))
