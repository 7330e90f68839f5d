"""One scale for letters and lengths, nothing cut off at the smallest size, nothing empty at a large one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fbtool.sandbox.world import shipped
from tests.desktop.conftest import WORLD
from tests.desktop.screen import screen as new_screen
from tests.linking.stage import Stage, staged

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xft.dpi is of X11")


@dataclass(frozen=True)
class Measured:
    scale: float
    letters: int
    smallest: tuple[int, int]
    clipped: dict[str, list[str]]
    back: bool
    list_ends_at: float


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A gateway that nobody has linked a Page at, before each walk."""
    with staged(shipped(WORLD)) as made:
        yield made


def measured(home: Path, stage: Stage, dots: int, size: str, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """What the window looks like to somebody whose desktop has chosen ``dots`` per inch for letters."""
    resources = home / "Xdefaults"
    resources.write_text(f"Xft.dpi: {dots}\n")
    monkeypatch.setenv("XENVIRONMENT", str(resources))
    with new_screen(1920, 1080) as display:
        monkeypatch.setenv("DISPLAY", display)
        done = subprocess.run(
            [sys.executable, "-m", "tests.desktop.measured", stage.connection.code(), size],
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Measured(**json.loads(done.stdout))


@pytest.mark.parametrize(("dots", "scale"), [(96, 1.0), (144, 1.5)])
def test_at_the_smallest_size_nothing_is_cut_off_in_german(
    home: Path, stage: Stage, dots: int, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = measured(home, stage, dots, "0x0", monkeypatch)
    assert seen.scale == scale
    assert seen.smallest[0] <= 800 * scale
    assert seen.smallest[1] <= 600 * scale
    assert 17 * scale <= seen.letters <= 21 * scale
    assert seen.clipped == {}
    assert seen.back, "F1 and Esc lead back to the sign-in"


def test_a_large_window_is_used(home: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = measured(home, stage, 96, "1920x1000", monkeypatch)
    assert seen.clipped == {}
    assert seen.list_ends_at > 0.8
