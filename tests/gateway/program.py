"""A gateway as its operator starts it: a process of its own whose output is kept in files."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import requests

from tests.e2e.processes import FBTOOL, Computer
from tests.gateway.conftest import APP, PAGE, ScriptedFacebook

SECONDS = 120


class Program:
    """Starts at once; `address`, `admin_token` and `token` (of the account "Shop") are known afterwards."""

    def __init__(self, folder: Path, facebook: ScriptedFacebook, *options: str, **environment: str) -> None:
        self.data = folder / "data"
        self.computer = Computer(
            folder,
            {"FBTOOL_DATA_DIR": str(self.data), "FBTOOL_APP_SECRET": APP.secret, "FBTOOL_APP_ID": APP.id,
             "FBTOOL_FACEBOOK": facebook.address, "FBTOOL_PORT": "0", **environment},
        )  # fmt: skip
        self._options = options
        self._folder = folder
        self.token = ""
        self.start()

    def start(self) -> None:
        out, err = self._folder / "stdout", self._folder / "stderr"
        with out.open("ab") as stdout, err.open("ab") as stderr:
            before = out.stat().st_size
            self.process = subprocess.Popen(
                [*FBTOOL, "gateway", "run", "--json", *self._options],
                stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, env=self.computer.env(),
            )  # fmt: skip
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            printed = out.read_bytes()[before:].decode()
            if printed.endswith("}\n"):
                self.address = str(json.loads(printed)["address"])
                return
            assert self.process.poll() is None, err.read_text()
            time.sleep(0.02)
        raise AssertionError("the gateway did not start")

    @property
    def admin_token(self) -> str:
        return (self.data / "admin.token").read_text().strip()

    def printed(self) -> str:
        """Everything it wrote to its terminal so far."""
        return "".join((self._folder / name).read_text() for name in ("stdout", "stderr"))

    def link(self, **more: Any) -> None:
        """An account "Shop" with a linked Page."""
        self.token = self.computer.run("gateway", "accounts", "add", "Shop", "--json").json["token"]
        linked = self.api("PUT", f"facebook/pages/{PAGE}", json={"page_token": "t"} | more)
        assert linked.status_code == 201, linked.text

    def api(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return requests.request(method, f"{self.address}/v1/{path}", headers=headers, timeout=SECONDS, **kwargs)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(SECONDS)

    def close(self) -> None:
        """End it, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(SECONDS)
