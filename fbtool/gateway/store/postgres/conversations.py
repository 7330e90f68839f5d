"""What is known of conversations in PostgreSQL."""

from collections.abc import Sequence

from fbtool.gateway.store.conversations import GREETINGS_DUE, LAST_MESSAGES, GreetingDue, LastMessages
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, deleting, statements, transaction
from fbtool.gateway.store.postgres.outbox import enqueue


class PostgresConversationStore(DatabasePort):
    """See `ConversationStore`."""

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return (await self.reply_windows([conversation])).get(conversation)

    @statements
    async def reply_windows(self, db: Connection, conversations: Sequence[bytes]) -> dict[bytes, int]:
        query = "SELECT conversation, last_customer FROM reply_window WHERE conversation = ANY ($1::bytea[])"
        return dict(await db.fetch(query, conversations))

    @statements
    async def last_messages(self, db: Connection, source_id: str) -> LastMessages:
        return LastMessages(*await db.fetchrow(LAST_MESSAGES, source_id))

    @statements
    async def sent_messages(self, db: Connection, mids: Sequence[bytes]) -> dict[bytes, str]:
        return dict(await db.fetch("SELECT mid, message_id FROM sent WHERE mid = ANY ($1::bytea[])", mids))

    @statements
    async def sent_before(self, db: Connection, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        query = """
            SELECT nr, message_id
            FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY AS asked (conversation, until, nr)
            CROSS JOIN LATERAL (
                SELECT message_id, at FROM sent WHERE sent.conversation = asked.conversation AND at <= until
                ORDER BY at DESC LIMIT $3
            ) AS last ORDER BY nr, at"""
        found: list[list[str]] = [[] for _ in asked]
        for nr, message_id in await db.fetch(query, [one for one, _ in asked], [until for _, until in asked], limit):
            found[nr - 1].append(message_id)
        return found

    @transaction
    async def forget(self, db: Connection, conversation: bytes) -> None:
        query = """
            WITH theirs AS (
                SELECT id FROM outbox WHERE conversation = $1 AND state != 'done' ORDER BY id FOR UPDATE
            )
            UPDATE outbox SET state = 'done', body = NULL FROM theirs WHERE outbox.id = theirs.id"""
        await db.execute(query, conversation)
        for table, key in (("greeted", "conversation"), ("reply_window", "conversation"), ("sent", "mid")):
            await db.execute(deleting(table, key, "conversation = $1"), conversation)

    @statements
    async def greetings_due(self, db: Connection, channel: str, limit: int) -> list[GreetingDue]:
        return [GreetingDue(*row) for row in await db.fetch(GREETINGS_DUE, channel, limit)]

    @transaction
    async def greet(self, db: Connection, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
        query = "UPDATE greeted SET due = NULL WHERE conversation = $1 AND due IS NOT NULL RETURNING true"
        first = bool(await db.fetchval(query, conversation))
        if first and greeting is not None:
            await enqueue(db, greeting, b"greeting " + conversation, b"", now_ms)
        return first
