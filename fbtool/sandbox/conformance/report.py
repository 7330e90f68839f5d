"""A run in words and numbers: the rows of its table, the sentences below it, and its JSON document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from fbtool.language import N_, Sentence, say
from fbtool.sandbox.conformance.arrivals import ArrivalCounts
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.delivery import Exchange
from fbtool.sandbox.conformance.judging import CaseOutcome, Result
from fbtool.sandbox.conformance.run import Report

COLUMNS = (N_("Case"), N_("Result"), N_("Arrived"), N_("Status"), N_("ms"))

_NOTHING = "–"


def number(report: Report, result: Result) -> int:
    """How many cases ended so."""
    return sum(outcome.result is result for outcome in report.outcomes)


def row(outcome: CaseOutcome) -> tuple[str, str, str, str, str]:
    """The cells of `COLUMNS` for one case."""
    slowest = outcome.milliseconds
    return (
        outcome.case.name,
        str(outcome.result.words),
        _arrived(outcome),
        _statuses(outcome.exchanges),
        _NOTHING if slowest is None else str(slowest),
    )


def sentences(report: Report) -> Iterator[Sentence | str]:
    """What stands below the table: each failure with its meaning, what was skipped, how much was seen."""
    for outcome in report.outcomes:
        if outcome.result is Result.FAILED:
            yield f"✗ {outcome.case.name}: {Sentence(outcome.case.sent)}"
            yield from (f"  {violation.told}" for violation in outcome.violations)
            yield f"  → {Sentence(outcome.case.why)}"
    reasons: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        if outcome.reason is not None:
            reasons.setdefault(str(outcome.reason), []).append(outcome.case.name)
    for reason, names in reasons.items():
        yield say("– Not run: {names} ({reason})", names=", ".join(names), reason=reason)
    if not report.probe:
        yield say(
            "Only the answers were judged. With --probe, --log or --events the suite also sees what is lost, doubled "
            "or forged."
        )


def summary(report: Report) -> Sentence:
    """The last line."""
    return say(
        "{passed}, {failed}, {skipped}, in {seconds} s.",
        passed=say("{count} passed", count=number(report, Result.PASSED)),
        failed=say("{count} failed", count=number(report, Result.FAILED)),
        skipped=say("{count} skipped", count=number(report, Result.SKIPPED)),
        seconds=f"{report.seconds:.1f}",
    )


def fields(report: Report) -> dict[str, Any]:
    """The JSON document of a run."""
    return {
        "webhook": report.webhook,
        "run": report.run,
        "pages": list(report.pages),
        "probe": report.probe or None,
        "seconds": round(report.seconds, 3),
        **{result.value: number(report, result) for result in Result},
        "cases": [_case_fields(outcome) for outcome in report.outcomes],
    }


def description(case: Case) -> dict[str, str]:
    """A case as ``--list`` shows it."""
    return {
        "name": case.name,
        "sent": str(Sentence(case.sent)),
        "demanded": str(Sentence(case.demanded)),
        "why": str(Sentence(case.why)),
    }


def _case_fields(outcome: CaseOutcome) -> dict[str, Any]:
    arrivals = outcome.arrivals
    return {
        **description(outcome.case),
        "result": outcome.result.value,
        "reason": None if outcome.reason is None else str(outcome.reason),
        "faults": [{"code": violation.kind.value, "what": str(violation.told)} for violation in outcome.violations],
        "arrivals": None if arrivals is None else _arrival_fields(arrivals),
        "answers": [
            {"status": answer.status or None, "milliseconds": round(answer.seconds * 1000)}
            for _, answer in outcome.exchanges
        ],
    }


def _arrival_fields(arrivals: ArrivalCounts) -> dict[str, int]:
    return {"owed": arrivals.owed, "arrived": arrivals.arrived, **asdict(arrivals)}


def _arrived(outcome: CaseOutcome) -> str:
    arrivals = outcome.arrivals
    if outcome.result is Result.SKIPPED:
        return _NOTHING
    if arrivals is None:
        return str(say("not watched"))
    parts: list[Sentence] = []
    if arrivals.owed:
        parts.append(say("{arrived} of {all}", arrived=arrivals.arrived, all=arrivals.owed))
    counted = (
        (arrivals.lost, say("{count} lost", count=arrivals.lost)),
        (arrivals.doubled, say("{count} doubled", count=arrivals.doubled)),
        (arrivals.forged, say("{count} forged", count=arrivals.forged)),
        (arrivals.reordered, say("out of order")),
        (arrivals.damaged, say("damaged")),
    )
    parts += [words for how_many, words in counted if how_many]
    return ", ".join(map(str, parts)) or _NOTHING


def _statuses(exchanges: Sequence[Exchange]) -> str:
    """The statuses in their order, equal neighbours together."""
    groups = [(status, len(list(same))) for status, same in groupby(answer.status for _, answer in exchanges)]
    shown = [f"{status or '✗'}" + (f" ×{times}" if times > 1 else "") for status, times in groups]
    return ", ".join(shown) or _NOTHING
