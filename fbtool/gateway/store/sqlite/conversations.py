"""What is known of conversations in SQLite, all by fingerprint: functions on an open transaction."""

from collections.abc import Sequence

import apsw

from fbtool.gateway.store import Arrival, GreetingDue, LastMessages, limits


def note(database: apsw.Connection, arrival: Arrival, account_id: str, now_ms: int) -> None:
    """Keep what an arrival tells about its conversation."""
    if arrival.greets:
        # Who has an open window was in touch before the account greeted anybody.
        database.execute(
            "INSERT INTO greeted SELECT :conversation, :page, :now, :id FROM account"
            " WHERE id = :account AND greeting != ''"
            " AND NOT EXISTS (SELECT 1 FROM reply_window WHERE conversation = :conversation)"
            " ON CONFLICT (conversation) DO UPDATE SET since = excluded.since",
            {
                "conversation": arrival.conversation,
                "page": arrival.page_id,
                "now": now_ms,
                "id": arrival.greets,
                "account": account_id,
            },
        )
    if arrival.conversation is not None:
        database.execute(
            "INSERT INTO reply_window VALUES (?, ?, ?) ON CONFLICT (conversation)"
            " DO UPDATE SET last_customer = max(last_customer, excluded.last_customer)",
            (arrival.conversation, arrival.page_id, arrival.time_ms),
        )
    if arrival.sent is not None:
        mark = arrival.sent
        database.execute(
            "INSERT INTO sent VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (mark.mid, mark.message_id, mark.conversation, arrival.page_id, mark.sent_ms),
        )


def last_customer_ms(database: apsw.Connection, conversation: bytes) -> int | None:
    """See `Store.last_customer_ms`."""
    return reply_windows(database, [conversation]).get(conversation)


def reply_windows(database: apsw.Connection, conversations: Sequence[bytes]) -> dict[bytes, int]:
    """See `Store.reply_windows`."""
    query = "SELECT last_customer FROM reply_window WHERE conversation = ?"
    rows = ((conversation, database.execute(query, (conversation,)).fetchone()) for conversation in conversations)
    return {conversation: row[0] for conversation, row in rows if row}


def last_messages(database: apsw.Connection, page_id: str) -> LastMessages:
    """See `Store.last_messages`. An index would cost every new conversation as much again as its row does."""
    query = """
        SELECT (SELECT max(last_customer) FROM reply_window WHERE page_id = :page),
               (SELECT max(at) FROM sent WHERE page_id = :page)"""
    return LastMessages(*next(iter(database.execute(query, {"page": page_id}))))


def sent_messages(database: apsw.Connection, mids: Sequence[bytes]) -> dict[bytes, str]:
    """See `Store.sent_messages`."""
    rows = ((mid, database.execute("SELECT message_id FROM sent WHERE mid = ?", (mid,)).fetchone()) for mid in mids)
    return {mid: row[0] for mid, row in rows if row}


def sent_before(database: apsw.Connection, conversation: bytes, until_ms: int, limit: int) -> list[str]:
    """See `Store.sent_before`."""
    query = "SELECT message_id FROM sent WHERE conversation = ? AND at <= ? ORDER BY at DESC LIMIT ?"
    return [row[0] for row in database.execute(query, (conversation, until_ms, limit))][::-1]


def somebody_waits(database: apsw.Connection) -> bool:
    """Whether a greeting is due."""
    return database.execute("SELECT 1 FROM greeted WHERE due IS NOT NULL LIMIT 1").fetchone() is not None


def greetings_due(database: apsw.Connection, limit: int) -> list[GreetingDue]:
    """See `Store.greetings_due`."""
    query = """
        SELECT greeted.page_id, account.id, conversation, due, account.greeting, since
        FROM greeted JOIN link ON link.page_id = greeted.page_id JOIN account ON account.id = link.account_id
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
