"""Sources in PostgreSQL. The functions are for a channel that changes tables of its own in the same transaction."""

from dataclasses import astuple

from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, deleting, statements, transaction
from fbtool.gateway.store.sources import Source


class PostgresSourceStore(DatabasePort):
    """See `SourceStore`."""

    @statements
    async def source(self, db: Connection, source_id: str) -> Source | None:
        row = await db.fetchrow("SELECT * FROM source WHERE id = $1", source_id)
        return Source(*row) if row else None

    @statements
    async def of_account(self, db: Connection, account_id: str) -> list[Source]:
        rows = await db.fetch("SELECT * FROM source WHERE account_id = $1 ORDER BY name, id", account_id)
        return [Source(*row) for row in rows]

    @transaction
    async def keep(self, db: Connection, source: Source) -> None:
        if not await add(db, source):
            await change(db, source)

    @transaction
    async def remove(self, db: Connection, source_id: str) -> None:
        await remove(db, source_id)


async def add(db: Connection, source: Source) -> bool:
    """Keep a new source; False, and nothing is changed, if there is one of the same id."""
    query = "INSERT INTO source VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true"
    return bool(await db.fetchval(query, *astuple(source)))


async def change(db: Connection, source: Source) -> None:
    """Replace the source of the same id, if it is another one."""
    query = """
        UPDATE source SET account_id = $2, name = $3, held = $4
        WHERE id = $1 AND (account_id, name, held) IS DISTINCT FROM ($2, $3, $4)"""
    await db.execute(query, *astuple(source))


async def remove(db: Connection, source_id: str) -> None:
    """See `SourceStore.remove`. What channels keep of the source goes with it."""
    await db.execute("DELETE FROM source WHERE id = $1", source_id)
    for table, key in (("greeted", "conversation"), ("reply_window", "conversation"), ("sent", "mid")):
        await db.execute(deleting(table, key, "source_id = $1"), source_id)
