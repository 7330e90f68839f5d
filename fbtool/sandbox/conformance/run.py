"""Runs cases one after the other against one webhook, and judges them at the end."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from fbtool.language import Sentence, say
from fbtool.sandbox.conformance import markers
from fbtool.sandbox.conformance.arrivals import ArrivalLog, ArrivalWatch, owed
from fbtool.sandbox.conformance.case import Case, Need
from fbtool.sandbox.conformance.cases import CASES
from fbtool.sandbox.conformance.delivery import Exchange
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder
from fbtool.sandbox.conformance.judging import CaseOutcome, judge, skipped
from fbtool.sandbox.conformance.probes import Probe
from fbtool.sandbox.conformance.problems import WebhookUnreachable
from fbtool.sandbox.conformance.sending import Sender
from fbtool.sandbox.conformance.settings import MADE_UP_PAGES, RunLimits, Target

_BACK_SECONDS = 0.25
_SILENT_CASES = 3


@dataclass(frozen=True)
class Report:
    """What came of one run."""

    webhook: str
    run: str
    pages: tuple[str, ...]
    outcomes: tuple[CaseOutcome, ...]
    probe: str
    """Which probe watched what arrived; empty: none did."""
    seconds: float


async def run(
    target: Target,
    probe: Probe | None = None,
    cases: Sequence[Case] = CASES,
    limits: RunLimits | None = None,
    on_case: Callable[[Case], None] = lambda case: None,
) -> Report:
    """Send every case, watch, and judge.

    Args:
        target: the webhook. Its ``pages`` may be empty: then the probe says which suit.
        probe: shows what arrived; without one only the answers are judged.
        cases: which, in this order.
        limits: how much, how long.
        on_case: is called before each case.

    Raises:
        Problem: the webhook or the probe cannot be reached at all, or looking on would do harm.
    """
    limits = limits or RunLimits()
    begun = time.monotonic()
    async with AsyncExitStack() as at_the_end:
        sender = await at_the_end.enter_async_context(Sender(target.webhook, limits))
        await sender.reach()
        wanted = target.pages
        if probe is not None:
            await probe.open()
            at_the_end.push_async_callback(probe.close)
            wanted = await probe.pages(wanted)
        target = replace(target, pages=wanted or MADE_UP_PAGES)
        one_run = _Run(target, limits, sender, probe)
        outcomes = await one_run.play(cases, on_case)
    return Report(
        target.webhook, one_run.name, target.pages, outcomes, probe.name if probe else "", time.monotonic() - begun
    )


class _Run:
    def __init__(self, target: Target, limits: RunLimits, sender: Sender, probe: Probe | None) -> None:
        self.name = markers.new_run()
        self._target = target
        self._limits = limits
        self._sender = sender
        self._watch = ArrivalWatch(probe, ArrivalLog(self.name)) if probe else None
        self._gone_since: Case | None = None
        self._silent_cases = 0

    async def play(self, cases: Sequence[Case], on_case: Callable[[Case], None]) -> tuple[CaseOutcome, ...]:
        """Run the cases, then judge them from all that was seen."""
        played: list[tuple[Case, list[Exchange] | Sentence]] = []
        for case in cases:
            on_case(case)
            reason = self._missing(case) or self._gone()
            played.append((case, reason or await self._play(case)))
        if self._watch:
            # What is still on its way, and what comes a second time, comes now.
            due = [item for _, part in played if isinstance(part, list) for item in owed(part)]
            await self._watch.until(lambda seen: all(seen.count(item.marker) for item in due), self._limits.patience)
            await self._watch.until(lambda _: False, self._limits.quiet)
        log = self._watch.log if self._watch else None
        return tuple(
            skipped(case, part) if isinstance(part, Sentence) else judge(case, part, log, self._limits)
            for case, part in played
        )

    async def _play(self, case: Case) -> list[Exchange]:
        number = CASES.index(case) if case in CASES else len(CASES)
        plan = case.plan(DeliveryBuilder(self._target, self._limits, self.name, case.name, number))
        exchanges: list[Exchange] = []
        for together in plan:
            answers = await self._sender.send(together)
            exchanges += zip(together, answers, strict=True)
            if not all(answer.status for answer in answers) and not await self._is_back():
                self._gone_since = case
                return exchanges
        if self._watch:
            due = owed(exchanges)
            await self._watch.until(lambda seen: all(seen.count(item.marker) for item in due), self._limits.patience)
        self._silent_cases = self._silent_cases + 1 if all(answer.timed_out for _, answer in exchanges) else 0
        if self._silent_cases == _SILENT_CASES:
            # It listens and never answers: each further delivery would take as long as one may.
            self._gone_since = case
        return exchanges

    async def _is_back(self) -> bool:
        """Whether somebody listens, given the time that a supervisor needs to start a dead endpoint again."""
        end = time.monotonic() + self._limits.patience
        while True:
            # First the pause: a process that is just dying may still take connections.
            await asyncio.sleep(_BACK_SECONDS)
            try:
                await self._sender.reach()
            except WebhookUnreachable:
                if time.monotonic() >= end:
                    return False
            else:
                return True

    def _gone(self) -> Sentence | None:
        if self._gone_since is None:
            return None
        return say("nothing answers there any more since “{case}”", case=self._gone_since.name)

    def _missing(self, case: Case) -> Sentence | None:
        """Why this case cannot be run."""
        given = {
            Need.VERIFY_TOKEN: bool(self._target.verify_token),
            Need.EARLIER_SECRET: bool(self._target.earlier_secret),
            Need.SECOND_PAGE: len(self._target.pages) > 1,
        }
        return next((need.words for need in case.needs if not given[need]), None)
