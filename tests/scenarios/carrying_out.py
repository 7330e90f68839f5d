"""Carries a scenario out and reports what fbtool said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from fbtool.linking.pages.verdicts import Step, Verdict
from fbtool.linking.signin import machine as login
from tests.chromium import browser as chromium
from tests.chromium.person import Person
from tests.scenarios import acts
from tests.scenarios.browsing import Instructions, already_there, following, quickly
from tests.scenarios.computer import Computer, Ran
from tests.scenarios.house import House
from tests.scenarios.scenario import NO_PAGES, NOT_IN_LIST, NOT_READ, Look

_MISSING = "Is a Page missing?"
_SHORT_WAIT = 3.0
"""Seconds in the place of the ten minutes that a sign-in may take, where nobody comes back."""


@dataclass(frozen=True)
class Told:
    """What fbtool says of a Page."""

    verdict: Verdict | str
    step: Step | None
    evidence: str
    remedy: str
    message: str = ""


class Play:
    """One scenario under way."""

    def __init__(self, house: House, computer: Computer, person: Person, patch: pytest.MonkeyPatch) -> None:
        self.house, self.computer, self.person, self.patch = house, computer, person, patch
        self.code = ""
        """The account's new connection code, if the operator has made one."""
        self.instructions: list[Instructions] = []
        """What fbtool told the person, dialog by dialog."""

    def carry_out(self, act: acts.Act) -> Ran | None:
        """Let it happen."""
        match act:
            case acts.SignIn():
                return self.computer.must(
                    act.command, *act.options, ends_with=act.ends_with, browse=quickly(self.house, act)
                )
            case acts.Run():
                return self.computer.must(*act.arguments, ends_with=act.ends_with)
            case acts.Dialog():
                return self._walk(act)
            case acts.Fault():
                self.house.post("faults", {"kind": act.kind, **self._scope(act.scope)})
            case acts.FaultsEnd():
                self.house.end_faults()
            case acts.Elsewhere():
                self.house.post(self._path(act.path), act.content)
            case acts.Aged():
                self.house.age_consent("erika", act.days)
            case acts.AtGateway():
                self._at_gateway(act.deed)
            case acts.Other():
                self._link_elsewhere(act.page)
        return None

    def look(self, what: Look, page: str, *, nobody_returns: bool = False) -> Told:
        """What a person sees, in both languages, and a program.

        With ``nobody_returns`` the browser never comes back from a sign-in, and it is over after a short while.
        """
        if isinstance(what, acts.Dialog):
            return _of_problem(self._walk(what, nobody_returns=nobody_returns))
        for language in ("en", "de"):
            self.computer.run("--language", language, *what.arguments)
        ran = self.computer.must(*what.arguments, "--json", ends_with=what.ends_with)
        told = ran.json
        if "problem" in told:
            problem = told["problem"]
            return Told(problem["code"], None, f"{problem['what']} {problem['meaning']}".strip(), problem["remedy"])
        match what.arguments[0]:
            case "link":
                return _of_outcome(told["outcomes"], page)
            case "status":
                return _of_entry(told["links"], page)
        return self._of_list(told, page)

    def _of_list(self, told: Mapping[str, Any], page: str) -> Told:
        if any(one["name"] == page for one in told["pages"]):
            return _of_entry(told["pages"], page)
        if told["not_read"]:
            gap = told["not_read"][0]
            evidence = f"{gap['problem']['what']} {gap['meaning']}"
            return Told(NOT_READ, None, evidence, gap["problem"]["remedy"])
        if not told["pages"]:
            advice = told["advice"][0]
            return Told(NO_PAGES, Step(advice["step"]), advice["evidence"], advice["remedy"])
        if told["advice"]:
            advice = told["advice"][0]
            return Told(NOT_IN_LIST, Step(advice["step"]), advice["evidence"], advice["remedy"])
        human = [ran for ran in self.computer.ran if ran.arguments == ("--language", "en", "pages")][-1]
        [note] = [line for line in human.err.splitlines() if line.startswith(_MISSING)]
        return Told(NOT_IN_LIST, None, "", note)

    def _walk(self, act: acts.Dialog, *, nobody_returns: bool = False) -> Ran:
        if act.signed_in_as:
            already_there(self.house, self.person, act.signed_in_as)
        else:
            chromium.forget(self.person.browser)

        def shown() -> str:
            return self.computer.dialogs[-1]

        with self.patch.context() as patch:
            if nobody_returns:
                patch.setattr(login, "TIME_LIMIT", _SHORT_WAIT)
            walk = following(self.house, self.person, act, shown)
            already = len(self.computer.dialogs)
            ran = self.computer.must(*act.arguments, ends_with=act.ends_with, browse=walk)
        names = [page["name"] for page in self.house.world()["pages"]]
        self.instructions += [Instructions.read(shown, names) for shown in self.computer.dialogs[already:]]
        return ran

    def _scope(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.house.page_id(value) if name == "page" else value for name, value in scope.items()}

    def _path(self, path: str) -> str:
        """``pages/{Name}/…`` and ``apps/this/…`` with ids in the place of the names."""
        parts = path.split("/")
        if parts[0] == "pages":
            parts[1] = self.house.page_id(parts[1])
        return "/".join(self.house.app.id if part == "this" else part for part in parts)

    def _at_gateway(self, deed: str) -> None:
        match deed:
            case "connect":
                assert self.computer.run("connect", typed=f"{self.code}\n").code == 0
            case "stop":
                self.house.stop_gateway()
            case "start":
                self.house.start_gateway()
            case _:
                how = {"now": True} if deed == "rotate" else {}
                answer = self.house.admin("POST", f"accounts/{self.house.accounts[0]}/{deed}", **how)
                self.code = answer.get("connection_code", "")

    def _link_elsewhere(self, name: str) -> None:
        other = self.house.new_account("Vertrieb")
        self.computer.patch.setenv("FBTOOL_CONNECTION", other.code())
        self.computer.must("login", browse=quickly(self.house, acts.SignIn()))
        self.computer.must("link", name)
        self.computer.patch.delenv("FBTOOL_CONNECTION")


def _of_entry(entries: list[dict[str, Any]], page: str) -> Told:
    entry = next(one for one in entries if one["name"] == page)
    message = entry.get("message") or {}
    return Told(
        Verdict(entry["verdict"]), Step(entry["step"]), entry["evidence"], entry["remedy"], message.get("en", "")
    )


def _of_outcome(outcomes: list[dict[str, Any]], page: str) -> Told:
    outcome = next(one for one in outcomes if one["name"] == page)
    problem = outcome["problem"]
    return Told(
        Verdict(outcome["verdict"]),
        Step(outcome["step"]),
        f"{problem['what']} {problem['meaning']}".strip(),
        problem["remedy"],
    )


def _of_problem(ran: Ran) -> Told:
    """What a command that failed has told a person."""
    lines = ran.err.splitlines()
    begin = max(number for number, line in enumerate(lines) if line.startswith("✗ "))
    *said, remedy, code = (line.strip() for line in lines[begin:])
    return Told(code.strip("[]"), None, " ".join(said).removeprefix("✗ "), remedy.removeprefix("→ "))
