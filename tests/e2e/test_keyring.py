"""The secrets of an admin lie in the system's own secret store, and are found again."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import BROWSER, Stage
from tests.e2e.processes import Computer

UNLOCKED = """
set -e
printf 'a password\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
printf '%s\\n' "$CODE" | {fbtool} connect
{fbtool} login
{fbtool} link "Blumen Beispiel"
{fbtool} status
{fbtool} unlink "Blumen Beispiel" --yes
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs Debian's packages dbus and gnome-keyring",
)
def test_the_whole_way_with_a_real_secret_store(stage: Stage, tmp_path: Path) -> None:
    computer = Computer(tmp_path, {"BROWSER": BROWSER, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})
    environment = computer.env(CODE=stage.new_account("with a secret store"))
    del environment["FBTOOL_SECRETS_FILE"]
    script = UNLOCKED.format(fbtool=f"{sys.executable} -m fbtool")
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Erika Muster" in done.stdout
    notes = "".join(file.read_text() for file in tmp_path.glob("*.json"))
    assert "fbt_" not in notes
    assert "EAA" not in notes
