"""The window of the download, as a person meets it: started, connected, signed in, Pages listed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from build.places import PROGRAM
from build.screen import Screen, missing
from build.wine import end
from tests.conditions import eventually
from tests.e2e.conftest import Stage
from tests.windows.conftest import BUILT, SECONDS, Computer

PICTURES = Path(os.environ.get("FBTOOL_PICTURES") or Path(BUILT).parent / "pictures")
"""Where the screenshots are left, for somebody to look at."""
EMPTY = 4_000
"""Bytes; the picture of a window with nothing in it is smaller."""

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())}"),
    pytest.mark.skipif(not (Path(BUILT) / PROGRAM / f"{PROGRAM}.exe").exists(), reason="this build has no window"),
]


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as ready:
        yield ready


def picture(screen: Screen, name: str) -> None:
    """Keep what is to be seen as soon as it is drawn and at rest, but for a cursor that blinks."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    target = PICTURES / f"{name}.png"
    seen: set[bytes] = set()

    def taken() -> bool:
        screen.picture(target)
        content = target.read_bytes()
        known = content in seen
        seen.add(content)
        return known and len(content) > EMPTY

    eventually(taken, SECONDS)


def test_from_the_first_start_to_the_list_of_pages(
    portable: Computer, stage: Stage, screen: Screen, tmp_path: Path
) -> None:
    program = portable.folder / f"{PROGRAM}.exe"
    running = portable.windows.start(
        [program], **portable.environment, DISPLAY=screen.name, FBTOOL_HOME=str(tmp_path / "home")
    )
    try:
        screen.focus(screen.wait_for("^Connect – fbtool$", SECONDS))
        picture(screen, "connect")
        screen.write(stage.new_account("window"))
        screen.press("Return")
        screen.focus(screen.wait_for("^Sign in with Facebook", SECONDS))
        picture(screen, "sign-in")
        screen.press("Return")
        screen.focus(screen.wait_for("^Pages – window – fbtool$", SECONDS))
        picture(screen, "pages")
    finally:
        portable.windows.run(["taskkill.exe", "/F", "/IM", program.name], seconds=SECONDS)
        end(running)
