"""Accounts and links in SQLite: functions on an open transaction."""

from collections.abc import Sequence
from typing import Any

import apsw

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.links import Holder, Link, Reason
from fbtool.gateway.problems import AccountHasLinks, AccountNameTaken
from fbtool.gateway.store.rows import account_of, account_row

_ACCOUNT = "id, name, channel, active, token_hash, created, greeting, avatar_url"


def set_availability(database: apsw.Connection, account_id: str, until_ms: int) -> None:
    """See `Store.set_availability`."""
    database.execute("UPDATE account SET available = ? WHERE id = ?", (until_ms, account_id))


def available_until(database: apsw.Connection, account_id: str) -> int:
    """See `Store.available_until`."""
    row = database.execute("SELECT available FROM account WHERE id = ?", (account_id,)).fetchone()
    return int(row[0]) if row else 0


def add_account(database: apsw.Connection, account: Account) -> None:
    """See `Store.add_account`."""
    if database.execute("SELECT 1 FROM account WHERE name = ?", (account.name,)).fetchone():
        raise AccountNameTaken(name=account.name)
    database.execute(f"INSERT INTO account ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", account_row(account))  # noqa: S608 - constant


def accounts(database: apsw.Connection) -> list[Account]:
    """See `Store.accounts`."""
    return [account_of(row) for row in database.execute(f"SELECT {_ACCOUNT} FROM account ORDER BY name")]  # noqa: S608 - constant


def account(database: apsw.Connection, account_id: str) -> Account | None:
    """See `Store.account`."""
    row = database.execute(f"SELECT {_ACCOUNT} FROM account WHERE id = ?", (account_id,)).fetchone()  # noqa: S608 - constant
    return account_of(row) if row else None


def change_account(database: apsw.Connection, account: Account) -> None:
    """See `Store.change_account`."""
    if database.execute("SELECT 1 FROM account WHERE name = ? AND id != ?", (account.name, account.id)).fetchone():
        raise AccountNameTaken(name=account.name)
    database.execute(
        "UPDATE account SET name = ?2, channel = ?3, active = ?4, token_hash = ?5, created = ?6, greeting = ?7,"
        " avatar_url = ?8 WHERE id = ?1",
        account_row(account),
    )


def remove_account(database: apsw.Connection, account: Account) -> None:
    """See `Store.remove_account`."""
    if database.execute("SELECT 1 FROM link WHERE account_id = ?", (account.id,)).fetchone():
        raise AccountHasLinks(name=account.name)
    database.execute("DELETE FROM inbox WHERE account_id = ?", (account.id,))
    database.execute("DELETE FROM outbox WHERE account_id = ?", (account.id,))
    database.execute("DELETE FROM account WHERE id = ?", (account.id,))


def link(database: apsw.Connection, page_id: str) -> Link | None:
    """See `Store.link`."""
    found = _links(database, "WHERE page_id = ?", page_id)
    return found[0] if found else None


def links(database: apsw.Connection, account_id: str) -> list[Link]:
    """See `Store.links`."""
    return _links(database, "WHERE account_id = ? ORDER BY name, page_id", account_id)


def links_of_person(database: apsw.Connection, person_id: str) -> list[Link]:
    """See `Store.links_of_person`."""
    held = "WHERE page_id IN (SELECT page_id FROM holder WHERE person_id = ?) ORDER BY page_id"
    return _links(database, held, person_id)


def due_links(database: apsw.Connection, now_ms: int, limit: int) -> list[Link]:
    """See `Store.due_links`."""
    return _links(database, "WHERE check_at <= ? ORDER BY check_at LIMIT ?", now_ms, limit)


def keep_link(database: apsw.Connection, link: Link) -> bool:
    """Keep the link if its version is the one in the database; see `Store.keep_link`."""
    row = database.execute("SELECT version FROM link WHERE page_id = ?", (link.page_id,)).fetchone()
    if (row[0] if row else 0) != link.version:
        return False
    values = (
        link.page_id,
        link.account_id,
        link.name,
        link.linked_at,
        ",".join(link.subscribed_fields),
        link.reason.to_json() if link.reason else None,
        link.reminded_of,
        link.check_at_ms,
        link.version + 1,
    )
    # An upsert and no REPLACE, which would delete the holders with the row.
    database.execute(
        "INSERT INTO link VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (page_id) DO UPDATE SET"
        " account_id = ?2, name = ?3, linked_at = ?4, subscribed_fields = ?5, reason = ?6, reminded_of = ?7,"
        " check_at = ?8, version = ?9",
        values,
    )
    database.execute("DELETE FROM holder WHERE page_id = ?", (link.page_id,))
    holders = [_holder_row(link.page_id, rank, holder) for rank, holder in enumerate(link.holders)]
    database.executemany("INSERT INTO holder VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", holders)
    database.execute("DELETE FROM farewell WHERE page_id = ?", (link.page_id,))
    return True


def remove_link(database: apsw.Connection, page_id: str) -> None:
    """See `Store.remove_link`."""
    database.execute("DELETE FROM link WHERE page_id = ?", (page_id,))  # its holders go with it
    database.execute("DELETE FROM reply_window WHERE source_id = ?", (page_id,))
    database.execute("DELETE FROM greeted WHERE source_id = ?", (page_id,))
    database.execute("DELETE FROM sent WHERE source_id = ?", (page_id,))


def _links(database: apsw.Connection, which: str, *values: Any) -> list[Link]:
    rows = database.execute(f"SELECT * FROM link {which}", values).fetchall()  # noqa: S608 - constants
    return [_link(database, row) for row in rows]


def _link(database: apsw.Connection, row: Sequence[Any]) -> Link:
    page_id, account_id, name, linked_at, fields, reason, reminded_of, check_at, version = row
    query = (
        "SELECT person_id, person, token, linked_at, token_expires_at, data_access_expires_at, reason FROM holder"
        " WHERE page_id = ? ORDER BY rank"
    )
    holders = tuple(_holder(row) for row in database.execute(query, (page_id,)))
    return Link(
        page_id=page_id,
        account_id=account_id,
        name=name,
        linked_at=linked_at,
        subscribed_fields=tuple(fields.split(",")) if fields else (),
        holders=holders,
        forsaken=Reason.from_json(reason) if reason and not holders else None,
        reminded_of=reminded_of,
        check_at_ms=check_at,
        version=version,
    )


def _holder_row(page_id: str, rank: int, holder: Holder) -> tuple[Any, ...]:
    return (
        page_id,
        holder.person_id,
        rank,
        holder.person,
        holder.sealed_token,
        holder.linked_at,
        holder.token_expires_at,
        holder.data_access_expires_at,
        holder.reason.to_json() if holder.reason else None,
    )


def _holder(row: Sequence[Any]) -> Holder:
    person_id, person, token, linked_at, token_end, data_end, reason = row
    return Holder(
        person_id=person_id,
        person=person,
        sealed_token=bytes(token),
        linked_at=linked_at,
        token_expires_at=token_end,
        data_access_expires_at=data_end,
        reason=Reason.from_json(reason) if reason else None,
    )
