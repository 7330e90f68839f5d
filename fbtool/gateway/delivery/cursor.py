"""The delivery token of the CRM's API: which waiting events came with one answer.

It names exactly the events handed out, not "everything up to a number": with a database whose numbers
commit out of order, a number would silently skip events. Nothing has to be remembered, so a cursor
survives a restart of the gateway and works at any instance of a cluster.
"""

from collections.abc import Iterable

from fbtool import base64url

_VERSION = 1


class CursorUnreadable(ValueError):
    """The text was not made by `pack`."""


def pack(sequence_numbers: Iterable[int]) -> str:
    """The cursor for these events. Ascending numbers are written as differences, one byte each mostly."""
    raw = bytearray([_VERSION])
    previous = 0
    for number in sorted(sequence_numbers):
        raw += _varint(number - previous)
        previous = number
    return base64url.encode(bytes(raw))


def unpack(cursor: str) -> list[int]:
    """The events of a cursor.

    Raises:
        CursorUnreadable: it is none of ours.
    """
    try:
        raw = base64url.decode(cursor)
    except ValueError:
        raise CursorUnreadable from None
    if not raw or raw[0] != _VERSION or raw[-1] & 0x80:
        raise CursorUnreadable
    numbers, number, shift, value = [], 0, 0, 0
    for byte in raw[1:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            number += value
            numbers.append(number)
            shift = value = 0
    if number >= 2**63:
        raise CursorUnreadable
    return numbers


def _varint(value: int) -> bytes:
    raw = bytearray()
    while value > 0x7F:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    raw.append(value)
    return bytes(raw)
