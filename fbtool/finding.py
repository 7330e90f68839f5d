"""What a check found, of this computer, of the way to Facebook, or of a gateway; and how a gateway tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from fbtool.language import N_, Sentence
from fbtool.problem import Problem

_NOTHING = Sentence("")

TITLES = {
    "settings": N_("Settings"),
    "secret_store": N_("Secret store"),
    "connection": N_("Connection"),
    "proxy": N_("Proxy"),
    "certificates": N_("Certificates"),
    "gateway": N_("Gateway"),
    "account": N_("Messenger account"),
    "facebook": N_("Facebook"),
    "sign_in": N_("Sign-in"),
    "link": N_("Page link"),
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

    check: str
    """A stable name, for programs."""
    title: Sentence
    health: Health
    told: Sentence
    remedy: Sentence = _NOTHING
    facts: Mapping[str, object] = field(default_factory=dict)
    """The same for programs and for support: numbers, versions, ids, states. Never a secret, never a name."""

    code: str = ""
    """The problem's code, if there is one."""

    def as_json(self, language: str) -> dict[str, Any]:
        """A `Document` of the finding in one language."""
        return {
            "check": self.check,
            "title": self.title.spoken(language),
            "health": self.health.value,
            "told": self.told.spoken(language),
            "remedy": self.remedy.spoken(language),
            "facts": {"code": self.code, **self.facts} if self.code else dict(self.facts),
        }


def ok(check: str, told: Sentence, **facts: object) -> Finding:
    """All is well."""
    return _finding(check, Health.OK, told, _NOTHING, facts)


def warning(check: str, told: Sentence, remedy: Sentence = _NOTHING, **facts: object) -> Finding:
    """It works, but not as it should."""
    return _finding(check, Health.WARNING, told, remedy, facts)


def failed(check: str, told: Sentence, remedy: Sentence, **facts: object) -> Finding:
    """It does not work."""
    return _finding(check, Health.FAILED, told, remedy, facts)


def unknown(check: str, told: Sentence, remedy: Sentence) -> Finding:
    """Nobody can tell; the remedy says where a person can look."""
    return _finding(check, Health.UNKNOWN, told, remedy, {})


def trouble(check: str, problem: Problem, health: Health = Health.FAILED, **facts: object) -> Finding:
    """A problem as a finding."""
    what, _, remedy = problem.sentences()
    trace_id = getattr(problem, "trace_id", "")
    more = {"trace_id": trace_id} if trace_id else {}
    return Finding(check, Sentence(TITLES[check]), health, what, remedy, {**facts, **more}, problem.code)


def _finding(check: str, health: Health, told: Sentence, remedy: Sentence, facts: Mapping[str, object]) -> Finding:
    return Finding(check, Sentence(TITLES[check]), health, told, remedy, facts)


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
        return Finding(self.check, Sentence(self.title), Health(self.health), told, remedy, self.facts, code)
