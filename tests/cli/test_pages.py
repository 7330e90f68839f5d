"""`fbtool pages`: every Page with its state and what to do, and never an empty list without a reason."""

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import ALL_GRANTED, BROKEN, GRANT, graph_error, link, page
from tests.linking.standin import Answer, ScriptedServer

ACCOUNTS = f"/{VERSION}/me/accounts"


@pytest.mark.usefixtures("signed_in")
def test_the_table_says_what_is_what(fbtool: Fbtool) -> None:
    run = fbtool("pages")
    assert run.code == 0
    rows = [line.split() for line in run.out.splitlines()]
    assert ["Bistro", "12", "ready", "to", "link"] in rows
    assert ["Café", "Muster", "11", "linked"] in rows
    assert ["Zoo", "13", "role", "missing"] in rows
    assert (
        "! Zoo: Erika Muster lacks the tasks “Messages” (MESSAGING), “Community activity” (MODERATE) on this Page."
        in run.out
    )
    assert "→ Somebody with full control of the Page" in run.out
    assert "fbtool link --all-ready" in run.err
    assert "EAA" not in run.out + run.err
    assert "\x1b" not in run.out


@pytest.mark.usefixtures("signed_in")
def test_what_holds_for_many_is_said_once(fbtool: Fbtool, server: ScriptedServer) -> None:
    many = [page(str(number), f"Shop {number}", tasks=["ANALYZE"]) for number in range(20, 25)]
    server.on("GET", ACCOUNTS, Answer(content={"data": many}))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": []}))
    out = fbtool("pages").out
    assert out.count("lacks the tasks") == 1
    assert "! Shop 20, Shop 21, Shop 22, Shop 23, Shop 24:" in out


@pytest.mark.usefixtures("signed_in")
def test_a_link_that_does_not_work_needs_attention(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11", **BROKEN)]}))
    run = fbtool("pages")
    assert run.code == 3
    assert "needs sign-in again" in run.out
    assert "! Café Muster: The Facebook password was changed." in run.out


@pytest.mark.usefixtures("signed_in")
def test_a_program_gets_one_document(fbtool: Fbtool) -> None:
    run = fbtool("pages", "--json")
    assert [(row["id"], row["verdict"]) for row in run.json["pages"]] == [
        ("12", "ready"),
        ("11", "linked"),
        ("13", "task_missing"),
    ]
    assert run.json["pages"][1]["linked_by"] == "Erika Muster"
    assert "EAA" not in run.out


@pytest.mark.usefixtures("signed_in")
def test_an_empty_list_has_a_reason(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", ACCOUNTS, Answer(content={"data": []}))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": []}))
    assert "although all were ticked" in fbtool("pages").out
    none = GRANT | {"granular": [{"scope": "pages_show_list", "pages": []}]}
    server.on("POST", "/v1/facebook/grant", Answer(content=none))
    run = fbtool("pages")
    assert "Erika Muster has ticked no Page at Facebook." in run.out
    assert "fbtool login --edit-settings" in run.out
    declined = {"data": [row | {"status": "declined"} for row in ALL_GRANTED["data"]]}
    server.on("GET", f"/{VERSION}/me/permissions", Answer(content=declined))
    run = fbtool("pages")
    assert "has not allowed: list of your Pages (pages_show_list)" in run.out
    assert run.code == 3


@pytest.mark.usefixtures("signed_in")
def test_an_app_that_may_not_ask_is_told_from_a_person_who_declined(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", ACCOUNTS, Answer(content={"data": []}))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": []}))
    server.on("GET", f"/{VERSION}/me/permissions", Answer(content={"data": []}))
    run = fbtool("pages")
    assert "Facebook has not offered Erika Muster to allow: list of your Pages (pages_show_list)" in run.out
    assert "development mode" in run.out
    assert run.code == 3


@pytest.mark.usefixtures("signed_in")
def test_a_source_that_fails_is_named_and_the_rest_is_shown(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", ACCOUNTS, Answer(500, graph_error(2)))
    run = fbtool("pages")
    assert run.code == 3
    assert "Not read: Facebook's list of your Pages." in run.out
    assert "Facebook's reference for its support: Ab1" in run.out
    assert ["Café", "Muster", "11", "linked"] in [line.split() for line in run.out.splitlines()]
    gap = fbtool("pages", "--json").json["not_read"][0]
    assert (gap["source"], gap["problem"]["code"]) == ("accounts", "facebook_2")


@pytest.mark.usefixtures("signed_in")
def test_one_state_can_be_asked_for(fbtool: Fbtool) -> None:
    run = fbtool("pages", "--state", "ready", "--json")
    assert [row["name"] for row in run.json["pages"]] == ["Bistro"]
    assert "No Page is in this state." in fbtool("pages", "--state", "blocked").out


@pytest.mark.usefixtures("signed_in")
def test_a_missing_task_comes_with_a_message_to_forward(fbtool: Fbtool) -> None:
    run = fbtool("pages")
    assert "To forward: Hello, I am connecting our Facebook Page “Zoo” (id 13)" in run.out
    [row] = fbtool("pages", "--json", "--state", "task_missing").json["pages"]
    assert row["step"] == "other_person"
    assert "“Messages” (MESSAGING) and “Community activity” (MODERATE)" in row["message"]["en"]
    assert set(row["message"]) == {"en", "de"}


@pytest.mark.usefixtures("connected")
def test_without_a_sign_in_the_way_is_shown(fbtool: Fbtool) -> None:
    run = fbtool("pages")
    assert run.code == 4
    assert "fbtool login" in run.err


def test_without_a_connection_the_way_is_shown(fbtool: Fbtool) -> None:
    run = fbtool("pages", "--json")
    assert run.code == 4
    assert run.json["problem"]["code"] == "not_connected"


@pytest.mark.usefixtures("signed_in")
def test_a_dead_sign_in_is_no_empty_list(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", f"/{VERSION}/me/permissions", Answer(400, graph_error(190, 463)))
    run = fbtool("pages")
    assert run.code == 4
    assert "Facebook has ended the sign-in of Erika Muster." in run.err
