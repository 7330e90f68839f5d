"""Which store a gateway uses: a file of its own, or a database that it shares with others."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fbtool.gateway.store import Store
from fbtool.gateway.store.schema import ChannelTables
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.gateway.store.sqlite.datakey import data_key_in
from fbtool.gateway.wakeups import Notifier
from fbtool.language import N_
from fbtool.problem import Problem

DATABASE = "gateway.sqlite"


class PostgresNotInstalled(Problem):
    """The driver is an extra, because a single gateway does not need it."""

    code = "postgres_not_installed"
    what = N_("The gateway is to use PostgreSQL, but the driver for it is not installed.")
    remedy = N_("Install it with “pip install 'fbtool[postgres]'”, or take FBTOOL_DATABASE_URL away.")


def store_for(data_dir: Path, database_url: str, notifier: Notifier, channels: Sequence[ChannelTables]) -> Store:
    """The store, not yet started.

    Args:
        data_dir: where the embedded one is.
        database_url: where the shared one is; empty: the embedded one is used.
        notifier: told when another gateway has stored something, and when an account has changed.
        channels: what has tables of its own in it.

    Raises:
        PostgresNotInstalled: ``database_url`` is given but cannot be used with what is installed.
    """
    changed = notifier.account_changes.notify
    if not database_url:
        return SqliteStore(data_dir / DATABASE, channels, notify=notifier.notify, changed=changed)
    with _driver():
        from fbtool.gateway.store.postgres import PostgresStore
    return PostgresStore(database_url, notifier.notify, notifier.notify_all, channels, changed=changed)


@dataclass(frozen=True)
class Inspection:
    """What a look at the shared database finds."""

    place: str
    """Where it is, without user and password."""
    server: str
    """PostgreSQL's version, as "15.18"."""
    shape: int
    """The last step of the core that it has seen; 0: the first start makes the tables."""
    gateways: int
    """How many are connected."""
    is_read_only: bool
    risks: tuple[str, ...]
    """Settings that are off and without which an answer 200 may be lost with the power."""
    data_key: bytes | None = field(repr=False)
    """Wrapped; None: there is none yet."""


async def inspected(database_url: str, channels: Sequence[ChannelTables] = ()) -> Inspection:
    """The shared database as it is; nothing is made.

    Raises:
        PostgresNotInstalled: see `store_for`.
        Problem: no gateway could start on it; see `postgres.inspection.inspect`.
    """
    with _driver():
        from fbtool.gateway.store.postgres.inspection import inspect
    return await inspect(database_url, channels)


class DataKey(Protocol):
    """The data key in the database, wrapped by the master key."""

    def wrapped(self) -> bytes:
        """As it is kept. Raises a `Problem` if it cannot be had."""

    def replace(self, earlier: bytes, anew: bytes) -> bool:
        """Keep it wrapped differently; False, and nothing is changed, if ``earlier`` is not what is kept."""


@contextlib.contextmanager
def data_key_of(data_dir: Path, database_url: str) -> Iterator[DataKey]:
    """The data key of the embedded database, which nobody else may use meanwhile, or of the shared one.

    Raises:
        PostgresNotInstalled: see `store_for`.
        StoreInUse, StoreUnreadable: the embedded database cannot be had.
    """
    if not database_url:
        with data_key_in(data_dir / DATABASE) as kept:
            yield kept
        return
    with _driver():
        from fbtool.gateway.store.postgres.inspection import SharedDataKey
    yield SharedDataKey(database_url)


@contextlib.contextmanager
def _driver() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError:
        raise PostgresNotInstalled from None
