"""The web chat's tables in a database of the gateway, and how to reach them."""

from importlib import resources

from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.channels.webchat.store.sqlite import SqliteWebchatStore
from fbtool.gateway.store import Store
from fbtool.gateway.store.schema import Stale, Tables, steps
from fbtool.gateway.store.sqlite import SqliteStore

_COUNTS = {
    "web_chats": "SELECT count(*) FROM webchat_conversation",
    "answers_to_fetch": "SELECT count(*) FROM webchat_answer WHERE kind = 'message'",
}


def tables(database: str) -> Tables:
    """What the channel has in ``"sqlite"`` or ``"postgres"``."""
    folder = resources.files(__package__).joinpath("schema")
    return Tables(NAME, steps(database, folder), (Stale("webchat_refused", "visitor", "until", 0),), _COUNTS)


def webchat_of(store: Store) -> WebchatStore:
    """What the web chat keeps in a store that was opened with `tables`."""
    if isinstance(store, SqliteStore):
        return SqliteWebchatStore(store.writer)
    from fbtool.gateway.channels.webchat.store.postgres import PostgresWebchatStore  # its driver is an extra
    from fbtool.gateway.store.postgres import PostgresStore

    if isinstance(store, PostgresStore):
        return PostgresWebchatStore(store.database)
    raise TypeError(store)
