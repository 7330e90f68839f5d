"""The admin's computer: fbtool's commands run in this process, so that a table of scenarios does not take an hour.

What a command is given and what it prints is the same as in a process of its own; `tests.e2e` has those.
"""

import contextlib
import io
import json
import logging
import os
import sys
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from fbtool import cli, language


class _Printed(io.TextIOWrapper):
    """A stream that takes letters and bytes, as a real one does."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", newline="", write_through=True)

    def getvalue(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass
class Computer:
    """Somebody's computer, with everything that was ever printed or logged on it."""

    home: Path
    patch: pytest.MonkeyPatch
    ran: list[Ran] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    dialogs: list[str] = field(default_factory=list)
    """What a person could read on the terminal each time when the browser opened."""

    def set_up(self, connection_code: str) -> None:
        """A new computer, connected with an account; its settings are its own."""
        for name in os.environ:
            if name.startswith("FBTOOL_") or name.lower().endswith("_proxy"):
                self.patch.delenv(name)
        self.patch.setenv("FBTOOL_HOME", str(self.home))
        self.patch.setenv("FBTOOL_SECRETS_FILE", str(self.secrets))
        self.patch.setenv("FBTOOL_LANGUAGE", "en")
        self.patch.setenv("NO_COLOR", "1")
        self.patch.setenv("BROWSER", "a real one")
        language.use("en")
        self.run("connect", typed=connection_code + "\n")

    @property
    def secrets(self) -> Path:
        """The file in the place of a secret store."""
        return self.home / "secrets.json"

    def run(self, *arguments: str, typed: str = "", browse: Callable[[str], None] | None = None) -> Ran:
        """Run a command; ``browse`` is what the person does when the browser opens."""
        out, err = _Printed(), _Printed()
        troubles: list[BaseException] = []

        def open_browser(address: str) -> bool:
            self.dialogs.append(err.getvalue())
            try:
                (browse or _nobody)(address)
            except BaseException as trouble:  # told to the test below, not to fbtool
                troubles.append(trouble)
                raise KeyboardInterrupt from None
            return True

        self.patch.setattr(webbrowser, "open", open_browser)
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _logged(self.log):
            code = _exit_code_of(arguments)
        ran = Ran(arguments, code, out.getvalue(), err.getvalue())
        self.ran.append(ran)
        if troubles:
            raise troubles[0]
        return ran

    def must(self, *arguments: str, ends_with: int = 0, browse: Callable[[str], None] | None = None) -> Ran:
        """The same; it has to end with this exit code."""
        ran = self.run(*arguments, browse=browse)
        assert ran.code == ends_with, f"{arguments} ended with {ran.code}:\n{ran.out}{ran.err}"
        return ran

    def printed(self) -> str:
        """Everything that was printed."""
        return "\n".join(f"{ran.out}\n{ran.err}" for ran in self.ran)

    def written(self) -> str:
        """Everything that fbtool has written into files, except for the store of its secrets."""
        files = (file for file in self.home.rglob("*") if file.is_file() and file != self.secrets)
        return "\n".join(file.read_text("utf-8") for file in files)


def _nobody(address: str) -> NoReturn:
    raise AssertionError(f"no browser was to be opened: {address}")


def _exit_code_of(arguments: tuple[str, ...]) -> int:
    try:
        cli.run(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        language.use("en")
    raise AssertionError("a command has to end its process")


@contextlib.contextmanager
def _logged(into: io.StringIO) -> Iterator[None]:
    """Everything that any library logs, in detail."""
    handler = logging.StreamHandler(into)
    root, level = logging.getLogger(), logging.getLogger().level
    handler.addFilter(lambda record: not record.name.startswith("selenium"))  # the browser's, not fbtool's
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
