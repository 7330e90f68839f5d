"""The operator's documents keep their word: commands exist, files are well-formed, names are the ones in use."""

import json
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from fbtool.cli import root
from fbtool.gateway.channels.facebook.settings import SETTINGS as FACEBOOK
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation.core_settings import SETTINGS

FOLDER = Path(__file__).parent.parent / "docs" / "operations"
PAGES = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.md")}
FILES = {file.name: file.read_text("utf-8") for file in FOLDER.iterdir()}


def commands() -> list[str]:
    """Every ``fbtool …`` that the documents, the unit and the alerts name."""
    found = set()
    for text in FILES.values():
        for line in re.findall(r"[`\"“/\\]fbtool ((?:[a-z-]+ ?)+(?:--[a-z-]+ ?)*)", text):
            found.add(line.strip())
    return sorted(command for command in found if command.split()[0] in root.list_commands(click.Context(root)))


@pytest.mark.parametrize("line", commands())
def test_every_command_exists_with_its_options(line: str) -> None:
    command: Any = root
    options = [word for word in line.split() if word.startswith("--")]
    for word in (word for word in line.split() if not word.startswith("--")):
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"there is no “fbtool {line}”"
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(options) <= known


def test_all_commands_of_the_gateway_are_explained() -> None:
    group: Any = root.get_command(click.Context(root), "gateway")
    text = PAGES["README.md"]
    for name in group.list_commands(click.Context(group)):
        assert re.search(rf"`?gateway {name}|`{name}`|`{name} ", text), name


def test_every_setting_and_limit_is_explained() -> None:
    text = PAGES["README.md"]
    for key in (*FACEBOOK, *SETTINGS):
        assert f"`{key.place}`" in text, key.place
        assert not key.variable or f"`{key.variable}`" in text, key.variable
    for limit in fields(Limits):
        (row,) = re.findall(rf"^\| `limits\.{limit.name}` .*$", text, re.MULTILINE)
        assert str(limit.default) in row


def test_the_dashboard_has_no_two_panels_in_one_place() -> None:
    panels = json.loads(FILES["grafana-dashboard.json"])["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "fbtool-gateway.service"
    unit.write_text(FILES["fbtool-gateway.service"].replace("/opt/fbtool/bin/fbtool", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if unit.name in line]
    assert complaints == []
