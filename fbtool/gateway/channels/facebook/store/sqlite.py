"""Links in SQLite."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import apsw

from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.channels.facebook.store import Deletion, PendingUnsubscribe
from fbtool.gateway.channels.facebook.store.rows import (
    HOLDERS,
    LINKS,
    holder_of,
    holder_rows,
    link_of,
    pending_of,
    row_of,
    source_of,
)
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.gateway.store.sqlite import arrivals, sources
from fbtool.gateway.store.sqlite.bulk import listed
from fbtool.gateway.store.sqlite.writer import WriterPort, transaction


class SqliteLinkStore(WriterPort):
    """See `LinkStore`."""

    async def link(self, page_id: str) -> Link | None:
        return await self.writer.join(_each, page_id)

    @transaction
    def links(self, db: apsw.Connection, account_id: str) -> list[Link]:
        return _links(db, "WHERE account_id = ? ORDER BY name, page_id", account_id)

    @transaction
    def links_of_person(self, db: apsw.Connection, person_id: str) -> list[Link]:
        held = "WHERE page_id IN (SELECT page_id FROM facebook_holder WHERE person_id = ?) ORDER BY page_id"
        return _links(db, held, person_id)

    @transaction
    def due_links(self, db: apsw.Connection, now_ms: int, limit: int) -> list[Link]:
        return _links(db, "WHERE check_at <= ? ORDER BY check_at LIMIT ?", now_ms, limit)

    @transaction
    def next_check_ms(self, db: apsw.Connection) -> int | None:
        query = """
            SELECT min(at) FROM (SELECT min(check_at) AS at FROM facebook_link
                                 UNION ALL SELECT min(due) FROM facebook_pending_unsubscribe)"""
        (at,) = db.execute(query).fetchone() or (None,)
        return at

    @transaction
    def hasten_checks(self, db: apsw.Connection, now_ms: int, within_ms: int) -> None:
        query = "UPDATE facebook_link SET check_at = min(check_at, ? + abs(random() % ?))"
        db.execute(query, (now_ms, within_ms))

    @transaction
    def keep_link(self, db: apsw.Connection, link: Link, news: Sequence[RoutedArrival], now_ms: int) -> bool:
        row = db.execute("SELECT version FROM facebook_link WHERE page_id = ?", (link.page_id,)).fetchone()
        if (row[0] if row else 0) != link.version:
            return False
        sources.keep(db, source_of(link))
        # An upsert and no REPLACE, which would delete the holders with the row.
        db.execute(
            "INSERT INTO facebook_link VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (page_id) DO UPDATE SET"
            " linked_at = ?2, subscribed_fields = ?3, reason = ?4, reminded_of = ?5, check_at = ?6, version = ?7",
            row_of(link),
        )
        db.execute("DELETE FROM facebook_holder WHERE page_id = ?", (link.page_id,))
        db.executemany("INSERT INTO facebook_holder VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", holder_rows(link))
        db.execute("DELETE FROM facebook_pending_unsubscribe WHERE page_id = ?", (link.page_id,))
        arrivals.store(db, news, now_ms)
        return True

    @transaction
    def remove_link(self, db: apsw.Connection, page_id: str, pending: PendingUnsubscribe | None = None) -> None:
        sources.remove(db, page_id)  # the link and its holders go with it
        if pending is not None:
            _add(db, pending)

    @transaction
    def add_unsubscribe(self, db: apsw.Connection, pending: PendingUnsubscribe) -> bool:
        return _add(db, pending)

    @transaction
    def due_unsubscribes(self, db: apsw.Connection, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        query = "SELECT * FROM facebook_pending_unsubscribe WHERE due <= ? ORDER BY due LIMIT 20"
        rows = db.execute(query, (now_ms,)).fetchall()
        query = "UPDATE facebook_pending_unsubscribe SET due = ? WHERE page_id = ?"
        db.executemany(query, [(again_ms, row[0]) for row in rows])
        return [pending_of(row) for row in rows]

    @transaction
    def keep_unsubscribe(self, db: apsw.Connection, pending: PendingUnsubscribe) -> None:
        db.execute(
            "UPDATE facebook_pending_unsubscribe SET person_id = ?2, token = ?3, since = ?4, due = ?5, tries = ?6"
            " WHERE page_id = ?1",
            astuple(pending),
        )

    @transaction
    def end_unsubscribe(self, db: apsw.Connection, page_id: str) -> None:
        db.execute("DELETE FROM facebook_pending_unsubscribe WHERE page_id = ?", (page_id,))

    @transaction
    def forget_tokens_of(self, db: apsw.Connection, person_id: str) -> int:
        db.execute(
            "UPDATE facebook_pending_unsubscribe SET token = x'', person_id = ''"
            " WHERE person_id = ? AND length(token) > 0",
            (person_id,),
        )
        return db.changes()

    @transaction
    def add_deletion(self, db: apsw.Connection, deletion: Deletion) -> None:
        db.execute("INSERT INTO facebook_deletion VALUES (?, ?, ?, ?)", astuple(deletion))

    @transaction
    def deletion(self, db: apsw.Connection, code: str) -> Deletion | None:
        row = db.execute("SELECT * FROM facebook_deletion WHERE code = ?", (code,)).fetchone()
        return Deletion(*row) if row else None


def _links(db: apsw.Connection, which: str, *values: Any) -> list[Link]:
    query = f"{HOLDERS} WHERE page_id = ? ORDER BY rank"
    rows = db.execute(f"{LINKS} {which}", values).fetchall()
    return [link_of(row, map(holder_of, db.execute(query, (row[0],)))) for row in rows]


def _each(db: apsw.Connection, page_ids: Sequence[str]) -> list[Link | None]:
    """The link of each: every answer on its way asks for one, and many ask at the same time."""
    links = _links(db, "WHERE page_id IN (SELECT value FROM json_each(?))", listed(set(page_ids)))
    found = {link.page_id: link for link in links}
    return [found.get(page_id) for page_id in page_ids]


def _add(db: apsw.Connection, pending: PendingUnsubscribe) -> bool:
    if db.execute("SELECT 1 FROM facebook_link WHERE page_id = ?", (pending.page_id,)).fetchone():
        return False
    query = "INSERT INTO facebook_pending_unsubscribe VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    db.execute(query, astuple(pending))
    return db.changes() > 0
