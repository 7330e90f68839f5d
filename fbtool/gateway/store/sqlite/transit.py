"""Waiting events and waiting answers in SQLite: functions on an open transaction."""

from collections.abc import Callable, Sequence
from typing import Any

import apsw

from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import Accepted, Arrival, Dropped, Holdings, Outgoing, Waiting, limits
from fbtool.gateway.store.sqlite import conversations


def accept(database: apsw.Connection, arrivals: Sequence[Arrival], now_ms: int) -> Accepted:
    """See `Store.accept`."""
    accounts, repeated, unlinked = set(), 0, 0
    for arrival in arrivals:
        row = database.execute("SELECT account_id FROM link WHERE page_id = ?", (arrival.page_id,)).fetchone()
        if row is None:
            unlinked += 1
        elif store_arrival(database, arrival, now_ms, row[0]):
            accounts.add(row[0])
        else:
            repeated += 1
    stored = len(arrivals) - repeated - unlinked
    greetings_due = any(arrival.greets for arrival in arrivals) and conversations.somebody_waits(database)
    return Accepted(frozenset(accounts), stored, repeated, unlinked, greetings_due)


def store_arrival(database: apsw.Connection, arrival: Arrival, now_ms: int, account_id: str) -> bool:
    """Store one event for an account; False if it was stored before."""
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


def enqueue(database: apsw.Connection, message: Outgoing, key: bytes, digest: bytes, now_ms: int) -> str:
    """See `Store.enqueue`."""
    query = "SELECT id, digest FROM outbox WHERE account_id = ? AND key = ?"
    earlier = database.execute(query, (message.account_id, key)).fetchone()
    if earlier is not None:
        if bytes(earlier[1]) != digest:
            raise KeyUsedDifferently
        return str(earlier[0])
    row = {
        "id": message.id,
        "account": message.account_id,
        "page": message.page_id,
        "conversation": message.conversation,
        "human": message.human,
        "body": message.body,
        "expires": message.expires_ms,
        "now": now_ms,
        "key": key,
        "digest": digest,
    }
    database.execute(
        "INSERT INTO outbox (id, account_id, page_id, conversation, human, body, state, due, expires, key, digest,"
        " created) VALUES (:id, :account, :page, :conversation, :human, :body, 'queued', :now, :expires, :key,"
        " :digest, :now)",
        row,
    )
    return message.id


# A link that needs a person holds its answers back until it is repaired or their time is over.
_HELD_BACK = "EXISTS (SELECT 1 FROM link WHERE page_id = o.page_id AND reason IS NOT NULL)"
# One answer of a conversation is in flight at a time, in the order in which they were given.
_NOT_FIRST = (
    "EXISTS (SELECT 1 FROM outbox AS e WHERE e.conversation = o.conversation"
    " AND e.state != 'done' AND e.sequence < o.sequence)"
)
_OUTGOING = "o.id, o.account_id, o.page_id, o.conversation, o.body, o.human, o.expires, o.tries"


def take_due(database: apsw.Connection, now_ms: int, limit: int) -> list[Outgoing]:
    """See `Store.take_due`."""
    query = (
        f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'queued' AND NOT {_NOT_FIRST}"  # noqa: S608 - constants
        f" AND (expires <= :now OR (due <= :now AND NOT {_HELD_BACK})) ORDER BY sequence LIMIT :limit"
    )
    due = [_outgoing(row) for row in database.execute(query, {"now": now_ms, "limit": limit})]
    database.executemany("UPDATE outbox SET state = 'sending', tries = tries + 1 WHERE id = ?", [(m.id,) for m in due])
    return due


def next_due_ms(database: apsw.Connection) -> int | None:
    """See `Store.next_due_ms`."""
    query = (
        f"SELECT min(CASE WHEN {_HELD_BACK} THEN expires ELSE min(due, expires) END)"  # noqa: S608 - constants
        f" FROM outbox AS o WHERE state = 'queued' AND NOT {_NOT_FIRST}"
    )
    (due,) = database.execute(query).fetchone() or (None,)
    return due


def retry(database: apsw.Connection, message_id: str, at_ms: int) -> None:
    """See `Store.retry`."""
    database.execute("UPDATE outbox SET state = 'queued', due = ? WHERE id = ?", (at_ms, message_id))


def finish(database: apsw.Connection, message_id: str, account_id: str, event: Arrival, now_ms: int) -> None:
    """See `Store.finish`."""
    database.execute("UPDATE outbox SET state = 'done', body = NULL WHERE id = ?", (message_id,))
    store_arrival(database, event, now_ms, account_id)


def interrupted(database: apsw.Connection) -> list[Outgoing]:
    """See `Store.interrupted`."""
    query = f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'sending' ORDER BY sequence"  # noqa: S608 - constant
    return [_outgoing(row) for row in database.execute(query)]


def holdings(database: apsw.Connection) -> Holdings:
    """See `Store.holdings`."""
    query = """
        SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox WHERE body IS NOT NULL),
               (SELECT count(*) FROM aside), (SELECT count(*) FROM link), (SELECT count(*) FROM reply_window),
               (SELECT count(*) FROM seen), (SELECT min(received) FROM inbox),
               (SELECT count(*) FROM sent), (SELECT count(*) FROM greeted)"""
    return Holdings(*next(iter(database.execute(query))))


def tidy(database: apsw.Connection, now_ms: int) -> None:
    """See `Store.tidy`."""
    conversations.tidy(database, now_ms)
    database.execute("DELETE FROM seen WHERE hour < ?", (now_ms // limits.HOUR_MS - limits.SEEN_HOURS,))
    database.execute("DELETE FROM aside WHERE received < ?", (now_ms - limits.ASIDE_MS,))
    database.execute("DELETE FROM outbox WHERE state = 'done' AND created < ?", (now_ms - limits.KEY_MS,))


def _outgoing(row: Sequence[Any]) -> Outgoing:
    message_id, account_id, page_id, conversation, body, human, expires, tries = row
    return Outgoing(message_id, account_id, page_id, bytes(conversation), bytes(body), bool(human), expires, tries)
