"""A server that speaks raw bytes: what no honest server would send."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Conversation = Callable[[socket.socket], None]


@contextmanager
def raw_server(talk: Conversation) -> Iterator[str]:
    """The address of a server on this computer; each connection is a conversation in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_hold, args=(line, talk), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def head_of(line: socket.socket) -> bytes:
    """What somebody says until an empty line."""
    said = b""
    while b"\r\n\r\n" not in said and (part := line.recv(4096)):
        said += part
    return said


def _hold(line: socket.socket, talk: Conversation) -> None:
    with line:
        try:
            talk(line)
        except OSError:
            return  # the other side has had enough
