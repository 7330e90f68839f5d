"""Group commit: deliveries that come while one group is being committed are the next group, in one statement."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Accepted, Arrival
from fbtool.gateway.store.defects import log_defect
from fbtool.gateway.store.inbox_limit import InboxLimit
from fbtool.gateway.store.postgres import inbox
from fbtool.gateway.store.postgres.database import Connection, Database
from fbtool.gateway.store.postgres.inbox import Entry, Kept

_GROUP = 256
"""Most batches in one transaction: bounds how long the first of them waits."""


@dataclass(frozen=True)
class _Batch:
    """Deliveries that came together: the arrivals of each."""

    deliveries: Sequence[Sequence[Arrival]]
    now_ms: int
    done: asyncio.Future[Accepted]


class GroupCommit:
    """Stores the deliveries of one gateway.

    Args:
        own: how this gateway is called in notifications.
    """

    def __init__(self, database: Database, ceiling: InboxLimit, own: str) -> None:
        self._database = database
        self._ceiling = ceiling
        self._own = own
        self._waiting: list[_Batch] = []
        self._work: asyncio.Task[None] | None = None

    async def accept(self, deliveries: Sequence[Sequence[Arrival]], now_ms: int) -> Accepted:
        """See `Store.accept`."""
        batch = _Batch(deliveries, now_ms, asyncio.get_running_loop().create_future())
        self._waiting.append(batch)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._store_all())
        return await batch.done

    async def finish(self) -> None:
        """Store what waits."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _store_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
            try:
                await self._store(group)
            except StoreUnavailable as error:
                _refuse(group, error)
            except Exception as error:
                log_defect(error)
                await self._store_apart(group, error)

    async def _store_apart(self, group: list[_Batch], error: Exception) -> None:
        """The error of one batch concerns no other."""
        if len(group) == 1:
            _refuse(group, error)
            return
        for batch in group:
            try:
                await self._store([batch])
            except Exception as own:
                _refuse([batch], own)

    async def _store(self, group: list[_Batch]) -> None:
        if self._ceiling.is_due:
            self._ceiling.counted(await self._database.run(lambda db: inbox.full_pages(db, self._ceiling.most)))
        refused = [self._ceiling.refused(batch.deliveries) for batch in group]
        admitted = [_but(batch.deliveries, those) for batch, those in zip(group, refused, strict=True)]
        kept = await self._committed([Entry(one) for arrivals in admitted for one in arrivals], group[0].now_ms)
        self._ceiling.stored(sum(what.stored for what in kept))
        news = iter(kept)
        for batch, arrivals, those in zip(group, admitted, refused, strict=True):
            accepted = _accepted(arrivals, list(islice(news, len(arrivals))), those)
            if not batch.done.done():  # its request may have been cancelled meanwhile
                batch.done.set_result(accepted)

    async def _committed(self, entries: list[Entry], now_ms: int) -> list[Kept]:
        async def job(db: Connection) -> list[Kept]:
            kept = await inbox.keep(db, entries, now_ms)
            await inbox.tell(db, self._own, kept)
            return kept

        return await self._database.transact(job) if entries else []


def _refuse(group: list[_Batch], error: Exception) -> None:
    for batch in group:
        if not batch.done.done():  # its request may have been cancelled meanwhile
            batch.done.set_exception(error)


def _but(deliveries: Sequence[Sequence[Arrival]], refused: frozenset[int]) -> list[Arrival]:
    return [one for number, arrivals in enumerate(deliveries) if number not in refused for one in arrivals]


def _accepted(arrivals: Sequence[Arrival], kept: Sequence[Kept], refused: frozenset[int]) -> Accepted:
    stored = sum(what.stored for what in kept)
    strays = [arrival.source_id for arrival, what in zip(arrivals, kept, strict=True) if what.account_id is None]
    return Accepted(
        accounts=frozenset(what.account_id for what in kept if what.stored and what.account_id),
        stored=stored,
        repeated=len(arrivals) - stored - len(strays),
        unlinked=len(strays),
        greetings_due=any(what.greeting_due for what in kept),
        strays=frozenset(strays),
        refused=refused,
    )
