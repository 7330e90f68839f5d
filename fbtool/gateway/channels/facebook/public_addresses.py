"""Which addresses belong to the public internet, and a resolver that knows no others."""

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet and hides no other one inside."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class PublicOnly(AbstractResolver):
    """Resolves names, and refuses those that lead into a network."""

    def __init__(self, exceptions: set[str]) -> None:
        self._exceptions = exceptions
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of ``host``.

        Raises:
            OSError: one of them is not public.
        """
        found = await self._system.resolve(host, port, family)
        if host not in self._exceptions and not all(is_public(one["host"]) for one in found):
            raise OSError
        return found

    async def close(self) -> None:
        """Nothing to close."""
