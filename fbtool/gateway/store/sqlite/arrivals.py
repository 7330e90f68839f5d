"""Arrivals in SQLite: what is delivered at the same time is stored together, with one statement for each table.

After each statement the writer's thread has to wait until the event loop lets go of the interpreter, so the number of
statements counts more than their size. docs/architecture.md has the figure.
"""

from collections.abc import Iterable, Sequence
from itertools import compress, islice
from typing import NamedTuple

import apsw
import msgspec

from fbtool.gateway.store import Accepted, Arrival
from fbtool.gateway.store.ceiling import Ceiling, TooMuchWaiting
from fbtool.gateway.store.sqlite import conversations, outbox
from fbtool.gateway.store.sqlite.entries import Entry
from fbtool.gateway.store.sqlite.many import inserted, listed, matching


class Delivery(NamedTuple):
    """The arrivals of one webhook."""

    arrivals: Sequence[Arrival]
    now_ms: int


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
        self._ceiling = Ceiling(most_waiting)
        self._owners: dict[str, str] = {}

    def likely_accounts(self, arrivals: Sequence[Arrival]) -> set[str]:
        """Whose events these probably are: the accounts that had the last events of the same Pages."""
        return {self._owners[arrival.page_id] for arrival in arrivals if arrival.page_id in self._owners}

    def take(self, database: apsw.Connection, deliveries: Sequence[Delivery]) -> list[Accepted | TooMuchWaiting]:
        """See `Store.accept`; for many deliveries, in their order."""
        if self._ceiling.is_due:
            self._ceiling.counted(_full_pages(database, self._ceiling.most))
        admitted = [self._ceiling.admits(arrival.page_id for arrival in delivery.arrivals) for delivery in deliveries]
        owners = _owners(database, {arrival.page_id for delivery in deliveries for arrival in delivery.arrivals})
        self._owners |= {page_id: account_id for page_id, (account_id, _) in owners.items()}
        accepted = _accept(database, list(compress(deliveries, admitted)), owners)
        self._ceiling.stored(sum(one.stored for one in accepted))
        results = iter(accepted)
        return [next(results) if admits else TooMuchWaiting() for admits in admitted]


def _accept(
    database: apsw.Connection, deliveries: Sequence[Delivery], owners: dict[str, tuple[str, bool]]
) -> list[Accepted]:
    entries = [
        Entry(
            arrival,
            account_id=owners[arrival.page_id][0],
            now_ms=delivery.now_ms,
            account_greets=owners[arrival.page_id][1],
        )
        for delivery in deliveries
        for arrival in delivery.arrivals
        if arrival.page_id in owners
    ]
    news = store(database, entries)
    greetings_due = any(entry.may_greet for entry in entries) and conversations.somebody_waits(database)
    kept = iter(zip(entries, news, strict=True))
    return [_accepted(delivery, owners, kept, greetings_due=greetings_due) for delivery in deliveries]


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
    keys = [(entry.arrival.hour, entry.arrival.fingerprint) for entry in entries]
    seen = _seen(database, keys)
    news = []
    for key in keys:
        news.append(key not in seen)
        seen.add(key)
    fresh = list(compress(entries, news))
    rows = [(entry.account_id, entry.arrival.page_id, entry.now_ms, entry.arrival.body) for entry in fresh]
    inserted(database, "seen", list(compress(keys, news)))
    inserted(database, "inbox (account_id, page_id, received, body)", rows)
    conversations.note(database, fresh)
    return news


def _full_pages(database: apsw.Connection, most: int) -> list[str]:
    """The Pages of accounts that have ``most`` events waiting."""
    query = (
        "SELECT page_id FROM link WHERE account_id IN"
        " (SELECT account_id FROM inbox GROUP BY account_id HAVING count(*) >= ?)"
    )
    return [page_id for (page_id,) in database.execute(query, (most,))]


def _owners(database: apsw.Connection, page_ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The account of each Page that is linked, and whether it greets."""
    query = """
        SELECT json_group_object(page_id, json_array(account_id, greeting != ''))
        FROM link JOIN account ON account.id = account_id WHERE page_id IN (SELECT value FROM json_each(?))"""
    (found,) = next(iter(database.execute(query, (listed(page_ids),))))
    return {page_id: (account_id, bool(greets)) for page_id, (account_id, greets) in msgspec.json.decode(found).items()}


def _seen(database: apsw.Connection, keys: Sequence[tuple[int, bytes]]) -> set[tuple[int, bytes]]:
    query = "SELECT hour, fingerprint FROM {given} JOIN seen ON hour = column1 AND fingerprint = column2"
    return {(hour, bytes(fingerprint)) for hour, fingerprint in matching(database, query, keys)}


def _accepted(
    delivery: Delivery,
    owners: dict[str, tuple[str, bool]],
    kept: Iterable[tuple[Entry, bool]],
    *,
    greetings_due: bool,
) -> Accepted:
    """What became of one delivery, whose entries are the next ones in ``kept``."""
    strays = [arrival.page_id for arrival in delivery.arrivals if arrival.page_id not in owners]
    own = list(islice(kept, len(delivery.arrivals) - len(strays)))
    stored = sum(new for _, new in own)
    return Accepted(
        accounts=frozenset(entry.account_id for entry, new in own if new),
        stored=stored,
        repeated=len(own) - stored,
        unlinked=len(strays),
        greetings_due=greetings_due,
        strays=frozenset(strays),
    )
