"""Arrivals in SQLite: what is delivered at the same time is stored together, with one statement for each table.

After each statement the writer's thread has to wait until the event loop lets go of the interpreter, so the number of
statements counts more than their size. docs/architecture.md has the figure.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, compress, islice
from typing import NamedTuple

import apsw
import msgspec

from fbtool.gateway.store import Accepted, Arrival
from fbtool.gateway.store.inbox_limit import InboxLimit
from fbtool.gateway.store.sqlite import conversations, outbox, seen
from fbtool.gateway.store.sqlite.entries import Entry
from fbtool.gateway.store.sqlite.many import inserted, listed


class Batch(NamedTuple):
    """Deliveries that came together."""

    deliveries: Sequence[Sequence[Arrival]]
    """The arrivals of each."""
    now_ms: int

    def but(self, refused: frozenset[int]) -> list[Arrival]:
        """The arrivals of all deliveries but those with these numbers."""
        if not refused:
            return list(chain.from_iterable(self.deliveries))
        return [one for number, those in enumerate(self.deliveries) if number not in refused for one in those]


class Ending(NamedTuple):
    """The end of an answer, and the event that tells of it."""

    message_id: str
    entry: Entry


class Intake:
    """Stores deliveries, but for those with a Page whose account has too much waiting.

    Args:
        most_waiting: about how many events one account may have waiting.
    """

    def __init__(self, most_waiting: int) -> None:
        self._ceiling = InboxLimit(most_waiting)
        self._owners: dict[str, str] = {}

    def likely_accounts(self, deliveries: Sequence[Sequence[Arrival]]) -> set[str]:
        """Whose events these probably are: the accounts that had the last events of the same Pages."""
        pages = {arrival.source_id for arrivals in deliveries for arrival in arrivals}
        return {self._owners[source_id] for source_id in pages if source_id in self._owners}

    def take(self, database: apsw.Connection, batches: Sequence[Batch]) -> list[Accepted]:
        """See `Store.accept`; for many batches, in their order."""
        if self._ceiling.is_due:
            self._ceiling.counted(_full_pages(database, self._ceiling.most))
        refused = [self._ceiling.refused(batch.deliveries) for batch in batches]
        admitted = [batch.but(those) for batch, those in zip(batches, refused, strict=True)]
        owners = _owners(database, {arrival.source_id for arrivals in admitted for arrival in arrivals})
        self._owners |= {source_id: account_id for source_id, (account_id, _) in owners.items()}
        entries = [
            [
                Entry(one, owners[one.source_id][0], batch.now_ms, owners[one.source_id][1])
                for one in arrivals
                if one.source_id in owners
            ]
            for batch, arrivals in zip(batches, admitted, strict=True)
        ]
        return self._stored(database, admitted, entries, refused)

    def _stored(
        self,
        database: apsw.Connection,
        admitted: Sequence[Sequence[Arrival]],
        entries: Sequence[Sequence[Entry]],
        refused: Sequence[frozenset[int]],
    ) -> list[Accepted]:
        every = list(chain.from_iterable(entries))
        news = iter(store(database, every))
        greetings_due = any(entry.may_greet for entry in every) and conversations.somebody_waits(database)
        accepted = [
            _accepted(arrivals, own, list(islice(news, len(own))), those, greetings_due=greetings_due)
            for arrivals, own, those in zip(admitted, entries, refused, strict=True)
        ]
        self._ceiling.stored(sum(one.stored for one in accepted))
        return accepted


def end(database: apsw.Connection, endings: Sequence[Ending]) -> list[bool]:
    """See `Store.finish`; for many answers."""
    unsettled = outbox.settle(database, [ending.message_id for ending in endings])
    fresh = []
    for ending in endings:
        fresh.append(ending.message_id in unsettled)
        unsettled.discard(ending.message_id)  # the first fate is the one
    news = iter(store(database, [ending.entry for ending in compress(endings, fresh)]))
    return [is_fresh and next(news) for is_fresh in fresh]


def store(database: apsw.Connection, entries: Sequence[Entry]) -> list[bool]:
    """Store every entry once, in their order; False for one that was stored before."""
    outbox.settle(database, [entry.arrival.sent.message_id for entry in entries if entry.arrival.sent is not None])
    given = [entry.arrival for entry in entries]
    names = (name for one in given for name in (one.fingerprint, *one.known_as))
    taken = seen.known(database, names)
    news = []
    for arrival in given:
        news.append(arrival.fingerprint not in taken and taken.isdisjoint(arrival.known_as))
        taken.add(arrival.fingerprint)
    fresh = list(compress(entries, news))
    rows = [(entry.account_id, entry.arrival.source_id, entry.now_ms, entry.arrival.body) for entry in fresh]
    seen.note(database, [(entry.arrival.item_ms, entry.arrival.fingerprint) for entry in fresh])
    inserted(database, "inbox (account_id, source_id, received, body)", rows)
    conversations.note(database, fresh)
    return news


def _full_pages(database: apsw.Connection, most: int) -> list[str]:
    """The Pages of accounts that have ``most`` events waiting."""
    query = (
        "SELECT page_id FROM link WHERE account_id IN"
        " (SELECT account_id FROM inbox GROUP BY account_id HAVING count(*) >= ?)"
    )
    return [source_id for (source_id,) in database.execute(query, (most,))]


def _owners(database: apsw.Connection, source_ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The account of each Page that is linked, and whether it greets."""
    query = """
        SELECT json_group_object(page_id, json_array(account_id, greeting != ''))
        FROM link JOIN account ON account.id = account_id WHERE page_id IN (SELECT value FROM json_each(?))"""
    (found,) = next(iter(database.execute(query, (listed(source_ids),))))
    return {
        source_id: (account_id, bool(greets)) for source_id, (account_id, greets) in msgspec.json.decode(found).items()
    }


def _accepted(
    arrivals: Sequence[Arrival],
    entries: Sequence[Entry],
    news: Sequence[bool],
    refused: frozenset[int],
    *,
    greetings_due: bool,
) -> Accepted:
    """What became of one batch: its arrivals, those among them that somebody gets, and which of these are new."""
    stored = sum(news)
    strays = (
        set()
        if len(entries) == len(arrivals)
        else ({arrival.source_id for arrival in arrivals} - {entry.arrival.source_id for entry in entries})
    )
    return Accepted(
        accounts=frozenset(entry.account_id for entry in compress(entries, news)),
        stored=stored,
        repeated=len(entries) - stored,
        unlinked=len(arrivals) - len(entries),
        greetings_due=greetings_due,
        strays=frozenset(strays),
        refused=refused,
    )
