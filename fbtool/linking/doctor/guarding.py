"""What goes wrong in a check is its result, whatever it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ParamSpec

from fbtool import finding
from fbtool.finding import Check, Finding, Health
from fbtool.language import say
from fbtool.linking.system.errors import SettingWrong
from fbtool.problem import Problem

P = ParamSpec("P")


def trouble(check: Check, problem: Problem, health: Health = Health.FAILED, **facts: object) -> Finding:
    """A problem as a finding; which setting is wrong helps nobody who does not learn why."""
    found = finding.trouble(check, problem, health, **facts)
    if not isinstance(problem, SettingWrong):
        return found
    return replace(found, told=say("{what} {meaning}", what=found.told, meaning=problem.sentences().meaning))


def guarded(
    check: Check, make: Callable[P, Finding | Iterator[Finding]], *args: P.args, **more: P.kwargs
) -> Iterator[Finding]:
    """Make a check, or several; what they raise is their result."""
    try:
        made = make(*args, **more)
        yield from (made,) if isinstance(made, Finding) else made
    except Problem as problem:
        yield trouble(check, problem)
    except Exception as error:  # the doctor is for computers where the unexpected happens
        told = say("This could not be checked: fbtool made a mistake ({error}).", error=type(error).__name__)
        remedy = say("Send the support file of this check to the person who runs the gateway.")
        yield finding.failed(check, told, remedy, error=type(error).__name__)
