"""Ports for programs that have to be told theirs before they listen."""

import random
import socket

_OURS = range(20_000, 32_000)
"""Below what the system itself gives to connections and to whoever asks for port 0 (Linux from 32768, others from
49152): a port from there could be taken again before the program that was told it listens."""


def free_ports(count: int) -> list[int]:
    """Different ports of this computer where nobody listens and which nobody gets by chance."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().choice(_OURS)  # several processes ask at once: none shares a seed with another
        if port not in found and _is_free(port):
            found.append(port)
    return found


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(type=kind) as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                return False
    return True
