"""Copies of the embedded database: taken while the gateway runs or not, and put back only where nothing lives.

A copy holds what the database holds, all of it sealed, and not the master key: alone it tells nothing. PostgreSQL has
its own tools for this.
"""

import os
from pathlib import Path

import apsw

from fbtool.gateway.vault import Vault
from fbtool.language import N_
from fbtool.problem import Problem


class FileExists(Problem):
    """A backup is never written over another file."""

    code = "backup_file_exists"
    what = N_("{file} exists already.")
    meaning = N_("A backup never replaces a file.")
    remedy = N_("Choose another name.")


class FileUnwritable(Problem):
    """The copy cannot be written."""

    code = "backup_unwritable"
    what = N_("{file} cannot be written: {reason}.")
    remedy = N_("Check the folder's rights and the free space, or choose another place.")


class NothingToSave(Problem):
    """The data folder holds no database."""

    code = "nothing_to_back_up"
    what = N_("There is no gateway database in {folder}.")
    meaning = N_("Either no gateway has run with this folder, or its data is in PostgreSQL.")
    remedy = N_("Name the data folder with --data-dir; for PostgreSQL use pg_dump.")


class DataInPostgres(Problem):
    """PostgreSQL has its own ways."""

    code = "data_in_postgres"
    what = N_("This gateway's data is in PostgreSQL; fbtool neither copies nor restores it.")
    meaning = N_(
        "PostgreSQL's own tools do, while the gateways run. What else has to be kept, in another place: the "
        "master key, gateway.toml and the app's secret."
    )
    remedy = N_("pg_dump saves it, pg_restore puts it back: docs/operations/cluster.md has the commands.")


class DataInTheWay(Problem):
    """Restoring over living data would lose messages."""

    code = "data_in_the_way"
    what = N_("The folder {folder} holds a gateway's database already.")
    meaning = N_("Restoring would throw away what waits in it. Nothing was changed.")
    remedy = N_(
        "Stop the gateway and move {folder}/gateway.sqlite* away, or restore into another folder with --data-dir."
    )


class BackupUnreadable(Problem):
    """The file is no backup of ours, or it is damaged."""

    code = "backup_unreadable"
    what = N_("{file} is not a whole backup of a gateway.")
    meaning = N_("It is damaged, or something else.")
    remedy = N_("Use another backup.")


def write(file: Path, copy: bytes) -> None:
    """Write a copy into a new file that only its owner may read, flushed to disk.

    Raises:
        FileExists, FileUnwritable: nothing was written, or what was written is removed again.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise FileExists(file=file) from None
    except OSError as error:
        raise FileUnwritable(file=file, reason=error.strerror) from None
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(copy)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        file.unlink()
        raise FileUnwritable(file=file, reason=error.strerror) from None


def restore(file: Path, database: Path, master_key: bytes) -> None:
    """Put a backup where no database is.

    Answers that were on their way are not sent: they may have gone out after the backup. Their fate is told as
    unclear at the next start. Events acknowledged since are handed out again.

    Raises:
        DataInTheWay, BackupUnreadable, MasterKeyWrong, FileUnwritable: nothing was changed.
    """
    if any(database.parent.glob(database.name + "*")):
        raise DataInTheWay(folder=database.parent)
    try:
        copy = file.read_bytes()
    except OSError:
        raise BackupUnreadable(file=file) from None
    trial = database.with_name("restoring.sqlite")
    trial.unlink(missing_ok=True)
    write(trial, copy)
    try:
        Vault(master_key, _prepared(trial, file))
        trial.rename(database)
    finally:
        for leftover in trial.parent.glob(trial.name + "*"):
            leftover.unlink()


def _prepared(trial: Path, file: Path) -> bytes:
    """Judge the copy, hold its answers back, and return its wrapped data key."""
    database: apsw.Connection | None = None
    try:
        database = apsw.Connection(str(trial))
        (verdict,) = next(iter(database.execute("PRAGMA integrity_check")))
        (data_key,) = next(iter(database.execute("SELECT data_key FROM vault")))
        database.execute("UPDATE outbox SET state = 'sending' WHERE state = 'queued'")
        database.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    except (apsw.Error, StopIteration):
        raise BackupUnreadable(file=file) from None
    finally:
        if database is not None:
            database.close()
    if verdict != "ok":
        raise BackupUnreadable(file=file)
    return bytes(data_key)
