"""A gateway's address in the name of a download: ``Facebook-Tool-1.2.3-setup@gateway.example.org.exe``.

The file stays the same, byte for byte, and so does its signature. ``=`` stands before a port, because no file's name
may contain a colon. Browsers and zips add to names or cut them; the address survives that.
"""

import re

from fbtool.address import is_loopback

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_IN_NAME = re.compile(rf"@({_LABEL}(?:\.{_LABEL})*?)(?:=(\d{{1,5}}))?(?: \(\d+\))?(?:\.exe|\.zip)?$")


def name_with(name: str, address: str) -> str:
    """A download's file name with the gateway's address in it; unchanged if the address does not fit into a name."""
    _, _, rest = address.partition("://")
    host, _, port = rest.partition(":")
    stem, dot, ending = name.rpartition(".")
    told = f"{stem}@{host}{'=' + port if port else ''}{dot}{ending}"
    return told if address_in(told) == address else name


def address_in(name: str) -> str:
    """The address in a file's name, or nothing. Plain http is meant only for this computer."""
    found = _IN_NAME.search(name.strip())
    if found is None:
        return ""
    host, port = found.groups()
    return f"{'http' if is_loopback(host) else 'https'}://{host}{':' + port if port else ''}"
