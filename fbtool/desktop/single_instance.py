"""One window per person: a second start brings the first one forward and ends.

A lock on a file decides who is first; the system lets it go whatever happens to the process. The first one listens on
a loopback port that is written beside the lock, with a secret, so that no other person of this computer can meddle.
"""

import contextlib
import errno
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from fbtool.language import N_
from fbtool.linking.system.files import write_whole
from fbtool.problem import Problem

if TYPE_CHECKING:
    import socket

# What listening and calling need is imported there: the claim comes before the window, and it needs none of it.
_PATIENCE = 3.0
"""Seconds that the two have for each other."""
_STARTING = 10.0
"""Seconds after which the other one is neither starting nor ending."""
_AGAIN = 0.2
_TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
"""What the systems say of a lock that somebody has; anything else means that there are no locks there."""
_LONGEST = 200


class WindowSilent(Problem):
    """Another window holds the claim, and does not answer."""

    code = "window_silent"
    what = N_("The window of fbtool is open already, but it does not answer.")
    meaning = N_("It may be busy or stuck, or it belongs to another session of yours on this computer.")
    remedy = N_("Close it, or end the program fbtool, then try again.")


class SingleInstance:
    """The claim to be the only window that uses a settings folder."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = folder / "window.lock"
        self._port_file = folder / "window.port"
        self._lock: IO[bytes] | None = None
        self._listener: socket.socket | None = None

    def claim(self) -> bool:
        """Become the only one; False if there is another one, which has come forward.

        A folder that cannot be written, or that knows no locks (a network's may not), is no reason not to start.

        Raises:
            WindowSilent: there is another one, and it does not answer.
        """
        until = time.monotonic() + _STARTING
        while not self._take():
            if self._call_first():
                return False
            if time.monotonic() > until:
                raise WindowSilent
            time.sleep(_AGAIN)  # it is just starting or ending
        return True

    def _take(self) -> bool:
        try:
            self._lock_file.parent.mkdir(parents=True, exist_ok=True)
            file = self._lock_file.open("ab")
        except OSError:
            return True
        try:
            _lock(file)
        except OSError as error:
            file.close()
            return error.errno not in _TAKEN
        self._lock = file
        return True

    def listen(self, come_forward: Callable[[], None]) -> None:
        """Let ``come_forward`` hear, in a thread of its own, whenever there is a second start."""
        if self._lock is None:
            return
        import json
        import secrets
        import socket

        listener = self._listener = socket.create_server(("127.0.0.1", 0))
        secret = secrets.token_urlsafe(32)
        with contextlib.suppress(OSError, Problem):
            write_whole(self._port_file, json.dumps({"port": listener.getsockname()[1], "secret": secret}).encode())
        arguments = (listener, secret.encode(), come_forward)
        threading.Thread(target=_answer_calls, args=arguments, name="fbtool-single-instance", daemon=True).start()

    def release(self) -> None:
        """Let another window be the only one."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._port_file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _call_first(self) -> bool:
        """Ask the other one to come forward; whether it answers."""
        import json
        import socket

        try:
            told = json.loads(self._port_file.read_bytes())
            with socket.create_connection(("127.0.0.1", int(told["port"])), _PATIENCE) as line:
                _give_foreground_away()
                line.sendall(str(told["secret"]).encode())
                line.shutdown(socket.SHUT_WR)
                return line.recv(1) == b"1"
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _answer_calls(listener: "socket.socket", secret: bytes, come_forward: Callable[[], None]) -> None:
    import hmac

    while True:
        try:
            line, _ = listener.accept()
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


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _give_foreground_away() -> None:
    """Windows lets only the program in front bring another one there."""
    if sys.platform == "win32":
        import ctypes

        anybody = -1
        ctypes.windll.user32.AllowSetForegroundWindow(anybody)
