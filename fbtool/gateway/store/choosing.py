"""Which store a gateway uses: a file of its own, or a database that it shares with others."""

from pathlib import Path

from fbtool.gateway.bells import Bells
from fbtool.gateway.store import Store
from fbtool.gateway.store.sqlite import SqliteStore
from fbtool.language import N_
from fbtool.problem import Kind, Problem

DATABASE = "gateway.sqlite"


class PostgresNotInstalled(Problem):
    """The driver is an extra, because a single gateway does not need it."""

    code = "postgres_not_installed"
    kind = Kind.THIS_COMPUTER
    what = N_("The gateway is to use PostgreSQL, but the driver for it is not installed.")
    remedy = N_("Install it with “pip install 'fbtool[postgres]'”, or take FBTOOL_DATABASE_URL away.")


def store_for(data_dir: Path, database_url: str, bells: Bells) -> Store:
    """The store, not yet started. ``bells`` ring when another gateway has stored something.

    Raises:
        PostgresNotInstalled: ``database_url`` is given but cannot be used with what is installed.
    """
    if not database_url:
        return SqliteStore(data_dir / DATABASE)
    try:
        from fbtool.gateway.store.postgres import PostgresStore
    except ModuleNotFoundError:
        raise PostgresNotInstalled from None
    return PostgresStore(database_url, bells.ring, bells.ring_all)
