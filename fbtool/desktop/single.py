"""One window per person: a second start brings the first one forward and ends.

A lock on a file decides who is first; the system lets it go whatever happens to the process. The first one listens on
a loopback port that is written beside the lock, with a secret, so that no other person of this computer can meddle.
"""

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from fbtool.linking.files import write_whole

if TYPE_CHECKING:
    import socket

# What listening and knocking need is imported there: the claim comes before the window, and it needs none of it.
_PATIENCE = 3.0
"""Seconds that the two have for each other."""
_LONGEST = 200


class Single:
    """The claim to be the only window that uses a settings folder."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = folder / "window.lock"
        self._door_file = folder / "window.door"
        self._lock: IO[bytes] | None = None
        self._door: socket.socket | None = None

    def claim(self) -> bool:
        """Become the only one; False if there is another one, which was asked to come forward.

        A folder that cannot be written is no reason not to start.
        """
        try:
            self._lock_file.parent.mkdir(parents=True, exist_ok=True)
            file = self._lock_file.open("ab")
        except OSError:
            return True
        if _lock(file):
            self._lock = file
            return True
        file.close()
        self._knock()
        return False

    def listen(self, come_forward: Callable[[], None]) -> None:
        """Let ``come_forward`` hear, in a thread of its own, whenever there is a second start."""
        if self._lock is None:
            return
        import json
        import secrets
        import socket

        door = self._door = socket.create_server(("127.0.0.1", 0))
        secret = secrets.token_urlsafe(32)
        with contextlib.suppress(OSError):
            write_whole(self._door_file, json.dumps({"port": door.getsockname()[1], "secret": secret}).encode())
        arguments = (door, secret.encode(), come_forward)
        threading.Thread(target=_open_to_knocks, args=arguments, name="fbtool-door", daemon=True).start()

    def release(self) -> None:
        """Let another window be the only one."""
        if self._door is not None:
            self._door.close()
            self._door = None
            self._door_file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _knock(self) -> None:
        import json
        import socket

        try:
            told = json.loads(self._door_file.read_bytes())
            with socket.create_connection(("127.0.0.1", int(told["port"])), _PATIENCE) as line:
                _give_foreground_away()
                line.sendall(str(told["secret"]).encode())
                line.shutdown(socket.SHUT_WR)
                line.recv(1)
        except (OSError, ValueError, KeyError, TypeError):
            return  # it is just starting or ending


def _open_to_knocks(door: "socket.socket", secret: bytes, come_forward: Callable[[], None]) -> None:
    import hmac

    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return  # closed
        with line:
            line.settimeout(_PATIENCE)
            with contextlib.suppress(OSError):
                if hmac.compare_digest(_all_of(line), secret):
                    come_forward()
                    line.sendall(b"1")


def _all_of(line: "socket.socket") -> bytes:
    said = b""
    while len(said) < _LONGEST and (part := line.recv(_LONGEST)):
        said += part
    return said


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _give_foreground_away() -> None:
    """Windows lets only the program in front bring another one there."""
    if sys.platform == "win32":
        import ctypes

        anybody = -1
        ctypes.windll.user32.AllowSetForegroundWindow(anybody)
