"""Every row of the table is carried out, and the page in the documents says what came of it."""

import json
import os
from collections.abc import Callable, Iterator

import pytest

from fbtool.linking.pages.verdicts import Verdict
from tests.chromium.person import Person
from tests.scenarios import acts
from tests.scenarios.canary import complaints, misplaced
from tests.scenarios.carrying_out import Play
from tests.scenarios.computer import Computer
from tests.scenarios.house import House
from tests.scenarios.page import PAGE, Happened, row, whole, written
from tests.scenarios.scenario import Scenario
from tests.scenarios.table import SCENARIOS

WRITE = bool(os.environ.get("FBTOOL_WRITE_SCENARIOS"))
"""Whether to write the page instead of comparing it."""


@pytest.fixture(scope="module")
def lines() -> Iterator[dict[str, str]]:
    """The lines of the page, by the scenario's name; a run of some scenarios leaves the others as they are."""
    found = written()
    yield found
    if WRITE and len(found) == len(SCENARIOS):
        PAGE.write_text(whole(found), "utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_ends_as_the_page_says(
    scenario: Scenario,
    houses: Callable[[str], House],
    computer: Computer,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    lines: dict[str, str],
) -> None:
    house = houses(scenario.stage)
    code = house.new_account("Kundenservice").code()
    computer.set_up(code)
    play = Play(house, computer, person, monkeypatch)
    for act in scenario.before:
        play.carry_out(act)

    nobody_returns = scenario.found.verdict == "sign_in_expired"
    told = play.look(scenario.look, scenario.page, nobody_returns=nobody_returns)
    assert (told.verdict, told.step) == (scenario.found.verdict, scenario.found.step), told
    assert told.remedy or (isinstance(told.verdict, Verdict) and told.verdict.fine), told

    ids = _ids(computer)
    play.instructions.clear()
    for act in scenario.remedy:
        play.carry_out(act)
    after = play.look(acts.run("pages", ends_with=scenario.ends_with), scenario.page)
    assert after.verdict == scenario.after, after
    if scenario.steps is not None:
        assert [told.step for told in play.instructions] == list(scenario.steps)
    if after.verdict is scenario.after:
        assert _ids(computer).items() >= ids.items()

    bundle = computer.home / "support.json"
    computer.run("doctor", "--bundle", str(bundle))
    support = bundle.read_text("utf-8")
    assert complaints(computer, support, {*house.tokens(), *_kept(computer), code, house.app.secret}) == []
    assert misplaced(computer, house.not_to_be_kept()) == []
    line = row(scenario, Happened(told, tuple(play.instructions), after.verdict))
    lines[scenario.name] = line
    assert WRITE or line in PAGE.read_text("utf-8"), f"the page is stale (nox -s scenarios): {line}"


@pytest.mark.skipif(WRITE, reason="the page is being written")
def test_the_page_has_every_scenario_in_this_order() -> None:
    told = PAGE.read_text("utf-8")
    rows = [line for line in told.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == len(SCENARIOS) >= 35
    assert [one for one, scenario in zip(rows, SCENARIOS, strict=True) if scenario.cause not in one] == []
    assert whole({scenario.name: one for scenario, one in zip(SCENARIOS, rows, strict=True)}) == told


def _ids(computer: Computer) -> dict[str, int]:
    """Every link's Page and since when it exists: a repair must not make it anew."""
    shown = computer.run("status", "--json").out
    links = json.loads(shown).get("links", [])
    return {link["id"]: link["linked_at"] for link in links}


def _kept(computer: Computer) -> list[str]:
    """What lies in the secret store."""
    kept = json.loads(computer.secrets.read_text("utf-8"))
    return [
        str(value)
        for entries in kept.values()
        for value in (entries.values() if isinstance(entries, dict) else [entries])
    ]
