"""Lists in parts. A request for the next part is built anew from the cursor.

Facebook's ``next`` is never followed: it is a foreign address with the token inside. The end of a list is
the absence of ``next``; neither an empty nor a short part is (documented).
"""

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class Part(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list."""

    items: tuple[T, ...]
    after: str
    """Where the list goes on; empty at its end."""


def read_part(content: Any, kind: type[T]) -> Part[T]:
    """Read ``{"data": […], "paging": {…}}``.

    Raises:
        ValueError, LookupError, TypeError: it has another shape.
    """
    items = msgspec.convert(content["data"], tuple[kind, ...])  # type: ignore[valid-type]
    paging = content.get("paging") or {}
    return Part(items, str(paging["cursors"]["after"]) if paging.get("next") else "")


def parameters(fields: str, size: int, after: str) -> dict[str, str]:
    """The parameters of a request for one part."""
    return {"fields": fields, "limit": str(size)} | ({"after": after} if after else {})
