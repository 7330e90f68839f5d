"""An admin links Pages with the command line: connect, login, pages, link, status, unlink."""

import pytest

from tests.e2e.conftest import Stage
from tests.e2e.processes import Computer

FLOWERS = "Blumen Beispiel"
CAFE = "Café Sonnenschein"
WORKSHOP = "Werkstatt Muster"


@pytest.fixture
def connected(stage: Stage, admin: Computer, request: pytest.FixtureRequest) -> Computer:
    code = stage.new_account(request.node.name)
    assert admin.run("connect", given=code + "\n").code == 0
    return admin


@pytest.fixture
def signed_in(connected: Computer) -> Computer:
    result = connected.run("login")
    assert result.code == 0, result.err
    return connected


def test_the_whole_way(stage: Stage, admin: Computer) -> None:
    code = stage.new_account("Kundenservice")
    connected = admin.run("connect", given=code + "\n")
    assert connected.code == 0
    assert "Kundenservice" in connected.out
    login = admin.run("login")
    assert login.code == 0, login.err
    assert "Erika Muster" in login.out
    pages = admin.run("pages", "--json")
    verdicts = {page["name"]: page["verdict"] for page in pages.json["pages"]}
    assert verdicts == {FLOWERS: "ready", CAFE: "ready", WORKSHOP: "task_missing"}
    linked = admin.run("link", FLOWERS)
    assert linked.code == 0, linked.err
    status = admin.run("status", "--json")
    assert [link["name"] for link in status.json["links"]] == [FLOWERS]
    assert admin.run("link", FLOWERS).code == 0
    unlinked = admin.run("unlink", FLOWERS, "--yes")
    assert unlinked.code == 0, unlinked.err
    assert admin.run("status", "--json").json["links"] == []


def test_all_ready_pages_are_linked_at_once_and_the_others_are_left_alone(signed_in: Computer) -> None:
    linked = signed_in.run("link", "--all-ready", "--json")
    assert linked.code == 0
    names = {link["name"] for link in signed_in.run("status", "--json").json["links"]}
    assert names == {FLOWERS, CAFE}
    assert signed_in.run("unlink", FLOWERS, CAFE, "--yes").code == 0


def test_a_page_without_the_role_is_not_linked_and_the_reason_is_told(signed_in: Computer) -> None:
    result = signed_in.run("link", WORKSHOP)
    assert result.code == 3
    assert "MESSAGING" in result.out + result.err


def test_a_misspelt_page_gets_a_suggestion(signed_in: Computer) -> None:
    result = signed_in.run("link", "Blumen Beispil")
    assert result.code != 0
    assert FLOWERS in result.err


def test_cancelling_in_the_browser_changes_nothing_and_says_so(connected: Computer) -> None:
    result = connected.run("login", VISITOR="cancel")
    assert result.code != 0
    assert "Facebook did not grant access" in result.err
    assert "[sign_in_denied]" in result.err
    assert connected.run("pages").code == 4


def test_pages_without_a_sign_in_names_the_next_command(connected: Computer) -> None:
    result = connected.run("pages")
    assert result.code == 4
    assert "fbtool login" in result.err


def test_without_a_connection_the_next_command_is_named(admin: Computer) -> None:
    for command in (["status"], ["pages"], ["login"], ["link", "x"]):
        result = admin.run(*command)
        assert (result.code, "fbtool connect" in result.err) == (4, True), command


def test_a_token_that_was_replaced_is_refused_clearly(stage: Stage, connected: Computer) -> None:
    name = "test_a_token_that_was_replaced_is_refused_clearly"
    assert stage.operator.run("gateway", "accounts", "rotate", name, "--now").code == 0
    result = connected.run("status")
    assert result.code == 6
    assert "[token_unknown]" in result.err


def test_a_disabled_account_is_told(stage: Stage, connected: Computer) -> None:
    name = "test_a_disabled_account_is_told"
    assert stage.operator.run("gateway", "accounts", "disable", name).code == 0
    result = connected.run("status")
    assert (result.code, "[account_inactive]" in result.err) == (6, True)
    assert stage.operator.run("gateway", "accounts", "enable", name).code == 0
    assert connected.run("status").code == 0


def test_no_secret_is_printed_or_kept_in_the_notes(stage: Stage, signed_in: Computer) -> None:
    secrets = (signed_in.home / "secrets.json").read_text()
    assert (signed_in.home / "secrets.json").stat().st_mode & 0o077 == 0
    printed = [signed_in.run(command) for command in ("status", "pages", "login")]
    printed += [signed_in.run(command, "--json") for command in ("status", "pages")]
    shown = "".join(result.out + result.err for result in printed)
    notes = "".join(file.read_text() for file in signed_in.home.iterdir() if file.name != "secrets.json")
    import re

    tokens = set(re.findall(r"fbt_[a-z0-9]{10}_[\w-]{43}|EAA[\w-]{20,}", secrets))
    assert len(tokens) >= 2
    assert not [token for token in tokens if token in shown + notes]


def test_german_is_german(signed_in: Computer) -> None:
    pages = signed_in.run("pages", FBTOOL_LANGUAGE="de")
    assert "bereit" in pages.out
    assert "Rolle fehlt" in pages.out
