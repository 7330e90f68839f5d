"""Stores without a gateway around them, and what is put into them."""

import hashlib
from typing import Any

from fbtool.gateway.accounts import Account, Channel
from fbtool.gateway.links import Holder, Link
from fbtool.gateway.store import Arrival, Store

HOUR = 3600 * 1000
DAY = 24 * HOUR
NOW = 1_790_000_000_000
DATA_KEY = b"wrapped data key"
PAGE = "100000000000011"


def account(name: str = "Shop") -> Account:
    return Account(f"id{name.lower()}", name, Channel.FACEBOOK, True, hashlib.sha256(name.encode()).digest(), 1)


def fingerprint(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:16]


def arrival(name: str, page: str = PAGE, **more: Any) -> Arrival:
    return Arrival(page_id=page, fingerprint=fingerprint(name), hour=NOW // HOUR, body=name.encode(), **more)


def link(page: str = PAGE, account_id: str = "idshop") -> Link:
    erika = Holder("1", "Erika", b"sealed", linked_at=1, token_expires_at=0, data_access_expires_at=0)
    return Link(page, account_id, "Blumen", 1, ("messages",), (erika,))


async def furnish(store: Store) -> None:
    """Start the store with one account and one linked Page."""
    await store.start(DATA_KEY)
    await store.add_account(account())
    await store.keep_link(link(), (), NOW)
