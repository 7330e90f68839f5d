"""The quick starts of the documents, line by line as they stand there, for real."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import BROWSER
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
SECONDS = 240
STARTS_A_SERVER = re.compile(r"fbtool (sandbox|gateway) run .*&$")
pytestmark = [
    pytest.mark.skipif(not shutil.which("bash"), reason="the documents are written for bash"),
    pytest.mark.skipif(not shutil.which("curl"), reason="the documents use curl"),
]


def blocks(document: str) -> list[str]:
    """The shell blocks of a document, one command a line."""
    text = (ROOT / document).read_text("utf-8")
    found = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [re.sub(r"\\\n\s*", "", block) for block in found]


class Reader:
    """Somebody who types what a document says, on a computer where the usual ports may be taken."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = dict(zip(("8700", "8787"), map(str, free_ports(2)), strict=True))
        self._lines = ["set -e", "trap 'kill $(jobs -p)' EXIT"]

    def types(self, *shown: str) -> None:
        """Copy lines; a person starts nothing that needs a server before the server says that it is there."""
        for line in "\n".join(shown).splitlines():
            self._lines.append(self._with_free_ports(line.partition(" # ")[0].rstrip()))
            started = STARTS_A_SERVER.search(line)
            if started:
                port = self.ports["8700" if started[1] == "sandbox" else "8787"]
                patient = "--retry 100 --retry-connrefused --retry-delay 1 --retry-max-time 90"
                self._lines.append(f"curl -s -o /dev/null {patient} http://127.0.0.1:{port}/healthz")

    def is_done(self) -> str:
        """Run everything; what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("FBTOOL_", "LC_"))}
        environment |= {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "FBTOOL_HOME": str(self.home / "admin"),
            "FBTOOL_SECRETS_FILE": str(self.home / "secrets.json"),
            "FBTOOL_DATA_DIR": str(self.home / "gateway"),
            "FBTOOL_PORT": self.ports["8787"],
            "BROWSER": BROWSER,
            "LANG": "C.UTF-8",
            "NO_PROXY": "*",
        }
        script = "\n".join(self._lines)
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=self.home, env=environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            printed, _ = shell.communicate(timeout=SECONDS)
        finally:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGKILL)
                shell.communicate()
        assert shell.returncode == 0, f"{script}\n\n{printed}"
        return printed

    def _with_free_ports(self, line: str) -> str:
        line = line.replace("fbtool sandbox run", f"fbtool sandbox run --port {self.ports['8700']}")
        return re.sub(r"(localhost|127\.0\.0\.1):(8700|8787)", lambda m: f"{m[1]}:{self.ports[m[2]]}", line)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    (tmp_path / "docs").symlink_to(ROOT / "docs", target_is_directory=True)
    return Reader(tmp_path)


def test_a_developer_connects_the_consumer(reader: Reader) -> None:
    servers, admin, consumer = blocks("docs/crm/README.md")[:3]
    reader.types(servers.replace('pip install ".[gateway,sandbox]"\n', ""), admin, consumer)
    printed = reader.is_done()
    assert "Danke! Wir melden uns." in printed


def test_a_curious_person_puts_a_gateway_beside_the_stand_in(reader: Reader) -> None:
    by_hand = next(block for block in blocks("docs/sandbox.md") if "redirect-uris" in block)
    reader.types("fbtool sandbox run &", by_hand)
    assert "fbtool-" in reader.is_done()


def test_an_operator_founds_a_gateway(reader: Reader) -> None:
    shown = "\n".join(blocks("docs/operations/README.md"))
    named = re.findall(r"^sudo -u fbtool (?:FBTOOL_DATA_DIR=\S+ )?/opt/fbtool/bin/(fbtool gateway .+)$", shown, re.M)
    found, *then = [line.replace("/var/lib/fbtool-gateway", str(reader.home / "gateway")) for line in named]
    assert "init" in found
    assert [line.split()[2] for line in then] == ["setup", "check", "accounts"]
    # What a person answers to the questions of "init"; and systemd starts what the unit says.
    reader.types("export FBTOOL_APP_ID=1840000000000001 FBTOOL_APP_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0", found)
    reader.types("fbtool sandbox run &", "fbtool gateway run --facebook http://localhost:8700 &")
    reader.types(*then)
    assert "fbtool-" in reader.is_done()
