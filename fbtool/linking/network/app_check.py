"""What the gateway says about its Meta app."""

from collections.abc import Mapping

import msgspec


class AppCheck(msgspec.Struct, frozen=True):
    """One check; the sentences are in the language of this process."""

    check: str
    title: str
    health: str
    told: str
    remedy: str = ""
    """For the person who runs the gateway."""
    facts: Mapping[str, object] = {}


class AppChecks(msgspec.Struct, frozen=True):
    """All of them."""

    checks: tuple[AppCheck, ...]
