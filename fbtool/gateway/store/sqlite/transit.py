"""Waiting events in SQLite: functions on an open transaction."""

from collections.abc import Callable, Sequence
from typing import Any

import apsw

from fbtool.gateway.store import Arrival, Dropped, Holdings, Waiting, limits
from fbtool.gateway.store.sqlite import conversations, seen
from fbtool.gateway.store.sqlite.arrivals import store
from fbtool.gateway.store.sqlite.entries import Entry


def set_aside(database: apsw.Connection, body: bytes, now_ms: int) -> None:
    """See `Store.set_aside`."""
    database.execute("INSERT INTO aside (received, body) VALUES (?, ?)", (now_ms, body))


def waiting(database: apsw.Connection, account_id: str, limit: int) -> list[Waiting]:
    """See `Store.waiting`."""
    query = "SELECT sequence, source_id, body FROM inbox WHERE account_id = ? ORDER BY sequence LIMIT ?"
    return [Waiting(*row) for row in database.execute(query, (account_id, limit))]


def acknowledge(database: apsw.Connection, account_id: str, sequences: Sequence[int]) -> int:
    """See `Store.acknowledge`."""
    before = database.total_changes()
    database.executemany(
        "DELETE FROM inbox WHERE sequence = ? AND account_id = ?", [(number, account_id) for number in sequences]
    )
    return database.total_changes() - before


def drop_old(
    database: apsw.Connection, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int
) -> list[Dropped]:
    """See `Store.drop_old`."""
    query = (
        "SELECT account_id, source_id, count(*), min(received), max(received) FROM inbox WHERE received < ?"
        " GROUP BY account_id, source_id"
    )
    rows: list[Any] = database.execute(query, (before_ms,)).fetchall()
    dropped = [Dropped(*row) for row in rows]
    database.execute("DELETE FROM inbox WHERE received < ?", (before_ms,))
    store(database, [Entry(tell(loss), loss.account_id, now_ms) for loss in dropped])
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
    seen.tidy(database, now_ms - limits.SEEN_MS)
    database.execute("DELETE FROM aside WHERE received < ?", (now_ms - limits.ASIDE_MS,))
    database.execute("DELETE FROM outbox WHERE state = 'done' AND created < ?", (now_ms - limits.KEY_MS,))
    database.execute("DELETE FROM deletion WHERE done < ?", (now_ms - limits.DELETION_MS,))
