"""Cursor paging (Meta, "Paginated Results"): the end of a list is where ``next`` is missing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Call

DEFAULT_LIMIT = 25
MAXIMUM_LIMIT = 100
"""Uncertain at Meta; 100 is widely used and accepted."""
_LONGEST_CURSOR = 500

Item = TypeVar("Item")


def page_of(
    call: Call, items: Sequence[Item], key: Callable[[Item], str], show: Callable[[Item], dict[str, Any]], path: str
) -> dict[str, Any]:
    """One page of ``items`` as ``call`` asks for it.

    Args:
        call: its ``limit``, ``after`` and ``before`` count.
        items: the whole list, in a stable order.
        key: what a cursor points at.
        show: how an item looks in the answer.
        path: the list's own path, with an id where the caller may have said ``me``.

    Raises:
        Refusal: code 100 for a limit or cursor that cannot be.
    """
    limit = _limit(call)
    keys = [key(item) for item in items]
    if call.text("before"):
        end = _position(keys, call.text("before"), "Before")
        start = max(0, end - limit)
    else:
        start = _position(keys, call.text("after"), "After") + 1 if call.text("after") else 0
        end = min(len(items), start + limit)
    chosen = items[start:end]
    answer: dict[str, Any] = {"data": [show(item) for item in chosen]}
    if chosen:
        before, after = _cursor(keys[start]), _cursor(keys[end - 1])
        paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
        if end < len(items):
            paging["next"] = _address(call, path, limit, after=after)
        if start > 0:
            paging["previous"] = _address(call, path, limit, before=before)
        answer["paging"] = paging
    if "total_count" in call.names("summary"):
        answer["summary"] = {"total_count": len(items)}
    return answer


def _limit(call: Call) -> int:
    text = call.text("limit") or str(DEFAULT_LIMIT)
    if not text.lstrip("-").isdecimal():
        raise errors.parameter("Param limit must be an integer")
    if int(text) < 1:
        raise errors.parameter("Param limit must be greater than or equal to 1")
    return min(int(text), MAXIMUM_LIMIT)


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(f"cursor:{key}".encode()).decode().rstrip("=")


def _position(keys: list[str], cursor: str, name: str) -> int:
    if len(cursor) > _LONGEST_CURSOR:
        raise errors.parameter(f"The {name} Cursor specified exceeds the max limit supported by this endpoint")
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return keys.index(text.removeprefix("cursor:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise errors.parameter(f"Invalid cursors values: {name.lower()}") from None


def _address(call: Call, path: str, limit: int, **cursor: str) -> str:
    """The whole request again with another cursor, and with the token in it, as Facebook does."""
    kept = {
        name: call.text(name)
        for name in call.parameters
        if name not in ("access_token", "limit", "after", "before", "method")
    }
    query = {"access_token": call.token, **kept, "limit": limit, **cursor}
    return f"{call.base}/{call.version}/{path}?{urlencode(query)}"
