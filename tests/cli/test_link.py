"""`fbtool link` and `fbtool unlink`: one or many, by name or id, one failure never stops the others."""

import signal
import sys

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import link, page
from tests.linking.standin import Answer, Request, ScriptedServer, refusal

pytestmark = pytest.mark.usefixtures("signed_in")


def test_a_page_is_linked_by_its_name(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    run = fbtool("link", "bistro")
    assert run.code == 0
    assert run.out == "✓ Bistro: linked\n"
    assert server.requests[-1].json == {
        "page_token": "EAAPAGE12",
        "name": "Bistro",
        "person": "Erika Muster",
        "take_over": False,
    }


def test_all_ready_ones_are_linked_and_no_others(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    assert fbtool("link", "--all-ready").code == 0
    assert [request.path for request in server.requests if request.method == "PUT"] == ["/v1/facebook/pages/12"]


def test_nothing_ready_is_said_and_no_failure(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11"), link("12")]}))
    run = fbtool("link", "--all-ready")
    assert run.code == 0
    assert "No Page is ready" in run.err


def test_linking_again_renews(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/11", Answer(200, link("11")))
    assert "was linked already; renewed" in fbtool("link", "11").out


def test_a_page_of_another_account_is_taken_over_only_explicitly(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", refusal(409, "page_of_other_account"))
    run = fbtool("link", "12")
    assert run.code == 6
    assert "✗ Bistro: The gateway says what happened." in run.out
    fbtool("link", "12", "--take-over")
    assert server.requests[-1].json["take_over"] is True


def test_partly_done_is_said_and_shown_by_the_exit_code(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    run = fbtool("link", "12", "Zoo")
    assert run.code == 3
    assert "✓ Bistro: linked" in run.out
    assert "✗ Zoo: This Page cannot be linked like this; its state: role missing." in run.out
    assert "1 done, 1 Page not." in run.out


def test_a_program_gets_every_outcome(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", Answer(201, link("12", "Bistro")))
    run = fbtool("link", "12", "13", "--json")
    first, second = run.json["outcomes"]
    assert (first["id"], first["result"], first["problem"]) == ("12", "linked", None)
    assert (second["id"], second["result"], second["problem"]["code"]) == ("13", "failed", "page_not_ready")


def test_an_unknown_name_changes_nothing(fbtool: Fbtool, server: ScriptedServer) -> None:
    run = fbtool("link", "12", "Bistr")
    assert run.code == 3
    assert "Similar names: Bistro." in run.err
    assert not any(request.method == "PUT" for request in server.requests)


def test_a_preview_changes_nothing(fbtool: Fbtool, server: ScriptedServer) -> None:
    run = fbtool("link", "11", "12", "13", "--dry-run")
    assert run.code == 3
    assert "Bistro: would be linked" in run.out
    assert "Café Muster: is linked already; would be renewed" in run.out
    assert "✗ Zoo: This Page cannot be linked like this; its state: role missing." in run.out
    told = fbtool("link", "--all-ready", "--dry-run", "--json")
    assert [(row["id"], row["would_be"], row["step"]) for row in told.json["preview"]] == [("12", "linked", "nothing")]
    assert not any(request.method == "PUT" for request in server.requests)


def test_a_page_of_another_account_names_its_step(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("PUT", "/v1/facebook/pages/12", refusal(409, "page_of_other_account"))
    [outcome] = fbtool("link", "12", "--json").json["outcomes"]
    assert (outcome["verdict"], outcome["step"]) == ("linked_elsewhere", "take_over")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent there")
def test_ctrl_c_ends_what_has_begun_and_tells_what_has_not(fbtool: Fbtool, server: ScriptedServer) -> None:
    many = [page(str(number), f"Shop {number}") for number in range(100, 130)]
    server.on("GET", f"/{VERSION}/me/accounts", Answer(content={"data": many}))

    def interrupted(request: Request) -> Answer:
        signal.raise_signal(signal.SIGINT) if request.path.endswith("/100") else None
        return Answer(201, link("100"))

    for number in range(100, 130):
        server.on("PUT", f"/v1/facebook/pages/{number}", interrupted)
    before = signal.getsignal(signal.SIGINT)
    run = fbtool("link", "--all-ready", "--json")
    assert run.code == 130
    results = [row["result"] for row in run.json["outcomes"]]
    assert len(results) == 30
    assert set(results) == {"linked", "stopped"}
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("arguments", [[], ["12", "--all-ready"]])
def test_what_to_link_must_be_clear(fbtool: Fbtool, arguments: list[str]) -> None:
    run = fbtool("link", *arguments)
    assert run.code == 2
    assert "--all-ready" in run.err


def test_a_link_is_ended_without_a_question_in_a_script(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on(
        "DELETE",
        "/v1/facebook/pages/11",
        Answer(content={"page_id": "11", "unsubscribed": False, "note": "Remove the app at Facebook."}),
    )
    run = fbtool("unlink", "Café Muster")
    assert run.code == 0
    assert run.out == "✓ Café Muster: unlinked\n  → Remove the app at Facebook.\n"


def test_only_linked_pages_can_be_unlinked(fbtool: Fbtool, server: ScriptedServer) -> None:
    run = fbtool("unlink", "Bistro")
    assert run.code == 3
    assert not any(request.method == "DELETE" for request in server.requests)


def test_a_gateway_that_refuses_has_its_exit_code(fbtool: Fbtool, server: ScriptedServer) -> None:
    server.on("DELETE", "/v1/facebook/pages/11", refusal(404, "page_not_linked"))
    assert fbtool("unlink", "11").code == 6
