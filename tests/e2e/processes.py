"""fbtool as a person runs it: a process with arguments, an environment, and what it prints."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

_SECONDS = 60
FBTOOL = [sys.executable, "-m", "fbtool"]


@dataclass(frozen=True)
class Result:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Computer:
    """A person's computer: its settings folder and environment."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a command: nothing of this machine's own settings leaks into it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FBTOOL_", "LC_", "LANG"))}
        own = {
            "FBTOOL_HOME": str(self.home),
            "FBTOOL_SECRETS_FILE": str(self.home / "secrets.json"),
            "LANG": "C.UTF-8",
        }
        return kept | own | self.environment | more

    def run(self, *arguments: str, given: str | None = None, **environment: str) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            [*FBTOOL, *arguments], input=given or "", capture_output=True, text=True, encoding="utf-8",
            env=self.env(**environment), timeout=_SECONDS, check=False,
        )  # fmt: skip
        return Result(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **environment: str) -> "Background":
        """Start a command that goes on running."""
        return Background([*FBTOOL, *arguments], self.env(**environment))


class Background:
    """A command that runs until it is stopped."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment
        )
        self.out = ""

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read standard output until ``pattern`` matches it."""
        assert self.process.stdout is not None
        while True:
            match = re.search(pattern, self.out, re.DOTALL)
            if match:
                return match
            part = _read(self.process.stdout)
            assert part, f"the process ended; it printed:\n{self.out}\n{self._errors()}"
            self.out += part

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and return the exit code; nothing of the process is left, however it took the signal."""
        with self.process:
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                return self.process.wait(_SECONDS)
            finally:
                self.process.kill()

    def _errors(self) -> str:
        return self.process.stderr.read().decode() if self.process.stderr else ""


def _read(stream: IO[bytes]) -> str:
    readable, _, _ = select.select([stream], [], [], _SECONDS)
    assert readable, "the process printed nothing for a minute"
    return os.read(stream.fileno(), 65536).decode()
