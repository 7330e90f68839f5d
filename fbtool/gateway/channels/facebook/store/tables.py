"""Facebook's tables in a database of the gateway, and how to reach them."""

from importlib import resources

from fbtool.gateway.channels.facebook import NAME
from fbtool.gateway.channels.facebook.store import LinkStore
from fbtool.gateway.channels.facebook.store.sqlite import SqliteLinkStore
from fbtool.gateway.store import Store
from fbtool.gateway.store.limits import DAY_MS
from fbtool.gateway.store.schema import Stale, Tables, steps
from fbtool.gateway.store.sqlite import SqliteStore

DELETION_MS = 180 * DAY_MS
"""How long the status page of a person's deletion answers."""
_COUNTS = {
    "page_tokens": (
        "SELECT (SELECT count(*) FROM facebook_holder WHERE length(token) > 0)"
        " + (SELECT count(*) FROM facebook_pending_unsubscribe WHERE length(token) > 0)"
    ),
    "unsubscribing": "SELECT count(*) FROM facebook_pending_unsubscribe",
}


def tables(database: str) -> Tables:
    """What the channel has in ``"sqlite"`` or ``"postgres"``."""
    folder = resources.files(__package__).joinpath("schema")
    stale = (Stale("facebook_deletion", "code", "done", DELETION_MS),)
    return Tables(NAME, steps(database, folder), stale, _COUNTS)


def links_of(store: Store) -> LinkStore:
    """The links in a store that was opened with `tables`."""
    if isinstance(store, SqliteStore):
        return SqliteLinkStore(store.writer)
    from fbtool.gateway.channels.facebook.store.postgres import PostgresLinkStore  # its driver is an extra
    from fbtool.gateway.store.postgres import PostgresStore

    if isinstance(store, PostgresStore):
        return PostgresLinkStore(store.database)
    raise TypeError(store)
