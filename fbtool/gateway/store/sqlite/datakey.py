"""The one row of the embedded database that depends on the master key, for the command that replaces that key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from fbtool.gateway.store.sqlite.opening import StoreInUse, StoreUnreadable


class FileDataKey:
    """See `choosing.DataKey`."""

    def __init__(self, database: apsw.Connection) -> None:
        self._database = database

    def wrapped(self) -> bytes:
        (wrapped,) = next(iter(self._database.execute("SELECT data_key FROM vault")))
        return bytes(wrapped)

    def replace(self, earlier: bytes, anew: bytes) -> bool:
        self._database.execute("UPDATE vault SET data_key = ? WHERE data_key = ?", (anew, earlier))
        return self._database.changes() == 1


@contextmanager
def data_key_in(file: Path) -> Iterator[FileDataKey]:
    """The data key of a database that nobody else uses meanwhile.

    Raises:
        StoreInUse: a gateway runs.
        StoreUnreadable: it cannot be opened or is none of ours.
    """
    folder = str(file.parent)
    database: apsw.Connection | None = None
    try:
        database = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READWRITE)
        for pragma in ("locking_mode = EXCLUSIVE", "synchronous = FULL", "secure_delete = ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN EXCLUSIVE; COMMIT")
        yield FileDataKey(database)
    except apsw.BusyError:
        raise StoreInUse(folder=folder) from None
    except (apsw.Error, StopIteration) as error:
        raise StoreUnreadable(folder=folder, reason=type(error).__name__) from None
    finally:
        if database is not None:
            database.close()
