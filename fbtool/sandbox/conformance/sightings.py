"""What was seen of the markers: which, how often, in which order."""

from dataclasses import dataclass, field

from fbtool.sandbox.conformance import markers


@dataclass
class _Seen:
    place: tuple[int, int]
    """Number of the record and position in it."""
    record: str
    in_mids: int = 0
    in_texts: int = 0


@dataclass
class Sightings:
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
