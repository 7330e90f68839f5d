"""Answers on their way out in SQLite."""

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple

import apsw

from fbtool.gateway.problems import KeyUsedDifferently
from fbtool.gateway.store import limits
from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.gateway.store.outbox import EXPIRED_AT_ONCE, HELD_BACK, OUTGOING, QueuedMessage, QueueHead
from fbtool.gateway.store.sqlite.arrivals import settle, store
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction

# One answer of a conversation is in flight at a time, in the order in which they were given.
_NOT_FIRST = (
    "EXISTS (SELECT 1 FROM outbox AS e WHERE e.conversation = o.conversation"
    " AND e.state IN ('queued', 'sending') AND e.sequence < o.sequence)"
)
# The sign keeps SQLite from finding the answers by their account, all the finished ones with them.
_OF_CHANNEL = "EXISTS (SELECT 1 FROM account WHERE id = +o.account_id AND channel = :channel)"
# Says what the states besides it say already, and in the words of the index, by which alone SQLite finds that.
_UNFINISHED = "state != 'done'"


class _Ending(NamedTuple):
    """The end of an answer, and the event that tells of it."""

    message_id: str
    event: RoutedArrival
    now_ms: int


class SqliteOutboxStore(WriterPort):
    """See `OutboxStore`."""

    @transaction
    def enqueue(self, db: apsw.Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        return enqueue(db, message, key, digest, now_ms)

    @transaction
    def heads(self, db: apsw.Connection, channel: str) -> list[QueueHead]:
        query = (
            f"SELECT source_id, min(CASE WHEN state = 'queued' AND NOT {HELD_BACK} THEN due END),"  # noqa: S608
            " min(CASE WHEN state = 'queued' THEN expires END), min(CASE WHEN state = 'unclear' THEN due END)"
            f" FROM outbox AS o WHERE {_UNFINISHED} AND (state = 'unclear' OR (state = 'queued' AND NOT {_NOT_FIRST}))"
            f" AND {_OF_CHANNEL} GROUP BY source_id ORDER BY min(due)"
        )
        return [QueueHead(*row) for row in db.execute(query, {"channel": channel})]

    @transaction
    def take_due(self, db: apsw.Connection, most: Mapping[str, int], now_ms: int) -> dict[str, list[QueuedMessage]]:
        due = f"due <= :now AND NOT {HELD_BACK}"
        return {source_id: _take(db, due, source_id, now_ms, limit) for source_id, limit in most.items()}

    @transaction
    def take_expired(self, db: apsw.Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
        return _take(db, "expires <= :now", source_id, now_ms, EXPIRED_AT_ONCE)

    @transaction
    def take_unclear(self, db: apsw.Connection, source_id: str, now_ms: int) -> list[QueuedMessage]:
        query = (
            f"SELECT {OUTGOING} FROM outbox AS o WHERE {_UNFINISHED} AND state = 'unclear'"  # noqa: S608 - constants
            " AND source_id = ? AND due <= ?"
        )
        return [_message(row) for row in db.execute(query, (source_id, now_ms))]

    @transaction
    def retry(self, db: apsw.Connection, message_id: str, at_ms: int, tries: int) -> None:
        query = "UPDATE outbox SET state = 'queued', due = ?, tries = ? WHERE id = ? AND state = 'sending'"
        db.execute(query, (at_ms, tries, message_id))

    @transaction
    def await_proof(self, db: apsw.Connection, message_id: str, until_ms: int) -> None:
        query = "UPDATE outbox SET state = 'unclear', due = ? WHERE id = ? AND state = 'sending'"
        db.execute(query, (until_ms, message_id))

    async def finish(self, message_id: str, account_id: str, event: Arrival, now_ms: int) -> bool:
        return await self.writer.join(_end, _Ending(message_id, RoutedArrival(event, account_id), now_ms))

    @transaction
    def interrupted(
        self, db: apsw.Connection, channel: str, now_ms: int, lease_ms: int = limits.LEASE_MS
    ) -> list[QueuedMessage]:
        # While an answer is "sending", "due" is the end of its lease.
        query = (
            f"SELECT {OUTGOING} FROM outbox AS o WHERE {_UNFINISHED} AND state = 'sending'"  # noqa: S608 - constants
            f" AND due <= :now AND {_OF_CHANNEL} ORDER BY sequence"
        )
        until_ms = now_ms + limits.LEASE_MS - lease_ms
        return [_message(row) for row in db.execute(query, {"now": until_ms, "channel": channel})]


def enqueue(db: apsw.Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
    """See `OutboxStore.enqueue`."""
    query = "SELECT id, digest FROM outbox WHERE account_id = ? AND key = ?"
    earlier = db.execute(query, (message.account_id, key)).fetchone()
    if earlier is not None:
        if bytes(earlier[1]) != digest:
            raise KeyUsedDifferently
        return str(earlier[0])
    row = {
        "id": message.id,
        "account": message.account_id,
        "source": message.source_id,
        "conversation": message.conversation,
        "human": message.human,
        "body": message.body,
        "expires": message.expires_ms,
        "now": now_ms,
        "key": key,
        "digest": digest,
    }
    db.execute(
        "INSERT INTO outbox (id, account_id, source_id, conversation, human, body, state, due, expires, key, digest,"
        " created) VALUES (:id, :account, :source, :conversation, :human, :body, 'queued', :now, :expires, :key,"
        " :digest, :now)",
        row,
    )
    return message.id


def end_leases(db: apsw.Connection) -> None:
    """A new process has the database: whatever the earlier one was sending is interrupted."""
    db.execute("UPDATE outbox SET due = 0 WHERE state = 'sending'")


def _end(db: apsw.Connection, endings: Sequence[_Ending]) -> list[bool]:
    """See `OutboxStore.finish`; for many answers."""
    unsettled = settle(db, [ending.message_id for ending in endings])
    fresh = []
    for ending in endings:
        fresh.append(ending.message_id in unsettled)
        unsettled.discard(ending.message_id)  # the first fate is the one
    news = iter(store(db, [ending.event for ending in compress(endings, fresh)], endings[0].now_ms))
    return [is_fresh and next(news) for is_fresh in fresh]


def _take(db: apsw.Connection, condition: str, source_id: str, now_ms: int, limit: int) -> list[QueuedMessage]:
    query = (
        f"SELECT {OUTGOING} FROM outbox AS o WHERE state = 'queued' AND source_id = :source AND {condition}"  # noqa: S608
        f" AND NOT {_NOT_FIRST} ORDER BY sequence LIMIT :limit"
    )
    taken = [_message(row) for row in db.execute(query, {"source": source_id, "now": now_ms, "limit": limit})]
    query = "UPDATE outbox SET state = 'sending', due = ? WHERE id = ?"
    db.executemany(query, [(now_ms + limits.LEASE_MS, message.id) for message in taken])
    return taken


def _message(row: Sequence[Any]) -> QueuedMessage:
    message_id, account_id, source_id, conversation, body, human, *rest = row
    return QueuedMessage(message_id, account_id, source_id, bytes(conversation), bytes(body), bool(human), *rest)
