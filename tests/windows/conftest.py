"""The stage: what ``nox -s exe`` has built, a Windows to run it on, and sandbox and gateway on this computer."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest

from build.places import PROGRAM, ROOT
from build.screen import Screen, missing
from build.wine import NATIVE, Windows, end, finished
from tests.e2e.conftest import Stage, set_up
from tests.e2e.processes import Result

BUILT = os.environ.get("FBTOOL_WINDOWS_BUILD", "")
"""The folder with the downloads; empty: nothing was built, and everything here is skipped."""
SECONDS = 240
"""Patience for one Windows program on a busy computer."""
LONG = 3000
"""Characters of an access token: Credential Manager takes 1,280 in one piece."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if not BUILT and here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="needs the Windows download: nox -s exe"))


@pytest.fixture(scope="session")
def download() -> Path:
    """The folder with everything people can download."""
    return Path(BUILT).resolve()


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A new Windows, on which nothing of fbtool has ever run. It has a screen, as every Windows has."""
    with ExitStack() as at_the_end:
        display = {} if missing() else {"DISPLAY": at_the_end.enter_context(Screen()).name}
        folder = tmp_path_factory.mktemp("windows") / "prefix"
        yield at_the_end.enter_context(Windows(folder, os.environ | display))


@dataclass(frozen=True)
class Computer:
    """An admin's Windows computer with one installation of the programs."""

    windows: Windows
    folder: Path
    """The folder with ``fbtool.exe``."""
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, given: str = "", **environment: str) -> Result:
        """Run ``fbtool.exe`` to its end."""
        done = self.windows.run(
            [self.folder / "fbtool.exe", *arguments], seconds=SECONDS, given=given, **(self.environment | environment)
        )
        return Result(done.code, done.out, done.err)

    @contextmanager
    def serving(self, *arguments: str, **environment: str) -> Iterator[str]:
        """Run a server until the end of the block; what it printed when it was ready, one JSON document."""
        process = self.windows.start([self.folder / "fbtool.exe", *arguments], **(self.environment | environment))
        try:
            assert process.stdout is not None
            lines = b""
            while not lines.endswith((b"\n}\n", b"\n}\r\n")):
                line = process.stdout.readline()
                assert line, f"the program ended: {finished(process, seconds=SECONDS)}"
                lines += line
            assert b'"problem"' not in lines, lines.decode()
            yield lines.decode()
        finally:
            end(process)

    @property
    def local_data(self) -> Path:
        """The person's ``AppData/Local``."""
        if NATIVE:
            return Path(os.environ["LOCALAPPDATA"])
        return next((self.windows.folder / "drive_c" / "users").glob("*/AppData/Local"))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A small shop whose access tokens are longer than an entry of Credential Manager."""
    if NATIVE:
        pytest.skip("the processes of the stage are read with select, which Windows has for sockets only")
    folder = tmp_path_factory.mktemp("operator")
    world = folder / "long-tokens.yaml"
    world.write_text(f"token_length: {LONG}\n" + _small_shop(), "utf-8")
    with set_up(folder, str(world)) as ready:
        yield ready


def _small_shop() -> str:
    return files("fbtool.sandbox.world").joinpath("small-shop.yaml").read_text("utf-8")


@pytest.fixture
def browser(tmp_path: Path) -> dict[str, str]:
    """What makes wine's ``webbrowser.open`` reach a scripted Chromium: it runs the first xdg-open of the PATH."""
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    words = shlex.join([sys.executable, "-m", "tests.windows.browser"])
    opener.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))} && {words} "$1" >>"$0.log" 2>&1\n', "utf-8")
    opener.chmod(0o755)
    return {"PATH": f"{opener.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def portable(windows: Windows, download: Path, tmp_path: Path, browser: dict[str, str]) -> Computer:
    """Somebody has unpacked the zip."""
    (archive,) = download.glob("*-portable.zip")
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    return Computer(windows, tmp_path / "unpacked" / PROGRAM, {"FBTOOL_LANGUAGE": "en", **browser})
