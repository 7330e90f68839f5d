"""What a check found, of this computer, of the way to Facebook, or of a gateway; and how a gateway tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from fbtool.language import Sentence
from fbtool.problem import Problem

_NOTHING = Sentence("")


class Check(NamedTuple):
    """What is looked at; declared where it is looked at."""

    name: str
    """Stable, for programs."""
    title: str
    """For people."""


class Health(StrEnum):
    """The result of a check. The value is stable, for programs."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not as it should."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Nobody can tell; the remedy says where a person can look."""

    @classmethod
    def _missing_(cls, value: object) -> "Health":
        """What another version of fbtool says, and this one does not know."""
        return cls.UNKNOWN


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: Check
    health: Health
    told: Sentence
    remedy: Sentence = _NOTHING
    facts: Mapping[str, object] = field(default_factory=dict)
    """The same for programs and for support: numbers, versions, ids, states. Never a secret, never a name."""

    code: str = ""
    """The problem's code, if there is one."""

    @property
    def title(self) -> Sentence:
        """The check's title."""
        return Sentence(self.check.title)

    def as_json(self, language: str) -> dict[str, Any]:
        """A `Document` of the finding in one language."""
        return {
            "check": self.check.name,
            "title": self.title.spoken(language),
            "health": self.health.value,
            "told": self.told.spoken(language),
            "remedy": self.remedy.spoken(language),
            "facts": {"code": self.code, **self.facts} if self.code else dict(self.facts),
        }


def ok(check: Check, told: Sentence, **facts: object) -> Finding:
    """All is well."""
    return Finding(check, Health.OK, told, facts=facts)


def warning(check: Check, told: Sentence, remedy: Sentence = _NOTHING, **facts: object) -> Finding:
    """It works, but not as it should."""
    return Finding(check, Health.WARNING, told, remedy, facts)


def failed(check: Check, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It does not work."""
    return Finding(check, Health.FAILED, told, remedy, facts)


def unknown(check: Check, told: Sentence, remedy: Sentence) -> Finding:
    """Nobody can tell; the remedy says where a person can look."""
    return Finding(check, Health.UNKNOWN, told, remedy)


def trouble(check: Check, problem: Problem, health: Health = Health.FAILED, **facts: object) -> Finding:
    """A problem as a finding."""
    what, _, remedy = problem.sentences()
    trace_id = getattr(problem, "trace_id", "")
    more = {"trace_id": trace_id} if trace_id else {}
    return Finding(check, health, what, remedy, {**facts, **more}, problem.code)


class Document(msgspec.Struct, frozen=True):
    """A finding as a gateway tells it, in one language."""

    check: str
    title: str
    health: str
    told: str
    remedy: str = ""
    facts: Mapping[str, object] = {}

    def finding(self) -> Finding:
        """The finding itself."""
        told, remedy = Sentence(self.told), Sentence(self.remedy)
        code = str(self.facts.get("code", ""))
        return Finding(Check(self.check, self.title), Health(self.health), told, remedy, self.facts, code)
