"""Answers on their way out in SQLite: functions on an open transaction.

::

    queued ──take──► sending ──► done
      ▲                │  └────► unclear ──echo, or none in time──► done
      └──retry─────────┘
"""

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import Head, QueuedMessage, limits
from fbtool.gateway.store.sqlite.many import listed


def enqueue(database: apsw.Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
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
        "page": message.source_id,
        "conversation": message.conversation,
        "human": message.human,
        "body": message.body,
        "expires": message.expires_ms,
        "now": now_ms,
        "key": key,
        "digest": digest,
    }
    database.execute(
        "INSERT INTO outbox (id, account_id, source_id, conversation, human, body, state, due, expires, key, digest,"
        " created) VALUES (:id, :account, :page, :conversation, :human, :body, 'queued', :now, :expires, :key,"
        " :digest, :now)",
        row,
    )
    return message.id


# A link that needs a person holds its answers back until it is repaired or their time is over.
_HELD_BACK = "EXISTS (SELECT 1 FROM link WHERE page_id = o.source_id AND reason IS NOT NULL)"
# One answer of a conversation is in flight at a time, in the order in which they were given.
_NOT_FIRST = (
    "EXISTS (SELECT 1 FROM outbox AS e WHERE e.conversation = o.conversation"
    " AND e.state IN ('queued', 'sending') AND e.sequence < o.sequence)"
)
_OUTGOING = (
    "o.id, o.account_id, o.source_id, o.conversation, o.body, o.human, o.expires, o.tries,"
    " (SELECT last_customer FROM reply_window AS w WHERE w.conversation = o.conversation)"
)


_AT_ONCE = 100
"""How many answers whose time is over are taken in one go."""


def heads(database: apsw.Connection) -> list[Head]:
    """See `Store.queue_heads`."""
    query = (
        f"SELECT source_id, min(CASE WHEN state = 'queued' AND NOT {_HELD_BACK} THEN due END),"  # noqa: S608 - constants
        " min(CASE WHEN state = 'queued' THEN expires END), min(CASE WHEN state = 'unclear' THEN due END)"
        f" FROM outbox AS o WHERE state = 'unclear' OR (state = 'queued' AND NOT {_NOT_FIRST})"
        " GROUP BY source_id ORDER BY min(due)"
    )
    return [Head(*row) for row in database.execute(query)]


def take_due(database: apsw.Connection, source_id: str, now_ms: int, limit: int) -> list[QueuedMessage]:
    """See `Store.take_due`."""
    return _take(database, f"due <= :now AND NOT {_HELD_BACK}", source_id, now_ms, limit)


def take_expired(database: apsw.Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
    """See `Store.take_expired`."""
    return _take(database, "expires <= :now", source_id, now_ms, _AT_ONCE)


def take_unclear(database: apsw.Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
    """See `Store.take_unclear`."""
    query = f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'unclear' AND source_id = ? AND due <= ?"  # noqa: S608
    return [_outgoing(row) for row in database.execute(query, (source_id, now_ms))]


def retry(database: apsw.Connection, message_id: str, at_ms: int, tries: int) -> None:
    """See `Store.retry`."""
    query = "UPDATE outbox SET state = 'queued', due = ?, tries = ? WHERE id = ? AND state = 'sending'"
    database.execute(query, (at_ms, tries, message_id))


def await_echo(database: apsw.Connection, message_id: str, until_ms: int) -> None:
    """See `Store.await_echo`."""
    query = "UPDATE outbox SET state = 'unclear', due = ? WHERE id = ? AND state = 'sending'"
    database.execute(query, (until_ms, message_id))


def settle(database: apsw.Connection, message_ids: Sequence[str]) -> set[str]:
    """Forget the answers' content because their fate is known; returns those of which it was not known before."""
    if not message_ids:
        return set()
    query = """
        SELECT json_group_array(id) FROM outbox WHERE id IN (SELECT value FROM json_each(?)) AND state != 'done'"""
    (unsettled,) = next(iter(database.execute(query, (listed(message_ids),))))
    query = "UPDATE outbox SET state = 'done', body = NULL WHERE id IN (SELECT value FROM json_each(?))"
    database.execute(query, (unsettled,))
    return set(msgspec.json.decode(unsettled))


def end_leases(database: apsw.Connection) -> None:
    """A new process has the database: whatever the earlier one was sending is interrupted."""
    database.execute("UPDATE outbox SET due = 0 WHERE state = 'sending'")


def interrupted(database: apsw.Connection, now_ms: int) -> list[QueuedMessage]:
    """See `Store.interrupted`. While an answer is "sending", ``due`` is the end of its lease."""
    query = f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'sending' AND due <= ? ORDER BY sequence"  # noqa: S608
    return [_outgoing(row) for row in database.execute(query, (now_ms,))]


def _take(database: apsw.Connection, condition: str, source_id: str, now_ms: int, limit: int) -> list[QueuedMessage]:
    query = (
        f"SELECT {_OUTGOING} FROM outbox AS o WHERE state = 'queued' AND source_id = :page AND {condition}"  # noqa: S608
        f" AND NOT {_NOT_FIRST} ORDER BY sequence LIMIT :limit"
    )
    taken = [_outgoing(row) for row in database.execute(query, {"page": source_id, "now": now_ms, "limit": limit})]
    query = "UPDATE outbox SET state = 'sending', due = ? WHERE id = ?"
    database.executemany(query, [(now_ms + limits.LEASE_MS, message.id) for message in taken])
    return taken


def _outgoing(row: Sequence[Any]) -> QueuedMessage:
    message_id, account_id, source_id, conversation, body, human, *rest = row
    return QueuedMessage(message_id, account_id, source_id, bytes(conversation), bytes(body), bool(human), *rest)
