"""Whether the gateway offers a newer version of this tool. Nobody else is asked, and nothing is installed by itself."""

import re
from dataclasses import dataclass

import msgspec

from fbtool import __version__
from fbtool.desktop.preferences import PreferencesFile
from fbtool.json_errors import UNREADABLE
from fbtool.linking.network.http import open_session, send
from fbtool.problem import Problem

_PLACE = "/download/latest.json"
_EVERY = 86_400
"""Seconds between two questions."""


@dataclass(frozen=True)
class NewerVersion:
    """A version that is newer than this one."""

    version: str
    page: str
    """Where a person gets it; always at the gateway that was asked."""


class _Latest(msgspec.Struct):
    version: str


def is_due(preferences: PreferencesFile, now: float) -> bool:
    """Whether to ask again; remembers that it was asked."""
    it = preferences.now
    if not it.tell_new_versions or 0 <= now - it.asked_for_version_at < _EVERY:
        return False
    preferences.change(asked_for_version_at=int(now))
    return True


def newer_at(address: str) -> NewerVersion | None:
    """What the gateway at ``address`` offers, if it is newer. A gateway that offers nothing, or is silent: None."""
    with open_session() as session:
        try:
            answer = send(session, "GET", address + _PLACE)
            offered = msgspec.json.decode(answer.content, type=_Latest).version if answer.status_code == 200 else ""
        except (Problem, *UNREADABLE):
            return None
    if not offered or _order(offered) <= _order(__version__):
        return None
    return NewerVersion(offered, f"{address}/download")


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Numbers first; of two with the same numbers, one with letters (1.0rc1, 1.0.dev3) comes before the other."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    parts = tuple(int(part) for part in numbers.group().split(".")) if numbers else ()
    while parts and parts[-1] == 0:
        parts = parts[:-1]
    return parts, numbers is not None and numbers.end() == len(version)
