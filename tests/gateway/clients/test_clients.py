"""The contract is one that other people's tools take: linters find nothing, and clients made of it work."""

import json
import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from fbtool import gateway
from tests.conditions import eventually
from tests.contract import CONTRACT
from tests.gateway.conftest import PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.node import installed, run

HERE = Path(__file__).parent
FILE = Path(gateway.__file__).parent / "openapi.yaml"
FILES = [FILE, FILE.parent / "channels/webchat/visitor.yaml"]
SCRIPTS = sysconfig.get_path("scripts")
SECONDS = 600


@pytest.fixture(scope="module")
def node() -> Path:
    """The folder with what package.json names, installed once for each of its versions."""
    return installed(HERE / "package.json")


@pytest.fixture
def asked(running: Running, facebook: ScriptedFacebook) -> Running:
    """A gateway with a message that waits for a CRM."""
    facebook.says(f"POST {PAGE}/message_attachments", 200, {"attachment_id": "815"})
    running.link()
    assert deliver(running.address, delivery(message("m_1", "Haben Sie offen?"))) == 200
    return running


def answers(facebook: ScriptedFacebook) -> list[Any]:
    return [json.loads(call["message"])["text"] for call in facebook.calls(f"POST {PAGE}/messages")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_redocly_finds_nothing(node: Path, tmp_path: Path, file: Path) -> None:
    config = f"--config={HERE / 'redocly.yaml'}"
    run(node / "node_modules/.bin/redocly", "lint", config, file, folder=tmp_path, REDOCLY_TELEMETRY="off")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_spectral_finds_nothing(node: Path, tmp_path: Path, file: Path) -> None:
    shutil.copy(HERE / "spectral.yaml", tmp_path)
    shutil.copy(file, tmp_path)
    command = (node / "node_modules/.bin/spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity=hint")
    assert "No results" in run(*command, file.name, folder=tmp_path)


def test_a_typescript_client_compiles_and_works(
    node: Path, asked: Running, facebook: ScriptedFacebook, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(node / "node_modules")
    for name in ("use_client.ts", "package.json"):
        shutil.copy(HERE / name, tmp_path)
    programs = tmp_path / "node_modules/.bin"
    run(programs / "openapi-typescript", FILE, "--output", "api.d.ts", folder=tmp_path)
    options = ("--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck")
    run(programs / "tsc", *options, "use_client.ts", folder=tmp_path)
    said = json.loads(run("node", "use_client.js", asked.address, asked.token, folder=tmp_path).splitlines()[0])
    assert (said["status"], said["refused"], said["kind"]) == (202, "request_invalid", "dance")
    eventually(lambda: answers(facebook) == ["Gern!"])


def test_a_python_client_compiles_and_works(asked: Running, facebook: ScriptedFacebook, tmp_path: Path) -> None:
    path = os.pathsep.join((SCRIPTS, os.environ["PATH"]))  # it calls ruff
    command = ("openapi-python-client", "generate", "--path", FILE, "--output-path", "crm", "--meta", "none")
    told = run(Path(SCRIPTS) / command[0], *command[1:], folder=tmp_path, PATH=path)
    # The one thing it cannot: a file under any content type; it offers application/octet-stream.
    files = {"POST /attachments", "PUT /account/picture", "PUT /agents/{reference}/picture"}
    assert set(re.findall(r"WARNING parsing (.*) within", told)) == files
    for operations in CONTRACT["paths"].values():
        for operation in (one for name, one in operations.items() if name != "parameters"):
            name = re.sub("([A-Z])", r"_\1", operation["operationId"]).lower()
            assert list((tmp_path / "crm/api").glob(f"*/{name}.py")), name
    shutil.copy(HERE / "use_client.py", tmp_path)
    # client.py is the generator's own, the same for every contract.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-crm.client]\nignore_errors = True\n")
    run(sys.executable, "-m", "mypy", "crm", "use_client.py", folder=tmp_path)
    said = json.loads(run(sys.executable, "use_client.py", asked.address, asked.token, folder=tmp_path).splitlines()[0])
    assert (said["refused"], said["kind"], said["file"]) == ("conversation_unknown", "dance", "815")
    eventually(lambda: answers(facebook) == ["Gern!"])
