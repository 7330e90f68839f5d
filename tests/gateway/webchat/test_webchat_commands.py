"""``fbtool gateway webchat``: the same from a terminal, while the gateway runs and while it does not."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import Background, Computer, Result

PRIVACY = "privacy_url=https://shop.example/datenschutz"


class Operator:
    """Who looks after a gateway with a web chat account “Shop”."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        environment = {"FBTOOL_DATA_DIR": str(self.data), "FBTOOL_PORT": "0", "FBTOOL_LANGUAGE": "de"}
        self.computer = Computer(folder, environment)
        self.data.mkdir()
        (self.data / "gateway.toml").write_text('[server]\nchannels = ["webchat"]\n')
        self.gateway: Background | None = None
        self.address = ""
        self.start()
        self.id = self.run("accounts", "add", "Shop", "--channel", "webchat", "--json").json["id"]

    def start(self) -> None:
        self.gateway = self.computer.start("gateway", "run", "--json")
        self.address = self.gateway.wait_for(r'"address": "([^"]+)"').group(1)

    def stop(self) -> None:
        if self.gateway:
            self.gateway.stop(signal.SIGINT)
        self.gateway = None

    def run(self, *arguments: str, **environment: str) -> Result:
        return self.computer.run("gateway", *arguments, **environment)

    def webchat(self, command: str, *arguments: str, **environment: str) -> Result:
        return self.run("webchat", command, "Shop", *arguments, **environment)

    def settings(self) -> dict[str, Any]:
        shown = self.webchat("show", "--json")
        assert shown.code == 0, shown.err
        found: dict[str, Any] = shown.json["settings"]
        return found


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    operator = Operator(tmp_path)
    yield operator
    operator.stop()


@pytest.fixture(params=["running", "stopped"])
def either_way(request: pytest.FixtureRequest, operator: Operator) -> Operator:
    """Whether a gateway runs must not matter."""
    if request.param == "stopped":
        operator.stop()
    return operator


def test_a_chat_is_set_up_shown_and_put_into_a_page(operator: Operator) -> None:
    before = operator.webchat("show")
    assert before.code == 0
    assert "Es fehlt privacy_url." in before.err
    missing = operator.webchat("snippet")
    assert missing.code == 3
    assert "noch nicht eingerichtet" in missing.err
    done = operator.webchat("set", PRIVACY, "side=left", "keep_open=ja", "identify_days=14", "heading=Guten Tag")
    assert (done.code, done.out) == (0, "Der Web-Chat von „Shop“ ist geändert.\n")
    shown = operator.webchat("show").out
    assert re.search(r"^ *side +left *$", shown, re.MULTILINE)
    assert re.search(r"^ *keep_open +ja *$", shown, re.MULTILINE)
    line = f'<script async src="{operator.address}/webchat/{operator.id}.js"></script>\n'
    assert operator.webchat("snippet").out == line
    fixed = operator.webchat("snippet", "--fixed", "--json").json["snippet"]
    assert 'integrity="sha384-' in fixed
    assert f'data-account="{operator.id}"' in fixed


def test_values_keep_their_kinds_and_what_is_not_named_stays(either_way: Operator) -> None:
    replies = [{"seconds": 30, "text": "Gleich."}]
    given = (PRIVACY, "names=require", f"auto_replies={json.dumps(replies)}", "tell_ip=yes", "identify_days=7",
             "origins=https://shop.example, https://www.shop.example")  # fmt: skip
    assert either_way.webchat("set", *given).code == 0
    assert either_way.webchat("set", "tell_ip=nein", "heading=a=b").code == 0
    kept = either_way.settings()
    assert kept["auto_replies"] == replies
    assert kept["origins"] == ["https://shop.example", "https://www.shop.example"]
    assert (kept["names"], kept["tell_ip"], kept["identify_days"], kept["heading"]) == ("require", False, 7, "a=b")
    assert either_way.webchat("set", "origins=", "auto_replies=", "heading=").code == 0
    kept = either_way.settings()
    assert (kept["origins"], kept["auto_replies"], kept["heading"]) == ([], [], "")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("colour=#000000", "Diese Einstellung gibt es nicht, wohl aber diese: size, side"),
        ("side=top", "Möglich ist eines von: right, left."),
        ("keep_open=perhaps", "Möglich ist nur true oder false (ja oder nein)."),
        ("identify_days=91", "Hier steht eine Zahl von 1 bis 90."),
        ("auto_replies=soon", "Das ist eine Liste; jeder Eintrag hat „seconds“"),
        ("privacy_url=", "Die Adresse Ihrer Datenschutzhinweise muss da sein"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(either_way: Operator, given: str, sentence: str) -> None:
    refused = either_way.webchat("set", PRIVACY, given)
    assert refused.code == 6
    assert f"„{given.partition('=')[0]}“" in refused.err
    assert sentence in refused.err
    assert either_way.webchat("show", "--json").json["version"] == 0


def test_one_chats_settings_can_be_given_to_another(either_way: Operator, tmp_path: Path) -> None:
    either_way.webchat("set", PRIVACY, "color=#112233", "auto_replies=[]")
    file = tmp_path / "shop.json"
    file.write_text(either_way.webchat("show", "--json").out, "utf-8")
    added = either_way.run("accounts", "add", "Second", "--channel", "webchat", "--json")
    assert added.code == 0, added.err
    assert either_way.run("webchat", "set", "Second", "--from", str(file), "side=left").code == 0
    second = either_way.run("webchat", "show", "Second", "--json").json["settings"]
    assert second == either_way.settings() | {"side": "left"}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"settings": []}', "[" * 100_000])
def test_a_file_of_another_shape_is_refused(operator: Operator, tmp_path: Path, content: str) -> None:
    file = tmp_path / "shop.json"
    file.write_text(content)
    refused = operator.webchat("set", "--from", str(file), "--json")
    assert (refused.code, refused.json["problem"]["code"]) == (8, "settings_file_unreadable")


@pytest.mark.parametrize("given", [(), ("side",)])
def test_set_says_what_it_needs(operator: Operator, given: tuple[str, ...]) -> None:
    refused = operator.webchat("set", *given)
    assert refused.code == 2
    assert "NAME=WERT" in refused.err


def test_without_a_running_gateway_the_line_needs_its_address(operator: Operator) -> None:
    operator.webchat("set", PRIVACY)
    operator.stop()
    refused = operator.webchat("snippet", "--json")
    assert (refused.code, refused.json["problem"]["code"]) == (3, "gateway_address_missing")
    named = operator.webchat("snippet", "--public-url", "https://gateway.example")
    assert named.out == f'<script async src="https://gateway.example/webchat/{operator.id}.js"></script>\n'


def test_an_account_of_another_channel_or_none_is_refused(either_way: Operator) -> None:
    unknown = either_way.run("webchat", "show", "Nobody", "--json")
    assert (unknown.code, unknown.json["problem"]["code"]) == (6, "account_unknown")
