"""What the web chat keeps, in SQLite."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import apsw

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
)
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.sqlite import arrivals, deduplication, outbox
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction


class SqliteWebchatStore(WriterPort):
    """See `WebchatStore`."""

    @transaction
    def settings(self, db: apsw.Connection, account_id: str) -> KeptSettings | None:
        row = db.execute("SELECT version, body FROM webchat_settings WHERE account_id = ?", (account_id,)).fetchone()
        return KeptSettings(*row) if row else None

    @transaction
    def keep_settings(self, db: apsw.Connection, account_id: str, version: int, body: bytes) -> bool:
        if version:
            query = "UPDATE webchat_settings SET version = version + 1, body = ? WHERE account_id = ? AND version = ?"
            db.execute(query, (body, account_id, version))
        else:
            query = "INSERT INTO webchat_settings SELECT id, 1, ? FROM account WHERE id = ? ON CONFLICT DO NOTHING"
            db.execute(query, (body, account_id))
        return db.changes() > 0

    @transaction
    def take(self, db: apsw.Connection, message: VisitorMessage, most_waiting: int, now_ms: int) -> TakenAs:
        if _is_there(db, rows.REFUSED, message.visitor, now_ms):
            return TakenAs.OVER
        known = deduplication.known(db, (message.event.fingerprint, message.digest))
        if known:
            return TakenAs.REPEATED if message.digest in known else TakenAs.OTHER_TEXT
        if not _is_there(db, "SELECT 1 FROM source WHERE id = ?", message.event.source_id):
            return TakenAs.OVER
        if _number(db, rows.EVENTS_WAITING, message.account_id, most_waiting) >= most_waiting:
            return TakenAs.FULL
        state = _state(db, message.conversation)
        is_first = state is None or state.begins_episode(now_ms)
        if is_first:
            db.execute(rows.FORGET_CLOSED, (message.conversation,))
            db.execute(rows.BEGIN_EPISODE, rows.episode_row(message, now_ms))
        else:
            db.execute(rows.GO_ON, (message.keeps, now_ms, message.conversation))
        event = message.first_event if is_first else message.event
        arrivals.store(db, [RoutedArrival(event, message.account_id)], now_ms)
        deduplication.note(db, [(event.item_ms, message.digest)])
        return TakenAs.FIRST if is_first else TakenAs.NEW

    @transaction
    def is_refused(self, db: apsw.Connection, visitor: bytes, now_ms: int) -> bool:
        return _is_there(db, rows.REFUSED, visitor, now_ms)

    @transaction
    def queue(self, db: apsw.Connection, message: QueuedMessage, key: bytes, digest: bytes, now_ms: int) -> str:
        if not _is_there(db, rows.IS_QUEUED, message.account_id, key):
            state = _state(db, message.conversation)
            if state is None or not state.may_be_answered(now_ms):
                raise ConversationOver
            if _number(db, rows.UNFETCHED, message.conversation) >= MOST_ANSWERS:
                raise TooManyAnswers
            db.execute(rows.ANSWERED, (now_ms, message.human, message.conversation))
        return outbox.enqueue(db, message, key, digest, now_ms)

    @transaction
    def hand_over(self, db: apsw.Connection, answer: Answer, sent: RoutedArrival, now_ms: int) -> bool:
        if _state(db, answer.conversation) is None:
            return False
        if arrivals.settle(db, [answer.message_id]):
            db.execute(rows.HAND_OVER, (answer.conversation, answer.message_id, answer.body, answer.not_after_ms))
            arrivals.store(db, [sent], now_ms)
        return True

    @transaction
    def waiting(self, db: apsw.Connection, conversation: bytes, limit: int, now_ms: int) -> list[Row]:
        return [rows.row_of(row) for row in db.execute(rows.WAITING, (conversation, now_ms, limit))]

    @transaction
    def acknowledge(
        self,
        db: apsw.Connection,
        conversation: bytes,
        sequences: Sequence[int],
        tell: Callable[[Sequence[str]], RoutedArrival],
        now_ms: int,
    ) -> bool:
        query = "DELETE FROM webchat_answer WHERE sequence = ? AND conversation = ? RETURNING message_id"
        found = [row[0] for one in sorted(set(sequences)) for row in db.execute(query, (one, conversation))]
        fetched = [message_id for message_id in found if message_id is not None]
        if fetched:
            arrivals.store(db, [tell(fetched)], now_ms)
        return bool(fetched)

    @transaction
    def show(self, db: apsw.Connection, conversation: bytes, kind: RowKind, body: bytes) -> bool:
        if _state(db, conversation) is None:
            return False
        db.execute(rows.FORGET_SHOWN, (conversation, kind.value))
        db.execute(rows.SHOW, (conversation, kind.value, body))
        return True

    async def tell(self, ids: Sequence[str]) -> None:
        """There is no other gateway."""

    @transaction
    def due_texts(self, db: apsw.Connection, now_ms: int, limit: int) -> list[DueText]:
        return [rows.due_text_of(row) for row in db.execute(rows.DUE_TEXTS, (now_ms, limit))]

    @transaction
    def next_due_ms(self, db: apsw.Connection) -> int | None:
        (at,) = db.execute("SELECT min(due) FROM webchat_conversation WHERE due IS NOT NULL").fetchone() or (None,)
        return at

    @transaction
    def settle_due(
        self, db: apsw.Connection, text: DueText, message: QueuedMessage | None, following: Due | None, now_ms: int
    ) -> bool:
        db.execute(rows.SETTLE_DUE, rows.settle_row(text, message, following, now_ms))
        if not db.changes():
            return False
        if message is not None:
            outbox.enqueue(db, message, rows.automatic_key(message), b"", now_ms)
        return True

    @transaction
    def polled(self, db: apsw.Connection, last: Mapping[bytes, int]) -> None:
        query = "UPDATE webchat_conversation SET last_poll = ?1 WHERE conversation = ?2 AND last_poll < ?1"
        db.executemany(query, [(at_ms, conversation) for conversation, at_ms in last.items()])

    @transaction
    def returned(self, db: apsw.Connection, conversation: bytes, event: RoutedArrival, now_ms: int) -> bool:
        db.execute(rows.RETURNED, (now_ms, conversation))
        if not db.changes():
            return False
        arrivals.store(db, [event], now_ms)
        return True

    @transaction
    def left(
        self, db: apsw.Connection, before_ms: int, tell: Callable[[KnownConversation], RoutedArrival], now_ms: int
    ) -> list[KnownConversation]:
        gone = [KnownConversation(*row) for row in db.execute(rows.LEFT, (before_ms,))]
        query = "UPDATE webchat_conversation SET here = false WHERE conversation = ?"
        db.executemany(query, [(one.conversation,) for one in gone])
        arrivals.store(db, [tell(one) for one in gone], now_ms)
        return gone

    @transaction
    def unreached(
        self,
        db: apsw.Connection,
        gone_ms: int,
        kept_gone_ms: int,
        tell: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> list[Unreached]:
        before = (now_ms - gone_ms, now_ms - kept_gone_ms, now_ms - ON_ITS_WAY_MS)
        found: list[Any] = []
        for (conversation,) in db.execute(rows.WITH_UNREACHED, before).fetchall():
            found += db.execute(rows.UNREACHED, (*before, conversation)).fetchall()
        db.executemany("DELETE FROM webchat_answer WHERE sequence = ?", [(row[0],) for row in found])
        lost = [Unreached(*row[1:]) for row in found]
        arrivals.store(db, [tell(one) for one in lost], now_ms)
        return lost

    @transaction
    def close(self, db: apsw.Connection, conversation: bytes, closing: Closing, now_ms: int) -> bool:
        return _close(db, conversation, closing, now_ms)

    @transaction
    def end(
        self,
        db: apsw.Connection,
        visitor: bytes,
        until_ms: int,
        conversation: bytes,
        event: RoutedArrival | None,
        tell: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> bool:
        is_known = _is_there(db, rows.REFUSED, visitor, now_ms)
        db.execute(rows.REFUSE, (visitor, until_ms))
        _forget(db, conversation, tell, now_ms)
        if not is_known and event is not None:
            arrivals.store(db, [event], now_ms)
        return not is_known

    @transaction
    def expire(
        self,
        db: apsw.Connection,
        closed: Callable[[KnownConversation], Closing],
        unreached: Callable[[Unreached], RoutedArrival],
        now_ms: int,
    ) -> list[KnownConversation]:
        forgettable: list[Any] = db.execute(rows.FORGETTABLE, (now_ms,)).fetchall()
        for (conversation,) in forgettable:
            _forget(db, conversation, unreached, now_ms)
        over = [KnownConversation(*row) for row in db.execute(rows.OPEN_TOO_LONG, (now_ms,))]
        for one in over:
            _close(db, one.conversation, closed(one), now_ms)
        return over


def _state(db: apsw.Connection, conversation: bytes) -> rows.State | None:
    row = db.execute(rows.STATE, (conversation,)).fetchone()
    return rows.State(*row) if row else None


def _is_there(db: apsw.Connection, query: str, *values: Any) -> bool:
    return db.execute(query, values).fetchone() is not None


def _number(db: apsw.Connection, query: str, *values: Any) -> int:
    return int(next(iter(db.execute(query, values)))[0])


def _close(db: apsw.Connection, conversation: bytes, closing: Closing, now_ms: int) -> bool:
    db.execute(rows.CLOSE, (now_ms, conversation))
    if not db.changes():
        return False
    db.execute(rows.SHOW, (conversation, RowKind.CLOSED.value, closing.body))
    arrivals.store(db, [closing.event], now_ms)
    return True


def _forget(db: apsw.Connection, conversation: bytes, tell: Callable[[Unreached], RoutedArrival], now_ms: int) -> None:
    """Forget the conversation with what waits for it, and tell that."""
    lost = [Unreached(*row[1:]) for row in db.execute(rows.ALL_UNREACHED, (conversation,))]
    db.execute(rows.FORGET, (conversation,))
    arrivals.store(db, [tell(one) for one in lost], now_ms)
