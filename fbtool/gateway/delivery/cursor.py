"""The delivery token of the CRM's API: which waiting events came with one answer.

It names exactly the events handed out, not "everything up to a number": with a database whose numbers
commit out of order, a number would silently skip events. Nothing has to be remembered, so a cursor
survives a restart of the gateway and works at any instance of a cluster.
"""

from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Annotated

import msgspec

from fbtool import base64url
from fbtool.json_errors import UNREADABLE

_HIGHEST = 2**63 - 1
"""Of the numbers that a database has."""
_Differences = list[Annotated[int, msgspec.Meta(ge=0)]]


class CursorUnreadable(ValueError):
    """The text was not made by `pack`."""


def pack(sequence_numbers: Iterable[int]) -> str:
    """The cursor for these events. Ascending numbers are written as differences, one byte each mostly."""
    differences = [number - before for before, number in pairwise([0, *sorted(sequence_numbers)])]
    return base64url.encode(msgspec.msgpack.encode(differences))


def unpack(cursor: str) -> list[int]:
    """The events of a cursor.

    Raises:
        CursorUnreadable: it is none of ours.
    """
    try:
        numbers = list(accumulate(msgspec.msgpack.decode(base64url.decode(cursor), type=_Differences)))
    except (ValueError, *UNREADABLE):
        raise CursorUnreadable from None
    if numbers and numbers[-1] > _HIGHEST:
        raise CursorUnreadable
    return numbers
