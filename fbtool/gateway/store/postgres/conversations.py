"""What is known of conversations in PostgreSQL, all by fingerprint."""

from collections.abc import Sequence

from fbtool.gateway.store import GreetingDue, LastMessages
from fbtool.gateway.store.postgres.database import Connection, deleting


async def reply_windows(db: Connection, conversations: Sequence[bytes]) -> dict[bytes, int]:
    """See `Store.reply_windows`."""
    query = "SELECT conversation, last_customer FROM reply_window WHERE conversation = ANY ($1::bytea[])"
    return dict(await db.fetch(query, conversations))


async def last_messages(db: Connection, source_id: str) -> LastMessages:
    """See `Store.last_messages`. An index would cost every new conversation as much again as its row does."""
    query = """
        SELECT (SELECT max(last_customer) FROM reply_window WHERE source_id = $1),
               (SELECT max(at) FROM sent WHERE source_id = $1)"""
    return LastMessages(*await db.fetchrow(query, source_id))


async def sent_messages(db: Connection, mids: Sequence[bytes]) -> dict[bytes, str]:
    """See `Store.sent_messages`."""
    return dict(await db.fetch("SELECT mid, message_id FROM sent WHERE mid = ANY ($1::bytea[])", mids))


async def sent_before(db: Connection, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
    """See `Store.sent_before`."""
    query = """
        SELECT nr, message_id FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY AS asked (conversation, until, nr)
        CROSS JOIN LATERAL (
            SELECT message_id, at FROM sent WHERE sent.conversation = asked.conversation AND at <= until
            ORDER BY at DESC LIMIT $3
        ) AS last ORDER BY nr, at"""
    found: list[list[str]] = [[] for _ in asked]
    for nr, message_id in await db.fetch(query, [one for one, _ in asked], [until for _, until in asked], limit):
        found[nr - 1].append(message_id)
    return found


async def greetings_due(db: Connection, limit: int) -> list[GreetingDue]:
    """See `Store.greetings_due`."""
    query = """
        SELECT greeted.source_id, account.id, conversation, due, account.greeting, since
        FROM greeted JOIN link ON link.page_id = greeted.source_id JOIN account ON account.id = link.account_id
        WHERE due IS NOT NULL ORDER BY since LIMIT $1"""
    return [GreetingDue(*row) for row in await db.fetch(query, limit)]


async def decide_greeting(db: Connection, conversation: bytes) -> bool:
    """Take a conversation off the list of those that wait for their greeting; False if it was not on it."""
    query = "UPDATE greeted SET due = NULL WHERE conversation = $1 AND due IS NOT NULL RETURNING true"
    return bool(await db.fetchval(query, conversation))


async def forget_page(db: Connection, source_id: str) -> None:
    """Forget the conversations of a Page that is not linked any more."""
    for table, key in (("greeted", "conversation"), ("reply_window", "conversation"), ("sent", "mid")):
        await db.execute(deleting(table, key, "source_id = $1"), source_id)
