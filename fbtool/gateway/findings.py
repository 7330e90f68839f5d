"""What a check of the gateway says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fbtool.language import N_, Sentence
from fbtool.problem import Problem

_NOTHING = Sentence("")

TITLES = {
    "settings": N_("Settings"),
    "folder": N_("Data folder"),
    "keys": N_("Key files"),
    "disk": N_("Free disk space"),
    "database": N_("Database"),
    "master_key": N_("Master key"),
    "app": N_("App at Facebook"),
    "webhook": N_("Webhook"),
    "deliveries": N_("Deliveries"),
    "app_permissions": N_("Approved permissions"),
    "app_proof": N_("Proof of the app's secret"),
    "app_mode": N_("Mode of the app"),
    "public_url": N_("Public address"),
    "clock": N_("Clock"),
}


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    """A stable name, for programs; a key of `TITLES`."""
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
            "check": self.check,
            "title": Sentence(TITLES[self.check]).spoken(language),
            "health": self.health,
            "told": told,
            "remedy": remedy,
            "facts": dict(self.facts),
        }


def ok(check: str, told: Sentence, **facts: object) -> Finding:
    """All is well."""
    return Finding(check, "ok", told, facts=facts)


def warning(check: str, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It works, but not as it should."""
    return Finding(check, "warning", told, remedy, facts=facts)


def failed(check: str, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It does not work."""
    return Finding(check, "failed", told, remedy, facts=facts)


def unknown(check: str, told: Sentence, remedy: Sentence) -> Finding:
    """Nobody can tell; the remedy says where a person can look."""
    return Finding(check, "unknown", told, remedy)


def trouble(check: str, problem: Problem) -> Finding:
    """A problem as a finding."""
    return Finding(check, "failed", problem=problem, facts={"code": problem.code})
