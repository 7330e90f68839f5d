"""The shelf that several gateways share: a sign-in begun at one can be finished at another."""

from fbtool.gateway.store.postgres.database import Connection, Database, deleting
from fbtool.gateway.store.shelf import MOST_ENTRIES, ShelfFull

FORGET_OLD = deleting("shelf", "key", "ends <= now()")


class PostgresShelf:
    """See `Shelf`. The ends are reckoned by the database's clock, which all gateways share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, key: bytes, body: bytes, seconds: float) -> None:
        """See `Shelf.put`."""

        async def job(db: Connection) -> None:
            await db.execute(FORGET_OLD)
            if await db.fetchval("SELECT count(*) FROM shelf") >= MOST_ENTRIES:
                raise ShelfFull
            await db.execute(
                "INSERT INTO shelf VALUES ($1, $2, false, now() + make_interval(secs => $3)) ON CONFLICT (key)"
                " DO UPDATE SET body = excluded.body, claimed = false, ends = excluded.ends",
                key,
                body,
                seconds,
            )

        await self._database.run(job)

    async def get(self, key: bytes) -> bytes | None:
        """See `Shelf.get`."""
        query = "SELECT body FROM shelf WHERE key = $1 AND ends > now()"
        return await self._database.run(lambda db: db.fetchval(query, key))

    async def claim(self, key: bytes) -> bytes | None:
        """See `Shelf.claim`."""
        query = "UPDATE shelf SET claimed = true WHERE key = $1 AND ends > now() AND NOT claimed RETURNING body"
        return await self._database.run(lambda db: db.fetchval(query, key))

    async def change(self, key: bytes, body: bytes) -> None:
        """See `Shelf.change`."""
        query = "UPDATE shelf SET body = $2 WHERE key = $1 AND ends > now()"
        await self._database.run(lambda db: db.execute(query, key, body))

    async def take(self, key: bytes) -> bytes | None:
        """See `Shelf.take`."""
        query = "DELETE FROM shelf WHERE key = $1 RETURNING body, ends > now() AS lives"
        row = await self._database.run(lambda db: db.fetchrow(query, key))
        return row["body"] if row and row["lives"] else None
