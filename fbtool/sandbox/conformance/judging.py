"""How a case ended, from what was sent, answered and handed on."""

from dataclasses import dataclass

from fbtool.language import N_, Sentence, Worded
from fbtool.sandbox.conformance.arrivals import ArrivalCounts, ArrivalLog, count
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.delivery import Exchange, Exchanges
from fbtool.sandbox.conformance.settings import RunLimits
from fbtool.sandbox.conformance.violations import Violation, violations_of


class Result(Worded):
    """How a case ended."""

    PASSED = "passed", N_("✓ passed")
    FAILED = "failed", N_("✗ failed")
    SKIPPED = "skipped", N_("– skipped")


@dataclass(frozen=True)
class CaseOutcome:
    """A case and what came of it."""

    case: Case
    result: Result
    exchanges: tuple[Exchange, ...] = ()
    arrivals: ArrivalCounts | None = None
    """None if nobody watched."""
    violations: tuple[Violation, ...] = ()
    reason: Sentence | None = None
    """Why it was skipped."""

    @property
    def milliseconds(self) -> int | None:
        """The slowest answer; None if there was none."""
        answered = [answer.seconds for _, answer in self.exchanges if answer.status]
        return round(max(answered) * 1000) if answered else None


def skipped(case: Case, reason: Sentence) -> CaseOutcome:
    """The outcome of a case that was not run."""
    return CaseOutcome(case, Result.SKIPPED, reason=reason)


def judge(case: Case, exchanges: Exchanges, log: ArrivalLog | None, limits: RunLimits) -> CaseOutcome:
    """The outcome of a case that was run; without a log from the answers alone."""
    arrivals = None if log is None else count(exchanges, log)
    violations = tuple(violations_of(case, exchanges, arrivals, limits))
    return CaseOutcome(case, Result.FAILED if violations else Result.PASSED, tuple(exchanges), arrivals, violations)
