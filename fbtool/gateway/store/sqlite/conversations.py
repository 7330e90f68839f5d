"""What is known of conversations in SQLite, all by fingerprint: functions on an open transaction."""

from collections.abc import Sequence

import apsw
import msgspec

from fbtool.gateway.store import GreetingDue, LastMessages, limits
from fbtool.gateway.store.sqlite.entries import Entry
from fbtool.gateway.store.sqlite.many import inserted, matching


def note(database: apsw.Connection, entries: Sequence[Entry]) -> None:
    """Keep what new entries tell about their conversations."""
    for entry in entries:
        if entry.may_greet:
            _welcome(database, entry)
    opened: dict[bytes, tuple[bytes, str, int]] = {}
    sent = []
    for arrival in (entry.arrival for entry in entries):
        if (conversation := arrival.conversation) is not None:
            earlier_ms = opened[conversation][2] if conversation in opened else 0
            opened[conversation] = conversation, arrival.source_id, max(arrival.time_ms, earlier_ms)
        if (mark := arrival.sent) is not None:
            sent.append((mark.mid, mark.message_id, mark.conversation, arrival.source_id, mark.sent_ms))
    later = "ON CONFLICT (conversation) DO UPDATE SET last_customer = max(last_customer, excluded.last_customer)"
    inserted(database, "reply_window", list(opened.values()), later)
    inserted(database, "sent", sent, "ON CONFLICT DO NOTHING")


def _welcome(database: apsw.Connection, entry: Entry) -> None:
    """Let the customer wait for a greeting, unless the conversation is older than that."""
    # Who has an open window was in touch before the account greeted anybody.
    database.execute(
        "INSERT INTO greeted SELECT :conversation, :page, :now, :id"
        " WHERE NOT EXISTS (SELECT 1 FROM reply_window WHERE conversation = :conversation)"
        " ON CONFLICT (conversation) DO UPDATE SET since = excluded.since",
        {
            "conversation": entry.arrival.conversation,
            "page": entry.arrival.source_id,
            "now": entry.now_ms,
            "id": entry.arrival.greets,
        },
    )


def last_customer_ms(database: apsw.Connection, conversation: bytes) -> int | None:
    """See `Store.last_customer_ms`."""
    return reply_windows(database, [conversation]).get(conversation)


def reply_windows(database: apsw.Connection, conversations: Sequence[bytes]) -> dict[bytes, int]:
    """See `Store.reply_windows`."""
    query = "SELECT conversation, last_customer FROM {given} JOIN reply_window ON conversation = column1"
    found = matching(database, query, [(conversation,) for conversation in conversations])
    return {bytes(conversation): last_ms for conversation, last_ms in found}


def last_messages(database: apsw.Connection, source_id: str) -> LastMessages:
    """See `Store.last_messages`. An index would cost every new conversation as much again as its row does."""
    query = """
        SELECT (SELECT max(last_customer) FROM reply_window WHERE source_id = :page),
               (SELECT max(at) FROM sent WHERE source_id = :page)"""
    return LastMessages(*next(iter(database.execute(query, {"page": source_id}))))


def sent_messages(database: apsw.Connection, mids: Sequence[bytes]) -> dict[bytes, str]:
    """See `Store.sent_messages`."""
    query = "SELECT mid, message_id FROM {given} JOIN sent ON mid = column1"
    return {bytes(mid): message_id for mid, message_id in matching(database, query, [(mid,) for mid in mids])}


def sent_before(database: apsw.Connection, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
    """See `Store.sent_before`."""
    last = (
        f"SELECT message_id FROM sent WHERE conversation = column2 AND at <= column3 ORDER BY at DESC LIMIT {limit:d}"  # noqa: S608
    )
    query = f"SELECT column1, (SELECT json_group_array(message_id) FROM ({last})) FROM {{given}} ORDER BY column1"  # noqa: S608
    rows = [(number, *one) for number, one in enumerate(asked)]
    return [msgspec.json.decode(ids, type=list[str])[::-1] for _, ids in matching(database, query, rows)]


def somebody_waits(database: apsw.Connection) -> bool:
    """Whether a greeting is due."""
    return database.execute("SELECT 1 FROM greeted WHERE due IS NOT NULL LIMIT 1").fetchone() is not None


def greetings_due(database: apsw.Connection, limit: int) -> list[GreetingDue]:
    """See `Store.greetings_due`."""
    query = """
        SELECT greeted.source_id, account.id, conversation, due, account.greeting, since
        FROM greeted JOIN link ON link.page_id = greeted.source_id JOIN account ON account.id = link.account_id
        WHERE due IS NOT NULL ORDER BY since LIMIT ?"""
    return [GreetingDue(*row) for row in database.execute(query, (limit,))]


def decide_greeting(database: apsw.Connection, conversation: bytes) -> bool:
    """Take a conversation off the list of those that wait for their greeting; False if it was not on it."""
    database.execute("UPDATE greeted SET due = NULL WHERE conversation = ? AND due IS NOT NULL", (conversation,))
    return database.changes() > 0


def tidy(database: apsw.Connection, now_ms: int) -> None:
    """Forget what has reached the end of its life."""
    database.execute("DELETE FROM reply_window WHERE last_customer < ?", (now_ms - limits.WINDOW_MS,))
    database.execute("DELETE FROM sent WHERE at < ?", (now_ms - limits.WINDOW_MS,))
    database.execute("DELETE FROM greeted WHERE since < ?", (now_ms - limits.GREETED_MS,))
