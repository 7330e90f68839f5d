"""How much of Meta's rate limits is used up, as the answer's headers tell.

Source: Meta, "Rate limiting" (Graph API). The headers hold JSON; percentages above 100 mean throttled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True)
class Usage:
    """How far one limit is used up."""

    percent: int = 0
    wait_minutes: int = 0
    """How long until calls are taken again, when throttled."""


@dataclass(frozen=True)
class Limits:
    """Whose limits are used up how far: waiting for one source must not stop the others."""

    app: Usage = Usage()
    source: Usage = Usage()
    """Of the Page or business that the call was about, by either of the two headers that tell of it."""


def read_limits(headers: Mapping[str, str]) -> Limits:
    """The usage in an answer's headers (any capitals); no headers are no usage. Never raises."""
    given = {name.lower(): value for name, value in headers.items()}
    business = _json(given.get("x-business-use-case-usage"))
    of_source = [*_limits(given.get("x-page-usage"))]
    for limits in business.values() if isinstance(business, dict) else ():
        of_source += [limit for limit in limits if isinstance(limit, dict)] if isinstance(limits, list) else []
    return Limits(_highest(_limits(given.get("x-app-usage"))), _highest(of_source))


_PERCENTAGES = ("call_count", "total_time", "total_cputime")


def _highest(limits: Iterable[dict[str, Any]]) -> Usage:
    found = list(limits)
    percent = max((_number(limit.get(name)) for limit in found for name in _PERCENTAGES), default=0)
    return Usage(percent, max((_number(limit.get("estimated_time_to_regain_access")) for limit in found), default=0))


def _limits(header: str | None) -> Iterator[dict[str, Any]]:
    content = _json(header)
    if isinstance(content, dict):
        yield content


def _json(header: str | None) -> Any:
    try:
        return msgspec.json.decode(header or "null")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 10**9 else 0
