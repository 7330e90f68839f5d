"""The table: every cause that we know, in the order of the page `docs/scenarios.md`."""

from tests.scenarios import rows_choice, rows_people, rows_sign_in, rows_trouble
from tests.scenarios.scenario import Scenario

CHAPTERS: tuple[tuple[str, tuple[Scenario, ...]], ...] = (
    ("What was chosen in Facebook's dialog", rows_choice.ROWS),
    ("Roles, and Pages of others", rows_people.ROWS),
    ("A sign-in that does not come about", rows_sign_in.DIALOG),
    ("A sign-in that has ended, and both clocks", rows_sign_in.TOKENS),
    ("Facebook refuses to link the Page", rows_trouble.CODES),
    ("Trouble with the list", rows_trouble.TROUBLE),
    ("Trouble with the gateway", rows_trouble.GATEWAY),
)
"""Headings of the page, and what stands below them."""

SCENARIOS = tuple(row for _, rows in CHAPTERS for row in rows)
