"""Names of Pages, people and gateways come from elsewhere: no command shows what a terminal would obey."""

import unicodedata
from pathlib import Path

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import ACCOUNT, BROKEN, link, page
from tests.linking.browsing import TOKEN
from tests.linking.standin import Answer, ScriptedServer, refusal

EVIL = "\x1b]0;owned\x07\x1b[2J[red]\x9b31m\u202eegaP\u2066\r\nfbtool: ✓ all is well\t\u2028"


@pytest.fixture
def evil(server: ScriptedServer) -> ScriptedServer:
    """A gateway and a Facebook on which everything is called like that."""
    reason = {**BROKEN["reason"], "what": EVIL, "remedy": EVIL}  # type: ignore[dict-item]
    broken = {"state": "needs_reauthorization", "reason": reason, "person": EVIL}
    holders = [{"person": EVIL, "person_id": "42", "reason": None}]
    server.on("GET", "/v1/account", Answer(content=ACCOUNT | {"name": EVIL, "gateway": {"version": EVIL}}))
    linked = [link("11", EVIL, holders=holders), link("14", EVIL, **broken)]
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": linked}))
    pages = [page("11", EVIL), page("12", EVIL), page("13", EVIL, tasks=["ANALYZE"])]
    server.on("GET", f"/{VERSION}/me/accounts", Answer(content={"data": pages}))
    server.on("POST", "/oauth/token", Answer(content=TOKEN | {"person": {"id": "42", "name": EVIL}}))
    server.on("PUT", "/v1/facebook/pages/12", refusal(409, "page_of_other_account", title=EVIL, detail=EVIL))
    server.on("DELETE", "/v1/facebook/pages/11", Answer(content={"page_id": "11", "unsubscribed": False, "note": EVIL}))
    return server


COMMANDS = (
    ["status"], ["accounts"], ["pages"], ["link", "12"], ["link", "--all-ready", "--dry-run"],
    ["link", "Gibt es nicht"],
    ["unlink", "11"], ["repair"], ["doctor"], ["export", "-"], ["import", "evil.csv"], ["login"],
    ["--person", EVIL + "?", "pages"], ["logout"],
)  # fmt: skip


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_shows_what_a_terminal_obeys(
    fbtool: Fbtool, evil: ScriptedServer, code: str, home: Path, command: list[str], form: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(home)
    (home / "evil.csv").write_text(f'page_id,page_name\n"{EVIL}","{EVIL}"\n"1,E+14","{EVIL}"\n', "utf-8")
    runs = [fbtool("connect", typed=code), fbtool("login")]
    if command[0] == "export":
        form = ["--format", "json"] if form else form
    runs.append(fbtool(*command, *form))
    for run in runs:
        kinds = {letter: unicodedata.category(letter) for letter in run.out + run.err if letter != "\n"}
        assert not {letter for letter, kind in kinds.items() if kind in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
        assert not any(line.startswith("fbtool: ✓") for line in (run.out + run.err).splitlines())
    assert runs[2].code != 1, "a defect"
