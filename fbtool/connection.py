"""The connection code: a messenger account's token with its gateway's address inside, one paste.

The gateway's operator gives it to the admin; the tool reads it. It is written
``fbtool-<base64url of "address token checksum">``: the checksum finds a code that lost its end on the way.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass, field

from fbtool.address import Address, read_address, without_secrets
from fbtool.language import N_
from fbtool.problem import Kind, Problem

_PREFIX = "fbtool-"


class ConnectionCodeUnreadable(Problem):
    """The text is not a connection code, or only part of one."""

    code = "connection_code_unreadable"
    kind = Kind.THIS_COMPUTER
    what = N_("This is not a complete connection code.")
    meaning = N_("A connection code starts with “fbtool-” and is often cut off when it is copied.")
    remedy = N_("Copy the whole code again from the messenger account and paste it here.")


class AddressUnusable(Problem):
    """The gateway's address cannot be used, or not safely."""

    code = "gateway_address_unusable"
    kind = Kind.THIS_COMPUTER
    what = N_("“{address}” cannot be used as the address of a gateway.")
    meaning = N_("The address must start with https://. Plain http:// is accepted only on this computer.")
    remedy = N_("Ask the person who runs the gateway for its address, for example https://gateway.example.org.")


@dataclass(frozen=True)
class Connection:
    """One messenger account at one gateway."""

    address: str
    """The gateway's base address without a slash at the end."""
    token: str = field(repr=False)

    @classmethod
    def to(cls, address: str, token: str) -> "Connection":
        """A connection with a checked address.

        Raises:
            AddressUnusable: not an https address, nor http on this computer.
        """
        return cls(checked_address(address), token.strip())

    @classmethod
    def from_code(cls, code: str) -> "Connection":
        """Read a connection code; spaces and line breaks from copying are ignored.

        Raises:
            ConnectionCodeUnreadable: it is something else, or a piece is missing.
            AddressUnusable: the code is whole, its address is not safe.
        """
        packed = "".join(code.split())
        if not packed.startswith(_PREFIX):
            raise ConnectionCodeUnreadable
        packed = packed.removeprefix(_PREFIX)
        try:
            raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
            address, token, checksum = raw.decode("ascii").split(" ")
        except (binascii.Error, ValueError):
            raise ConnectionCodeUnreadable from None
        if checksum != _checksum(address, token):
            raise ConnectionCodeUnreadable
        return cls.to(address, token)

    def code(self) -> str:
        """The connection code of this connection. It contains the token."""
        text = f"{self.address} {self.token} {_checksum(self.address, self.token)}"
        return _PREFIX + base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def is_code(text: str) -> bool:
    """Whether ``text`` looks like a connection code, complete or not; otherwise it may be a bare token."""
    return "".join(text.split()).startswith(_PREFIX)


def checked_address(address: str) -> str:
    """``address`` without a slash at the end, if it is safe to send a token to.

    Raises:
        AddressUnusable: otherwise.
    """
    read = read_address(address.strip())
    if read is None or not read.is_bare or not _is_safe(read):
        raise AddressUnusable(address=without_secrets(address))
    return read.base


def _is_safe(address: Address) -> bool:
    return address.scheme == "https" or (address.scheme == "http" and address.is_this_computer)


def _checksum(address: str, token: str) -> str:
    return f"{zlib.crc32(f'{address} {token}'.encode()):08x}"
