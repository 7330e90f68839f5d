"""Group commit: deliveries that come while one group is being committed are the next group, in one statement."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from fbtool.gateway.defect_log import log_defect
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import limits
from fbtool.gateway.store.inbox import Accepted, Arrival, DeliveryBatch, Kept, RoutedArrival, accepted
from fbtool.gateway.store.inbox_limit import FULL_SOURCES, InboxLimit
from fbtool.gateway.store.postgres import arrivals
from fbtool.gateway.store.postgres.database import Database
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.store")


class _PendingBatch(NamedTuple):
    """Somebody who waits for what becomes of a batch."""

    batch: DeliveryBatch
    done: asyncio.Future[Accepted]


class GroupCommit:
    """Stores the deliveries of one gateway."""

    def __init__(self, database: Database, limit: InboxLimit) -> None:
        self._database = database
        self._limit = limit
        self._waiting: list[_PendingBatch] = []
        self._work: asyncio.Task[None] | None = None

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        """See `InboxStore.accept`."""
        waiting = _PendingBatch(DeliveryBatch(deliveries, now_ms), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._store_all())
        return await waiting.done

    async def finish(self) -> None:
        """Store what waits."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _store_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: limits.GROUP], self._waiting[limits.GROUP :]
            try:
                await self._store(group)
            except StoreUnavailable as error:
                _refuse(group, error)
            except Exception as error:
                if not isinstance(error, Problem):
                    log_defect(log, error)
                await self._store_apart(group, error)

    async def _store_apart(self, group: list[_PendingBatch], error: Exception) -> None:
        """The error of one batch concerns no other."""
        if len(group) == 1:
            _refuse(group, error)
            return
        for one in group:
            try:
                await self._store([one])
            except Exception as own:
                _refuse([one], own)

    async def _store(self, group: list[_PendingBatch]) -> None:
        if self._limit.is_due:
            full = await self._database.run(lambda db: db.fetch(FULL_SOURCES, self._limit.most))
            self._limit.counted(source_id for (source_id,) in full)
        refused = [self._limit.refused(one.batch.deliveries) for one in group]
        admitted = [one.batch.without(those) for one, those in zip(group, refused, strict=True)]
        kept = await self._committed([RoutedArrival(one) for those in admitted for one in those], group[0].batch.now_ms)
        self._limit.stored(sum(what.is_new for what in kept))
        rest = iter(kept)
        for one, those, numbers in zip(group, admitted, refused, strict=True):
            own = list(islice(rest, len(those)))
            told = accepted(those, own, numbers, greetings_due=any(what.greeting_due for what in own))
            if not one.done.done():  # its request may have been cancelled meanwhile
                one.done.set_result(told)

    async def _committed(self, routed: list[RoutedArrival], now_ms: int) -> list[Kept]:
        if not routed:
            return []
        return await self._database.transact(lambda db: arrivals.store(db, self._database, routed, now_ms))


def _refuse(group: list[_PendingBatch], error: Exception) -> None:
    for one in group:
        if not one.done.done():  # its request may have been cancelled meanwhile
            one.done.set_exception(error)
