"""Managers make accounts and manage those, and nobody else's."""

from pathlib import Path
from typing import Any

import pytest
import requests

from fbtool.gateway.operation import account_commands, manager_commands
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.gateway.operation.manager_commands import NewManager
from fbtool.gateway.problems import ManagerUnknown, RequestInvalid
from tests.e2e.processes import Computer
from tests.gateway.conftest import Running
from tests.gateway.test_contract import follows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


class Desk:
    """A manager, and what it asks."""

    def __init__(self, running: Running, name: str) -> None:
        self._running = running
        made = running.admin("POST", "managers", json={"name": name})
        assert made.status_code == 201, made.text
        self.id, self.token = made.json()["id"], made.json()["token"]

    def ask(self, method: str, path: str = "", **kwargs: Any) -> requests.Response:
        answer = self._running.api(method, f"accounts{path}", token=self.token, **kwargs)
        id_, _, verb = path.removeprefix("/").partition("/")
        documented = "/accounts" + ("/{account}" if id_ else "") + (f"/{verb}" if verb else "")
        follows(answer, documented, method.lower())
        return answer

    def make(self, name: str, **more: Any) -> dict[str, Any]:
        made = self.ask("POST", json={"name": name, **more})
        assert made.status_code == 201, made.text
        return dict(made.json())

    def names(self) -> list[str]:
        return [account["name"] for account in self.ask("GET").json()["accounts"]]


@pytest.fixture
def desk(running: Running) -> Desk:
    return Desk(running, "Desk")


def test_a_manager_makes_an_account_and_is_told_its_token_once(running: Running, desk: Desk) -> None:
    made = desk.make("Laden", greeting="Hallo", avatar_url="https://laden.example/logo.png")
    assert running.api("GET", "account", token=made["token"]).json()["name"] == "Laden"
    assert made["connection_code"]
    assert made["manager_id"] == desk.id
    kept = {name: value for name, value in made.items() if name not in {"token", "connection_code"}}
    assert desk.ask("GET", f"/{made['id']}").json() == kept
    assert desk.ask("GET").json() == {"accounts": [kept]}


