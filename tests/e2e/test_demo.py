"""The demo does the real thing, proves each step, and leaves nothing behind – also after Ctrl-C."""

import signal
from pathlib import Path

import pytest
import requests

from tests.e2e.processes import Computer

STEPS = 14


def test_every_step_proves_itself(admin: Computer, tmp_path: Path) -> None:
    result = admin.run("demo", TMPDIR=str(tmp_path))
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert [line[0] for line in lines[:-1]] == ["✓"] * STEPS
    assert lines[-1] == "Every step has proven itself."
    assert list(tmp_path.glob("fbtool-demo-*")) == []


def test_programs_get_one_document(admin: Computer) -> None:
    assert len(admin.run("demo", "--json").json["steps"]) == STEPS


def test_it_speaks_german(admin: Computer) -> None:
    result = admin.run("demo", FBTOOL_LANGUAGE="de")
    assert result.out.splitlines()[-1] == "Jeder Schritt hat sich bewiesen."


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_ctrl_c_after_any_step_leaves_nothing(admin: Computer, tmp_path: Path, step: int) -> None:
    demo = admin.start("demo", "--keep-running", TMPDIR=str(tmp_path), PYTHONUNBUFFERED="1")
    try:
        demo.wait_for(r"(?:✓[^\n]*\n.*?){" + str(step) + "}")
    finally:
        code = demo.stop(signal.SIGINT)
    assert code in (0, 130)
    assert list(tmp_path.glob("fbtool-demo-*")) == []
    assert not _children_of(demo.process.pid)


def test_it_keeps_running_to_play_with(admin: Computer) -> None:
    demo = admin.start("demo", "--keep-running", PYTHONUNBUFFERED="1")
    try:
        connection = demo.wait_for(r"FBTOOL_CONNECTION=(\S+)").group(1)
        demo.wait_for("fbtool status\n")
        front = demo.wait_for(r"(http://localhost:\d+)/\n").group(1)
        assert "erika@example.org" in requests.get(front, timeout=30).text
        assert admin.run("login", FBTOOL_CONNECTION=connection).code == 0
        assert admin.run("link", "Blumen Beispiel", FBTOOL_CONNECTION=connection).code == 0
        assert admin.run("status", FBTOOL_CONNECTION=connection).code == 0
    finally:
        code = demo.stop()
    assert code == 0


def _children_of(pid: int) -> list[str]:
    """Processes whose parent is or was ``pid`` (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                status = (entry / "status").read_text()
            except OSError:
                continue
            if f"\nPPid:\t{pid}\n" in status:
                found.append(entry.name)
    return found
