"""A person repairs links with the command line: real processes, real sign-ins, real refusals of the sandbox."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.e2e.processes import Background, Computer, Result

BROWSER = f"{sys.executable} -m tests.e2e.repair_browser %s"
WORLD = "everything-that-goes-wrong"
FINE, MODERATED, PORTFOLIO = "Alles in Ordnung", "Nur Moderator", "Nur im Portfolio"
BOTH = [FINE, MODERATED]
NORA = ["nora@example.org", "frühling"]


@dataclass(frozen=True)
class House:
    """Sandbox and gateway with the world in which everything goes wrong."""

    sandbox: str
    app: str
    operator: Computer

    def post(self, path: str, **content: Any) -> Any:
        """Let something happen at Facebook."""
        answer = requests.post(f"{self.sandbox}/sandbox/{path}", json=content, timeout=30)
        answer.raise_for_status()
        return answer.json()


class Admin:
    """Erika's computer; each sign-in of hers is told beforehand."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.computer = Computer(home, {"BROWSER": BROWSER, "VISITS": str(home / "visits")})

    def run(self, *arguments: str, visits: list[dict[str, Any]] | None = None, given: str | None = None) -> Result:
        """Run a command, and walk through its dialogs like this."""
        (self.home / "visits").write_text("\n".join(json.dumps(visit) for visit in visits or []), "utf-8")
        return self.computer.run(*arguments, given=given)

    @property
    def asked(self) -> list[str]:
        """The ``auth_type`` of every dialog so far."""
        addresses = (self.home / "visits.log").read_text("utf-8").split()
        return [parse_qs(urlsplit(address).query).get("auth_type", [""])[0] for address in addresses]

    @property
    def links(self) -> dict[str, str]:
        """Name → verdict of every link."""
        return {link["name"]: link["verdict"] for link in self.run("status", "--json").json["links"]}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("operator")
    operator = Computer(folder, {"FBTOOL_DATA_DIR": str(folder / "gateway")})
    processes: list[Background] = []
    try:
        processes.append(operator.start("sandbox", "run", "--world", WORLD, "--port", "0", "--json"))
        sandbox = processes[0].wait_for(r'"address": "([^"]+)"').group(1)
        app = requests.get(f"{sandbox}/sandbox/world", timeout=30).json()["apps"][0]
        processes.append(
            operator.start(
                "gateway", "run", "--port", "0", "--json", "--app-id", app["id"], "--facebook", sandbox,
                FBTOOL_APP_SECRET=app["secret"],
            )
        )  # fmt: skip
        gateway = processes[1].wait_for(r'"address": "([^"]+)".*\}').group(1)
        house = House(sandbox, app["id"], operator)
        house.post(f"apps/{app['id']}/redirect-uris", uri=f"{gateway}/oauth/callback")
        assert operator.run("gateway", "setup").code == 0
        yield house
    finally:
        codes = [process.stop() for process in reversed(processes)]
    assert codes == [0, 0]


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """The house, with a Facebook on which nobody has connected the app."""
    yield running
    requests.delete(f"{running.sandbox}/sandbox/faults", timeout=30).raise_for_status()
    for person in ("erika", "nora"):
        running.post(f"people/{person}/apps/{running.app}/remove-app")


@pytest.fixture
def admin(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Admin]:
    """Connected, not signed in."""
    added = house.operator.run("gateway", "accounts", "add", request.node.name, "--json")
    admin = Admin(tmp_path)
    assert admin.run("connect", given=added.json["connection_code"] + "\n").code == 0
    yield admin
    for name in admin.links:
        assert admin.run("unlink", name, "--yes").code == 0


@pytest.fixture
def linked(admin: Admin) -> Admin:
    """Signed in, with two Pages ticked and linked."""
    assert admin.run("login", visits=[{"pages": BOTH}]).code == 0
    done = admin.run("link", *BOTH)
    assert done.code == 0, done.out + done.err
    return admin


def test_a_page_that_was_not_ticked_is_linked_by_a_repair(admin: Admin) -> None:
    assert admin.run("login", visits=[{"pages": [FINE]}]).code == 0
    assert admin.run("link", FINE).code == 0
    repaired = admin.run("repair", MODERATED, visits=[{"pages": BOTH}])
    assert repaired.code == 0, repaired.out + repaired.err
    assert f"Tick: {MODERATED}. Keep ticked what is linked already: {FINE}." in repaired.err
    assert repaired.err.index("Tick:") < repaired.err.index("Your browser opens.")
    assert f"Facebook now gives access to: {MODERATED}." in repaired.err
    assert "✓ All is repaired." in repaired.out
    assert admin.asked == ["", "reauthorize"]
    assert admin.links == {FINE: "linked", MODERATED: "linked"}


def test_a_declined_permission_is_asked_for_again_and_nothing_larger(admin: Admin) -> None:
    assert admin.run("login", visits=[{"decline": ["pages_messaging"]}]).code == 3
    repaired = admin.run("repair", FINE)
    assert repaired.code == 0, repaired.out + repaired.err
    assert "Switch on: messages of your Pages (pages_messaging)." in repaired.err
    assert admin.asked == ["", "rerequest"]
    assert admin.links == {FINE: "linked"}


