"""Compares what was sent and answered with what arrived."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from fbtool.language import Sentence
from fbtool.sandbox.conformance.bodies import Item
from fbtool.sandbox.conformance.case import Case, Delivery, Demand
from fbtool.sandbox.conformance.faults import Fault, faults_of
from fbtool.sandbox.conformance.sending import Answer
from fbtool.sandbox.conformance.settings import Limits
from fbtool.sandbox.conformance.sightings import Sightings

Exchange = tuple[Delivery, Answer]


class Result(Enum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Arrivals:
    """What became of a case's items, in counts of messages."""

    owed: int = 0
    """Messages that every endpoint has to hand on."""
    lost: int = 0
    doubled: int = 0
    """Items that came more than once, owed or not."""
    forged: int = 0
    """Items of refused deliveries that arrived all the same."""
    reordered: int = 0
    """Messages that came before an earlier one of their conversation."""
    damaged: int = 0
    """Messages whose text has changed on the way."""
    beside: int = 0
    """Items that an endpoint may hand on or not …"""
    beside_arrived: int = 0
    """… and did."""

    @property
    def arrived(self) -> int:
        """Owed messages that were handed on."""
        return self.owed - self.lost


@dataclass(frozen=True)
class Outcome:
    """A case and what came of it."""

    case: Case
    result: Result
    exchanges: tuple[Exchange, ...] = ()
    arrivals: Arrivals | None = None
    """None if nobody watched."""
    faults: tuple[Fault, ...] = ()
    reason: Sentence | None = None
    """Why it was skipped."""

    @property
    def milliseconds(self) -> int | None:
        """The slowest answer; None if there was none."""
        answered = [answer.seconds for _, answer in self.exchanges if answer.status]
        return round(max(answered) * 1000) if answered else None


def skipped(case: Case, reason: Sentence) -> Outcome:
    """The outcome of a case that was not run."""
    return Outcome(case, Result.SKIPPED, reason=reason)


def judge(case: Case, exchanges: Sequence[Exchange], sightings: Sightings | None, limits: Limits) -> Outcome:
    """The outcome of a case that was run; without sightings from the answers alone."""
    arrivals = None if sightings is None else count(exchanges, sightings)
    faults = tuple(faults_of(case, exchanges, arrivals, limits))
    return Outcome(case, Result.FAILED if faults else Result.PASSED, tuple(exchanges), arrivals, faults)


def owed(exchanges: Iterable[Exchange]) -> list[Item]:
    """The messages that have to arrive, each once, in the order in which they were sent."""
    items: dict[str, Item] = {}
    for delivery, answer in exchanges:
        taken = delivery.demand is Demand.TAKEN or (delivery.demand is Demand.SURVIVED and answer.status == 200)
        for item in delivery.items:
            if taken and item.owed:
                items.setdefault(item.marker, item)
    return list(items.values())


def count(exchanges: Sequence[Exchange], sightings: Sightings) -> Arrivals:
    """What became of every item of a case."""
    due = owed(exchanges)
    everything = {item.marker: delivery.demand for delivery, _ in exchanges for item in delivery.items}
    refused = {marker for marker, demand in everything.items() if demand is Demand.REFUSED}
    beside = everything.keys() - refused - {item.marker for item in due}
    arrived = [item for item in due if sightings.count(item.marker)]
    return Arrivals(
        owed=len(due),
        lost=len(due) - len(arrived),
        doubled=sum(sightings.count(marker) > 1 for marker in everything.keys() - refused),
        forged=sum(sightings.count(marker) > 0 for marker in refused),
        reordered=_reordered(arrived, sightings),
        damaged=sum(_is_damaged(item, sightings) for item in arrived),
        beside=len(beside),
        beside_arrived=sum(sightings.count(marker) > 0 for marker in beside),
    )


def _reordered(arrived: Iterable[Item], sightings: Sightings) -> int:
    places = defaultdict(list)
    for item in arrived:
        places[item.conversation].append(sightings.place(item.marker))
    return sum(later < earlier for in_order in places.values() for earlier, later in itertools.pairwise(in_order))


def _is_damaged(item: Item, sightings: Sightings) -> bool:
    if not item.text or not sightings.shows_text(item.marker):
        return False
    return item.text not in _unescaped(sightings.record(item.marker))


def _unescaped(record: str) -> str:
    r"""A record without JSON's escapes, however often it was escaped: ``\u00e4``, ``\\u00e4``, ``\/``."""
    return re.sub(r"\\+/", "/", re.sub(r"(?:\\+u[0-9a-fA-F]{4})+", _decoded, record))


def _decoded(match: re.Match[str]) -> str:
    units = re.findall(r"[0-9a-fA-F]{4}", match[0])
    return b"".join(int(unit, 16).to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
