"""Stores without a gateway around them, and what is put into them."""

import asyncio
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from fbtool.gateway.accounts import Account, AccountToken
from fbtool.gateway.channels.facebook.links import Holder, Link, Reason
from fbtool.gateway.channels.facebook.store.tables import tables as facebook_tables
from fbtool.gateway.channels.webchat.store.tables import tables as webchat_tables
from fbtool.gateway.store import Store
from fbtool.gateway.store.inbox import Arrival
from fbtool.gateway.store.outbox import QueuedMessage
from fbtool.gateway.store.postgres import PostgresStore
from fbtool.gateway.store.sources import Source
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.wakeups import Notifier
from tests.postgres import Cluster

HOUR = 3600 * 1000
DAY = 24 * HOUR
NOW = 1_790_000_000_000
DATA_KEY = b"wrapped data key"
PAGE = "100000000000011"
SHOP = "idshop"
CHANNELS = [facebook_tables, webchat_tables]


def account(name: str = "Shop") -> Account:
    tokens = (AccountToken(hashlib.sha256(name.encode()).digest()),)
    return Account(f"id{name.lower()}", name, "facebook", True, 1, tokens=tokens)


def source(source_id: str = PAGE, account_id: str = SHOP, *, held: bool = False) -> Source:
    return Source(source_id, account_id, "Blumen", held)


def fingerprint(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:16]


def arrival(name: str, page: str = PAGE, **more: Any) -> Arrival:
    given = {"source_id": page, "fingerprint": fingerprint(name), "item_ms": NOW, "body": name.encode()} | more
    return Arrival(**given)


def link(page: str = PAGE, account_id: str = SHOP, reason: Reason | None = None, version: int = 0) -> Link:
    holder = Holder("1", "Erika", b"sealed", 1, 0, 0, reason)
    return Link(page, account_id, "Blumen", 1, ("messages",), (holder,), version=version)


def outgoing(name: str, conversation: str = "c1", page: str = PAGE, **more: Any) -> QueuedMessage:
    given = {
        "id": name, "account_id": SHOP, "source_id": page, "conversation": fingerprint(conversation),
        "body": f"sealed {name}".encode(), "human": True, "expires_ms": NOW + 7 * DAY,
    } | more  # fmt: skip
    return QueuedMessage(**given)


async def furnish(store: Store, data_key: bytes = DATA_KEY) -> None:
    """Start the store with one account and one source."""
    await store.start(data_key)
    await store.accounts.add(account())
    await store.sources.keep(source())


class Home:
    """Where a store keeps its data; it can be opened again and again."""

    def store(self, **options: Any) -> Store:
        """The store on this data, not yet started."""
        raise NotImplementedError

    async def crash(self, store: Store) -> None:
        """The process of this store dies; what it had committed is here."""
        raise NotImplementedError

    async def lease_passes(self) -> None:
        """As much time passes as a dead gateway's answers are left alone."""


class File(Home):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._crashes = 0

    def store(self, **options: Any) -> Store:
        return SqliteStore(self.folder / "gateway.sqlite", CHANNELS, **options)

    async def crash(self, store: Store) -> None:
        # What is in the files at this moment is what a dying process leaves behind.
        self._crashes += 1
        after = self.folder.parent / f"after-{self._crashes}"
        shutil.copytree(self.folder, after)
        await store.stop()
        self.folder = after


class Shared(Home):
    def __init__(self, cluster: Cluster, url: str) -> None:
        self.cluster = cluster
        self.url = url
        self.bells = Notifier()

    def store(self, **options: Any) -> Store:
        return PostgresStore(self.url, self.bells.notify, self.bells.notify_all, CHANNELS, **options)

    async def crash(self, store: Store) -> None:
        others = "pid != pg_backend_pid() AND datname = current_database()"
        command = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
        await asyncio.to_thread(self.sql, command)
        await store.stop()

    async def lease_passes(self) -> None:
        await asyncio.to_thread(self.sql, "UPDATE fbtool.outbox SET due = 0 WHERE state = 'sending'")

    def sql(self, command: str) -> str:
        return self.cluster.sql(self.name, command)

    @property
    def name(self) -> str:
        return self.url.split("@/")[1].split("?")[0]


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        return File(tmp_path / "data")
    cluster: Cluster = request.getfixturevalue("cluster")
    return Shared(cluster, cluster.database())
