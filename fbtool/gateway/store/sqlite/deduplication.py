"""Which items were stored already: on disk in the order of their time, in memory by fingerprint.

A repetition may claim another time, so an item has to be found without one. On disk, keys without an order would touch
one page for each item (measured: 1.6 times the processor time of storing it); in front of them stands the time, so that
new ones lie side by side and forgetting is one range. What finds them is a table in memory, filled when the database is
opened. It holds the first half of each fingerprint, 8 bytes that nobody can aim at, in about 20 bytes: 14 MB where
100,000 items come in a day. As a table of the same connection it is rolled back with everything else.
"""

from collections.abc import Iterable, Sequence

import apsw

from fbtool.gateway.store.sqlite.bulk import inserted, matching

_HEAD = 8
_HEADS = "SELECT substr(fingerprint, 1, 8) FROM seen"


def remember(database: apsw.Connection) -> None:
    """Fill the memory of a database that was just opened."""
    database.execute("CREATE TEMP TABLE known (head BLOB PRIMARY KEY) WITHOUT ROWID")
    database.execute(f"INSERT OR IGNORE INTO known {_HEADS} ORDER BY 1")


def known(database: apsw.Connection, fingerprints: Iterable[bytes]) -> set[bytes]:
    """Those of the fingerprints under which something was stored."""
    heads = {fingerprint[:_HEAD]: fingerprint for fingerprint in fingerprints}
    query = "SELECT head FROM {given} JOIN known ON head = column1"
    return {heads[bytes(head)] for (head,) in matching(database, query, [(head,) for head in heads])}


def note(database: apsw.Connection, keys: Sequence[tuple[int, bytes]]) -> None:
    """Keep times and fingerprints of new items."""
    inserted(database, "seen", keys)
    inserted(database, "known", [(fingerprint[:_HEAD],) for _, fingerprint in keys], "ON CONFLICT DO NOTHING")


def tidy(database: apsw.Connection, before_ms: int) -> None:
    """Forget what is older."""
    database.execute(f"DELETE FROM known WHERE head IN ({_HEADS} WHERE item_ms < ?)", (before_ms,))  # noqa: S608
    database.execute("DELETE FROM seen WHERE item_ms < ?", (before_ms,))
