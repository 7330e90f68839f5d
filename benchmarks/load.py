"""Load on a webhook: wrk on one core, and how much processor time the server took for it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """One round at one server."""

    per_second: float
    """Requests that were taken; refused ones are quickly answered and count for nothing."""
    cpu_us: float
    """Microseconds of processor time that the server took for a request."""
    p50_ms: float
    p99_ms: float
    faults: int
    """Refused, broken or timed out."""


def run(url: str, bodies: Path, pid: int, *, seconds: int, connections: int) -> Run:
    """Send the bodies for so long on so many connections, each again as soon as its answer has come."""
    wrk = shutil.which("wrk")
    assert wrk, "wrk is missing (Debian: apt install wrk)"
    before = processor_seconds(pid)
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(_SCRIPT), url, "--"]
    printed = subprocess.run([*command, str(bodies)], check=True, capture_output=True, text=True).stdout
    used = processor_seconds(pid) - before
    told = json.loads(printed.splitlines()[-1])
    faults = told["refused"] + told["broken"] + told["timeouts"]
    taken = max(told["requests"] - told["refused"], 1)
    return Run(taken / told["seconds"], used / taken * 1e6, told["p50"], told["p99"], faults)


def family(pid: int) -> Iterator[int]:
    """A process and its children."""
    yield pid
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _parent(entry) == pid:
            yield from family(int(entry.name))


def processor_seconds(pid: int) -> float:
    """What a process and its children have used so far."""
    total = 0.0
    for member in family(pid):
        fields = _stat(Path("/proc", str(member)))
        if fields:
            total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def memory_mb(pid: int) -> float:
    """The memory that a process and its children hold in RAM, shared parts counted once per process (PSS)."""
    total = 0
    for member in family(pid):
        for line in Path("/proc", str(member), "smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _parent(process: Path) -> int:
    fields = _stat(process)
    return int(fields[1]) if fields else -1
