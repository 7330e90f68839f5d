"""One call to the Graph API and its answer, apart from HTTP: a batch contains many of them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CURRENT_VERSION = "v26.0"
"""The newest version; calls without one are answered by it."""
_OLDEST_VERSION = (21, 0)
_VERSION = re.compile(r"v(\d+)\.(\d+)")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart call."""

    content_type: str
    content: bytes


@dataclass(frozen=True)
class GraphAnswer:
    """What goes back."""

    body: Any
    """JSON; None together with a ``Location`` header."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Bytes that go out instead of JSON."""
    cut: bool = False
    """No answer at all: the connection ends."""


@dataclass(frozen=True)
class Call:
    """What was asked, wherever its parts stood: in the path, the query, a form, a JSON body or a header."""

    method: str
    path: tuple[str, ...]
    """Without the version."""
    version: str
    parameters: Mapping[str, Any]
    base: str
    """The address under which the caller reached us, for links in the answer."""
    token: str = ""
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as text; empty if it is missing."""
        value = self.parameters.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def has(self, name: str) -> bool:
        """Whether the parameter was sent, even empty."""
        return name in self.parameters

    def value(self, name: str) -> Any:
        """A parameter as JSON: as it is in a JSON body, or parsed from a form's text.

        Text that is no JSON stays text; a missing parameter is None.
        """
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        try:
            return given(json.loads(value))
        except (ValueError, RecursionError):
            return value

    def names(self, name: str) -> list[str]:
        """A parameter that lists names: a comma list, a JSON list or a list in a JSON body."""
        value = self.value(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [part for part in re.split(r"[,\s]+", self.text(name)) if part]

    def wants(self, name: str, default: bool = False) -> bool:
        """A yes-or-no parameter in one of the spellings that the platform takes."""
        value = self.text(name).strip('"').lower()
        return default if not value else value in ("true", "1", "yes")


def given(value: Any) -> Any:
    """A JSON value without its members that are null: these count as not sent (seen: clients send all they know)."""
    if isinstance(value, dict):
        return {name: given(part) for name, part in value.items() if part is not None}
    return [given(part) for part in value] if isinstance(value, list) else value


def split_path(path: str) -> tuple[str, tuple[str, ...]]:
    """The version that answers and the rest of the path.

    A version that is over is served by the oldest living one without a word (long-standing knowledge), and one
    that does not exist yet by the newest.
    """
    parts = tuple(part for part in path.split("/") if part)
    match = _VERSION.fullmatch(parts[0]) if parts else None
    if match is None:
        return CURRENT_VERSION, parts
    asked = (int(match[1]), int(match[2]))
    newest = tuple(map(int, CURRENT_VERSION[1:].split(".")))
    major, minor = min(max(asked, _OLDEST_VERSION), newest)
    return f"v{major}.{minor}", parts[1:]
