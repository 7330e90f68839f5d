"""The servers on trial, each in a process of its own: our gateway as people run it, variants of it, and peers."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from benchmarks.facebook import APP, page_id

PATH = "/facebook/webhook"


@dataclass
class Served:
    """A running server."""

    name: str
    webhook: str
    pid: int
    ready_s: float
    """From the start of its process until it answered."""
    address: str = ""
    token: str = field(default="", repr=False)


@contextlib.contextmanager
def process(command: list[str], environment: Mapping[str, str], folder: Path | None = None) -> Iterator[Any]:
    """A server that prints a JSON document when it is ready; gives it, the process, and the seconds it took."""
    begun = time.perf_counter()
    server = subprocess.Popen(
        command,
        env=os.environ | dict(environment),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _document(server), server, time.perf_counter() - begun
    finally:
        server.kill()
        server.communicate()


def _document(server: subprocess.Popen[str]) -> Any:
    """The first JSON document that it prints, on one line or several."""
    assert server.stdout is not None
    text = ""
    while line := server.stdout.readline():
        text += line
        with contextlib.suppress(ValueError):
            return json.loads(text)
    raise AssertionError(f"the server ended before it was ready: {text}")


@contextlib.contextmanager
def gateway(
    name: str,
    folder: Path,
    facebook: str,
    *,
    pages: int = 1,
    key: bytes = b"",
    module: str = "fbtool",
    **environment: str,
) -> Iterator[Served]:
    """``fbtool gateway run`` on its own data, with linked Pages.

    Args:
        name: for the report.
        folder: where its data is.
        facebook: the address of the stand-in.
        pages: how many are linked; 0 leaves the data as it is.
        key: the master key of data that is there already.
        module: what is run.
        environment: settings beyond the usual.
    """
    command = [sys.executable, "-m", module, "gateway", "run", "--port", "0", "--json"]
    command += ["--app-id", APP.id, "--facebook", facebook]
    settings = {
        "FBTOOL_DATA_DIR": str(folder),
        "FBTOOL_APP_SECRET": APP.secret,
        "FBTOOL_ADMIN_TOKEN": "bench-admin-token-of-the-gateway",
    }
    settings |= {"FBTOOL_MASTER_KEY": base64.b64encode(key).decode()} if key else {}
    with process(command, settings | environment) as (told, server, ready_s):
        served = Served(name, told["address"] + PATH, server.pid, ready_s, told["address"])
        if pages:
            prepare(served, pages)
        yield served


@contextlib.contextmanager
def variant(name: str, folder: Path, *, pages: int = 1, label: str = "", **environment: str) -> Iterator[Served]:
    """One of `benchmarks.variants`, on a store in which Pages are linked."""
    command = [sys.executable, "-m", "benchmarks.variants", name, str(folder), str(pages)]
    with process(command, environment) as (told, server, ready_s):
        yield Served(label or name, told["address"] + PATH, server.pid, ready_s, told["address"])


def slow_flush(workplace: Path) -> Path:
    """The library that makes flushing slower, compiled for this machine."""
    library = workplace / "slow_flush.so"
    source = Path(__file__).with_name("slow_flush.c")
    compiler = shutil.which("cc")
    assert compiler, "a C compiler is missing (Debian: apt install gcc)"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def drain(served: Served) -> None:
    """Take all waiting events as a CRM does: an account with too many of them is refused more."""
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {served.token}"
        cursor = ""
        while True:
            query = {"after": cursor, "limit": "500"}
            batch = http.get(f"{served.address}/v1/events", params=query, timeout=30).json()
            if not batch["events"]:
                return
            cursor = batch["cursor"]


def prepare(served: Served, pages: int, account: str = "Bench") -> None:
    """Make a messenger account and link Pages to it."""
    with requests.Session() as http:
        http.trust_env = False
        admin = {"Authorization": "Bearer bench-admin-token-of-the-gateway"}
        made = http.post(f"{served.address}/admin/accounts", json={"name": account}, headers=admin, timeout=30)
        served.token = made.json()["token"]
        for number in range(pages):
            linked = http.put(
                f"{served.address}/v1/facebook/pages/{page_id(number)}",
                json={"page_token": f"EAAPAGE{page_id(number)}", "name": f"Page {number}"},
                headers={"Authorization": f"Bearer {served.token}"},
                timeout=30,
            )
            assert linked.status_code == 201, linked.text
