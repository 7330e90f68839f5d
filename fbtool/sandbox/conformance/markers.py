"""Markers: how a message is found again, whatever the endpoint made of it.

``fbtool-conformance-1f2e3d4c-several-items-0002``: run, case and number. It stands in the text of a message and,
with ``m_`` in front, in its id. Plain ASCII without anything that JSON, HTML or a log would escape.
"""

import re
import secrets
from collections.abc import Iterator
from typing import NamedTuple

PREFIX = "fbtool-conformance-"
_MID = "m_"
_MARKER = re.compile(rf"({_MID})?({PREFIX}([0-9a-f]{{8}})-[a-z0-9-]+?-\d{{4}})(?!\d)")


class Found(NamedTuple):
    """A marker in a text."""

    marker: str
    in_mid: bool
    """Whether it is the message's id and not its text."""
    position: int


def new_run() -> str:
    """A name for one run: endpoints remember ids, so no two runs may use the same."""
    return secrets.token_hex(4)


def marker(run: str, case: str, number: int) -> str:
    """The marker of the ``number``-th item (at most 9999) of a case."""
    return f"{PREFIX}{run}-{case}-{number:04}"


def mid(marker: str) -> str:
    """The message id that belongs to a marker."""
    return _MID + marker


def find(text: str, run: str) -> Iterator[Found]:
    """The markers of a run in ``text``, in their order."""
    for match in _MARKER.finditer(text):
        if match[3] == run:
            yield Found(match[2], match[1] is not None, match.start())


def is_marked(text: str) -> bool:
    """Whether ``text`` comes from this suite at all, from this run or an earlier one."""
    return PREFIX in text
