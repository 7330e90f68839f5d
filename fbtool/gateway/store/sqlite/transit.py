"""Waiting events in SQLite: functions on an open transaction."""

from collections.abc import Callable, Sequence
from typing import Any

import apsw

from fbtool.gateway.store import Accepted, Arrival, Dropped, Holdings, Waiting, limits
from fbtool.gateway.store.sqlite import conversations, outbox


def accept(database: apsw.Connection, arrivals: Sequence[Arrival], now_ms: int) -> Accepted:
    """See `Store.accept`."""
    accounts, strays, repeated, unlinked = set(), set(), 0, 0
    for arrival in arrivals:
        row = database.execute("SELECT account_id FROM link WHERE page_id = ?", (arrival.page_id,)).fetchone()
        if row is None:
            unlinked += 1
            strays.add(arrival.page_id)
        elif store_arrival(database, arrival, now_ms, row[0]):
            accounts.add(row[0])
        else:
            repeated += 1
    stored = len(arrivals) - repeated - unlinked
    greetings_due = any(arrival.greets for arrival in arrivals) and conversations.somebody_waits(database)
    return Accepted(frozenset(accounts), stored, repeated, unlinked, greetings_due, frozenset(strays))


def store_arrival(database: apsw.Connection, arrival: Arrival, now_ms: int, account_id: str) -> bool:
    """Store one event for an account; False if it was stored before."""
    if arrival.sent is not None:
        outbox.settle(database, arrival.sent.message_id)
    database.execute("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING", (arrival.hour, arrival.fingerprint))
    if database.changes() == 0:
        return False
    database.execute(
        "INSERT INTO inbox (account_id, page_id, received, body) VALUES (?, ?, ?, ?)",
        (account_id, arrival.page_id, now_ms, arrival.body),
    )
    conversations.note(database, arrival, account_id, now_ms)
    return True


def set_aside(database: apsw.Connection, body: bytes, now_ms: int) -> None:
    """See `Store.set_aside`."""
    database.execute("INSERT INTO aside (received, body) VALUES (?, ?)", (now_ms, body))


def waiting(database: apsw.Connection, account_id: str, limit: int) -> list[Waiting]:
    """See `Store.waiting`."""
    query = "SELECT sequence, page_id, body FROM inbox WHERE account_id = ? ORDER BY sequence LIMIT ?"
    return [Waiting(*row) for row in database.execute(query, (account_id, limit))]


def acknowledge(database: apsw.Connection, account_id: str, sequences: Sequence[int]) -> int:
    """See `Store.acknowledge`."""
    before = database.total_changes()
    database.executemany(
        "DELETE FROM inbox WHERE sequence = ? AND account_id = ?", [(number, account_id) for number in sequences]
    )
    return database.total_changes() - before


def full_pages(database: apsw.Connection, most: int) -> list[str]:
    """The Pages of accounts that have ``most`` events waiting."""
    query = (
        "SELECT page_id FROM link WHERE account_id IN"
        " (SELECT account_id FROM inbox GROUP BY account_id HAVING count(*) >= ?)"
    )
    return [page_id for (page_id,) in database.execute(query, (most,))]


def drop_old(
    database: apsw.Connection, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int
) -> list[Dropped]:
    """See `Store.drop_old`."""
    query = (
        "SELECT account_id, page_id, count(*), min(received), max(received) FROM inbox WHERE received < ?"
        " GROUP BY account_id, page_id"
    )
    rows: list[Any] = database.execute(query, (before_ms,)).fetchall()
    dropped = [Dropped(*row) for row in rows]
    database.execute("DELETE FROM inbox WHERE received < ?", (before_ms,))
    for loss in dropped:
        store_arrival(database, tell(loss), now_ms, loss.account_id)
    return dropped


def holdings(database: apsw.Connection) -> Holdings:
    """See `Store.holdings`."""
    query = """
        SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox WHERE body IS NOT NULL),
               (SELECT count(*) FROM aside),
               (SELECT count(*) FROM holder WHERE length(token) > 0)
               + (SELECT count(*) FROM farewell WHERE length(token) > 0),
               (SELECT count(*) FROM reply_window), (SELECT count(*) FROM seen), (SELECT min(received) FROM inbox),
               (SELECT count(*) FROM sent), (SELECT count(*) FROM greeted), (SELECT count(*) FROM farewell)"""
    return Holdings(*next(iter(database.execute(query))))


def tidy(database: apsw.Connection, now_ms: int) -> None:
    """See `Store.tidy`."""
    conversations.tidy(database, now_ms)
    database.execute("DELETE FROM seen WHERE hour < ?", (now_ms // limits.HOUR_MS - limits.SEEN_HOURS,))
    database.execute("DELETE FROM aside WHERE received < ?", (now_ms - limits.ASIDE_MS,))
    database.execute("DELETE FROM outbox WHERE state = 'done' AND created < ?", (now_ms - limits.KEY_MS,))
    database.execute("DELETE FROM deletion WHERE done < ?", (now_ms - limits.DELETION_MS,))
