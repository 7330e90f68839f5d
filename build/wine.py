"""Runs Windows programs: natively on Windows, under wine elsewhere.

wine has habits that this module knows: a console program wants pipes as its streams, a windowed one that fails
opens a message box and waits for ever, and its menu builder writes shortcuts into the home of whoever builds.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

NATIVE = sys.platform == "win32"
_FIRST_START_SECONDS = 300
LINKER = "x86_64-w64-mingw32-ld"
_RANDOM_BYTES = "LIBRARY bcryptprimitives.dll\nEXPORTS\n  ProcessPrng = advapi32.SystemFunction036\n"
_OFF = "winemenubuilder.exe=d;mscoree=d;mshtml=d"
"""No shortcuts outside the prefix, and no question whether Mono and Gecko should be installed."""


@dataclass(frozen=True)
class Finished:
    """What a program has left."""

    code: int
    out: str
    err: str


class Windows:
    """A Windows of its own: a wine prefix in ``folder``, made at the first use. On Windows: this Windows.

    Leaving it ends every program that still runs in it.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.folder = folder
        self._environment = dict(environment)
        if not NATIVE:
            self._environment |= {
                "WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": _OFF,
            }  # fmt: skip

    def __enter__(self) -> Self:
        if not NATIVE and not (self.folder / "system.reg").exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.run(["wineboot.exe", "--init"], seconds=_FIRST_START_SECONDS)
            self._server("--wait")
            self._add_what_wine_lacks()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not NATIVE:
            self._server("--kill")

    def run(
        self, command: Sequence[str | Path], *, seconds: float, given: str = "", folder: Path | None = None,
        **environment: str,
    ) -> Finished:  # fmt: skip
        """Run a program to its end; a message box nobody closes must not hold up a build.

        Raises:
            subprocess.TimeoutExpired: it has not ended after ``seconds``.
        """
        done = subprocess.run(
            self.command(command), input=given.encode(), capture_output=True, timeout=seconds, check=False,
            env=self.environment(**environment), cwd=folder,
        )  # fmt: skip
        out, err = (stream.decode("utf-8", "replace").replace("\r\n", "\n") for stream in (done.stdout, done.stderr))
        return Finished(done.returncode, out, err)

    def command(self, command: Sequence[str | Path]) -> list[str]:
        """How this computer starts a Windows program. Its path has to be absolute."""
        words = [str(word) for word in command]
        return words if NATIVE else ["wine", *words]

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of the programs."""
        return self._environment | more

    def _add_what_wine_lacks(self) -> None:
        """Older wines have no bcryptprimitives.dll, which programs in Rust (cryptography) ask for random bytes.

        Every Windows since 7 has it. The stand-in is no code, only a signpost to the function of wine that does it.
        """
        library = self.folder / "drive_c" / "windows" / "system32" / "bcryptprimitives.dll"
        if library.exists():
            return
        with tempfile.TemporaryDirectory() as folder:
            exports = Path(folder, "exports.def")
            exports.write_text(_RANDOM_BYTES, "ascii")
            subprocess.run([LINKER, "-shared", "-e", "0", "-o", library, exports], check=True)

    def _server(self, order: str) -> None:
        # "--kill" fails when nothing runs, which is just as good.
        subprocess.run(["wineserver", order], env=self._environment, check=False, timeout=_FIRST_START_SECONDS)


def windows_path(path: Path) -> str:
    """``path`` as a Windows program names it."""
    return str(path) if NATIVE else "Z:" + str(path.resolve()).replace("/", "\\")
