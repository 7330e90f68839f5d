import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from fbtool import language
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.cases import CASES
from fbtool.sandbox.conformance.probes import LogProbe, Probe
from fbtool.sandbox.conformance.run import Report, run
from fbtool.sandbox.conformance.settings import RunLimits, Target

from .endpoint import EARLIER, SECRET, VERIFY_TOKEN, Endpoint, serving_at

Judge = Callable[..., Report]
QUICK = RunLimits(patience=0.3, quiet=0.2, batch=200, connections=16)
"""What comes later than this is still seen at the end; only the pauses between the cases are short."""


def chosen(names: Iterable[str] = ()) -> list[Case]:
    wanted = set(names)
    assert wanted <= {case.name for case in CASES}
    return [case for case in CASES if not wanted or case.name in wanted]


def play(
    address: str, probe: Probe | None, names: Iterable[str] = (), limits: RunLimits = QUICK, **known: Any
) -> Report:
    """One run against an address."""
    target = Target(address, **({"secret": SECRET, "pages": ()} | known))
    return asyncio.run(run(target, probe, chosen(names), limits))


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Run cases against an endpoint of the given kind, watched through its log."""

    def judged(kind: type[Endpoint], names: Iterable[str] = (), limits: RunLimits = QUICK) -> Report:
        endpoint = kind(tmp_path / "received.log")
        with serving_at(endpoint) as address:
            known = {"earlier_secret": EARLIER, "verify_token": VERIFY_TOKEN}
            return play(address, LogProbe(endpoint.log), names, limits, **known)

    return judged


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("FBTOOL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    language.use("en")


def wrongs(report: Report) -> dict[str, set[str]]:
    """What was wrong in each case that has failed."""
    return {
        outcome.case.name: {violation.kind.value for violation in outcome.violations}
        for outcome in report.outcomes
        if outcome.violations
    }
