"""Who counts as one client when connections and failures are counted."""

import ipaddress
from collections.abc import Iterable


def origin_of(address: str) -> str:
    """The address; of an IPv6 address its /64, which one customer of a provider has for himself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return address


class Trusted:
    """Addresses and networks that are believed."""

    def __init__(self, given: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in given]

    def __contains__(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)
