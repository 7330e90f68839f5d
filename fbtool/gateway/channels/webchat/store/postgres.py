"""What the web chat keeps, in PostgreSQL.

Every method locks its conversation before anything else, so whatever two gateways do with one comes one after the
other. Workers pass over conversations that somebody has locked: they are looked at the next time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fbtool.gateway.channels.webchat.problems import ConversationOver, TooManyAnswers
from fbtool.gateway.channels.webchat.store import (
    MOST_ANSWERS,
    ON_ITS_WAY_MS,
    Answer,
    Closing,
    Due,
    DueText,
    KeptSettings,
    KnownConversation,
    Row,
    RowKind,
    TakenAs,
    Unreached,
    VisitorMessage,
    rows,
    wakeup_id,
)
from fbtool.gateway.store.inbox import Arrival, RoutedArrival
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.postgres import arrivals, outbox
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import Database, DatabasePort, statements, transaction
from fbtool.gateway.store.postgres.listening import tell as tell_others

_FREE = "FOR UPDATE SKIP LOCKED"


class PostgresWebchatStore(DatabasePort):
    """See `WebchatStore`."""

    @statements
    async def settings(self, db: Connection, account_id: str) -> KeptSettings | None:
        row = await db.fetchrow("SELECT version, body FROM webchat_settings WHERE account_id = $1", account_id)
        return KeptSettings(*row) if row else None

    @statements
    async def keep_settings(self, db: Connection, account_id: str, version: int, body: bytes) -> bool:
        if version:
            query = (
                "UPDATE webchat_settings SET version = version + 1, body = $1 WHERE account_id = $2 AND version = $3"
            )
            return _changed(await db.execute(query, body, account_id, version))
        query = """
            INSERT INTO webchat_settings SELECT id, 1, $1 FROM account WHERE id = $2 FOR KEY SHARE
            ON CONFLICT DO NOTHING"""
        return _changed(await db.execute(query, body, account_id))

    @transaction
    async def take(self, db: Connection, message: VisitorMessage, most_waiting: int, now_ms: int) -> TakenAs:
        await _lock_even_unknown(db, message.conversation)
        state = await _locked(db, message.conversation)
        if await db.fetchval(rows.REFUSED, message.visitor, now_ms):
            return TakenAs.OVER
        if known := await _known(db, message.event, message.digest):
            return TakenAs.REPEATED if message.digest in known else TakenAs.OTHER_TEXT
        source = "SELECT 1 FROM source WHERE id = $1 FOR KEY SHARE"
        if state is None and not await db.fetchval(source, message.event.source_id):
            return TakenAs.OVER
        if await db.fetchval(rows.EVENTS_WAITING, message.account_id, most_waiting) >= most_waiting:
            return TakenAs.FULL
        is_first = state is None or state.begins_episode(now_ms)
        if is_first:
            await db.execute(rows.FORGET_CLOSED, message.conversation)
            await db.execute(rows.BEGIN_EPISODE, *rows.episode_row(message, now_ms))
        else:
            await db.execute(rows.GO_ON, message.keeps, now_ms, message.conversation)
        event = message.first_event if is_first else message.event
        await db.execute("INSERT INTO seen VALUES ($1, $2)", event.item_ms, message.digest)
        await arrivals.store(db, self.database, [RoutedArrival(event, message.account_id)], now_ms)
        return TakenAs.FIRST if is_first else TakenAs.NEW

    @statements
    async def is_refused(self, db: Connection, visitor: bytes, now_ms: int) -> bool:
        return bool(await db.fetchval(rows.REFUSED, visitor, now_ms))

    @transaction
    async def queue(self, db: Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        state = await _locked(db, message.conversation)
        if not await db.fetchval(rows.IS_QUEUED, message.account_id, key):
            if state is None or not state.may_be_answered(now_ms):
                raise ConversationOver
            if await db.fetchval(rows.UNFETCHED, message.conversation) >= MOST_ANSWERS:
                raise TooManyAnswers
            await db.execute(rows.ANSWERED, now_ms, message.human, message.conversation)
        return await outbox.enqueue(db, message, key, digest, now_ms)

    @transaction
    async def hand_over(self, db: Connection, answer: Answer, sent: RoutedArrival, now_ms: int) -> bool:
        if await _locked(db, answer.conversation) is None:
            return False
        if await arrivals.settle(db, answer.message_id):
            row = (answer.conversation, answer.message_id, answer.body, answer.not_after_ms)
            await db.execute(rows.HAND_OVER, *row)
            await arrivals.store(db, self.database, [sent], now_ms)
            await _tell(db, self.database, [answer.conversation])
        return True

    @statements
    async def waiting(self, db: Connection, conversation: bytes, limit: int, now_ms: int) -> list[Row]:
        return [rows.row_of(row) for row in await db.fetch(rows.WAITING, conversation, now_ms, limit)]

    @transaction
    async def acknowledge(
        self,
        db: Connection,
        conversation: bytes,
        sequences: Sequence[int],
        tell: Callable[[Sequence[str]], RoutedArrival],
        now_ms: int,
    ) -> bool:
        await _locked(db, conversation)
        query = """
            DELETE FROM webchat_answer WHERE conversation = $1 AND sequence = ANY ($2::bigint[])
            RETURNING sequence, message_id"""
        found = sorted(map(tuple, await db.fetch(query, conversation, sequences)))
        fetched = [message_id for _, message_id in found if message_id is not None]
        if fetched:
            await arrivals.store(db, self.database, [tell(fetched)], now_ms)
        return bool(fetched)

    @transaction
    async def show(self, db: Connection, conversation: bytes, kind: RowKind, body: bytes) -> bool:
        if await _locked(db, conversation) is None:
            return False
        await db.execute(rows.FORGET_SHOWN, conversation, kind.value)
        await db.execute(rows.SHOW, conversation, kind.value, body)
        await _tell(db, self.database, [conversation])
        return True

    @statements
    async def tell(self, db: Connection, ids: Sequence[str]) -> None:
        await tell_others(db, self.database.gateway, ids)

    @statements
    async def due_texts(self, db: Connection, now_ms: int, limit: int) -> list[DueText]:
        return [rows.due_text_of(row) for row in await db.fetch(f"{rows.DUE_TEXTS} {_FREE}", now_ms, limit)]

    @statements
    async def next_due_ms(self, db: Connection) -> int | None:
        at = await db.fetchval("SELECT min(due) FROM webchat_conversation WHERE due IS NOT NULL")
        return None if at is None else int(at)

    @transaction
    async def settle_due(
        self, db: Connection, text: DueText, message: QueuedMessage | None, following: Due | None, now_ms: int
    ) -> bool:
        if not _changed(await db.execute(rows.SETTLE_DUE, *rows.settle_row(text, message, following, now_ms))):
            return False
        if message is not None:
            await outbox.enqueue(db, message, rows.automatic_key(message), b"", now_ms)
        return True

    @statements
    async def polled(self, db: Connection, last: Mapping[bytes, int]) -> None:
        query = """
            WITH asked AS (
                SELECT * FROM unnest($1::bytea[], $2::bigint[]) AS given (conversation, at)
            ), theirs AS (
                SELECT c.conversation, at FROM webchat_conversation AS c JOIN asked USING (conversation)
                WHERE last_poll < at ORDER BY c.conversation FOR UPDATE OF c
            )
            UPDATE webchat_conversation AS c SET last_poll = greatest(last_poll, at)
            FROM theirs WHERE c.conversation = theirs.conversation"""
        await db.execute(query, list(last), list(last.values()))

    @transaction
    async def returned(self, db: Connection, conversation: bytes, event: RoutedArrival, now_ms: int) -> bool:
        if not _changed(await db.execute(rows.RETURNED, now_ms, conversation)):
            return False
        await arrivals.store(db, self.database, [event], now_ms)
        return True

    @transaction
    async def left(
        self, db: Connection, before_ms: int, tell: Callable[[KnownConversation], RoutedArrival], now_ms: int
    ) -> list[KnownConversation]:
        gone = [KnownConversation(*row) for row in await db.fetch(f"{rows.LEFT} {_FREE}", before_ms)]
        query = "UPDATE webchat_conversation SET here = false WHERE conversation = ANY ($1::bytea[])"
        await db.execute(query, [one.conversation for one in gone])
        await arrivals.store(db, self.database, [tell(one) for one in gone], now_ms)
        return gone

    @transaction
    async def unreached(
        self,
        db: Connection,
        gone_ms: int,
        kept_gone_ms: int,
        tell: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> list[Unreached]:
        before = (now_ms - gone_ms, now_ms - kept_gone_ms, now_ms - ON_ITS_WAY_MS)
        found: list[Any] = []
        for (conversation,) in await db.fetch(f"{rows.WITH_UNREACHED} {_FREE}", *before):
            found += await db.fetch(rows.UNREACHED, *before, conversation)
        await db.execute("DELETE FROM webchat_answer WHERE sequence = ANY ($1::bigint[])", [row[0] for row in found])
        lost = [Unreached(*row[1:]) for row in map(tuple, found)]
        await arrivals.store(db, self.database, [tell(one) for one in lost], now_ms)
        return lost

    @transaction
    async def close(self, db: Connection, conversation: bytes, closing: Closing, now_ms: int) -> bool:
        if not await _close(db, conversation, closing, now_ms):
            return False
        await arrivals.store(db, self.database, [closing.event], now_ms)
        await _tell(db, self.database, [conversation])
        return True

    @transaction
    async def end(
        self,
        db: Connection,
        visitor: bytes,
        until_ms: int,
        conversation: bytes,
        event: RoutedArrival | None,
        tell: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> bool:
        await _lock_even_unknown(db, conversation)
        await _locked(db, conversation)
        is_known = bool(await db.fetchval(rows.REFUSED, visitor, now_ms))
        await db.execute(rows.REFUSE, visitor, until_ms)
        news = [tell(one) for one in await _forgotten(db, [conversation])]
        if not is_known and event is not None:
            news.append(event)
        await arrivals.store(db, self.database, news, now_ms)
        await _tell(db, self.database, [conversation])
        return not is_known

    @transaction
    async def expire(
        self,
        db: Connection,
        closed: Callable[[KnownConversation], Closing],
        unreached: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> list[KnownConversation]:
        over = [KnownConversation(*row) for row in await db.fetch(f"{rows.OPEN_TOO_LONG} {_FREE}", now_ms)]
        forgettable = [row[0] for row in await db.fetch(f"{rows.FORGETTABLE} {_FREE}", now_ms)]
        news = [unreached(one) for one in await _forgotten(db, forgettable)]
        for one in over:
            closing = closed(one)
            await _close(db, one.conversation, closing, now_ms)
            news.append(closing.event)
        await arrivals.store(db, self.database, news, now_ms)
        await _tell(db, self.database, [one.conversation for one in over])
        return over


async def _lock_even_unknown(db: Connection, conversation: bytes) -> None:
    """Let nobody else make the conversation, or refuse its visitor, meanwhile: there may be no row to lock yet."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", conversation.hex())


