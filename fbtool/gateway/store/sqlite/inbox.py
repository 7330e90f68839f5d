"""Waiting events in SQLite."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import apsw
import msgspec

from fbtool.gateway.consumers import Consumer, claimed
from fbtool.gateway.store.inbox import (
    WAITING,
    Accepted,
    Arrival,
    DeliveryBatch,
    Dropped,
    Kept,
    RoutedArrival,
    WaitingEvent,
    accepted,
)
from fbtool.gateway.store.inbox_limit import FULL_SOURCES, InboxLimit
from fbtool.gateway.store.sqlite.arrivals import store
from fbtool.gateway.store.sqlite.bulk import listed
from fbtool.gateway.store.sqlite.writer import Writer, WriterPort, transaction


class SqliteInboxStore(WriterPort):
    """See `InboxStore`, and `SqliteStore` for what it is given."""

    def __init__(self, writer: Writer, most_waiting: int, notify: Callable[[str], None]) -> None:
        super().__init__(writer)
        self._intake = InboxIntake(most_waiting)
        self._notify = notify
        # One process has the database, so who takes an account's events need not be on disk.
        self._consumers: dict[str, Consumer] = {}

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        # Whoever waits for these events asks for them now, in the same group, and so has them with the commit.
        for account_id in self._intake.likely_accounts(deliveries):
            self._notify(account_id)
        return await self.writer.join(self._intake.take, DeliveryBatch(deliveries, now_ms))

    @transaction
    def set_aside(self, db: apsw.Connection, body: bytes, now_ms: int) -> None:
        db.execute("INSERT INTO aside (received, body) VALUES (?, ?)", (now_ms, body))

    @transaction
    def waiting(self, db: apsw.Connection, account_id: str, limit: int, after: int = 0) -> list[WaitingEvent]:
        return [WaitingEvent(*row) for row in db.execute(WAITING, (account_id, after, limit))]

    @transaction
    def acknowledge(self, db: apsw.Connection, account_id: str, sequences: Sequence[int]) -> int:
        before = db.total_changes()
        db.executemany(
            "DELETE FROM inbox WHERE sequence = ? AND account_id = ?", [(number, account_id) for number in sequences]
        )
        return db.total_changes() - before

    @transaction
    def drop_old(
        self, db: apsw.Connection, before_ms: int, tell: Callable[[Dropped], Arrival], now_ms: int
    ) -> list[Dropped]:
        query = (
            "SELECT account_id, source_id, count(*), min(received), max(received) FROM inbox WHERE received < ?"
            " GROUP BY account_id, source_id"
        )
        rows: list[Any] = db.execute(query, (before_ms,)).fetchall()
        dropped = [Dropped(*row) for row in rows]
        db.execute("DELETE FROM inbox WHERE received < ?", (before_ms,))
        store(db, [RoutedArrival(tell(loss), loss.account_id) for loss in dropped], now_ms)
        return dropped

    async def claim(self, wanted: Consumer, now_ms: int) -> Consumer:
        now = claimed(self._consumers.get(wanted.account_id), wanted, now_ms)
        self._consumers[wanted.account_id] = now
        return now

    async def consumer(self, account_id: str) -> Consumer | None:
        return self._consumers.get(account_id)

    async def release(self, consumer: Consumer) -> None:
        if self._consumers.get(consumer.account_id) == consumer:
            del self._consumers[consumer.account_id]


class InboxIntake:
    """Stores together what is delivered at the same time, but for deliveries to an account with too much waiting."""

    def __init__(self, most_waiting: int) -> None:
        self._limit = InboxLimit(most_waiting)
        self._owners: dict[str, str] = {}

    def likely_accounts(self, deliveries: Sequence[Sequence[Arrival]]) -> set[str]:
        """Whose events these probably are: the accounts that had the last events of the same sources."""
        source_ids = {arrival.source_id for arrivals in deliveries for arrival in arrivals}
        return {self._owners[source_id] for source_id in source_ids if source_id in self._owners}

    def take(self, db: apsw.Connection, batches: Sequence[DeliveryBatch]) -> list[Accepted]:
        """See `InboxStore.accept`; for many batches, in their order."""
        if self._limit.is_due:
            self._limit.counted(source_id for (source_id,) in db.execute(FULL_SOURCES, (self._limit.most,)))
        refused = [self._limit.refused(batch.deliveries) for batch in batches]
        admitted = [batch.without(those) for batch, those in zip(batches, refused, strict=True)]
        owners = _owners(db, {arrival.source_id for arrivals in admitted for arrival in arrivals})
        self._owners |= {source_id: account_id for source_id, (account_id, _) in owners.items()}
        routed = [
            [RoutedArrival(one, *owners.get(one.source_id, ("", False))) for one in arrivals] for arrivals in admitted
        ]
        owned = [one for those in routed for one in those if one.account_id]
        news = iter(store(db, owned, batches[0].now_ms))
        due = any(one.may_greet for one in owned) and _somebody_waits(db)
        told = []
        for arrivals, those, numbers in zip(admitted, routed, refused, strict=True):
            kept = [Kept(one.account_id, bool(one.account_id) and next(news)) for one in those]
            told.append(accepted(arrivals, kept, numbers, greetings_due=due))
        self._limit.stored(sum(one.stored for one in told))
        return told


def _owners(db: apsw.Connection, source_ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The account of each source, and whether it greets."""
    query = """
        SELECT json_group_object(source.id, json_array(account_id, greeting != ''))
        FROM source JOIN account ON account.id = account_id WHERE source.id IN (SELECT value FROM json_each(?))"""
    (found,) = next(iter(db.execute(query, (listed(source_ids),))))
    return {
        source_id: (account_id, bool(greets)) for source_id, (account_id, greets) in msgspec.json.decode(found).items()
    }


def _somebody_waits(db: apsw.Connection) -> bool:
    """Whether a greeting is due."""
    return db.execute("SELECT 1 FROM greeted WHERE due IS NOT NULL LIMIT 1").fetchone() is not None
