"""A PostgreSQL server of the tests' own: in a temporary folder, behind a socket, never as root.

Debian's package may or may not have started a cluster; the tests neither need nor touch it.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Where the server's programs are; None if it is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return versions[-1].parent if versions else None


class Cluster:
    """One server. ``start`` and ``stop`` may be repeated; ``remove`` ends it for good."""

    def __init__(self, settings: tuple[str, ...] = ()) -> None:
        found = programs()
        assert found is not None
        self._programs = found
        self._settings = settings
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="fbtool-pg-", dir="/tmp"))
        self._databases = 0
        if self._user is not None:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "--pgdata", str(self._data), "--username", "tests", "--auth", "trust", "--encoding", "UTF8",
                  "--locale", "C", "--no-sync")  # fmt: skip

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start the server; returns when it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} " + " ".join(self._settings)
        self._run("pg_ctl", "start", "--wait", "--timeout", "60", "--pgdata", str(self._data), "--log",
                  str(self.folder / "log"), "--options", options)  # fmt: skip

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` cuts all connections, ``immediate`` is a crash."""
        self._run("pg_ctl", "stop", "--wait", "--timeout", "60", "--pgdata", str(self._data), "--mode", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start."""
        self.stop(mode)
        self.start()

    def remove(self) -> None:
        """Stop it if it runs, and delete everything."""
        if (self._data / "postmaster.pid").exists():
            with contextlib.suppress(AssertionError):  # a crashed server leaves its pid behind
                self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """A fresh database; returns its address."""
        self._databases += 1
        name = f"gateway_{self._databases}"
        self.sql("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, name: str, user: str = "tests") -> str:
        """The address of a database."""
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def sql(self, database: str, command: str) -> str:
        """Run a command and return what it prints, one row a line."""
        done = self._run("psql", "--host", str(self.folder), "--username", "tests", "--no-psqlrc", "--quiet",
                         "--no-align", "--tuples-only", "--command", command, database)  # fmt: skip
        return done.stdout.strip()

    def log(self) -> str:
        """What the server has logged so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def _run(self, program: str, *arguments: str) -> Any:
        # Standard output goes to a file: the server inherits it and a pipe would never end.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                [self._programs / program, *arguments], stdout=out, stderr=out, stdin=subprocess.DEVNULL, text=True,
                user=self._user, cwd="/", timeout=120, check=False,
            )  # fmt: skip
            out.seek(0)
            done.stdout = out.read()
        assert done.returncode == 0, f"{program}: {done.stdout}"
        return done


@contextlib.contextmanager
def serving(*settings: str) -> Iterator[Cluster]:
    """A server that runs meanwhile; without its programs the test is skipped."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    server = Cluster(settings)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _unprivileged() -> str | None:
    """The user that the server runs as; None: ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
