"""The help teaches, in both languages, and costs little."""

import json
import subprocess
import sys

import pytest

from tests.e2e.processes import Computer

COMMANDS = [
    [], ["connect"], ["login"], ["pages"], ["link"], ["unlink"], ["repair"], ["status"], ["accounts"],
    ["logout"], ["doctor"], ["demo"], ["completion"],
    ["gateway"], ["gateway", "run"], ["gateway", "setup"], ["gateway", "accounts"],
    *(["gateway", "accounts", action] for action in ("add", "list", "rotate", "disable", "enable", "remove")),
    ["gateway", "managers"], *(["gateway", "managers", action] for action in ("add", "list", "remove")),
    ["gateway", "webchat"], *(["gateway", "webchat", action] for action in ("show", "set", "snippet")),
    ["sandbox"], ["sandbox", "run"], ["sandbox", "conformance"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_both_languages(admin: Computer, command: list[str]) -> None:
    english = admin.run(*command, "--help")
    german = admin.run(*command, "--help", FBTOOL_LANGUAGE="de")
    assert (english.code, german.code) == (0, 0)
    assert english.out.startswith("Usage: fbtool")
    assert german.out.startswith("Aufruf: fbtool")
    examples = ("fbtool", "FBTOOL_", "--")
    spoken_in_both = {line.strip() for line in english.out.splitlines()} & {
        line.strip()
        for line in german.out.splitlines()
        if len(line.split()) > 4 and not line.strip().startswith(examples)
    }
    assert spoken_in_both == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_exist(admin: Computer, shell: str) -> None:
    result = admin.run("completion", shell)
    assert result.code == 0
    assert "_FBTOOL_COMPLETE" in result.out


def test_starting_loads_nothing_heavy() -> None:
    code = "import fbtool.cli, sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout))
    assert not loaded & {"tkinter", "aiohttp", "PIL", "requests", "rich", "msgspec", "uvicorn", "keyring", "apsw"}
