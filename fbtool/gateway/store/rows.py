"""An account as a row: the columns and their order are the same in every database."""

from collections.abc import Sequence
from typing import Any

from fbtool.gateway.accounts import Account


def account_row(account: Account) -> tuple[Any, ...]:
    """The row of an account."""
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


def account_of(row: Sequence[Any]) -> Account:
    """The account of a row; SQLite gives a number for a truth value."""
    account_id, name, channel, active, token_hash, *others = row
    return Account(account_id, name, channel, bool(active), bytes(token_hash), *others)