def test_it_sees_its_own_accounts_only(running: Running, desk: Desk) -> None:
    other = Desk(running, "Other")
    desk.make("Zwei")
    desk.make("Eins")
    other.make("Drei")
    assert desk.names() == ["Eins", "Zwei"]
    assert other.names() == ["Drei"]
    made = running.admin("GET", "managers").json()["managers"]
    assert [(one["name"], one["accounts"]) for one in made] == [("Desk", 2), ("Other", 1)]
    assert len(running.admin("GET", "accounts").json()["accounts"]) == 4


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None), ("PATCH", "", {"greeting": "x"}), ("DELETE", "", None), ("POST", "/rotate", {"now": True}),
        ("POST", "/enable", None), ("POST", "/disable", None),
    ],
)  # fmt: skip
def test_an_account_of_somebody_else_does_not_exist_for_it(
    running: Running, desk: Desk, method: str, path: str, body: dict[str, Any] | None
) -> None:
    theirs = Desk(running, "Other").make("Theirs")
    operators = running.admin("GET", "accounts/Shop").json()
    own = desk.make("Own")
    for name in (theirs["id"], operators["id"], "nobody", "Shop", "Theirs", "Own"):
        answer = desk.ask(method, f"/{name}{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "account_unknown")
    for token in (theirs["token"], own["token"], running.token):
        assert running.api("GET", "account", token=token).ok, "nothing was changed"


def test_it_changes_switches_rotates_and_removes_its_own(running: Running, desk: Desk) -> None:
    made = desk.make("Laden")
    own = f"/{made['id']}"
    assert desk.ask("PATCH", own, json={"name": "Shop 2", "greeting": "Hello"}).json()["greeting"] == "Hello"
    assert desk.names() == ["Shop 2"]
    assert desk.ask("POST", f"{own}/disable").json()["active"] is False
    assert running.api("GET", "events", token=made["token"]).json()["code"] == "account_inactive"
    assert desk.ask("POST", f"{own}/enable").json()["active"] is True
    anew = desk.ask("POST", f"{own}/rotate").json()
    assert anew["earlier_until"] > running.clock()
    assert running.api("GET", "events", token=made["token"]).ok
    last = desk.ask("POST", f"{own}/rotate", json={"now": True}).json()
    assert last["earlier_until"] is None
    for token, status in ((made["token"], 401), (anew["token"], 401), (last["token"], 200)):
        assert running.api("GET", "events", token=token).status_code == status
    assert desk.ask("DELETE", own).ok
    assert desk.names() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "", {}, 400, "request_invalid"),
        ("POST", "", {"name": ""}, 400, "request_invalid"),
        ("POST", "", {"name": "Shop"}, 409, "account_name_taken"),
        ("POST", "", {"name": "x", "channel": "pigeons"}, 422, "channel_not_served"),
        ("POST", "", {"name": "x", "avatar_url": "http://x"}, 422, "account_unfit"),
        ("PATCH", "/own", {"name": "Shop"}, 409, "account_name_taken"),
        ("PATCH", "/own", {"greeting": " "}, 422, "account_unfit"),
        ("PATCH", "/own", {"active": False}, 400, "request_invalid"),
        ("POST", "/own/rotate", {"kind": "manager"}, 400, "request_invalid"),
        ("POST", "/own/rotate", {"kind": "widget"}, 409, "not_of_this_channel"),
        ("POST", "/own/rotate", {"now": "yes"}, 400, "request_invalid"),
    ],
)
def test_what_it_cannot_do_is_said(
    desk: Desk, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    made = desk.make("Own")
    answer = desk.ask(method, path.replace("/own", f"/{made['id']}"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert desk.names() == ["Own"]


def test_an_account_with_a_linked_page_is_not_removed(running: Running, desk: Desk) -> None:
    made = desk.make("Laden")
    running.token = made["token"]
    running.link()
    refused = desk.ask("DELETE", f"/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "account_has_sources")


def test_a_manager_that_is_removed_opens_nothing_and_leaves_its_accounts(running: Running, desk: Desk) -> None:
    made = desk.make("Laden")
    removed = running.admin("DELETE", "managers/Desk").json()
    assert removed["id"] == desk.id
    assert desk.ask("GET").json()["code"] == "token_unknown"
    assert running.api("GET", "account", token=made["token"]).ok
    assert running.admin("GET", "accounts/Laden").json()["manager_id"] is None
    assert running.admin("GET", "managers").json() == {"managers": []}
    assert running.admin("DELETE", "managers/Desk").json()["code"] == "manager_unknown"


def test_two_managers_have_two_names(running: Running, desk: Desk) -> None:
    again = running.admin("POST", "managers", json={"name": "Desk"})
    assert (again.status_code, again.json()["code"]) == (409, "manager_name_taken")
    for name in ("", "x" * 101):
        refused = running.admin("POST", "managers", json={"name": name})
        assert (refused.status_code, refused.json()["code"]) == (400, "request_invalid")


def test_the_commands_at_the_computer(running: Running, tmp_path: Path) -> None:
    data = running.settings.data_dir
    computer = Computer(tmp_path / "home", {"FBTOOL_DATA_DIR": str(data)})
    token = computer.run("gateway", "managers", "add", "Desk", "--json").json["token"]
    made = running.api("POST", "accounts", token=token, json={"name": "Laden"}).json()
    listed = computer.run("gateway", "managers", "list")
    assert "Desk" in listed.out
    assert token not in listed.out + listed.err
    earlier = computer.run("gateway", "accounts", "rotate", "Laden")
    assert "goes on until" in earlier.err
    assert "until" in computer.run("gateway", "accounts", "list").out
    german = computer.run("gateway", "accounts", "rotate", "Laden", "--now", FBTOOL_LANGUAGE="de")
    assert "Das frühere Token ist beendet." in german.err
    assert running.api("GET", "account", token=made["token"]).status_code == 401
    assert computer.run("gateway", "accounts", "rotate", "Laden", "--widget").code != 0
    assert computer.run("gateway", "managers", "remove", "Desk", "--yes").code == 0
    assert computer.run("gateway", "managers", "list", "--json").json == {"managers": []}
    assert computer.run("gateway", "managers", "remove", "Desk", "--yes").code != 0
    assert running.api("GET", "accounts", token=token).status_code == 401


def test_they_work_while_no_gateway_runs(running: Running) -> None:
    running.gateway.stop()
    if running.settings.database_url:
        return  # its address is known to the gateway that ran only
    client = AdminClient(running.settings.data_dir)
    (running.settings.data_dir / "master.key").write_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    made = client.do(manager_commands.add, body=NewManager("Desk"))
    assert made["token"].startswith("fbm_")
    assert [one["name"] for one in client.do(manager_commands.list_all)["managers"]] == ["Desk"]
    with pytest.raises(RequestInvalid):
        client.do(manager_commands.add, body=NewManager(""))
    with pytest.raises(ManagerUnknown):
        client.do(manager_commands.remove, "Nobody")
    assert client.do(account_commands.show, "Shop")["name"] == "Shop"
