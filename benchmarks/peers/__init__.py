"""Software of others that takes Messenger webhooks, installed and run as its documentation says.

Their handlers do nothing, so that they are measured at their least. Versions are pinned: a comparison names them.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks import servers
from benchmarks.facebook import APP
from benchmarks.servers import Served
from tests.ports import free_port

OPSDROID = ("opsdroid==0.31.0", "setuptools<80")  # it needs pkg_resources, which later setuptools lack
VERIFY_TOKEN = "open sesame"
_SCENERY = Path(__file__).parent
_NPM = ("install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")
_WITHIN = 900.0
_READY_WITHIN = 60.0


@dataclass(frozen=True)
class Peer:
    """A peer, installed in a folder."""

    name: str
    version: str
    folder: Path


def install(below: Path) -> list[Peer]:
    """Install all that can be had here; what is there already is kept."""
    return [_node("bottender", "1.5.5", below), _node("botkit", "4.15.0", below), _opsdroid(below)]


@contextlib.contextmanager
def running(peer: Peer, received: str = "") -> Iterator[Served]:
    """Run a peer.

    Args:
        peer: which.
        received: a file in which it writes down the texts that it was handed; empty for measuring.
    """
    settings = {
        "APP_ID": APP.id,
        "APP_SECRET": APP.secret,
        "PAGE_TOKEN": "EAAPAGE",
        "VERIFY_TOKEN": VERIFY_TOKEN,
        "SANDBOX": "http://127.0.0.1:9",
        "NODE_ENV": "production",
        "RECEIVED": received,
    }
    if peer.name == "opsdroid":
        with _running_opsdroid(peer, settings) as served:
            yield served
        return
    node = shutil.which("node")
    assert node is not None
    with servers.process([node, "server.js"], settings, peer.folder) as (told, server, ready_s):
        address = f"http://127.0.0.1:{told['port']}"
        yield Served(f"{peer.name} {peer.version}", address + told["path"], server.pid, ready_s, address)


@contextlib.contextmanager
def _running_opsdroid(peer: Peer, settings: dict[str, str]) -> Iterator[Served]:
    port = free_port()
    text = (peer.folder / "configuration.yaml").read_text("utf-8")
    configuration = peer.folder / "running.yaml"
    configuration.write_text(text.replace("PORT", str(port)).replace("FOLDER", str(peer.folder)), "utf-8")
    begun = time.perf_counter()
    server = subprocess.Popen(
        [peer.folder / "venv/bin/opsdroid", "start", "-f", configuration],
        # It copies its skills into the person's data folder otherwise.
        env=os.environ | settings | {"XDG_DATA_HOME": str(peer.folder / "data")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        webhook = f"{address}/connector/facebook"
        _await_answer(webhook, server)
        name = f"{peer.name} {peer.version}"
        yield Served(name, webhook, server.pid, time.perf_counter() - begun, address)
    finally:
        server.kill()
        server.wait()


def _await_answer(webhook: str, server: "subprocess.Popen[bytes]") -> None:
    question = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1"}
    end = time.monotonic() + _READY_WITHIN
    while time.monotonic() < end:
        assert server.poll() is None, "opsdroid ended before it was ready"
        with contextlib.suppress(requests.RequestException):
            if requests.get(webhook, params=question, timeout=5).ok:
                return
        time.sleep(0.005)
    raise AssertionError("opsdroid was not ready in time")


def _node(name: str, version: str, below: Path) -> Peer:
    folder = below / name
    shutil.copytree(_SCENERY / name, folder, dirs_exist_ok=True)
    if not (folder / "node_modules" / name).exists():
        npm = shutil.which("npm")
        assert npm is not None, "npm is missing"
        subprocess.run([npm, *_NPM], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=_WITHIN)
    return Peer(name, version, folder)


def _opsdroid(below: Path) -> Peer:
    folder = below / "opsdroid"
    shutil.copytree(_SCENERY / "opsdroid", folder, dirs_exist_ok=True)
    if not (folder / "venv/bin/opsdroid").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=_WITHIN)
        pip = [folder / "venv/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *OPSDROID], check=True, timeout=_WITHIN)
    return Peer("opsdroid", "0.31.0", folder)
