"""Links in PostgreSQL. Any gateway may look after them; none does the same twice at once."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

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
from fbtool.gateway.store.postgres import arrivals, sources
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, statements, transaction


class PostgresLinkStore(DatabasePort):
    """See `LinkStore`."""

    @statements
    async def link(self, db: Connection, page_id: str) -> Link | None:
        return next(iter(await _links(db, "WHERE page_id = $1", page_id)), None)

    @statements
    async def links(self, db: Connection, account_id: str) -> list[Link]:
        return await _links(db, "WHERE account_id = $1 ORDER BY name, page_id", account_id)

    @statements
    async def links_of_person(self, db: Connection, person_id: str) -> list[Link]:
        held = "WHERE page_id IN (SELECT page_id FROM facebook_holder WHERE person_id = $1) ORDER BY page_id"
        return await _links(db, held, person_id)

    @statements
    async def due_links(self, db: Connection, now_ms: int, limit: int) -> list[Link]:
        return await _links(db, "WHERE check_at <= $1 ORDER BY check_at LIMIT $2", now_ms, limit)

    @statements
    async def next_check_ms(self, db: Connection) -> int | None:
        query = """
            SELECT least((SELECT min(check_at) FROM facebook_link),
                         (SELECT min(due) FROM facebook_pending_unsubscribe))"""
        at = await db.fetchval(query)
        return None if at is None else int(at)

    @statements
    async def hasten_checks(self, db: Connection, now_ms: int, within_ms: int) -> None:
        query = """
            WITH every AS (SELECT page_id FROM facebook_link ORDER BY page_id FOR UPDATE)
            UPDATE facebook_link AS link SET check_at = least(check_at, $1 + (random() * $2)::bigint)
            FROM every WHERE link.page_id = every.page_id"""
        await db.execute(query, now_ms, within_ms)

    @transaction
    async def keep_link(self, db: Connection, link: Link, news: Sequence[RoutedArrival], now_ms: int) -> bool:
        if not await (_change(db, link) if link.version else _add(db, link)):
            return False
        await db.execute("DELETE FROM facebook_holder WHERE page_id = $1", link.page_id)
        query = "INSERT INTO facebook_holder VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        await db.executemany(query, holder_rows(link))
        await db.execute("DELETE FROM facebook_pending_unsubscribe WHERE page_id = $1", link.page_id)
        await arrivals.store(db, self.database, news, now_ms)
        return True

    @transaction
    async def remove_link(self, db: Connection, page_id: str, pending: PendingUnsubscribe | None = None) -> None:
        await sources.remove(db, page_id)  # the link and its holders go with it
        if pending is not None:
            await _add_unsubscribe(db, pending)

    @statements
    async def add_unsubscribe(self, db: Connection, pending: PendingUnsubscribe) -> bool:
        return await _add_unsubscribe(db, pending)

    @statements
    async def due_unsubscribes(self, db: Connection, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
        query = """
            WITH due AS (
                SELECT * FROM facebook_pending_unsubscribe WHERE due <= $1 ORDER BY due LIMIT 20 FOR UPDATE SKIP LOCKED
            ), later AS (
                UPDATE facebook_pending_unsubscribe SET due = $2 WHERE page_id IN (SELECT page_id FROM due)
            )
            SELECT * FROM due"""
        return [pending_of(row) for row in await db.fetch(query, now_ms, again_ms)]

    @statements
    async def keep_unsubscribe(self, db: Connection, pending: PendingUnsubscribe) -> None:
        await db.execute(
            "UPDATE facebook_pending_unsubscribe SET person_id = $2, token = $3, since = $4, due = $5, tries = $6"
            " WHERE page_id = $1",
            *astuple(pending),
        )

    @statements
    async def end_unsubscribe(self, db: Connection, page_id: str) -> None:
        await db.execute("DELETE FROM facebook_pending_unsubscribe WHERE page_id = $1", page_id)

    @statements
    async def forget_tokens_of(self, db: Connection, person_id: str) -> int:
        query = """
            WITH theirs AS (
                SELECT page_id FROM facebook_pending_unsubscribe
                WHERE person_id = $1 AND token != '' ORDER BY page_id FOR UPDATE
            )
            UPDATE facebook_pending_unsubscribe AS pending SET token = '', person_id = ''
            FROM theirs WHERE pending.page_id = theirs.page_id RETURNING 1"""
        return len(await db.fetch(query, person_id))

    @statements
    async def add_deletion(self, db: Connection, deletion: Deletion) -> None:
        await db.execute("INSERT INTO facebook_deletion VALUES ($1, $2, $3, $4)", *astuple(deletion))

    @statements
    async def deletion(self, db: Connection, code: str) -> Deletion | None:
        row = await db.fetchrow("SELECT code, done, tokens, pages FROM facebook_deletion WHERE code = $1", code)
        return Deletion(*row) if row else None


async def _links(db: Connection, which: str, *values: Any) -> list[Link]:
    rows = await db.fetch(f"{LINKS} {which}", *values)
    query = HOLDERS.replace("SELECT ", "SELECT page_id, ", 1) + " WHERE page_id = ANY ($1::text[]) ORDER BY rank"
    people = await db.fetch(query, [row["page_id"] for row in rows])
    return [
        link_of(row, [holder_of(one[1:]) for one in map(tuple, people) if one[0] == row["page_id"]]) for row in rows
    ]


async def _add(db: Connection, link: Link) -> bool:
    """Keep a new link with its source; False, and nothing is changed, if the Page is linked."""
    if not await sources.add(db, source_of(link)):
        return False
    await db.execute("INSERT INTO facebook_link VALUES ($1, $2, $3, $4, $5, $6, $7)", *row_of(link))
    return True


async def _change(db: Connection, link: Link) -> bool:
    """Replace the link of this version; False, and nothing is changed, if there is none."""
    query = """
        SELECT true FROM source JOIN facebook_link ON page_id = source.id
        WHERE source.id = $1 AND version = $2 FOR UPDATE"""
    if not await db.fetchval(query, link.page_id, link.version):
        return False
    await sources.change(db, source_of(link))
    query = """
        UPDATE facebook_link SET linked_at = $2, subscribed_fields = $3, reason = $4, reminded_of = $5, check_at = $6,
        version = $7 WHERE page_id = $1"""
    await db.execute(query, *row_of(link))
    return True


async def _add_unsubscribe(db: Connection, pending: PendingUnsubscribe) -> bool:
    query = """
        INSERT INTO facebook_pending_unsubscribe SELECT $1, $2, $3, $4, $5, $6
        WHERE NOT EXISTS (SELECT 1 FROM facebook_link WHERE page_id = $1) ON CONFLICT DO NOTHING RETURNING true"""
    return bool(await db.fetchval(query, *astuple(pending)))
