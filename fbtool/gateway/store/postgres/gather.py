"""Group commit: deliveries that come while one group is being committed are the next group, in one statement."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Accepted, Arrival
from fbtool.gateway.store.ceiling import Ceiling, TooMuchWaiting
from fbtool.gateway.store.postgres import inbox
from fbtool.gateway.store.postgres.database import Database
from fbtool.gateway.store.postgres.inbox import Entry, Kept

_GROUP = 256
"""Most deliveries in one transaction: bounds how long the first of them waits."""


@dataclass(frozen=True)
class _Delivery:
    arrivals: Sequence[Arrival]
    now_ms: int
    done: asyncio.Future[Accepted]


class Gather:
    """Stores the deliveries of one gateway.

    Args:
        own: how this gateway is called in notifications.
    """

    def __init__(self, database: Database, ceiling: Ceiling, own: str) -> None:
        self._database = database
        self._ceiling = ceiling
        self._own = own
        self._waiting: list[_Delivery] = []
        self._work: asyncio.Task[None] | None = None

    async def accept(self, arrivals: Sequence[Arrival], now_ms: int) -> Accepted:
        """See `Store.accept`."""
        delivery = _Delivery(arrivals, now_ms, asyncio.get_running_loop().create_future())
        self._waiting.append(delivery)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._store_all())
        return await delivery.done

    async def finish(self) -> None:
        """Store what waits."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _store_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
            try:
                await self._store(group)
            except Exception as error:
                for delivery in group:
                    if not delivery.done.done():
                        delivery.done.set_exception(error)

    async def _store(self, group: list[_Delivery]) -> None:
        admitted = await self._admitted(group)
        if not admitted:
            return
        entries = [Entry(arrival) for delivery in admitted for arrival in delivery.arrivals]
        kept = await self._committed(entries, admitted[0].now_ms)
        self._ceiling.stored(sum(what.stored for what in kept))
        start = 0
        for delivery in admitted:
            own = kept[start : start + len(delivery.arrivals)]
            start += len(delivery.arrivals)
            if not delivery.done.done():  # its request may have been cancelled meanwhile
                delivery.done.set_result(_accepted(delivery.arrivals, own))

    async def _admitted(self, group: list[_Delivery]) -> list[_Delivery]:
        if self._ceiling.is_due:
            async with self._database.use() as db:
                self._ceiling.counted(await inbox.full_pages(db, self._ceiling.most))
        admitted = []
        for delivery in group:
            if self._ceiling.admits(arrival.page_id for arrival in delivery.arrivals):
                admitted.append(delivery)
            elif not delivery.done.done():
                delivery.done.set_exception(TooMuchWaiting())
        return admitted

    async def _committed(self, entries: list[Entry], now_ms: int) -> list[Kept]:
        if not entries:
            return []
        with contextlib.suppress(_Entangled):
            return await self._commit(entries, now_ms)
        return await self._commit(entries, now_ms)

    async def _commit(self, entries: list[Entry], now_ms: int) -> list[Kept]:
        async with self._database.transaction() as db:
            try:
                kept = await inbox.keep(db, entries, now_ms)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                raise _Entangled from None
            await inbox.tell(db, self._own, kept)
        return kept


class _Entangled(StoreUnavailable):
    """Another gateway was in the way; trying again helps."""


def _accepted(arrivals: Sequence[Arrival], kept: Sequence[Kept]) -> Accepted:
    stored = sum(what.stored for what in kept)
    strays = [arrival.page_id for arrival, what in zip(arrivals, kept, strict=True) if what.account_id is None]
    return Accepted(
        accounts=frozenset(what.account_id for what in kept if what.stored and what.account_id),
        stored=stored,
        repeated=len(arrivals) - stored - len(strays),
        unlinked=len(strays),
        greetings_due=any(what.greeting_due for what in kept),
        strays=frozenset(strays),
    )
