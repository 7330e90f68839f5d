"""How the suite itself behaves: what may be tried again, what is quick, and what is said about it."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FAILS_ONCE = """
from pathlib import Path

def test_starved():
    seen = Path(__file__).with_suffix(".seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError
"""


def suite(folder: Path, *arguments: str) -> str:
    """What pytest says about a small suite with the project's own settings."""
    tests = folder / "tests"
    for place in ("chromium", "gateway"):
        (tests / place).mkdir(parents=True)
        (tests / place / "test_once.py").write_text(FAILS_ONCE)
    (tests / "test_crash.py").write_text(FAILS_ONCE)
    shutil.copy(HERE / "conftest.py", tests)
    shutil.copy(HERE.parent / "pyproject.toml", folder)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False).stdout


def test_only_what_drives_a_browser_is_tried_again_and_it_is_named(tmp_path: Path) -> None:
    said = suite(tmp_path)
    assert "RERUN tests/chromium/test_once.py::test_starved" in said
    assert "FAILED tests/gateway/test_once.py::test_starved" in said
    assert "2 failed, 1 passed, 1 rerun" in said


def test_quick_is_what_needs_nothing_of_the_system(tmp_path: Path) -> None:
    said = suite(tmp_path, "-m", "quick", "--collect-only", "-q")
    assert "tests/gateway/test_once.py" in said
    assert "chromium" not in said
    assert "test_crash" not in said
