"""Pictures in SQLite."""

import apsw

from fbtool.gateway.problems import TooManyPictures
from fbtool.gateway.store.pictures import MOST_OF_ACCOUNT, Picture
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction


class SqlitePictureStore(WriterPort):
    """See `PictureStore`."""

    @transaction
    def picture(self, db: apsw.Connection, account_id: str, reference: str) -> Picture | None:
        query = "SELECT type, body, changed FROM picture WHERE account_id = ? AND reference = ?"
        row = db.execute(query, (account_id, reference)).fetchone()
        return Picture(row[0], bytes(row[1]), row[2]) if row else None

    @transaction
    def keep(self, db: apsw.Connection, account_id: str, reference: str, picture: Picture) -> None:
        query = "SELECT count(*) FROM picture WHERE account_id = ? AND reference != ?"
        (others,) = next(iter(db.execute(query, (account_id, reference))))
        if others >= MOST_OF_ACCOUNT:
            raise TooManyPictures(limit=MOST_OF_ACCOUNT)
        query = "INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?)"
        db.execute(query, (account_id, reference, picture.type, picture.body, picture.changed_ms))

    @transaction
    def remove(self, db: apsw.Connection, account_id: str, reference: str) -> None:
        db.execute("DELETE FROM picture WHERE account_id = ? AND reference = ?", (account_id, reference))
