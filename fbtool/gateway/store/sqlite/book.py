"""Accounts and links in SQLite: functions on an open transaction."""

from collections.abc import Sequence
from typing import Any

import apsw

from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.links import Link, Reason
from fbtool.gateway.problems import AccountHasLinks, AccountNameTaken

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
    database.execute(f"INSERT INTO account ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _account_row(account))  # noqa: S608 - constant


def accounts(database: apsw.Connection) -> list[Account]:
    """See `Store.accounts`."""
    return [_account(row) for row in database.execute(f"SELECT {_ACCOUNT} FROM account ORDER BY name")]  # noqa: S608 - constant


def account(database: apsw.Connection, account_id: str) -> Account | None:
    """See `Store.account`."""
    row = database.execute(f"SELECT {_ACCOUNT} FROM account WHERE id = ?", (account_id,)).fetchone()  # noqa: S608 - constant
    return _account(row) if row else None


def change_account(database: apsw.Connection, account: Account) -> None:
    """See `Store.change_account`."""
    if database.execute("SELECT 1 FROM account WHERE name = ? AND id != ?", (account.name, account.id)).fetchone():
        raise AccountNameTaken(name=account.name)
    database.execute(
        "UPDATE account SET name = ?2, channel = ?3, active = ?4, token_hash = ?5, created = ?6, greeting = ?7,"
        " avatar_url = ?8 WHERE id = ?1",
        _account_row(account),
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
    row = database.execute("SELECT * FROM link WHERE page_id = ?", (page_id,)).fetchone()
    return _link(row) if row else None


def links(database: apsw.Connection, account_id: str) -> list[Link]:
    """See `Store.links`."""
    query = "SELECT * FROM link WHERE account_id = ? ORDER BY name, page_id"
    return [_link(row) for row in database.execute(query, (account_id,))]


def put_link(database: apsw.Connection, link: Link) -> None:
    """See `Store.put_link`."""
    row = (
        link.page_id,
        link.account_id,
        link.name,
        link.person,
        link.person_id,
        link.sealed_token,
        link.linked_at,
        link.token_expires_at,
        link.data_access_expires_at,
        ",".join(link.subscribed_fields),
        link.reason.to_json() if link.reason else None,
    )
    database.execute("REPLACE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def mark_link(database: apsw.Connection, page_id: str, reason: Reason) -> bool:
    """Set the reason; whether its code changed."""
    row = database.execute("SELECT reason FROM link WHERE page_id = ?", (page_id,)).fetchone()
    if row is None or (row[0] and Reason.from_json(row[0]).code == reason.code):
        return False
    database.execute("UPDATE link SET reason = ? WHERE page_id = ?", (reason.to_json(), page_id))
    return True


def remove_link(database: apsw.Connection, page_id: str) -> None:
    """See `Store.remove_link`."""
    database.execute("DELETE FROM link WHERE page_id = ?", (page_id,))
    database.execute("DELETE FROM reply_window WHERE page_id = ?", (page_id,))
    database.execute("DELETE FROM greeted WHERE page_id = ?", (page_id,))
    database.execute("DELETE FROM sent WHERE page_id = ?", (page_id,))


def _account_row(account: Account) -> tuple[Any, ...]:
    return (
        account.id,
        account.name,
        str(account.channel),
        account.active,
        account.token_hash,
        account.created,
        account.greeting,
        account.avatar_url,
    )


def _account(row: Sequence[Any]) -> Account:
    account_id, name, channel, active, token_hash, *others = row
    return Account(account_id, name, Channel(channel), bool(active), bytes(token_hash), *others)


def _link(row: Sequence[Any]) -> Link:
    page_id, account_id, name, person, person_id, token, linked_at, token_end, data_end, fields, reason = row
    return Link(
        page_id=page_id,
        account_id=account_id,
        name=name,
        person=person,
        person_id=person_id,
        sealed_token=bytes(token),
        linked_at=linked_at,
        token_expires_at=token_end,
        data_access_expires_at=data_end,
        subscribed_fields=tuple(fields.split(",")) if fields else (),
        reason=Reason.from_json(reason) if reason else None,
    )
