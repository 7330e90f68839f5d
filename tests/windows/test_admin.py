"""An admin works with the program that people download, not with its source: Windows code, a real Chromium."""

import re

import pytest
import requests

from build.wine import NATIVE
from tests.e2e.conftest import Stage
from tests.windows.conftest import SECONDS, Computer

FLOWERS, CAFE, WORKSHOP = "Blumen Beispiel", "Café Sonnenschein", "Werkstatt Muster"


@pytest.fixture
def admin(portable: Computer, stage: Stage, request: pytest.FixtureRequest) -> Computer:
    """Connected; the account's token is in Credential Manager."""
    connected = portable.run("connect", given=stage.new_account(request.node.name) + "\n")
    assert connected.code == 0, connected.err
    return portable


def links(admin: Computer) -> dict[str, str]:
    return {link["name"]: link["verdict"] for link in admin.run("status", "--json").json["links"]}


def test_it_says_its_version_and_speaks_german(portable: Computer) -> None:
    assert re.fullmatch(r"fbtool \d+\.\d+\.\d+\n", portable.run("--version").out)
    assert "Verknüpft Facebook-Seiten" in portable.run("--help", FBTOOL_LANGUAGE="de").out


def test_from_the_first_sign_in_to_the_last_unlink(admin: Computer, stage: Stage) -> None:
    login = admin.run("login")
    assert login.code == 0, login.out + login.err
    assert "Erika Muster is signed in" in login.out

    # Each command is a process of its own: what it knows, it has from settings.json and Credential Manager.
    pages = {page["name"]: page["verdict"] for page in admin.run("pages", "--json").json["pages"]}
    assert pages == {FLOWERS: "ready", CAFE: "ready", WORKSHOP: "task_missing"}
    assert admin.run("link", FLOWERS).code == 0
    assert links(admin) == {FLOWERS: "linked"}

    # Facebook lets every token of Erika die; one sign-in mends it.
    fault = {"kind": "password-changed", "person": "erika"}
    requests.post(f"{stage.sandbox}/sandbox/faults", json=fault, timeout=30).raise_for_status()
    repaired = admin.run("repair")
    assert repaired.code == 0, repaired.out + repaired.err
    assert "Sign in with Facebook again as Erika Muster" in repaired.err
    assert f"✓ {FLOWERS}: the link works" in repaired.out
    assert links(admin) == {FLOWERS: "linked"}

    assert admin.run("unlink", FLOWERS, "--yes").code == 0
    assert links(admin) == {}


@pytest.mark.skipif(NATIVE, reason="looks into wine's registry")
def test_a_long_token_is_cut_into_pieces_and_nothing_of_it_is_in_a_file(admin: Computer) -> None:
    assert admin.run("login").code == 0
    stored = admin.windows.run(
        ["reg.exe", "query", r"HKCU\Software\Wine\Credential Manager", "/s"], seconds=SECONDS
    ).out  # fmt: skip
    assert len(set(re.findall(r"#[0-9a-f]{12}\.\d", stored))) >= 3
    settings = list(admin.local_data.rglob("fbtool/settings.json"))
    assert len(settings) == 1
    assert not re.search(r"EAAG|fbt_", settings[0].read_text("utf-8"))
    assert admin.run("status").code == 0


def test_a_part_that_is_missing_has_a_clear_sentence(portable: Computer) -> None:
    nowhere = portable.run("connect", given="fbtool-half\n")
    assert nowhere.code == 8
    assert "[connection_code_unreadable]" in nowhere.err
