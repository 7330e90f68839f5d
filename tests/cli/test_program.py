"""The commands as a program: on a terminal, in German, and quick to start."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from fbtool.facebook.graph import VERSION
from tests.cli.conftest import Fbtool
from tests.linking.answers import ALL_GRANTED, link
from tests.linking.standin import Answer, Request, ScriptedServer
from tests.terminal import on_terminal

COMMANDS = (
    "connect", "login", "pages", "link", "unlink", "repair", "status", "export", "import", "accounts", "logout",
    "doctor",
)  # fmt: skip


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FBTOOL_")}
    settings = {"FBTOOL_HOME": str(home), "FBTOOL_SECRETS_FILE": str(home / "secrets.json"), "PYTHONWARNINGS": "error"}
    return kept | settings | {"NO_COLOR": "1", "FBTOOL_LANGUAGE": "en"} | more


def test_starting_loads_no_heavy_library() -> None:
    heavy = {"requests", "tkinter", "aiohttp", "PIL", "keyring", "rich"}
    script = f"import sys, fbtool.cli; print(*({heavy!r} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_shows_an_example_and_the_exit_codes(command: str, home: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "fbtool", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(home),
    )
    assert f"fbtool {command}" in answer.stdout.split("Example", 1)[1]
    assert "Exit codes: 0 " in answer.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_what_is_pasted_on_a_terminal_stays_invisible(home: Path, code: str) -> None:
    exit_code, shown = on_terminal(["connect"], [code], environment(home))
    assert exit_code == 0
    assert "Connection code:" in shown
    assert "Muster GmbH" in shown
    assert code not in shown
    assert "fbt_secret" not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("typed", "exit_code"), [("n", 130), ("y", 0)])
def test_unlinking_on_a_terminal_asks_first(
    home: Path, code: str, server: ScriptedServer, typed: str, exit_code: int
) -> None:
    server.on("DELETE", "/v1/facebook/pages/11", Answer(content={"page_id": "11", "unsubscribed": True}))
    env = environment(home, FBTOOL_CONNECTION=code)
    ended, shown = on_terminal(["unlink", "11"], [typed], env)
    assert ended == exit_code
    assert "End the link of Café Muster? [y/N]:" in shown
    assert len(server.asked("DELETE", "/v1/facebook/pages/11")) == (typed == "y")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_yes_means_that_nobody_is_asked(home: Path, code: str, server: ScriptedServer) -> None:
    server.on("DELETE", "/v1/facebook/pages/11", Answer(content={"page_id": "11", "unsubscribed": True}))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11")]}))
    ended, shown = on_terminal(["unlink", "--yes", "11"], [""], environment(home, FBTOOL_CONNECTION=code))
    assert ended == 0
    assert "?" not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_on_a_terminal_the_remaining_time_runs_and_a_real_browser_is_started(
    home: Path, code: str, server: ScriptedServer
) -> None:
    browser = home / "browser.py"
    tests = Path(__file__).parents[1]
    browser.write_text(
        f"import sys\nsys.path.insert(0, {str(tests)!r})\nfrom linking.browsing import browse\nbrowse(sys.argv[1])\n"
    )
    settings = {"FBTOOL_CONNECTION": code, "FBTOOL_GRAPH": server.address, "TERM": "xterm"}
    env = environment(home, BROWSER=f"{sys.executable} {browser} %s", **settings)
    ended, shown = on_terminal(["login"], [""], env)
    assert ended == 0
    assert "Waiting for Facebook, 9:5" in shown
    assert shown.count("Facebook has answered") == 1
    assert "✓ Erika Muster is signed in until 20" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent there")
def test_ctrl_c_while_waiting_leaves_no_open_port(home: Path, code: str, server: ScriptedServer) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "fbtool", "login", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, FBTOOL_CONNECTION=code),
    )
    assert program.stdout
    link_to_open = program.stdout.readline()
    redirect = urlsplit(parse_qs(urlsplit(link_to_open).query)["redirect_uri"][0])
    socket.create_connection((str(redirect.hostname), redirect.port or 0)).close()
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=10)
    assert program.returncode == 130
    assert out == ""
    assert "Stopped." in err
    assert "Traceback" not in err
    with pytest.raises(OSError):
        socket.create_connection((str(redirect.hostname), redirect.port or 0), timeout=1)


BROWSER = f'{sys.executable} -c "import sys; from tests.linking.browsing import browse; browse(sys.argv[1])" %s'


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("typed", "exit_code"), [("n", 8), ("y", 0)])
def test_without_a_secret_store_a_person_may_go_on_for_one_run(
    home: Path, code: str, server: ScriptedServer, typed: str, exit_code: int
) -> None:
    env = environment(home, FBTOOL_CONNECTION=code, BROWSER=BROWSER, FBTOOL_GRAPH=server.address)
    env |= {"FBTOOL_SECRETS_FILE": "", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    ended, shown = on_terminal(["login"], [typed], env)
    assert "keep secrets for this run only?" in shown
    assert ended == exit_code, shown
    assert not (home / "secrets.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("typed", "exit_code"), [("n", 3), ("y", 0)])
def test_a_repair_on_a_terminal_asks_before_the_browser_opens(
    fbtool: Fbtool, home: Path, code: str, server: ScriptedServer, typed: str, exit_code: int
) -> None:
    env = environment(home, FBTOOL_CONNECTION=code, BROWSER=BROWSER, FBTOOL_GRAPH=server.address)
    fbtool("connect", typed=code)
    assert fbtool("login").code == 0
    declined = [{"permission": "pages_messaging", "status": "declined"}]
    granted = [row for row in ALL_GRANTED["data"] if row["permission"] != "pages_messaging"]
    asked = len(server.asked("GET", "/oauth/authorize"))

    def answer(_: Request) -> Answer:
        again = len(server.asked("GET", "/oauth/authorize")) > asked
        return Answer(content=ALL_GRANTED if again else {"data": granted + declined})

    server.on("GET", f"/{VERSION}/me/permissions", answer)
    server.on("PUT", "/v1/facebook/pages/11", Answer(content=link("11")))
    ended, shown = on_terminal(["repair"], [typed], env)
    assert "Switch on: messages of your Pages (pages_messaging)." in shown
    assert shown.index("Switch on:") < shown.index("Open the browser now? [Y/n]:")
    assert ended == exit_code, shown
    assert len(server.asked("GET", "/oauth/authorize")) == asked + (typed == "y")


def run_in(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    env = environment(home, **more)
    return subprocess.run(
        [sys.executable, "-m", "fbtool", *arguments], capture_output=True, text=True, env=env, check=False
    )


@pytest.mark.parametrize(
    "command", [[], ["link"], ["import"], ["accounts"], ["accounts", "use"], ["gateway"], ["sandbox"]]
)
@pytest.mark.parametrize(
    ("system", "wanted", "words", "foreign"),
    [
        (
            "en_US.UTF-8",
            "de",
            ("Aufruf:", "[OPTIONEN]", "Optionen:", "Zeigt diese Hilfe."),
            ("Usage:", "OPTIONS", "Options:", "Show this", "COMMAND"),
        ),
        (
            "de_DE.UTF-8",
            "en",
            ("Usage:", "Options:", "Show this message"),
            ("Aufruf:", "Optionen:", "OPTIONEN", "BEFEHL"),
        ),
    ],
)
def test_help_speaks_one_language(
    home: Path, command: list[str], system: str, wanted: str, words: tuple[str, ...], foreign: tuple[str, ...]
) -> None:
    for arguments in (["--language", wanted, *command, "--help"], [*command, "--help", f"--language={wanted}"]):
        shown = run_in(home, *arguments, LANG=system, LC_ALL="", LANGUAGE="", FBTOOL_LANGUAGE="").stdout
        assert all(word in shown for word in words), shown
        assert not any(word in shown for word in foreign), shown


@pytest.mark.parametrize("mistake", [["stats"], ["pages", "--jsn"], ["pages", "a"], ["pages", "a", "b"]])
def test_a_mistake_is_told_in_the_language_that_was_asked_for(home: Path, mistake: list[str]) -> None:
    told = run_in(home, "--language", "de", *mistake, LANG="en_US.UTF-8", FBTOOL_LANGUAGE="", LANGUAGE="").stderr
    assert "Aufruf:" in told
    for foreign in ("Error", "OPTIONS", "COMMAND", "Did you mean", "unexpected"):
        assert foreign not in told


@pytest.mark.parametrize("place", ["before", "after", "equals"])
def test_the_programs_options_are_taken_before_and_after_the_command(
    fbtool: Fbtool, connected: None, place: str
) -> None:
    before = {"before": ["--account", "Nirgends"], "after": [], "equals": []}[place]
    after = {"before": [], "after": ["--account", "Nirgends"], "equals": ["--account=Nirgends"]}[place]
    run = fbtool(*before, "status", *after)
    assert (run.code, "Nirgends" in run.err, "[account_not_known_here]" in run.err) == (4, True, True)
    assert fbtool("pages", "--person", "Niemand").err.startswith("✗ “Niemand” has not signed in")


def test_what_stands_behind_two_dashes_is_left_alone(fbtool: Fbtool, signed_in: None) -> None:
    assert "There is no Page “--account”" in fbtool("link", "--", "--account").err


def test_a_missing_value_is_called_that(fbtool: Fbtool) -> None:
    run = fbtool("status", "--account")
    assert (run.code, "'--account' requires an argument" in run.err) == (2, True)


def test_each_command_of_an_admin_names_the_programs_options(fbtool: Fbtool) -> None:
    assert "also takes --account, --person and --language" in fbtool("link", "--help").out.replace("\n", " ")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"NO_COLOR": "", "TERM": "dumb"}])
@pytest.mark.parametrize("command", [["link", "Nirgends"], ["pages"], ["status"], ["doctor"], ["accounts"], ["stats"]])
def test_where_no_colours_are_wanted_there_is_none(
    home: Path, signed_in: None, code: str, server: ScriptedServer, plain: dict[str, str], command: list[str]
) -> None:
    env = environment(home, FBTOOL_GRAPH=server.address, **{"TERM": "xterm-256color"} | plain)
    _, shown = on_terminal(command, [""], env)
    assert "\x1b[3" not in shown
    assert "\x1b[1m" not in shown
    assert "\x1b[2m" not in shown
    _, coloured = on_terminal(command, [""], env | {"NO_COLOR": "", "TERM": "xterm-256color"})
    assert "\x1b[" in coloured or command in (["stats"], ["status"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_of_a_page_that_nobody_lists_it_is_said_before_anything_is_opened(
    signed_in: None, home: Path, server: ScriptedServer
) -> None:
    asked = len(server.asked("GET", "/oauth/authorize"))
    env = environment(home, BROWSER=BROWSER, FBTOOL_GRAPH=server.address)
    ended, shown = on_terminal(["repair", "Gibt es nicht"], [""], env)
    told, _, asking = shown.partition("! Facebook shows Erika Muster no such Page: Gibt es nicht.")
    assert asking
    assert "browser" not in told
    assert "Open the browser now? [y/N]:" in shown
    assert (ended, len(server.asked("GET", "/oauth/authorize"))) == (3, asked)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Zo", "Zoo"), ("Zou", "Zoo"), ("cafe", "Café Muster"), ("Bisto", "Bistro"), ("muster", "Café Muster")],
)
def test_a_name_that_is_almost_one_opens_nothing(
    fbtool: Fbtool, signed_in: None, server: ScriptedServer, typed: str, meant: str
) -> None:
    asked = len(server.asked("GET", "/oauth/authorize"))
    run = fbtool("repair", typed, "--yes")
    assert (run.code, len(server.asked("GET", "/oauth/authorize"))) == (3, asked)
    assert f"Similar names: {meant}." in run.err
    assert "give its id" in run.err
