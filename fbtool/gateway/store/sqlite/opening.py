"""Opening the embedded database: alone, with the right promises, in today's shape."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import apsw

from fbtool.gateway.store.schema import CORE, Tables, missing
from fbtool.language import N_, say
from fbtool.problem import Problem

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # free once commits are grouped (measured: 0.94 to 1.19 of NORMAL)
    "secure_delete = ON",  # what is acknowledged is overwritten
    "cache_size = -8192",  # 8 MB: a small cache measured quicker than a large one
    "journal_size_limit = 4194304",
    "temp_store = MEMORY",  # for sqlite/seen.py
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
_SHAPE = """
    CREATE TABLE IF NOT EXISTS shape (owner TEXT, step INTEGER, hash TEXT NOT NULL, PRIMARY KEY (owner, step))
    WITHOUT ROWID"""


class StoreInUse(Problem):
    """Another process has the database open."""

    code = "store_in_use"
    what = N_("The gateway's data in {folder} is in use by another process.")
    meaning = N_("A gateway is probably running with the same data folder.")
    remedy = N_("Stop that gateway, or choose another folder with --data-dir.")


class StoreUnreadable(Problem):
    """The file is no database of ours."""

    code = "store_unreadable"
    what = N_("The gateway's data in {folder} cannot be opened.")
    meaning = "{reason}"
    remedy = N_("Check the folder's permissions and free space, or restore the data from a backup.")


def opened(file: Path, tables: Sequence[Tables]) -> apsw.Connection:
    """The database of ``file``, made or brought to the shape of ``tables``.

    Raises:
        StoreInUse, StoreUnreadable, StoreTooNew, StoreShapeUnknown: nothing was changed.
    """
    folder = str(file.parent)
    _keep_to_its_owner(file)
    try:
        database = apsw.Connection(str(file))
        try:
            _prepare(database, tables, folder)
        except BaseException:
            database.close(force=True)
            raise
    except apsw.BusyError:
        raise StoreInUse(folder=folder) from None
    except apsw.Error as error:
        raise StoreUnreadable(folder=folder, reason=type(error).__name__) from None
    return database


def _keep_to_its_owner(file: Path) -> None:
    """Whatever the umask says; what SQLite puts beside the file takes over its rights."""
    with contextlib.suppress(OSError):  # SQLite will say that it cannot be opened
        # Never opened if it is there: to close it would end the locks that this process has on it.
        if not file.exists():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        file.chmod(0o600)


def _prepare(database: apsw.Connection, tables: Sequence[Tables], folder: str) -> None:
    # EXCLUSIVE: nobody else can open the file, and SQLite needs no shared memory for it.
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    for pragma in _PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN EXCLUSIVE")
    (version,) = next(iter(database.execute("PRAGMA user_version")))
    if version == 0 and database.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise StoreUnreadable(folder=folder, reason=say("it is another program's database"))
    for owner, step in missing(tables, _taken(database, version)):
        database.execute(step.sql)
        database.execute(_SHAPE)
        database.execute("INSERT INTO shape VALUES (?, ?, ?)", (owner, step.number, step.hash))
        if owner == CORE:
            database.execute(f"PRAGMA user_version = {step.number}")
    database.execute("COMMIT")


def _taken(database: apsw.Connection, version: int) -> dict[str, list[str]]:
    """The hashes of the steps it has taken, by owner; empty words if it comes from a time when they were not kept."""
    if not database.execute("SELECT 1 FROM pragma_table_info('shape') WHERE name = 'owner'").fetchone():
        return {CORE: [""] * version}
    taken: dict[str, list[str]] = {}
    for owner, its_hash in database.execute("SELECT owner, hash FROM shape ORDER BY owner, step"):
        taken.setdefault(str(owner), []).append(str(its_hash))
    return taken
