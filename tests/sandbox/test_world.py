"""World files: who exists, and what is refused."""

from pathlib import Path

import pytest

from fbtool.sandbox.problems import WorldUnreadable
from fbtool.sandbox.server import SandboxServer
from fbtool.sandbox.world import load, read, shipped

from .client import ERIKAS_ID, Client

SMALL = """
name: Tiny
about: One of each.
apps:
  - {id: "1", name: App, secret: s, client_token: c, redirect_uris: ["http://localhost:8000/back"]}
people:
  - {key: erika, number: 7, name: Erika Muster, email: erika@example.org, password: x}
pages:
  - {id: "11", name: Laden, category: {id: "2500", name: Geschäft}, roles: {erika: {role: admin}}}
customers:
  - {key: jonas, number: 21, first_name: Jonas, last_name: Kunde}
"""


def test_ids_are_the_same_everywhere() -> None:
    shop = shipped("small-shop")
    assert shop.app_scoped_id(shop.apps[0], shop.people[0]) == ERIKAS_ID
    assert shop.psid(shop.pages[0], shop.customers[0]) == "7300000011000021"


def test_no_two_apps_know_a_person_by_the_same_id() -> None:
    second = '  - {id: "2", name: App, secret: s, client_token: c}\npeople:'
    world = read(SMALL.replace("people:", second, 1), "two.yaml")
    assert len({world.app_scoped_id(app, world.people[0]) for app in world.apps}) == 2


@pytest.mark.parametrize(
    ("before", "after", "key", "reason"),
    [
        ("key: erika", "kye: erika", ".people[0]", "kye"),
        ("number: 7", "number: seven", ".people[0].number", "int"),
        ('id: "11"', "id: 11", ".pages[0].id", "str"),
        ('id: "11"', "id: shop", ".pages", "digits"),
        ("role: admin", "role: boss", ".pages[0].roles", "boss"),
        ("{erika: {", "{anna: {", ".pages[0].roles", "anna"),
        ("name: Tiny", "name: Tiny\nname: Twice", "/", "name is there twice"),
        ("name: Tiny", "", "/", "name"),
        ("customers:", "customers: [", "/", ""),
        ("number: 21", "number: 21, first_name: A", "/", "twice"),
        ("- {key: jonas", "- {key: jonas, number: 3, first_name: A, last_name: B}\n  - {key: jonas", ".cust", "jonas"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_key_and_reason(before: str, after: str, key: str, reason: str) -> None:
    assert before in SMALL
    with pytest.raises(WorldUnreadable) as told:
        read(SMALL.replace(before, after, 1), "tiny.yaml")
    assert told.value.values["file"] == "tiny.yaml"
    assert str(told.value.values["key"]).startswith(key)
    assert reason in told.value.told("en").what


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_text(SMALL, "utf-8")
    assert load(file).pages[0].name == "Laden"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WorldUnreadable):
        load(tmp_path / "none.yaml")


def test_a_world_that_does_not_come_with_it() -> None:
    with pytest.raises(WorldUnreadable, match="small-shop"):
        shipped("atlantis")


@pytest.mark.parametrize(
    ("switch", "screen"),
    [
        ("", "url-blocked"),
        (", http_localhost: allowed", "log-in"),
        (", mode: development, redirect_uris: []", "log-in"),
    ],
)
def test_a_live_app_redirects_to_plain_localhost_only_if_the_world_says_so(switch: str, screen: str) -> None:
    listed = ', redirect_uris: ["http://localhost:8000/back"]'
    text = SMALL.replace(listed, switch if "redirect_uris" in switch else listed + switch)
    with SandboxServer(read(text, "tiny.yaml")) as server:
        client = Client(server, "1", "s")
        sheet = client.browser().open(client.dialog(redirect_uri="http://localhost:8000/back"))
        client.close()
    assert sheet.screen == screen
