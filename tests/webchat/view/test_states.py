"""Everybody can use the web chat in each of its states: by day and by night, at a desk and on a phone (WCAG 2.2 AA)."""

from typing import Any

import pytest

from tests.chromium.browser import resize
from tests.webchat.states import STATES, State
from tests.webchat.view.stage import DESKTOP, PHONE, ChromiumStage

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(stage: ChromiumStage, axe: str) -> list[str]:
    """What axe finds wrong with the page or the widget."""
    stage.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    run = (
        "axe.run(document, arguments[0]).then((found) => arguments[1](found.violations),"
        " (problem) => arguments[1]([{id: String(problem), nodes: []}]))"
    )
    found: list[dict[str, Any]] = stage.browser.execute_async_script(run, RULES)
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


def too_wide(stage: ChromiumStage) -> list[str]:
    """Parts of the panel that stick out of it."""
    return list(
        stage.root(
            "[...root.querySelectorAll('dialog *')].filter((e) => e.getClientRects().length && !e.closest('.spoken') &&"
            " e.getBoundingClientRect().right > root.querySelector('dialog').getBoundingClientRect().right + 0.5)"
            ".map((e) => e.className + ' ' + e.textContent.slice(0, 60))"
        )
    )


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_everybody_can_use_it(stage: ChromiumStage, axe: str, state: State) -> None:
    stage.loads(state.config)
    state.reach(stage)
    found = {}
    for size in (DESKTOP, PHONE, (320, 640)):
        resize(stage.browser, *size)
        for dark in ("light", "dark"):
            stage.prefers(dark=dark)
            if wrong := violations(stage, axe) + too_wide(stage):
                found[size, dark] = wrong
    assert found == {}


def test_the_judge_looks_into_the_widget(stage: ChromiumStage, axe: str) -> None:
    stage.loads().presses("Fragen? Schreiben Sie uns")
    stage.root("root.querySelector('.plain:last-child').removeAttribute('aria-label')")
    assert "button-name" in violations(stage, axe)[0]
