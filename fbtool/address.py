r"""Web addresses, read strictly: what two programs could understand differently is no address here.

Parsers disagree about backslashes, white space, control characters and numbers (``http://evil.example\[::1]/`` is this
computer for some Pythons and ``evil.example`` for everybody else), so one expression decides before any parser is
asked. Source: RFC 3986 §3; names of hosts as DNS has them (RFC 1123 §2.1), which is narrower.
"""

import ipaddress
import re
from dataclasses import dataclass

_UNRESERVED_AND_DELIMITERS = r"a-z0-9._~!$&'()*+,;=:\-"
_ENCODED = r"%[0-9a-f]{2}"
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ADDRESS = re.compile(
    rf"""
    (?P<scheme> [a-z][a-z0-9+.-]* ) ://
    (?: (?P<user> (?: [{_UNRESERVED_AND_DELIMITERS}] | {_ENCODED} )* ) @ )?
    (?: \[ (?P<ipv6> [0-9a-f:.]+ ) \] | (?P<name> {_LABEL} (?: \. {_LABEL} )* \.? ) )
    (?: : (?P<port> [0-9]{{1,5}} ) )?
    (?P<path> (?: / (?: [{_UNRESERVED_AND_DELIMITERS}@] | {_ENCODED} )* )* )
    (?: \? (?P<query> (?: [{_UNRESERVED_AND_DELIMITERS}@/?] | {_ENCODED} )* ) )?
    (?: \# (?P<fragment> (?: [{_UNRESERVED_AND_DELIMITERS}@/?] | {_ENCODED} )* ) )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_LONGEST_NAME = 253


@dataclass(frozen=True)
class Address:
    """An address in its parts; a part that is not there is None."""

    scheme: str
    """In small letters."""
    user: str | None
    """What stands before the ``@``. It may hold a password."""
    host: str
    """A name or a number, in small letters, without brackets."""
    port: int | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def place(self) -> str:
        """Host and port: what may be shown of an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def base(self) -> str:
        """Scheme, place and path, without a slash at the end."""
        return f"{self.scheme}://{self.place}{self.path}".rstrip("/")

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but scheme, place and path."""
        return self.user is None and self.query is None and self.fragment is None

    @property
    def is_this_computer(self) -> bool:
        """Whether it leads to this computer, whatever a name server says."""
        return is_loopback(self.host)


def read_address(text: str) -> Address | None:
    """The parts of an address; None if it is not strictly one. Never raises."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    host = (found["ipv6"] or found["name"]).lower()
    port = int(found["port"]) if found["port"] else None
    if not _host_exists(host, is_ipv6=bool(found["ipv6"])) or (port is not None and not 0 < port < 65536):
        return None
    return Address(found["scheme"].lower(), found["user"], host, port, found["path"], found["query"], found["fragment"])


def is_loopback(host: str) -> bool:
    """Whether a name or number, without brackets, is this computer: ``localhost``, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    number = _number(host)
    # An IPv4 address inside an IPv6 one is not believed: the versions of Python differ about it.
    return number is not None and number.is_loopback and getattr(number, "ipv4_mapped", None) is None


def without_secrets(text: str) -> str:
    """A text that was meant as an address, without what may be a name and password in it, fit to be shown."""
    scheme = re.match(r"(?:[a-z][a-z0-9+.-]*://)?", text, re.IGNORECASE)
    rest = text[scheme.end() :] if scheme else text
    return f"{text[: len(text) - len(rest)]}{rest.rpartition('@')[2]}"


def _host_exists(host: str, *, is_ipv6: bool) -> bool:
    if is_ipv6:
        return isinstance(_number(host), ipaddress.IPv6Address)
    # Programs read 127.1, 0x7f.1 and 2130706433 as numbers of hosts; here a number is written in full.
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return isinstance(_number(host), ipaddress.IPv4Address)
    return len(host) <= _LONGEST_NAME


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
