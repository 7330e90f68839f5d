"""A screen that nobody sits at, for tests, pictures and measurements of the window."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


def missing() -> list[str]:
    """Debian's packages that are needed and not there."""
    return [] if shutil.which("Xvfb") else ["xvfb"]


@contextmanager
def screen(width: int = 1280, height: int = 1024, dots_per_inch: int = 96) -> Iterator[str]:
    """The screen's name for DISPLAY. 96 dots per inch are 100 %, 192 are 200 %."""
    size = f"{width}x{height}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-dpi", str(dots_per_inch), "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert server.stdout is not None
        number = server.stdout.readline().decode().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()
