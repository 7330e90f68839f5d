"""What the documents say is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fbtool.cli import CANCELLED, DEFECT
from fbtool.problem import Kind

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def test_the_transcript_is_what_the_demo_prints() -> None:
    checked = subprocess.run([sys.executable, "scripts/transcript.py", "--check"], cwd=ROOT, capture_output=True)
    assert checked.returncode == 0, checked.stderr.decode()


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {int(row) for row in rows} == {0, DEFECT, 2, CANCELLED, *(kind.value for kind in Kind)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_everything_the_readme_runs_exists() -> None:
    from fbtool.cli import root

    text = (ROOT / "README.md").read_text("utf-8")
    used = set(re.findall(r"^fbtool ([a-z]+)", text, re.MULTILINE)) | set(re.findall(r"`fbtool ([a-z]+)", text))
    assert used <= set(root.list_commands(None))  # type: ignore[arg-type]
    assert {"connect", "login", "pages", "link", "unlink", "status", "gateway"} <= used
