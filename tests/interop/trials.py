"""What one piece of software is asked to show, and what came of it.

A trial is a function: its docstring says what is tried, its return value what was seen, and an exception why it did
not hold. The programs ``use_*.py`` perform their trials in a process of their own and report to ``run.py`` by lines of
JSON.
"""

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

Scene = TypeVar("Scene")
Problem = TypeVar("Problem", bound=Exception)
Trial = Callable[[Scene], str]


class Verdict(StrEnum):
    """What came of a trial."""

    HELD = "held"
    FAILED = "did not hold"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """One line of the report."""

    software: str
    version: str
    tried: str
    verdict: Verdict
    remark: str
    """What was seen, or why it did not hold."""

    def line(self) -> str:
        """The outcome as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> "Outcome":
        """The outcome in one line of JSON."""
        fields = json.loads(line)
        return cls(**fields | {"verdict": Verdict(fields["verdict"])})


def perform(software: str, version: str, trials: Iterable[Trial[Scene]], scene: Scene) -> None:
    """Try one after the other and print each outcome at once; what the software itself prints goes to stderr."""
    out = sys.stdout
    with redirect_stdout(sys.stderr):
        for trial in trials:
            verdict, remark = _attempt(trial, scene)
            tried = (trial.__doc__ or "").strip().rstrip(".")
            print(Outcome(software, version, tried, verdict, remark).line(), file=out, flush=True)


def _attempt(trial: Trial[Scene], scene: Scene) -> tuple[Verdict, str]:
    try:
        return Verdict.HELD, trial(scene)
    except AssertionError as problem:
        return Verdict.FAILED, str(problem)
    except Exception as problem:  # whatever the software raises is what came of it
        return Verdict.FAILED, f"{type(problem).__name__}: {problem}"


def expect(seen: object, wanted: object) -> None:
    """Fail with both values unless they are equal."""
    assert seen == wanted, f"{seen!r} instead of {wanted!r}"


def raised(kind: type[Problem], call: Callable[[], object]) -> Problem:
    """The software's own exception; fails if ``call`` does not raise it."""
    try:
        call()
    except kind as problem:
        return problem
    raise AssertionError("nothing was refused")
