"""The connection code: a messenger account's token with its gateway's address inside, one paste.

The gateway's operator gives it to the admin; the tool reads it. It is written
``fbtool-<base64url of "address token checksum">``. People paste it with words around it, out of mails and files that
have changed its letters; the checksum proves what was found, and finds a code that lost its end on the way.
"""

import base64
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from fbtool import base64url
from fbtool.address import Address, read_address, without_secrets
from fbtool.language import N_
from fbtool.problem import Problem

BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of a tool that the browser cannot reach: the last page shows a code to be typed in."""
_PREFIX = "fbtool-"
_LONGEST = 4096
_BEGIN = re.compile(rf"{_PREFIX}(?=((?:(?!{_PREFIX})[\w-]){{1,{_LONGEST}}}))", re.IGNORECASE | re.ASCII)
"""Where a code may begin, and its letters; phones write a capital letter there. Each letter is looked at once."""
_CONTENT = re.compile(rb"([!-~]+) ([!-~]+) ([0-9a-f]{8})")
_HYPHENS = "\u2212\u2043"
"""What looks like a hyphen and is no dash (category Pd) to Unicode."""
_QUOTES = " \u00a0\"'“”„‘’‚«»<>"
_LEFT_BY_MAIL = "=>\ufffd"
"""What quoting and quoted-printable put between the lines, and what a wrong encoding leaves."""


class ConnectionCodeUnreadable(Problem):
    """The text is not a connection code, or only part of one."""

    code = "connection_code_unreadable"
    what = N_("This is not a complete connection code.")
    meaning = N_("A connection code starts with “fbtool-” and is often cut off when it is copied.")
    remedy = N_("Copy the whole code again from the messenger account and paste it here.")


class AddressUnusable(Problem):
    """The gateway's address cannot be used, or not safely."""

    code = "gateway_address_unusable"
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
        return cls(checked_address(address), _visible(token).strip(_QUOTES))

    @classmethod
    def from_code(cls, text: str) -> "Connection":
        """Find the connection code in what somebody has pasted, whatever stands around it and between its letters.

        Raises:
            ConnectionCodeUnreadable: it is something else, or a piece is missing.
            AddressUnusable: the code is whole, its address is not safe.
        """
        for packed in _candidates(text):
            content = _CONTENT.match(_unpacked(packed))
            address, token, checksum = (part.decode("ascii") for part in content.groups()) if content else ("", "", "")
            if content and checksum == _checksum(address, token):
                return cls.to(address, token)
        raise ConnectionCodeUnreadable

    def code(self) -> str:
        """The connection code of this connection. It contains the token."""
        text = f"{self.address} {self.token} {_checksum(self.address, self.token)}"
        return _PREFIX + base64url.encode(text.encode("ascii"))


def is_code(text: str) -> bool:
    """Whether a connection code is in ``text``, complete or not; otherwise it may be a bare token."""
    return _BEGIN.search(_pasted(text) + "-") is not None


def _candidates(text: str) -> Iterator[str]:
    """Everything in ``text`` that may be what follows the prefix of a code, with whatever stands behind it."""
    for begin in _BEGIN.finditer(_pasted(text)):
        yield begin.group(1)


def _pasted(text: str) -> str:
    """``text`` without what copying, mails, word processors and encodings put between the letters of a code."""
    # Letter by letter: a long row of combining marks as a whole takes a time that grows with its square.
    plain = {ord(letter): "".join(map(_letter, unicodedata.normalize("NFKC", letter))) for letter in set(text)}
    return text.translate(plain)


def _visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cf"})


def _letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Pd" or letter in _HYPHENS:
        return "-"
    return "" if kind in {"Cc", "Cf", "Zs", "Zl", "Zp"} or letter in _LEFT_BY_MAIL else letter


def _unpacked(packed: str) -> bytes:
    """What the letters stand for. Those behind the code change nothing in front of them (RFC 4648 §4)."""
    whole = packed[: len(packed) - 1] if len(packed) % 4 == 1 else packed
    return base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))


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