async def _locked(db: Connection, conversation: bytes) -> rows.State | None:
    row = await db.fetchrow(f"{rows.STATE} FOR UPDATE", conversation)
    return rows.State(*row) if row else None


async def _known(db: Connection, event: Arrival, digest: bytes) -> set[bytes]:
    """Under which of both fingerprints something was stored."""
    query = "SELECT fingerprint FROM seen WHERE fingerprint = ANY ($1::bytea[])"
    return {row[0] for row in await db.fetch(query, [event.fingerprint, digest])}


async def _close(db: Connection, conversation: bytes, closing: Closing, now_ms: int) -> bool:
    """End the episode for the browser; the event is the caller's."""
    if not _changed(await db.execute(rows.CLOSE, now_ms, conversation)):
        return False
    await db.execute(rows.SHOW, conversation, RowKind.CLOSED.value, closing.body)
    return True


async def _forgotten(db: Connection, conversations: Sequence[bytes]) -> list[Unreached]:
    """Forget locked conversations; returns what waited for them."""
    lost = [Unreached(*row[1:]) for one in conversations for row in map(tuple, await db.fetch(rows.ALL_UNREACHED, one))]
    await db.execute("DELETE FROM webchat_conversation WHERE conversation = ANY ($1::bytea[])", conversations)
    return lost


async def _tell(db: Connection, database: Database, conversations: Sequence[bytes]) -> None:
    """Wake those who wait at other gateways, with the commit."""
    if conversations:
        await tell_others(db, database.gateway, [wakeup_id(one) for one in conversations])


def _changed(tag: str) -> bool:
    """Whether a statement changed anything, by its tag: "UPDATE 1", "INSERT 0 0"."""
    return not tag.endswith(" 0")
