"""Correctness beside speed: the conformance suite's cases for us and for each peer, printed first."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import servers, variants
from benchmarks.facebook import APP
from benchmarks.figures import Chapter, Table
from benchmarks.peers import VERIFY_TOKEN, Peer, running

_EARLIER_SECRET = "the app's secret before it was changed"


def measure(workplace: Path, facebook: str, peers: Sequence[Peer]) -> Chapter:
    """One column each; what is not passed says what happened."""
    results: dict[str, dict[str, str]] = {}
    ours = workplace / "promises"
    verify_token = asyncio.run(_founded(ours))
    changing = {"FBTOOL_APP_SECRET_EARLIER": _EARLIER_SECRET}
    with servers.gateway("fbtool", ours, facebook, pages=2, key=variants.KEY, **changing) as served:
        token = workplace / "token"
        token.write_text(served.token)
        watched = ("--events", served.address, "--token-file", str(token))
        results["fbtool"] = _judged(served.webhook, verify_token, *watched, **changing)
    for peer in peers:
        received = workplace / f"received-{peer.name}"
        received.touch()
        with running(peer, str(received)) as served:
            results[served.name] = _judged(served.webhook, VERIFY_TOKEN, "--log", str(received))
    table = Table("What is lost, doubled or forged", ("case", *results))
    table.note = (
        "`fbtool sandbox conformance` has sent them; `--list` explains each case. *skipped*: not applicable, or the "
        "server's process had ended at an earlier case. *status*: answered with another HTTP status than it should."
    )
    for case in results["fbtool"]:
        table.rows.append((case, *(verdicts.get(case, "–") for verdicts in results.values())))
    passed = (f"{list(v.values()).count('passed')} of {len(v)}" for v in results.values())
    table.rows.append(("**passed**", *passed))
    return Chapter("Promises kept", [table])


async def _founded(folder: Path) -> str:
    """Make the gateway's database; the word by which Facebook's verification call proves itself to it."""
    store, vault = await variants.open_store(folder, 0)
    await store.stop()
    return vault.verify_token


def _judged(webhook: str, verify_token: str, *options: str, **more: str) -> dict[str, str]:
    command = [sys.executable, "-m", "fbtool", "--language", "en", "sandbox", "conformance", "--json"]
    environment = os.environ | {"FBTOOL_APP_SECRET": APP.secret, "FBTOOL_VERIFY_TOKEN": verify_token} | more
    done = subprocess.run(
        [*command, "--webhook", webhook, *options], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 3), done.stderr
    return {case["name"]: _verdict(case) for case in json.loads(done.stdout)["cases"]}


def _verdict(case: dict[str, Any]) -> str:
    if case["result"] != "failed":
        return str(case["result"])
    arrivals = case["arrivals"] or {}
    seen = [f"{arrivals[what]} {what}" for what in ("lost", "doubled", "forged") if arrivals.get(what)]
    return ", ".join(seen or [fault["code"] for fault in case["faults"]])
