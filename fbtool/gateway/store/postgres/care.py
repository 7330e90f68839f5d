"""Looking after links and ending subscriptions in PostgreSQL. Any gateway may do it; none does it twice at once."""

from fbtool.gateway.channels.facebook.links import Link
from fbtool.gateway.store import Deletion, PendingUnsubscribe
from fbtool.gateway.store.postgres import book
from fbtool.gateway.store.postgres.database import Connection

_FAREWELL = "page_id, person_id, token, since, due, tries"


async def due_links(db: Connection, now_ms: int, limit: int) -> list[Link]:
    """See `Store.due_links`."""
    return await book.links_where(db, "check_at <= $1 ORDER BY check_at LIMIT $2", now_ms, limit)


async def next_check_ms(db: Connection) -> int | None:
    """See `Store.next_check_ms`."""
    query = "SELECT least((SELECT min(check_at) FROM link), (SELECT min(due) FROM farewell))"
    at = await db.fetchval(query)
    return None if at is None else int(at)


async def hasten_checks(db: Connection, now_ms: int, within_ms: int) -> None:
    """See `Store.hasten_checks`."""
    query = """
        WITH every AS (SELECT page_id FROM link ORDER BY page_id FOR UPDATE)
        UPDATE link SET check_at = least(check_at, $1 + (random() * $2)::bigint)
        FROM every WHERE link.page_id = every.page_id"""
    await db.execute(query, now_ms, within_ms)


async def add_farewell(db: Connection, farewell: PendingUnsubscribe) -> bool:
    """See `Store.add_farewell`."""
    query = f"""
        INSERT INTO farewell ({_FAREWELL}) SELECT $1, $2, $3, $4, $5, $6
        WHERE NOT EXISTS (SELECT 1 FROM link WHERE page_id = $1) ON CONFLICT DO NOTHING RETURNING true"""  # noqa: S608
    return bool(await db.fetchval(query, *_row(farewell)))


async def due_farewells(db: Connection, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
    """See `Store.due_farewells`."""
    query = f"""
        WITH due AS (
            SELECT {_FAREWELL} FROM farewell WHERE due <= $1 ORDER BY due LIMIT 20 FOR UPDATE SKIP LOCKED
        ), later AS (
            UPDATE farewell SET due = $2 WHERE page_id IN (SELECT page_id FROM due)
        )
        SELECT {_FAREWELL} FROM due"""  # noqa: S608 - constants
    return [PendingUnsubscribe(*row) for row in await db.fetch(query, now_ms, again_ms)]


async def keep_farewell(db: Connection, farewell: PendingUnsubscribe) -> None:
    """See `Store.keep_farewell`."""
    await db.execute(
        "UPDATE farewell SET person_id = $2, token = $3, since = $4, due = $5, tries = $6 WHERE page_id = $1",
        *_row(farewell),
    )


async def end_farewell(db: Connection, page_id: str) -> None:
    """See `Store.end_farewell`."""
    await db.execute("DELETE FROM farewell WHERE page_id = $1", page_id)


async def forget_tokens_of(db: Connection, person_id: str) -> int:
    """See `Store.forget_tokens_of`."""
    query = """
        WITH theirs AS (
            SELECT page_id FROM farewell WHERE person_id = $1 AND token != '' ORDER BY page_id FOR UPDATE
        )
        UPDATE farewell SET token = '', person_id = ''
        FROM theirs WHERE farewell.page_id = theirs.page_id RETURNING 1"""
    return len(await db.fetch(query, person_id))


async def add_deletion(db: Connection, deletion: Deletion) -> None:
    """See `Store.add_deletion`."""
    row = (deletion.code, deletion.done_ms, deletion.tokens, deletion.pages)
    await db.execute("INSERT INTO deletion VALUES ($1, $2, $3, $4)", *row)


async def deletion(db: Connection, code: str) -> Deletion | None:
    """See `Store.deletion`."""
    row = await db.fetchrow("SELECT code, done, tokens, pages FROM deletion WHERE code = $1", code)
    return Deletion(*row) if row else None


def _row(farewell: PendingUnsubscribe) -> tuple[object, ...]:
    return (
        farewell.page_id,
        farewell.person_id,
        farewell.sealed_token,
        farewell.since_ms,
        farewell.due_ms,
        farewell.tries,
    )
