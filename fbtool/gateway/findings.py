"""What a check of the gateway says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fbtool.language import Sentence
from fbtool.problem import Problem

_NOTHING = Sentence("")


class Check(NamedTuple):
    """What is looked at."""

    name: str
    """Stable, for programs."""
    title: str
    """For people."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: Check
    health: str
    """``ok``, ``warning``, ``failed``, or ``unknown`` where nobody can tell; stable, for programs."""
    told: Sentence = _NOTHING
    remedy: Sentence = _NOTHING
    problem: Problem | None = None
    """Speaks instead of ``told`` and ``remedy``."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """The same for programs: names of fields and permissions, ids. Never a secret."""

    def as_json(self, language: str) -> dict[str, Any]:
        """The finding in one language."""
        told, remedy = self.told.spoken(language), self.remedy.spoken(language)
        if self.problem:
            told, _, remedy = self.problem.told(language)
        return {
            "check": self.check.name,
            "title": Sentence(self.check.title).spoken(language),
            "health": self.health,
            "told": told,
            "remedy": remedy,
            "facts": dict(self.facts),
        }


def ok(check: Check, told: Sentence, **facts: object) -> Finding:
    """All is well."""
    return Finding(check, "ok", told, facts=facts)


def warning(check: Check, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It works, but not as it should."""
    return Finding(check, "warning", told, remedy, facts=facts)


def failed(check: Check, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It does not work."""
    return Finding(check, "failed", told, remedy, facts=facts)


def unknown(check: Check, told: Sentence, remedy: Sentence) -> Finding:
    """Nobody can tell; the remedy says where a person can look."""
    return Finding(check, "unknown", told, remedy)


def trouble(check: Check, problem: Problem) -> Finding:
    """A problem as a finding."""
    return Finding(check, "failed", problem=problem, facts={"code": problem.code})
