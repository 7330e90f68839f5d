"""Where this tool keeps its files, which are written whole or not at all, and changed by one program at a time."""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fbtool.linking.system.errors import DiskFull, HomeUnknown, path_in, trouble_of

_PATIENCE_SECONDS = 20
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file at ``path``; only this person may read it. A crash leaves the old or the new file.

    Raises:
        DiskFull: there is no room.
        OSError: the folder cannot be made or written.
    """
    try:
        _write_whole(path, content)
    except OSError as error:
        problem = trouble_of(error, path)
        if isinstance(problem, DiskFull):
            raise problem from None
        raise


def _write_whole(path: Path, content: bytes) -> None:
    import tempfile  # brings a good part of the library, and reading needs none of it

    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp creates with mode 0600, and os.replace keeps it.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other programs from changing the file at ``path`` until the end: between reading and `write_whole`.

    The lock is on a file beside it, since the file itself is replaced. Where the file system has no locks (some
    network folders), it is done without.

    Raises:
        OSError: the folder cannot be written, or another program does not let go.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock_file = path.with_name(f"{path.name}.lock")
    file = _taken(lock_file)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                file.close()  # an open file cannot be deleted there, also not under another program
            lock_file.unlink()
        file.close()


def _taken(lock_file: Path) -> IO[bytes]:
    """The lock file, opened and locked."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        file = os.fdopen(os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        # Whoever had the lock before has deleted its file; a lock on that one keeps nobody out.
        if _lock(file) and _is_still_there(file, lock_file):
            return file
        file.close()
        time.sleep(0.02)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _is_still_there(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno in _NO_LOCKS_HERE
        return True
else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True


HOME_SETTING = "FBTOOL_HOME"
"""The environment variable that moves the settings into another folder."""


def folder_of_this_computer() -> Path:
    """Where settings are: ``FBTOOL_HOME``, else where they belong on this system.

    Raises:
        SettingWrong: ``FBTOOL_HOME`` names nobody's folder.
        HomeUnknown: it is not set, and nobody knows this person's folder.
    """
    home = os.environ.get(HOME_SETTING, "").strip()
    if home:
        return path_in(HOME_SETTING, home)
    import platformdirs

    try:
        folder = platformdirs.user_config_path("fbtool", appauthor=False)
    except RuntimeError:
        raise HomeUnknown from None
    if not folder.is_absolute():  # its earlier versions leave “~” as it is where it stands for nothing
        raise HomeUnknown
    return folder
