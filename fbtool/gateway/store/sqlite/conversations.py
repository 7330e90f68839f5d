"""What is known of conversations in SQLite."""

from collections.abc import Sequence

import apsw
import msgspec

from fbtool.gateway.store.conversations import GREETINGS_DUE, LAST_MESSAGES, GreetingDue, LastMessages
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.sqlite.bulk import matching
from fbtool.gateway.store.sqlite.outbox import enqueue
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction


class SqliteConversationStore(WriterPort):
    """See `ConversationStore`."""

    async def last_customer_ms(self, conversation: bytes) -> int | None:
        return (await self.reply_windows([conversation])).get(conversation)

    @transaction
    def reply_windows(self, db: apsw.Connection, conversations: Sequence[bytes]) -> dict[bytes, int]:
        query = "SELECT conversation, last_customer FROM {given} JOIN reply_window ON conversation = column1"
        found = matching(db, query, [(conversation,) for conversation in conversations])
        return {bytes(conversation): last_ms for conversation, last_ms in found}

    @transaction
    def last_messages(self, db: apsw.Connection, source_id: str) -> LastMessages:
        return LastMessages(*next(iter(db.execute(LAST_MESSAGES, (source_id,)))))

    @transaction
    def sent_messages(self, db: apsw.Connection, mids: Sequence[bytes]) -> dict[bytes, str]:
        query = "SELECT mid, message_id FROM {given} JOIN sent ON mid = column1"
        return {bytes(mid): message_id for mid, message_id in matching(db, query, [(mid,) for mid in mids])}

    @transaction
    def sent_before(self, db: apsw.Connection, asked: Sequence[tuple[bytes, int]], limit: int) -> list[list[str]]:
        last = "SELECT message_id FROM sent WHERE conversation = column2 AND at <= column3 ORDER BY at DESC LIMIT"
        ids = f"(SELECT json_group_array(message_id) FROM ({last} {limit:d}))"  # noqa: S608 - constants and a number
        query = f"SELECT column1, {ids} FROM {{given}} ORDER BY column1"  # noqa: S608 - constants and a number
        rows = [(number, *one) for number, one in enumerate(asked)]
        return [msgspec.json.decode(ids, type=list[str])[::-1] for _, ids in matching(db, query, rows)]

    @transaction
    def forget(self, db: apsw.Connection, conversation: bytes) -> None:
        query = "UPDATE outbox SET state = 'done', body = NULL WHERE conversation = ? AND state != 'done'"
        db.execute(query, (conversation,))
        for table in ("greeted", "reply_window", "sent"):
            db.execute(f"DELETE FROM {table} WHERE conversation = ?", (conversation,))  # noqa: S608 - constants

    @transaction
    def greetings_due(self, db: apsw.Connection, channel: str, limit: int) -> list[GreetingDue]:
        return [GreetingDue(*row) for row in db.execute(GREETINGS_DUE, (channel, limit))]

    @transaction
    def greet(self, db: apsw.Connection, conversation: bytes, greeting: QueuedMessage | None, now_ms: int) -> bool:
        db.execute("UPDATE greeted SET due = NULL WHERE conversation = ? AND due IS NOT NULL", (conversation,))
        first = db.changes() > 0
        if first and greeting is not None:
            enqueue(db, greeting, b"greeting " + conversation, b"", now_ms)
        return first
