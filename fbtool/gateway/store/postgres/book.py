"""Accounts and links in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.facebook.links import Holder, Link, Reason
from fbtool.gateway.consumers import Consumer, claimed
from fbtool.gateway.problems import AccountHasLinks, AccountNameTaken
from fbtool.gateway.store.postgres.database import Connection, deleting
from fbtool.gateway.store.rows import account_of, account_row

_ACCOUNT = "id, name, channel, active, token_hash, created, greeting, avatar_url"


async def add_account(db: Connection, account: Account) -> None:
    """See `Store.add_account`."""
    try:
        await db.execute(
            f"INSERT INTO account ({_ACCOUNT}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",  # noqa: S608 - constant
            *account_row(account),
        )
    except asyncpg.UniqueViolationError:
        raise AccountNameTaken(name=account.name) from None


async def accounts(db: Connection) -> list[Account]:
    """See `Store.accounts`."""
    return [account_of(row) for row in await db.fetch(f"SELECT {_ACCOUNT} FROM account ORDER BY name")]  # noqa: S608


async def account(db: Connection, account_id: str) -> Account | None:
    """See `Store.account`."""
    row = await db.fetchrow(f"SELECT {_ACCOUNT} FROM account WHERE id = $1", account_id)  # noqa: S608 - constant
    return account_of(row) if row else None


async def change_account(db: Connection, account: Account) -> None:
    """See `Store.change_account`."""
    try:
        await db.execute(
            "UPDATE account SET name = $2, channel = $3, active = $4, token_hash = $5, created = $6, greeting = $7,"
            " avatar_url = $8 WHERE id = $1",
            *account_row(account),
        )
    except asyncpg.UniqueViolationError:
        raise AccountNameTaken(name=account.name) from None


async def remove_account(db: Connection, account: Account) -> None:
    """See `Store.remove_account`."""
    # The lock lets nobody link a Page to the account between the question and the deletion.
    await db.execute("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", account.id)
    if await db.fetchval("SELECT true FROM link WHERE account_id = $1 LIMIT 1", account.id):
        raise AccountHasLinks(name=account.name)
    for table, key in (("outbox", "id"), ("inbox", "sequence"), ("consumer", "account_id")):
        await db.execute(deleting(table, key, "account_id = $1"), account.id)
    await db.execute("DELETE FROM account WHERE id = $1", account.id)


async def set_availability(db: Connection, account_id: str, until_ms: int) -> None:
    """See `Store.set_availability`."""
    await db.execute("UPDATE account SET available = $2 WHERE id = $1", account_id, until_ms)


async def available_until(db: Connection, account_id: str) -> int:
    """See `Store.available_until`."""
    return int(await db.fetchval("SELECT available FROM account WHERE id = $1", account_id) or 0)


async def claim(db: Connection, wanted: Consumer, now_ms: int) -> Consumer:
    """See `Store.claim`."""
    # An advisory lock, because the row that would have to be locked may not exist yet.
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", wanted.account_id)
    now = claimed(await consumer(db, wanted.account_id), wanted, now_ms)
    await db.execute(
        "INSERT INTO consumer VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id)"
        " DO UPDATE SET name = $2, ticket = $3, since = $4, until = $5",
        now.account_id,
        now.name,
        now.ticket,
        now.since_ms,
        now.until_ms,
    )
    return now


async def consumer(db: Connection, account_id: str) -> Consumer | None:
    """See `Store.consumer`."""
    row = await db.fetchrow(
        "SELECT account_id, name, ticket, since, until FROM consumer WHERE account_id = $1", account_id
    )
    return Consumer(*row) if row else None


async def release(db: Connection, consumer: Consumer) -> None:
    """See `Store.release`."""
    query = "DELETE FROM consumer WHERE account_id = $1 AND ticket = $2 AND until = $3"
    await db.execute(query, consumer.account_id, consumer.ticket, consumer.until_ms)


async def link(db: Connection, page_id: str) -> Link | None:
    """See `Store.link`."""
    found = await links_where(db, "page_id = $1", page_id)
    return found[0] if found else None


async def links_where(db: Connection, condition: str, *values: Any) -> list[Link]:
    """The links that fulfil ``condition``, which may end with an order and a limit."""
    rows = await db.fetch(f"SELECT * FROM link WHERE {condition}", *values)  # noqa: S608 - constants
    people = await db.fetch(
        "SELECT page_id, person_id, person, token, linked_at, token_expires_at, data_access_expires_at, reason"
        " FROM holder WHERE page_id = ANY ($1::text[]) ORDER BY page_id, rank",
        [row["page_id"] for row in rows],
    )
    return [_link(row, [one for one in people if one["page_id"] == row["page_id"]]) for row in rows]


async def keep_link(db: Connection, link: Link) -> bool:
    """Keep the link if its version is the one in the database; see `Store.keep_link`."""
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
    if link.version == 0:
        query = "INSERT INTO link VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true"
    else:
        query = (
            "UPDATE link SET account_id = $2, name = $3, linked_at = $4, subscribed_fields = $5, reason = $6,"
            " reminded_of = $7, check_at = $8, version = $9 WHERE page_id = $1 AND version = $9 - 1 RETURNING true"
        )
    if not await db.fetchval(query, *values):
        return False
    await db.execute("DELETE FROM holder WHERE page_id = $1", link.page_id)
    holders = [_holder_row(link.page_id, rank, holder) for rank, holder in enumerate(link.holders)]
    await db.executemany("INSERT INTO holder VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", holders)
    await db.execute("DELETE FROM farewell WHERE page_id = $1", link.page_id)
    return True


async def remove_link(db: Connection, page_id: str) -> None:
    """Forget the link and its holders."""
    await db.execute("DELETE FROM link WHERE page_id = $1", page_id)  # its holders go with it


def _link(row: Any, people: Sequence[Any]) -> Link:
    fields, reason = row["subscribed_fields"], row["reason"]
    return Link(
        page_id=row["page_id"],
        account_id=row["account_id"],
        name=row["name"],
        linked_at=row["linked_at"],
        subscribed_fields=tuple(fields.split(",")) if fields else (),
        holders=tuple(_holder(one) for one in people),
        forsaken=Reason.from_json(reason) if reason and not people else None,
        reminded_of=row["reminded_of"],
        check_at_ms=row["check_at"],
        version=row["version"],
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


def _holder(row: Any) -> Holder:
    return Holder(
        person_id=row["person_id"],
        person=row["person"],
        sealed_token=row["token"],
        linked_at=row["linked_at"],
        token_expires_at=row["token_expires_at"],
        data_access_expires_at=row["data_access_expires_at"],
        reason=Reason.from_json(row["reason"]) if row["reason"] else None,
    )
