"""Who a client is, when connections and failures are counted and a proxy stands in between."""

import ipaddress
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_of(address: str) -> str:
    """The address; of an IPv6 address its /64, which one customer of a provider has for himself."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return address if parsed is None else str(parsed)


class TrustedProxies:
    """Proxies that are believed when they say on whose behalf they ask.

    Args:
        given: their addresses and networks.
    """

    def __init__(self, given: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in given]

    def __contains__(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def client(self, peer: str, forwarded: bytes) -> str:
        """Who really asks: the last hop in ``X-Forwarded-For`` that is no trusted proxy.

        A hop may have a port, and brackets around an IPv6 address; empty ones count for nothing. Where there is
        something else than an address, nobody can say more than which proxy has passed it on.
        """
        client = peer
        for hop in reversed(forwarded.split(b",")):
            if client not in self:
                break
            if name := hop.strip(b" \t"):
                address = _address_in(name.decode("latin-1"))
                if not address:
                    break
                client = address
        return client


class ForwardedHeaders:
    """Around an ASGI application: tells it the client and the scheme that a trusted proxy names."""

    def __init__(self, app: ASGIApp, trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        peer = scope.get("client")
        if peer and peer[0] in self._trusted:
            told = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            client = self._trusted.client(peer[0], b",".join(told))
            if client != peer[0]:
                scope["client"] = (client, 0)
            if b"https" in [value.strip() for name, value in scope["headers"] if name == b"x-forwarded-proto"]:
                scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        await self._app(scope, receive, send)


def _address_in(hop: str) -> str:
    """The address of ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1``, ``[2001:db8::1]`` or ``[2001:db8::1]:80``."""
    host, _, port = hop.removeprefix("[").partition("]") if hop.startswith("[") else (hop, "", "")
    if hop.count(":") == 1 and not port:
        host, _, port = hop.partition(":")
    parsed = _parsed(host)
    if parsed is None or not (port.removeprefix(":") or "0").isdigit():
        return ""
    return str(parsed)


def _parsed(address: str) -> _Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