def test_after_a_changed_password_one_repair_mends_all_links(house: House, linked: Admin) -> None:
    begun = {link["id"]: link["linked_at"] for link in linked.run("status", "--json").json["links"]}
    house.post("faults", kind="password-changed", person="erika")
    repaired = linked.run("repair", visits=[{"pages": None}])
    assert repaired.code == 0, repaired.out + repaired.err
    assert "Sign in with Facebook again as Erika Muster" in repaired.err
    assert len(linked.asked) == 2
    assert all(f"✓ {name}: the link works" in repaired.out for name in BOTH)
    assert {link["id"]: link["linked_at"] for link in linked.run("status", "--json").json["links"]} == begun
    assert linked.run("repair").out.startswith("✓ Nothing is broken.")


def test_a_linked_page_that_the_dialog_takes_away_is_an_alarm_with_its_own_remedy(linked: Admin) -> None:
    repaired = linked.run("repair", "Gehört Nora", "--json", visits=[{"pages": [FINE]}, {"pages": BOTH}])
    assert repaired.code == 3
    told = repaired.json
    assert [(step["step"], step["alarm"]) for step in told["steps"][:2]] == [
        ("edit_settings", False),
        ("edit_settings", True),
    ]
    assert sorted(told["steps"][1]["tick"]) == sorted(BOTH)
    assert len(told["lost_although_linked"]) == 1
    assert linked.links == {FINE: "linked", MODERATED: "linked"}
    verdicts = {page["name"]: page["verdict"] for page in linked.run("pages", "--json").json["pages"]}
    assert verdicts[MODERATED] == "linked"


def test_a_page_taken_away_at_facebook_is_ticked_again(house: House, linked: Admin) -> None:
    house.post(f"people/erika/apps/{house.app}/pages", pages=["100000000000211"])
    repaired = linked.run("repair", visits=[{"pages": BOTH}])
    assert repaired.code == 0, repaired.out + repaired.err
    assert linked.asked == ["", "reauthorize"]
    assert f"Tick all of these, they are linked already: {FINE}, {MODERATED}." in repaired.err


def test_a_page_of_a_portfolio_comes_with_business_access(admin: Admin) -> None:
    assert admin.run("login").code == 0
    repaired = admin.run("repair", PORTFOLIO, "--json")
    assert repaired.code == 0, repaired.out + repaired.err
    assert repaired.json["steps"][-1]["step"] == "business_access"
    assert admin.links == {PORTFOLIO: "linked"}


def test_after_the_app_was_removed_a_sign_in_is_enough(house: House, linked: Admin) -> None:
    house.post(f"people/erika/apps/{house.app}/remove-app")
    repaired = linked.run("repair", visits=[{"pages": BOTH}])
    assert repaired.code == 0, repaired.out + repaired.err
    assert linked.links == {FINE: "linked", MODERATED: "linked"}
    assert linked.run("repair").out.startswith("✓ Nothing is broken.")


def test_somebody_else_is_noticed_and_nothing_is_changed(house: House, linked: Admin) -> None:
    house.post("faults", kind="password-changed", person="erika")
    repaired = linked.run("repair", visits=[{"as": NORA}])
    assert repaired.code == 3
    assert "Nora Entwicklerin has signed in, not the person whose links are repaired." in repaired.out
    assert "Nora" not in (linked.home / "settings.json").read_text("utf-8")


def test_reconnecting_is_the_last_resort_and_never_done_unasked(house: House, linked: Admin) -> None:
    again = [{"pages": BOTH}] * 4
    left = linked.run("repair", "Gibt es nicht", "--yes", visits=again)
    assert left.code == 3
    assert "This is done only with --reconnect." in left.err
    assert linked.asked == ["", "reauthorize", "reauthorize"]
    done = linked.run("repair", "Gibt es nicht", "--yes", "--reconnect", visits=again)
    assert done.code == 3
    assert "these 2 linked Pages stand still" in done.err
    assert linked.asked[3:] == ["reauthorize", "reauthorize", ""]
    assert linked.links == {FINE: "linked", MODERATED: "linked"}
    assert linked.run("repair").out.startswith("✓ Nothing is broken.")


def test_a_cancelled_dialog_ends_the_repair_and_says_what_is_left(linked: Admin, house: House) -> None:
    house.post(f"people/erika/apps/{house.app}/pages", pages=["100000000000211"])
    repaired = linked.run("repair", visits=[{"do": "cancel"}])
    assert repaired.code == 3
    assert "Facebook did not grant access" in repaired.err
    assert f"! {MODERATED}: " in repaired.out


def test_a_mistyped_name_opens_no_browser(linked: Admin) -> None:
    result = linked.run("repair", "Nur Moderatr")
    assert result.code == 3
    assert "[page_unknown]" in result.err
    assert len(linked.asked) == 1
