"""Somebody at Facebook's login dialog in Chromium who does exactly what fbtool has said, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fbtool.facebook.graph import VERSION
from fbtool.linking.pages.verdicts import Step
from fbtool.sandbox.scripted_browser import ScriptedBrowser
from tests.chromium.person import Person
from tests.scenarios.acts import Dialog, SignIn
from tests.scenarios.house import House

_MOST_SCREENS = 20
_WALLS = frozenset({"", "app-not-active", "url-blocked", "invalid-scopes"})
"""Pages that lead nowhere; the empty name stands for pages that are not Facebook's, or blank ones."""


_HEADLINES = {
    "Sign in with Facebook": Step.SIGN_IN,
    "asks once more": Step.ASK_AGAIN,
    "shows the choice of Pages again": Step.EDIT_SETTINGS,
    "was not ticked in the last sign-in": Step.EDIT_SETTINGS,
    "were not ticked in the last sign-in": Step.EDIT_SETTINGS,
    "business portfolios": Step.BUSINESS_ACCESS,
    "Last resort": Step.RECONNECT,
}


@dataclass(frozen=True)
class Instructions:
    """What fbtool said before the browser opened, as a person understands it."""

    tick: tuple[str, ...] | None
    """The Pages to be ticked; None = nothing was said, or all that are to be linked."""
    confirm: bool
    """Whether to confirm what was chosen the last time."""
    leave: bool
    """Whether all other ticks stay as they are."""
    step: Step | None
    """What a repair has called it."""

    @classmethod
    def read(cls, shown: str, offered_names: list[str]) -> "Instructions":
        """From what stands on the terminal: the last numbered list is the one that counts."""
        lines: list[str] = []
        headline = before = ""
        for line in shown.splitlines():
            if numbered := re.fullmatch(r"  (\d+)\. (.*)", line):
                if numbered[1] == "1":
                    lines, headline = [], before
                lines.append(numbered[2])
            before = line
        ticking = [line for line in lines if line.startswith("Tick") and "portfolio" not in line]
        named = [name for name in offered_names if any(_names(line, name) for line in ticking)]
        return cls(
            tick=tuple(named) if named else None,
            confirm=any("confirm it as it is" in line for line in lines),
            leave=any(line.startswith("Leave everything else as it is") for line in lines),
            step=next((step for words, step in _HEADLINES.items() if words in headline), None),
        )


def _names(line: str, page: str) -> bool:
    return re.search(rf"(?:: |, ){re.escape(page)}(?:[.,]|$)", line) is not None


def following(house: House, person: Person, act: Dialog, shown: Callable[[], str]) -> Callable[[str], None]:
    """A walk through the dialog; ``shown`` is what can be read on the terminal."""
    account = house.person(act.who)

    def walk(address: str) -> None:
        person.opens(address)
        for _ in range(_MOST_SCREENS):
            screen = person.screen
            if screen in _WALLS or (act.presses == "close" and screen != "log-in"):
                return
            if act.presses and screen != "log-in":
                person.presses(act.presses)
                return
            try:
                _pass(screen, person, account, shown())
            except AssertionError:
                if person.screen == screen:
                    raise
                # One page took the place of another meanwhile: whoever sits there looks again.
        raise AssertionError(f"the dialog does not end: {person.text}")

    return walk


def already_there(house: House, person: Person, who: str) -> None:
    """Somebody has signed in at Facebook in this browser, for whatever reason."""
    account = house.person(who)
    dialog = {"client_id": house.app.id, "redirect_uri": f"{house.gateway}/oauth/callback", "state": "somebody else's"}
    person.opens(f"{house.sandbox}/{VERSION}/dialog/oauth?{urlencode(dialog)}")
    person.logs_in(account["email"], account["password"])


def _pass(screen: str, person: Person, account: dict[str, Any], shown: str) -> None:
    told = Instructions.read(shown, person.offered)
    match screen:
        case "log-in":
            person.logs_in(account["email"], account["password"])
        case "two-factor":
            person.writes("code", account["two_factor_code"])
            person.presses("submit-code")
        case "checkpoint":
            person.presses("confirm")
        case "continue" | "reconnect" if account["name"].split()[0] not in person.text:
            person.presses("switch-account")
        case "continue":
            person.presses("continue")
        case "reconnect":
            person.presses("continue" if told.confirm else "edit-settings")
        case "pages" | "businesses":
            _choose(person, told.tick if screen == "pages" else None, leave=told.leave)
            person.presses("continue")
        case "review":
            for name, on in person.switched_on.items():
                if not on:
                    person.switches(name)
            person.presses("save")
        case _:
            raise AssertionError(f"this page has no way on: {person.text}")


def _choose(person: Person, wanted: tuple[str, ...] | None, *, leave: bool) -> None:
    if leave and person.has_chosen_all:
        return
    person.chooses_current_only()
    ticked = person.ticked
    chosen = {*(person.offered if wanted is None else wanted), *(ticked if leave else ())}
    person.ticks(*(name for name in person.offered if (name in chosen) != (name in ticked)))


def quickly(house: House, act: SignIn) -> Callable[[str], None]:
    """A walk by script, for what has happened before."""
    account = house.person(act.who)

    def walk(address: str) -> None:
        visitor = ScriptedBrowser(account["email"], account["password"], code=account["two_factor_code"])
        try:
            visitor.sign_in(address, pages=act.pages, businesses=(), decline=act.decline)
        finally:
            visitor.close()

    return walk
