"""Accounts, their tokens and their managers in SQLite."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import apsw

from fbtool.gateway.accounts import Account, AccountToken, Manager
from fbtool.gateway.problems import AccountHasSources, AccountNameTaken, ManagerNameTaken
from fbtool.gateway.store.accounts import COLUMNS, account_of, row_of
from fbtool.gateway.store.sources import Source
from fbtool.gateway.store.sqlite import sources
from fbtool.gateway.store.sqlite.writer import Writer, WriterPort, transaction

_TOKENS = (
    "(SELECT json_group_array(json_array(hex(hash), kind, ends)) FROM account_token WHERE account_id = account.id)"
)
_SELECT = f"SELECT {COLUMNS}, {_TOKENS} FROM account"  # noqa: S608 - constants


class SqliteAccountStore(WriterPort):
    """See `AccountStore`.

    Args:
        writer: of the database.
        changed: called with an account that has changed, or whose tokens have.
    """

    def __init__(self, writer: Writer, changed: Callable[[str], None]) -> None:
        super().__init__(writer)
        self._changed = changed

    async def change(self, account: Account, source: Source | None = None) -> None:
        await self._change(account, source)
        self._changed(account.id)

    async def rotate(self, account_id: str, token: AccountToken, earlier_end_ms: int, now_ms: int) -> None:
        await self._rotate(account_id, token, earlier_end_ms, now_ms)
        self._changed(account_id)

    async def remove(self, account: Account, own_source: str = "") -> None:
        await self._remove(account, own_source)
        self._changed(account.id)

    @transaction
    def add(self, db: apsw.Connection, account: Account, source: Source | None = None) -> None:
        if db.execute("SELECT 1 FROM account WHERE name = ?", (account.name,)).fetchone():
            raise AccountNameTaken(name=account.name)
        db.execute(f"INSERT INTO account ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row_of(account))  # noqa: S608
        for token in account.tokens:
            _add_token(db, account.id, token)
        if source is not None:
            sources.keep(db, source)

    @transaction
    def all(self, db: apsw.Connection) -> list[Account]:
        return [account_of(row) for row in db.execute(f"{_SELECT} ORDER BY name")]

    @transaction
    def of_manager(self, db: apsw.Connection, manager_id: str) -> list[Account]:
        return [account_of(row) for row in db.execute(f"{_SELECT} WHERE manager_id = ? ORDER BY name", (manager_id,))]

    @transaction
    def account(self, db: apsw.Connection, account_id: str) -> Account | None:
        row = db.execute(f"{_SELECT} WHERE id = ?", (account_id,)).fetchone()
        return account_of(row) if row else None

    @transaction
    def _change(self, db: apsw.Connection, account: Account, source: Source | None) -> None:
        if db.execute("SELECT 1 FROM account WHERE name = ? AND id != ?", (account.name, account.id)).fetchone():
            raise AccountNameTaken(name=account.name)
        db.execute(
            "UPDATE account SET name = ?2, channel = ?3, active = ?4, created = ?5, greeting = ?6, avatar_url = ?7,"
            " manager_id = ?8 WHERE id = ?1",
            row_of(account),
        )
        if source is not None:
            sources.keep(db, source)

    @transaction
    def _rotate(
        self, db: apsw.Connection, account_id: str, token: AccountToken, earlier_end_ms: int, now_ms: int
    ) -> None:
        which = (account_id, str(token.kind))
        query = "UPDATE account_token SET ends = min(coalesce(ends, ?3), ?3) WHERE account_id = ?1 AND kind = ?2"
        db.execute(query, (*which, earlier_end_ms))
        db.execute("DELETE FROM account_token WHERE account_id = ? AND kind = ? AND ends <= ?", (*which, now_ms))
        _add_token(db, account_id, token)

    @transaction
    def _remove(self, db: apsw.Connection, account: Account, own_source: str) -> None:
        query = "SELECT 1 FROM source WHERE account_id = ? AND id != ?"
        if db.execute(query, (account.id, own_source)).fetchone():
            raise AccountHasSources(name=account.name)
        sources.remove(db, own_source)
        db.execute("DELETE FROM inbox WHERE account_id = ?", (account.id,))
        db.execute("DELETE FROM outbox WHERE account_id = ?", (account.id,))
        db.execute("DELETE FROM account WHERE id = ?", (account.id,))  # its tokens go with it

    @transaction
    def set_availability(self, db: apsw.Connection, account_id: str, until_ms: int) -> None:
        db.execute("UPDATE account SET available = ? WHERE id = ?", (until_ms, account_id))

    @transaction
    def available_until(self, db: apsw.Connection, account_id: str) -> int:
        row = db.execute("SELECT available FROM account WHERE id = ?", (account_id,)).fetchone()
        return int(row[0]) if row else 0

    @transaction
    def add_manager(self, db: apsw.Connection, manager: Manager) -> None:
        if db.execute("SELECT 1 FROM manager WHERE name = ?", (manager.name,)).fetchone():
            raise ManagerNameTaken(name=manager.name)
        db.execute("INSERT INTO manager VALUES (?, ?, ?, ?)", astuple(manager))

    @transaction
    def managers(self, db: apsw.Connection) -> list[Manager]:
        return [_manager(row) for row in db.execute("SELECT * FROM manager ORDER BY name")]

    @transaction
    def manager(self, db: apsw.Connection, manager_id: str) -> Manager | None:
        row = db.execute("SELECT * FROM manager WHERE id = ?", (manager_id,)).fetchone()
        return _manager(row) if row else None

    @transaction
    def remove_manager(self, db: apsw.Connection, manager_id: str) -> None:
        db.execute("DELETE FROM manager WHERE id = ?", (manager_id,))


def _add_token(db: apsw.Connection, account_id: str, token: AccountToken) -> None:
    db.execute(
        "INSERT INTO account_token VALUES (?, ?, ?, ?)", (token.hash, account_id, str(token.kind), token.ends_ms)
    )


def _manager(row: Any) -> Manager:
    manager_id, name, token_hash, created = row
    return Manager(manager_id, name, bytes(token_hash), created)
