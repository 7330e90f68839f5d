"""What the tested endpoint handed on: noted from a probe, then counted against what was sent."""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from fbtool.sandbox.conformance import markers
from fbtool.sandbox.conformance.bodies import Item
from fbtool.sandbox.conformance.delivery import Demand, Exchange, Exchanges
from fbtool.sandbox.conformance.probes import Probe, ProbeSilent

_LONGEST = 120.0
"""Seconds after which even an endpoint that hands on for ever is not waited for."""


@dataclass
class _Seen:
    place: tuple[int, int]
    """Number of the record and position in it."""
    record: str
    in_mids: int = 0
    in_texts: int = 0


@dataclass
class ArrivalLog:
    """Everything that the tested endpoint handed on in one run.

    A *record* is one thing handed on: a line of a log, an element of a probe's list, an event. A message may show
    its id and its text in one record or in two neighbouring ones; that is one arrival.
    """

    run: str
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _records: int = 0

    def add(self, record: str) -> bool:
        """Note what is in a record; returns whether it has a marker of this run."""
        found = list(markers.find(record, self.run))
        self._records += 1
        for one in found:
            self._seen.setdefault(one.marker, _Seen((self._records, one.position), record))
        for name in {one.marker for one in found if one.in_mid}:
            self._seen[name].in_mids += 1
        for name in {one.marker for one in found if not one.in_mid}:
            self._seen[name].in_texts += 1
        return bool(found)

    def count(self, marker: str) -> int:
        """How often it arrived.

        The rarer of id and text counts: what writes one message into two lines has not doubled it.
        """
        seen = self._seen.get(marker)
        return min(filter(None, (seen.in_mids, seen.in_texts))) if seen else 0

    def place(self, marker: str) -> tuple[int, int]:
        """Where it came first; places compare in the order of arrival. Only for a marker that arrived."""
        return self._seen[marker].place

    def record(self, marker: str) -> str:
        """The record in which it came first. Only for a marker that arrived."""
        return self._seen[marker].record

    def shows_text(self, marker: str) -> bool:
        """Whether the message's text was handed on, and not only its id."""
        seen = self._seen.get(marker)
        return bool(seen and seen.in_texts)


class ArrivalWatch:
    """A probe and what it has shown so far."""

    def __init__(self, probe: Probe, log: ArrivalLog) -> None:
        self._probe = probe
        self.log = log

    async def until(self, complete: Callable[[ArrivalLog], bool], patience: float) -> None:
        """Return when ``complete`` is satisfied, or after ``patience`` seconds without any news.

        Raises:
            ForeignEvents: looking on would do harm.
        """
        clock = asyncio.get_running_loop().time
        begun = news = clock()
        while True:
            if await self._look():
                news = clock()
            if complete(self.log) or clock() - news >= patience or clock() - begun >= _LONGEST:
                return
            await asyncio.sleep(self._probe.pause)

    async def _look(self) -> bool:
        """Whether there was anything new of this run."""
        try:
            records = await self._probe.look()
        except ProbeSilent:
            # It may be the endpoint itself that does not answer now; what has been seen stays.
            await asyncio.sleep(0.1)
            return False
        return sum(self.log.add(record) for record in records) > 0


@dataclass(frozen=True)
class ArrivalCounts:
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


def owed(exchanges: Iterable[Exchange]) -> list[Item]:
    """The messages that have to arrive, each once, in the order in which they were sent."""
    items: dict[str, Item] = {}
    for delivery, answer in exchanges:
        taken = delivery.demand is Demand.TAKEN or (delivery.demand is Demand.SURVIVED and answer.status == 200)
        for item in delivery.items:
            if taken and item.owed:
                items.setdefault(item.marker, item)
    return list(items.values())


def count(exchanges: Exchanges, log: ArrivalLog) -> ArrivalCounts:
    """What became of every item of a case."""
    due = owed(exchanges)
    everything = {item.marker: delivery.demand for delivery, _ in exchanges for item in delivery.items}
    refused = {marker for marker, demand in everything.items() if demand is Demand.REFUSED}
    beside = everything.keys() - refused - {item.marker for item in due}
    arrived = [item for item in due if log.count(item.marker)]
    return ArrivalCounts(
        owed=len(due),
        lost=len(due) - len(arrived),
        doubled=sum(log.count(marker) > 1 for marker in everything.keys() - refused),
        forged=sum(log.count(marker) > 0 for marker in refused),
        reordered=_reordered(arrived, log),
        damaged=sum(_is_damaged(item, log) for item in arrived),
        beside=len(beside),
        beside_arrived=sum(log.count(marker) > 0 for marker in beside),
    )


def _reordered(arrived: Iterable[Item], log: ArrivalLog) -> int:
    places = defaultdict(list)
    for item in arrived:
        places[item.conversation].append(log.place(item.marker))
    return sum(later < earlier for in_order in places.values() for earlier, later in itertools.pairwise(in_order))


def _is_damaged(item: Item, log: ArrivalLog) -> bool:
    if not item.text or not log.shows_text(item.marker):
        return False
    return item.text not in _unescaped(log.record(item.marker))


def _unescaped(record: str) -> str:
    r"""A record without JSON's escapes, however often it was escaped: ``\u00e4``, ``\\u00e4``, ``\/``."""
    return re.sub(r"\\+/", "/", re.sub(r"(?:\\+u[0-9a-fA-F]{4})+", _decoded, record))


def _decoded(match: re.Match[str]) -> str:
    units = re.findall(r"[0-9a-fA-F]{4}", match[0])
    return b"".join(int(unit, 16).to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
