"""A screen that nobody sits at (Xvfb), for windows that a build or a test has to see. On Windows: the real one."""

import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from build.wine import NATIVE

PROGRAMS = ("Xvfb", "xdotool", "import")
_START_SECONDS = 60
_LOOK_EVERY = 0.02


class Screen:
    """One display of its own.

    Raises:
        OSError: the display does not start.
    """

    def __init__(self, width: int = 1280, height: int = 900) -> None:
        self._size = f"{width}x{height}x24"
        self._server: subprocess.Popen[bytes] | None = None
        self.name = ""
        """What DISPLAY has to be."""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", self._size, "-nolisten", "tcp", "-dpi", "96"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as number:
            ready, _, _ = select.select([number], [], [], _START_SECONDS)
            said = number.readline().strip() if ready else ""
        if not said:
            self._server.kill()
            self._server.wait()
            raise OSError("Xvfb does not start")
        self.name = f":{said}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.terminate()
        self._server.wait()

    def wait_for(self, title: str, seconds: float) -> str:
        """The number of a visible window whose title matches, as soon as there is one.

        Raises:
            TimeoutError: there is none after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self._xdotool("search", "--onlyvisible", "--name", title).split()
            if found:
                return found[0]
            time.sleep(_LOOK_EVERY)
        raise TimeoutError(title)

    def focus(self, window: str) -> None:
        """Let the keys go to a window, as a click on its title would; there is no window manager here."""
        self._xdotool("windowfocus", "--sync", window)

    def press(self, *keys: str) -> None:
        """Press keys, as xdotool names them, wherever the focus is."""
        self._xdotool("key", *keys)

    def write(self, text: str) -> None:
        """Type ``text``."""
        self._xdotool("type", text)

    def picture(self, target: Path) -> None:
        """What is to be seen now, as PNG; the same bytes for the same sight."""
        words = ["import", "-window", "root", "-define", "png:exclude-chunks=date,time", target]
        subprocess.run(words, env=self._environment(), check=True)

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment(), capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return os.environ | {"DISPLAY": self.name}


def missing() -> list[str]:
    """The programs without which there is no screen to look at."""
    return list(PROGRAMS) if NATIVE else [program for program in PROGRAMS if not shutil.which(program)]
