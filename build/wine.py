"""Runs Windows programs: natively on Windows, under wine elsewhere.

wine has habits that this module knows: a console program wants pipes as its streams, a windowed one that fails
opens a message box and waits for ever, its menu builder writes shortcuts into the home of whoever builds, and its
desktop inherits the streams of the program that happened to need one first, and keeps them open after that has ended.
"""

import contextlib
import os
import selectors
import subprocess
import sys
import tempfile
import time
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
        process = self.start(command, folder=folder, **environment)
        try:
            return finished(process, given=given, seconds=seconds)
        finally:
            end(process)

    def start(
        self, command: Sequence[str | Path], *, folder: Path | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a program; whoever does calls `end` with it in any case."""
        return subprocess.Popen(
            self.command(command), env=self.environment(**environment), cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

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


def finished(process: subprocess.Popen[bytes], *, seconds: float, given: str = "") -> Finished:
    """What a program from `Windows.start` has left when it is at its end; ``given`` is short, and put in first.

    Raises:
        subprocess.TimeoutExpired: it has not ended after ``seconds``.
    """
    streams = process.communicate(given.encode(), seconds) if NATIVE else _written(process, given.encode(), seconds)
    out, err = (stream.decode("utf-8", "replace").replace("\r\n", "\n") for stream in streams)
    return Finished(process.wait(), out, err)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program if it still runs. Its streams are not read to their end, which others may hold open."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _written(process: subprocess.Popen[bytes], given: bytes, seconds: float) -> list[bytes]:
    """What a program writes to its two outputs until it ends: what it wrote before that is in the pipes by then."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(given)
        process.stdin.close()
    outputs = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    deadline = time.monotonic() + seconds
    at_its_end = os.pidfd_open(process.pid)
    try:
        with selectors.DefaultSelector() as waiting:
            for source in (at_its_end, *outputs):
                waiting.register(source, selectors.EVENT_READ)
            ended = False
            while not ended:
                ready = {key.fd for key, _ in waiting.select(deadline - time.monotonic())}
                if not ready:
                    raise subprocess.TimeoutExpired(process.args, seconds)
                ended = at_its_end in ready
                for output, written in outputs.items():
                    some = _at_hand(output)
                    written += some
                    if output in ready and not some:
                        waiting.unregister(output)
    finally:
        os.close(at_its_end)
    return [bytes(written) for written in outputs.values()]


def _at_hand(pipe: int) -> bytes:
    """What can be read from a pipe without waiting."""
    os.set_blocking(pipe, False)
    found = b""
    with contextlib.suppress(BlockingIOError):
        while some := os.read(pipe, 65_536):
            found += some
    return found


def windows_path(path: Path) -> str:
    """``path`` as a Windows program names it."""
    return str(path) if NATIVE else "Z:" + str(path.resolve()).replace("/", "\\")
