"""Looking after links and ending subscriptions in SQLite: functions on an open transaction."""

from collections.abc import Sequence
from typing import Any

import apsw

from fbtool.gateway.store import Deletion, PendingUnsubscribe


def next_check_ms(database: apsw.Connection) -> int | None:
    """See `Store.next_check_ms`."""
    query = "SELECT min(at) FROM (SELECT min(check_at) AS at FROM link UNION ALL SELECT min(due) FROM farewell)"
    (at,) = database.execute(query).fetchone() or (None,)
    return at


def hasten_checks(database: apsw.Connection, now_ms: int, within_ms: int) -> None:
    """See `Store.hasten_checks`."""
    query = "UPDATE link SET check_at = min(check_at, ? + abs(random() % ?))"
    database.execute(query, (now_ms, within_ms))


def add_farewell(database: apsw.Connection, farewell: PendingUnsubscribe) -> bool:
    """See `Store.add_farewell`."""
    if database.execute("SELECT 1 FROM link WHERE page_id = ?", (farewell.page_id,)).fetchone():
        return False
    row = _row(farewell)
    database.execute("INSERT INTO farewell VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
    return database.changes() > 0


def due_farewells(database: apsw.Connection, now_ms: int, again_ms: int) -> list[PendingUnsubscribe]:
    """See `Store.due_farewells`."""
    rows = database.execute("SELECT * FROM farewell WHERE due <= ? ORDER BY due LIMIT 20", (now_ms,)).fetchall()
    database.executemany("UPDATE farewell SET due = ? WHERE page_id = ?", [(again_ms, row[0]) for row in rows])
    return [_farewell(row) for row in rows]


def keep_farewell(database: apsw.Connection, farewell: PendingUnsubscribe) -> None:
    """See `Store.keep_farewell`."""
    database.execute(
        "UPDATE farewell SET person_id = ?2, token = ?3, since = ?4, due = ?5, tries = ?6 WHERE page_id = ?1",
        _row(farewell),
    )


def end_farewell(database: apsw.Connection, page_id: str) -> None:
    """See `Store.end_farewell`."""
    database.execute("DELETE FROM farewell WHERE page_id = ?", (page_id,))


def forget_tokens_of(database: apsw.Connection, person_id: str) -> int:
    """See `Store.forget_tokens_of`."""
    query = "UPDATE farewell SET token = x'', person_id = '' WHERE person_id = ? AND length(token) > 0"
    database.execute(query, (person_id,))
    return database.changes()


def add_deletion(database: apsw.Connection, deletion: Deletion) -> None:
    """See `Store.add_deletion`."""
    row = (deletion.code, deletion.done_ms, deletion.tokens, deletion.pages)
    database.execute("INSERT INTO deletion VALUES (?, ?, ?, ?)", row)


def deletion(database: apsw.Connection, code: str) -> Deletion | None:
    """See `Store.deletion`."""
    row = database.execute("SELECT * FROM deletion WHERE code = ?", (code,)).fetchone()
    return Deletion(*row) if row else None


def _row(farewell: PendingUnsubscribe) -> tuple[Any, ...]:
    return (
        farewell.page_id,
        farewell.person_id,
        farewell.sealed_token,
        farewell.since_ms,
        farewell.due_ms,
        farewell.tries,
    )


def _farewell(row: Sequence[Any]) -> PendingUnsubscribe:
    page_id, person_id, token, since, due, tries = row
    return PendingUnsubscribe(page_id, person_id, bytes(token), since, due, tries)
