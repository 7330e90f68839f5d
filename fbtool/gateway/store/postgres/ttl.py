"""What several gateways keep for minutes: a sign-in begun at one can be finished at another."""

from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, deleting, statements
from fbtool.gateway.store.ttl import MOST_ENTRIES, TtlStoreFull

FORGET_OLD = deleting("ttl", "key", "ends <= now()")


class PostgresTtlStore(DatabasePort):
    """See `TtlStore`. The ends are reckoned by the database's clock, which all gateways share."""

    @statements
    async def add(self, db: Connection, key: bytes, body: bytes, seconds: float) -> bool:
        await db.execute(FORGET_OLD)
        added = await db.fetchval(
            "INSERT INTO ttl SELECT $1, $2, false, now() + make_interval(secs => $3)"
            " WHERE (SELECT count(*) FROM ttl) < $4 ON CONFLICT (key) DO NOTHING RETURNING true",
            key,
            body,
            seconds,
            MOST_ENTRIES,
        )
        if not added and not await db.fetchval("SELECT true FROM ttl WHERE key = $1", key):
            raise TtlStoreFull
        return bool(added)

    @statements
    async def get(self, db: Connection, key: bytes) -> bytes | None:
        return await db.fetchval("SELECT body FROM ttl WHERE key = $1 AND ends > now()", key)  # type: ignore[no-any-return]

    @statements
    async def claim(self, db: Connection, key: bytes) -> bytes | None:
        query = "UPDATE ttl SET claimed = true WHERE key = $1 AND ends > now() AND NOT claimed RETURNING body"
        return await db.fetchval(query, key)  # type: ignore[no-any-return]

    @statements
    async def change(self, db: Connection, key: bytes, body: bytes) -> None:
        await db.execute("UPDATE ttl SET body = $2 WHERE key = $1 AND ends > now()", key, body)

    @statements
    async def take(self, db: Connection, key: bytes) -> bytes | None:
        row = await db.fetchrow("DELETE FROM ttl WHERE key = $1 RETURNING body, ends > now() AS lives", key)
        return row["body"] if row and row["lives"] else None
