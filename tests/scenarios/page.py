"""The page `docs/scenarios.md`, made of the table and of what fbtool really said."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fbtool.linking.pages.verdicts import Verdict
from tests.scenarios import acts
from tests.scenarios.browsing import Instructions
from tests.scenarios.carrying_out import Told
from tests.scenarios.scenario import Scenario
from tests.scenarios.table import CHAPTERS, SCENARIOS

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
_HEAD = """# Scenarios

What can be wrong with a Page, what fbtool says, what mends it, and what the same Page is afterwards. Every row is
carried out by a [test](../tests/scenarios) with a real gateway and the [stand-in for Facebook](sandbox.md): a person at
Chromium walks through the login dialog and does exactly what fbtool has told them to. This page is generated from what
happened then: `nox -s scenarios`. {count} rows.
"""
_COLUMNS = "| | what has happened | how it shows | verdict | fbtool says | what was done | afterwards |"
_TRACE = re.compile(r"(?<=support: )A\w{22}")
_PORT = re.compile(r"localhost:\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Happened:
    """What came of a scenario."""

    told: Told
    instructions: tuple[Instructions, ...]
    after: Verdict | str


def row(scenario: Scenario, happened: Happened) -> str:
    """The line of the page for one scenario."""
    told = happened.told
    says = " → ".join(part for part in (told.evidence, told.remedy) if part)
    if told.message:
        says += f" *To forward:* {told.message}"
    dialogs = iter(happened.instructions)
    done = "<br>".join(_done(act, dialogs) for act in scenario.remedy) or "nothing is needed"
    if scenario.nobody_here:
        done = f"not possible for this person: {scenario.nobody_here}" + (f"<br>{done}" if scenario.remedy else "")
    cells = (
        str(SCENARIOS.index(scenario) + 1),
        scenario.cause,
        scenario.seen,
        _verdict(told.verdict),
        _steady(says),
        done,
        _verdict(happened.after),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def whole(rows: Mapping[str, str]) -> str:
    """The page; ``rows`` by the scenario's name."""
    parts = [_HEAD.format(count=len(SCENARIOS))]
    for heading, scenarios in CHAPTERS:
        lines = [f"## {heading}", "", _COLUMNS, "|---|---|---|---|---|---|---|", *(rows[one.name] for one in scenarios)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def written() -> dict[str, str]:
    """The lines of the page as it is now, by the scenario's name."""
    lines = PAGE.read_text("utf-8").splitlines() if PAGE.exists() else []
    causes = {cells[2].strip(): line for line in lines if len(cells := line.split("|")) > 2}
    return {one.name: causes[one.cause] for one in SCENARIOS if one.cause in causes}


def _verdict(verdict: Verdict | str) -> str:
    return f"**{verdict.words}** (`{verdict.value}`)" if isinstance(verdict, Verdict) else f"`{verdict}`"


def _done(act: acts.Act, dialogs: Iterator[Instructions]) -> str:
    match act:
        case acts.Dialog():
            told = next(dialogs)
            what = f", ticks {_listed(told.tick)}" if told.tick else ""
            return f"{_command(act.arguments)}: {_NAMES[act.who]} at Chromium{what}"
        case acts.Run():
            return _command(act.arguments)
        case acts.FaultsEnd() | acts.Elsewhere() | acts.AtGateway():
            return act.words
    raise AssertionError(f"this is no remedy: {act}")


_NAMES = {"erika": "Erika", "nora": "Nora", "klara": "Klara", "timo": "Timo", "niemand": "the person"}


def _command(arguments: tuple[str, ...]) -> str:
    words = (f'"{word}"' if " " in word else word for word in arguments)
    return f"`fbtool {' '.join(words)}`"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _steady(text: str) -> str:
    """Without what is different each time."""
    return _DAY.sub("(a day)", _TRACE.sub("A…", _PORT.sub("localhost", text))).replace("\n", " ")
