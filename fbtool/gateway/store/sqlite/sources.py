"""Sources in SQLite. The functions are for a channel that changes tables of its own in the same transaction."""

from dataclasses import astuple
from typing import Any

import apsw

from fbtool.gateway.store.sources import Source
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction


class SqliteSourceStore(WriterPort):
    """See `SourceStore`."""

    @transaction
    def source(self, db: apsw.Connection, source_id: str) -> Source | None:
        row = db.execute("SELECT * FROM source WHERE id = ?", (source_id,)).fetchone()
        return _source(row) if row else None

    @transaction
    def of_account(self, db: apsw.Connection, account_id: str) -> list[Source]:
        rows = db.execute("SELECT * FROM source WHERE account_id = ? ORDER BY name, id", (account_id,))
        return [_source(row) for row in rows]

    @transaction
    def keep(self, db: apsw.Connection, source: Source) -> None:
        keep(db, source)

    @transaction
    def remove(self, db: apsw.Connection, source_id: str) -> None:
        remove(db, source_id)


def keep(db: apsw.Connection, source: Source) -> None:
    """See `SourceStore.keep`."""
    # An upsert and no REPLACE, which would delete what channels keep of the source with the row.
    db.execute(
        "INSERT INTO source VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (id) DO UPDATE SET account_id = ?2, name = ?3, held = ?4",
        astuple(source),
    )


def remove(db: apsw.Connection, source_id: str) -> None:
    """See `SourceStore.remove`. What channels keep of the source goes with it."""
    db.execute("DELETE FROM source WHERE id = ?", (source_id,))
    for table in ("reply_window", "greeted", "sent"):
        db.execute(f"DELETE FROM {table} WHERE source_id = ?", (source_id,))  # noqa: S608 - constants


def _source(row: Any) -> Source:
    source_id, account_id, name, held = row
    return Source(source_id, account_id, name, bool(held))
