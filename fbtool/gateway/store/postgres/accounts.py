"""Accounts, their tokens and their managers in PostgreSQL."""

from dataclasses import astuple

import asyncpg

from fbtool.gateway.accounts import Account, AccountToken, Manager
from fbtool.gateway.problems import AccountHasSources, AccountNameTaken, ManagerNameTaken
from fbtool.gateway.store.accounts import COLUMNS, account_of, row_of
from fbtool.gateway.store.postgres import sources
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.database import DatabasePort, deleting, statements, transaction
from fbtool.gateway.store.postgres.listening import ACCOUNTS, tell
from fbtool.gateway.store.sources import Source
from fbtool.gateway.wakeups import AVAILABLE

_TOKENS = (
    "(SELECT coalesce(json_agg(json_build_array(encode(hash, 'hex'), kind, ends)), '[]')::text"
    " FROM account_token WHERE account_id = account.id)"
)
_SELECT = f"SELECT {COLUMNS}, {_TOKENS} FROM account"  # noqa: S608 - constants


class PostgresAccountStore(DatabasePort):
    """See `AccountStore`."""

    @transaction
    async def add(self, db: Connection, account: Account, source: Source | None = None) -> None:
        try:
            await db.execute(
                f"INSERT INTO account ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",  # noqa: S608 - constants
                *row_of(account),
            )
        except asyncpg.UniqueViolationError:
            raise AccountNameTaken(name=account.name) from None
        for token in account.tokens:
            await _add_token(db, account.id, token)
        if source is not None:
            await sources.add(db, source)

    @statements
    async def all(self, db: Connection) -> list[Account]:
        return [account_of(row) for row in await db.fetch(f"{_SELECT} ORDER BY name")]

    @statements
    async def of_manager(self, db: Connection, manager_id: str) -> list[Account]:
        return [account_of(row) for row in await db.fetch(f"{_SELECT} WHERE manager_id = $1 ORDER BY name", manager_id)]

    @statements
    async def account(self, db: Connection, account_id: str) -> Account | None:
        row = await db.fetchrow(f"{_SELECT} WHERE id = $1", account_id)
        return account_of(row) if row else None

    @transaction
    async def change(self, db: Connection, account: Account, source: Source | None = None) -> None:
        try:
            await db.execute(
                "UPDATE account SET name = $2, channel = $3, active = $4, created = $5, greeting = $6, avatar_url = $7,"
                " manager_id = $8 WHERE id = $1",
                *row_of(account),
            )
        except asyncpg.UniqueViolationError:
            raise AccountNameTaken(name=account.name) from None
        if source is not None:
            await sources.change(db, source)
        await _tell(db, account.id)

    @transaction
    async def rotate(
        self, db: Connection, account_id: str, token: AccountToken, earlier_end_ms: int, now_ms: int
    ) -> None:
        # The lock lets two rotations at once end each other's token and not both stay.
        await db.execute("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", account_id)
        which = (account_id, str(token.kind))
        query = "UPDATE account_token SET ends = least(ends, $3) WHERE account_id = $1 AND kind = $2"
        await db.execute(query, *which, earlier_end_ms)
        query = "DELETE FROM account_token WHERE account_id = $1 AND kind = $2 AND ends <= $3"
        await db.execute(query, *which, now_ms)
        await _add_token(db, account_id, token)
        await _tell(db, account_id)

    @transaction
    async def remove(self, db: Connection, account: Account, own_source: str = "") -> None:
        # The lock lets nobody give the account a source between the question and the deletion.
        await db.execute("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", account.id)
        query = "SELECT true FROM source WHERE account_id = $1 AND id != $2 LIMIT 1"
        if await db.fetchval(query, account.id, own_source):
            raise AccountHasSources(name=account.name)
        await db.execute("DELETE FROM source WHERE id = $1", own_source)
        for table, key in (("outbox", "id"), ("inbox", "sequence"), ("consumer", "account_id")):
            await db.execute(deleting(table, key, "account_id = $1"), account.id)
        await sources.remove(db, own_source)  # what is left of it; in this order, because of `LOCKED`
        await db.execute("DELETE FROM account WHERE id = $1", account.id)  # its tokens go with it
        await _tell(db, account.id)

    @statements
    async def set_availability(self, db: Connection, account_id: str, until_ms: int) -> None:
        await db.execute("UPDATE account SET available = $2 WHERE id = $1", account_id, until_ms)
        await tell(db, self.database.gateway, [AVAILABLE + account_id])

    @statements
    async def available_until(self, db: Connection, account_id: str) -> int:
        return int(await db.fetchval("SELECT available FROM account WHERE id = $1", account_id) or 0)

    @statements
    async def add_manager(self, db: Connection, manager: Manager) -> None:
        try:
            await db.execute("INSERT INTO manager VALUES ($1, $2, $3, $4)", *astuple(manager))
        except asyncpg.UniqueViolationError:
            raise ManagerNameTaken(name=manager.name) from None

    @statements
    async def managers(self, db: Connection) -> list[Manager]:
        return [Manager(*row) for row in await db.fetch("SELECT * FROM manager ORDER BY name")]

    @statements
    async def manager(self, db: Connection, manager_id: str) -> Manager | None:
        row = await db.fetchrow("SELECT * FROM manager WHERE id = $1", manager_id)
        return Manager(*row) if row else None

    @statements
    async def remove_manager(self, db: Connection, manager_id: str) -> None:
        await db.execute("DELETE FROM manager WHERE id = $1", manager_id)


async def _tell(db: Connection, account_id: str) -> None:
    """All gateways hear of the change with its commit, this one as well."""
    await db.execute("SELECT pg_notify($1, $2)", ACCOUNTS, account_id)


async def _add_token(db: Connection, account_id: str, token: AccountToken) -> None:
    row = (token.hash, account_id, str(token.kind), token.ends_ms)
    await db.execute("INSERT INTO account_token VALUES ($1, $2, $3, $4)", *row)
