"""Pictures in PostgreSQL."""

from fbtool.gateway.problems import TooManyPictures
from fbtool.gateway.store.pictures import MOST_OF_ACCOUNT, Picture
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, statements, transaction


class PostgresPictureStore(DatabasePort):
    """See `PictureStore`."""

    @statements
    async def picture(self, db: Connection, account_id: str, reference: str) -> Picture | None:
        query = "SELECT type, body, changed FROM picture WHERE account_id = $1 AND reference = $2"
        row = await db.fetchrow(query, account_id, reference)
        return Picture(*row) if row else None

    @transaction
    async def keep(self, db: Connection, account_id: str, reference: str, picture: Picture) -> None:
        # The lock lets two at once not be one too many.
        await db.execute("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", account_id)
        query = "SELECT count(*) FROM picture WHERE account_id = $1 AND reference != $2"
        if await db.fetchval(query, account_id, reference) >= MOST_OF_ACCOUNT:
            raise TooManyPictures(limit=MOST_OF_ACCOUNT)
        query = """
            INSERT INTO picture VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (account_id, reference) DO UPDATE SET type = $3, body = $4, changed = $5"""
        await db.execute(query, account_id, reference, picture.type, picture.body, picture.changed_ms)

    @statements
    async def remove(self, db: Connection, account_id: str, reference: str) -> None:
        await db.execute("DELETE FROM picture WHERE account_id = $1 AND reference = $2", account_id, reference)
