"""The shelf that several gateways share: a sign-in begun at one can be finished at another."""

from fbtool.gateway.store.postgres.database import Connection, Database, deleting
from fbtool.gateway.store.ttl import MOST_ENTRIES, ShelfFull

FORGET_OLD = deleting("shelf", "key", "ends <= now()")


class PostgresTtlStore:
    """See `TtlStore`. The ends are reckoned by the database's clock, which all gateways share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: bytes, body: bytes, seconds: float) -> bool:
        """See `TtlStore.add`."""

        async def job(db: Connection) -> bool:
            await db.execute(FORGET_OLD)
            added = await db.fetchval(
                "INSERT INTO shelf SELECT $1, $2, false, now() + make_interval(secs => $3)"
                " WHERE (SELECT count(*) FROM shelf) < $4 ON CONFLICT (key) DO NOTHING RETURNING true",
                key,
                body,
                seconds,
                MOST_ENTRIES,
            )
            if not added and not await db.fetchval("SELECT true FROM shelf WHERE key = $1", key):
                raise ShelfFull
            return bool(added)

        return await self._database.run(job)

    async def get(self, key: bytes) -> bytes | None:
        """See `TtlStore.get`."""
        query = "SELECT body FROM shelf WHERE key = $1 AND ends > now()"
        return await self._database.run(lambda db: db.fetchval(query, key))

    async def claim(self, key: bytes) -> bytes | None:
        """See `TtlStore.claim`."""
        query = "UPDATE shelf SET claimed = true WHERE key = $1 AND ends > now() AND NOT claimed RETURNING body"
        return await self._database.run(lambda db: db.fetchval(query, key))

    async def change(self, key: bytes, body: bytes) -> None:
        """See `TtlStore.change`."""
        query = "UPDATE shelf SET body = $2 WHERE key = $1 AND ends > now()"
        await self._database.run(lambda db: db.execute(query, key, body))

    async def take(self, key: bytes) -> bytes | None:
        """See `TtlStore.take`."""
        query = "DELETE FROM shelf WHERE key = $1 RETURNING body, ends > now() AS lives"
        row = await self._database.run(lambda db: db.fetchrow(query, key))
        return row["body"] if row and row["lives"] else None
