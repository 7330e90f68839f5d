"""What one check of the doctor found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import ParamSpec

from fbtool.language import N_, Sentence, say
from fbtool.linking.system.errors import SettingWrong
from fbtool.problem import Problem

P = ParamSpec("P")
_NOTHING = Sentence("")

TITLES = {
    "settings": N_("Settings folder"),
    "secret_store": N_("Secret store"),
    "connection": N_("Connection"),
    "proxy": N_("Proxy"),
    "certificates": N_("Certificates"),
    "gateway": N_("Gateway"),
    "clock": N_("Clock"),
    "account": N_("Messenger account"),
    "facebook": N_("Facebook"),
    "sign_in": N_("Sign-in"),
    "app": N_("App at Facebook"),
    "link": N_("Page link"),
}


class Health(Enum):
    """The result of a check. The value is stable, for programs."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Nobody can tell; the remedy says where a person can look."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    """A stable name, for programs."""
    title: Sentence
    health: Health
    told: Sentence
    remedy: Sentence = _NOTHING
    code: str = ""
    """The problem's code, if there is one."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """For support: numbers, versions, ids, states, trace ids. Never a secret, never a name."""


def finding(
    check: str,
    told: Sentence,
    facts: Mapping[str, object] | None = None,
    health: Health = Health.OK,
    remedy: Sentence = _NOTHING,
) -> Finding:
    """What a check says."""
    return Finding(check, Sentence(TITLES[check]), health, told, remedy, facts=facts or {})


def failed(check: str, problem: Problem, health: Health = Health.FAILED, **facts: object) -> Finding:
    """A problem as what a check says."""
    told = problem.told()
    # Which setting is wrong helps nobody who does not learn why.
    why = isinstance(problem, SettingWrong)
    what = say("{what} {meaning}", what=told.what, meaning=told.meaning) if why else Sentence(told.what)
    trace_id = getattr(problem, "trace_id", "")
    more = {"trace_id": trace_id} if trace_id else {}
    return Finding(
        check,
        Sentence(TITLES[check]),
        health,
        what,
        Sentence(told.remedy),
        problem.code,
        {**facts, **more},
    )


def guarded(
    check: str, make: Callable[P, Finding | Iterator[Finding]], *args: P.args, **more: P.kwargs
) -> Iterator[Finding]:
    """Make a check, or several; what they raise is their result, whatever it is."""
    try:
        made = make(*args, **more)
        yield from (made,) if isinstance(made, Finding) else made
    except Problem as problem:
        yield failed(check, problem)
    except Exception as error:  # the doctor is for computers where the unexpected happens
        told = say("This could not be checked: fbtool made a mistake ({error}).", error=type(error).__name__)
        remedy = say("Send the support file of this check to the person who runs the gateway.")
        yield finding(check, told, {"error": type(error).__name__}, Health.FAILED, remedy)
