"""A gateway with the channel, and its CRM: what the cases are played on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import requests

from fbtool.gateway.channels import installed
from fbtool.gateway.channels.conformance.platform import NotKept, Platform
from fbtool.gateway.channels.port import Channel, Core, MessageLimits, Outbound, Plug, Refused, Sent
from fbtool.gateway.clock import now_ms
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.operation.settings import load
from fbtool.gateway.operation.settings_file import FILE
from fbtool.gateway.rate_limits import RateLimits
from fbtool.gateway.server import Gateway

NEIGHBOUR = "neighbour"
_SECONDS = 60
"""Longer than anything takes, on a busy computer too."""


class _Neighbour(Channel):
    """Another channel, at which nothing happens."""

    rates = RateLimits()

    def routes(self) -> list[Any]:
        """None."""
        return []

    async def send(self, message: Outbound) -> Sent | Refused:
        """It takes everything."""
        return Sent()

    def deadlines(self, last_customer_ms: int) -> Deadlines:
        """Nobody may answer."""
        return Deadlines(last_customer_ms, last_customer_ms)

    def limits(self) -> MessageLimits:
        """Nothing can be sent."""
        return MessageLimits(0)


class _NeighbourPlug(Plug):
    name = NEIGHBOUR

    def open(self, core: Core, settings: Any) -> Channel:
        return _Neighbour()


class Stage:
    """A gateway that offers the channel and a neighbour, with an account and a source at "here"."""

    def __init__(self, platform: Platform, folder: Path, database_url: str, end_leases: Callable[[], None]) -> None:
        installed.register(_NeighbourPlug())
        self.platform, self.data, self.end_leases = platform, folder / "data", end_leases
        self.data.mkdir()
        for name, text in (dict(platform.secrets) | ({"database.url": database_url} if database_url else {})).items():
            (self.data / name).write_text(text, "utf-8")
            (self.data / name).chmod(0o600)
        self.offer(platform.channel, NEIGHBOUR)
        self.passed_ms = 0
        self.events: list[dict[str, Any]] = []
        self._cursor, self._numbers = "", count(1)
        self.stop: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Start, with an account and a source."""
        self.start()
        self.prepare()

    def prepare(self) -> None:
        """Make the account and its source."""
        self.token = self.account("Shop")
        self.source = self.connect("here")

    def offer(self, *channels: str) -> None:
        """Write the settings file."""
        own = "".join(f"{name} = {json.dumps(value)}\n" for name, value in self.platform.settings.items())
        head = f"[server]\nport = 0\nchannels = {json.dumps(channels)}\n"
        (self.data / FILE).write_text(f"{head}[{self.platform.channel}]\n{own}", "utf-8")

    def start(self) -> None:
        """Start the gateway in this process, with a clock that can be put forward."""
        gateway = Gateway(load(self.data, {}), lambda: now_ms() + self.passed_ms)
        gateway.start()
        self.address, self.stop = gateway.address, gateway.stop

    def start_process(self) -> Callable[[], None]:
        """Start it in a process of its own instead; returns what kills that."""
        self.offer(self.platform.channel)
        command = [sys.executable, "-m", "fbtool", "gateway", "run", "--json"]
        around = {name: value for name, value in os.environ.items() if not name.startswith("FBTOOL_")}
        environment = {**around, **self.platform.environment, "FBTOOL_DATA_DIR": str(self.data)}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603 - ours

        def kill() -> None:
            process.kill()
            process.communicate()

        self.stop = kill
        told = b"".join(takewhile(lambda line: line != b"}\n", process.stdout or ()))
        self.must(process.poll() is None, "a process of its own does not start")
        self.address = json.loads(told + b"}")["address"]
        return kill

    def connect(self, place: str, token: str = "") -> str:
        """A source of the account; its id."""
        status, source_id = self.platform.connect(self.address, token or self.token, place)
        self.must(status < 300, f"a source cannot be connected: {status}")
        return source_id

    def admin(self, method: str, path: str, **json: str) -> requests.Response:
        """A call of the operator's."""
        return _call(method, f"{self.address}/admin/{path}", (self.data / "admin.token").read_text().strip(), json)

    def account(self, name: str, channel: str = "") -> str:
        """A new account; its token."""
        return str(self.admin("POST", "accounts", name=name, channel=channel or self.platform.channel).json()["token"])

    def api(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> requests.Response:
        """A call of the CRM's."""
        return _call(method, f"{self.address}/v1/{path}", token or self.token, body, headers)

    def write(self, customer: str = "", text: str = "Hello", message_id: str = "", source: str = "") -> dict[str, Any]:
        """A customer writes; the event that the CRM gets."""
        seen, number = len(self.events), next(self._numbers)
        given = source or self.source, customer or self.customer(1), text
        status = self.platform.write(self.address, *given, message_id or f"m{number}")
        self.must(status == 200, f"a customer's message is answered with {status}")
        return self.until(lambda one: one["kind"] == "message", "a customer's message is not handed out", seen)

    def customer(self, number: int) -> str:
        """A customer's id there."""
        return str(7_300_000_000_000_000 + number)

    def post(self, event: Mapping[str, Any], text: str) -> requests.Response:
        """Answer the conversation of an event."""
        body = {"conversation": event["conversation"], "text": text, "human": True}
        return self.api("POST", "messages", body, **{"Idempotency-Key": text})

    def answer(self, event: Mapping[str, Any], text: str) -> str:
        """The same; the message's id."""
        told = self.post(event, text)
        self.must(told.status_code == 202, f"an answer is not accepted: {told.status_code} {told.text}")
        return str(told.json()["id"])

    def look(self) -> None:
        """Take the events that wait."""
        told = self.api("GET", f"events?after={self._cursor}").json()
        self.events += told["events"]
        self._cursor = told["cursor"]

    def until(
        self, fits: Callable[[dict[str, Any]], bool], otherwise: str, seen: int = 0, passing_ms: int = 0
    ) -> dict[str, Any]:
        """Wait for an event, and let more time pass with each look."""
        self.wait(lambda: any(map(fits, self.events[seen:])), otherwise, passing_ms)
        return next(filter(fits, self.events[seen:]))

    def fate(self, message_id: str, passing_ms: int = 0) -> dict[str, Any]:
        """Wait for the event that tells what became of an answer."""
        return self.until(
            lambda one: one["kind"] in {"sent", "failed", "unclear"} and one["content"]["message_id"] == message_id,
            "what became of an answer is not told",
            passing_ms=passing_ms,
        )

    def wait(self, holds: Callable[[], bool], otherwise: str, passing_ms: int = 0) -> None:
        """Take events until something holds."""
        end = time.monotonic() + _SECONDS
        while not holds():
            self.must(time.monotonic() < end, otherwise)
            time.sleep(0.05)
            self.passed_ms += passing_ms
            self.look()

    def rest(self, seconds: float) -> None:
        """Leave the gateway to itself."""
        time.sleep(seconds)

    def texts(self) -> list[str]:
        """What the platform has taken."""
        return [one.text for one in self.platform.taken]

    def must(self, holds: bool, otherwise: str) -> None:
        """Raise `NotKept` unless something holds."""
        if not holds:
            raise NotKept(otherwise)


def _call(method: str, url: str, token: str, body: Any, headers: Mapping[str, str] | None = None) -> requests.Response:
    given = {"Authorization": f"Bearer {token}", **(headers or {})}
    return requests.request(method, url, headers=given, json=body or None, timeout=_SECONDS)
