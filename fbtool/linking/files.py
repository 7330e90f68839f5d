"""Small files that are written whole or not at all."""

import contextlib
import os
from pathlib import Path

from fbtool.linking.computer import DiskFull, trouble_of


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
