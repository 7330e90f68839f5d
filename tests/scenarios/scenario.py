"""One row of the table."""

from dataclasses import dataclass
from typing import TypeAlias

from fbtool.linking.pages.verdicts import Step, Verdict
from tests.scenarios.acts import Act, Dialog, Run

Look: TypeAlias = Run | Dialog

NOT_IN_LIST = "not in the list"
"""Facebook does not show the Page at all, and no link is known."""
NO_PAGES = "no Pages at all"
"""The list is empty, and says why."""
NOT_READ = "not everything could be read"
"""A source of the list is silent, and the list says which."""


@dataclass(frozen=True)
class Expected:
    """What fbtool finds."""

    verdict: Verdict | str
    """A verdict, one of the three words above, or the code of a problem."""
    step: Step | None = None
    """The smallest step that can help, where fbtool names one."""


@dataclass(frozen=True)
class Scenario:
    """A cause, what fbtool finds, and what is left of it after the remedy."""

    name: str
    cause: str
    """What has happened, in a person's words."""
    seen: str
    """How Facebook or the gateway shows it: codes, answers."""
    page: str
    """The Page it is about, by name."""
    before: tuple[Act, ...]
    look: Look
    """What shows it."""
    found: Expected
    remedy: tuple[Act, ...]
    after: Verdict | str
    """What the same Page is afterwards."""
    nobody_here: str = ""
    """Who can help, where this person cannot."""
    stage: str = "wrong"
    """Which world and app; see `house`."""
    steps: tuple[Step, ...] | None = None
    """The steps that a repair has proposed, where that is what the row is about."""
    ends_with: int = 0
    """The exit code of ``fbtool pages`` afterwards."""
