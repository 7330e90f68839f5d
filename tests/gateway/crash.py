"""Kills gateways in the middle of their work and counts what became of every message.

``nox -s crash -- --rounds 200 --store sqlite`` (or ``postgres``) prints the figures; the tests run a few rounds. With
``--channel webchat`` it is visitors who write instead (`tests.gateway.webchat.crash`).

Each round: messages are delivered from several senders and answers are queued, the gateway is killed at a random
moment, started again, and the CRM takes everything. A kill leaves the system's page cache alone, so this proves the
order "on disk, then 200", not the survival of a power cut.
"""

import argparse
import contextlib
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.gateway.conftest import APP, PAGE, ScriptedFacebook, facebook
from tests.gateway.killable import Killable
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.webchat import crash as webchat
from tests.postgres import Cluster

SENDERS = 8
SEND = f"POST {PAGE}/messages"


def killable(folder: Path, facebook: ScriptedFacebook, database_url: str = "") -> Killable:
    """A gateway for this Facebook."""
    given = {"FBTOOL_APP_SECRET": APP.secret} | ({"FBTOOL_DATABASE_URL": database_url} if database_url else {})
    return Killable(folder, "--app-id", APP.id, "--facebook", facebook.address, **given)


@dataclass
class Figures:
    """What happened to the messages."""

    rounds: int = 0
    accepted: int = 0
    delivered: int = 0
    answers: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(map(len, (self.lost, self.twice, self.invented, self.out_of_order, self.sent_twice)))

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds: {self.accepted} deliveries answered 200, {self.delivered} events taken by the CRM; "
            f"{len(self.lost)} lost, {len(self.twice)} twice, {len(self.invented)} invented, "
            f"{len(self.out_of_order)} conversations out of order; "
            f"{self.answers} answers accepted, {len(self.sent_twice)} sent twice"
        )


class Harness:
    """One gateway, its Facebook, and its CRM."""

    def __init__(self, gateway: Killable, facebook: ScriptedFacebook) -> None:
        self._gateway = gateway
        self._facebook = facebook
        self.figures = Figures()
        self._token = gateway.computer.run("gateway", "accounts", "add", "Shop", "--json").json["token"]
        body = {"page_token": "t"}
        assert self._api("PUT", f"facebook/pages/{PAGE}", json=body).status_code == 201
        deliver(gateway.address, delivery(message("m_first")))
        (event,) = self._take_everything()
        self._conversation = event["conversation"]

    def round(self, seconds: float) -> None:
        """Load, kill after ``seconds``, start, take everything, count."""
        self.figures.rounds += 1
        accepted: list[str] = []
        tried: set[str] = set()
        workers = [
            threading.Thread(target=self._deliver_until_it_dies, args=(sender, accepted, tried))
            for sender in range(SENDERS)
        ]
        workers.append(threading.Thread(target=self._answer_until_it_dies))
        for worker in workers:
            worker.start()
        time.sleep(seconds)
        self._gateway.kill()
        for worker in workers:
            worker.join()
        self._gateway.start()
        events = self._take_everything()
        self._count([event["content"]["mid"] for event in events if event["kind"] == "message"], accepted, tried)

    def _count(self, delivered: list[str], accepted: list[str], tried: set[str]) -> None:
        figures = self.figures
        figures.accepted += len(accepted)
        figures.delivered += len(delivered)
        figures.lost += set(accepted) - set(delivered)
        figures.twice += [mid for mid, count in Counter(delivered).items() if count > 1]
        figures.invented += set(delivered) - tried
        for sender in range(SENDERS):
            own = [mid for mid in delivered if mid.split("_")[2] == str(sender)]
            if own != sorted(own):
                figures.out_of_order.append(f"round {figures.rounds}, sender {sender}")
        sent = Counter(json.loads(call["message"])["metadata"] for call in self._facebook.calls(SEND))
        figures.sent_twice = [metadata for metadata, count in sent.items() if count > 1]

    def _deliver_until_it_dies(self, sender: int, accepted: list[str], tried: set[str]) -> None:
        number = 0
        while True:
            mid = f"m_{self.figures.rounds}_{sender}_{number:05d}"
            tried.add(mid)
            try:
                status = deliver(self._gateway.address, delivery(message(mid, customer=f"7300{sender}")))
            except requests.RequestException:
                return
            if status == 200:
                accepted.append(mid)
            number += 1

    def _answer_until_it_dies(self) -> None:
        number = 0
        while True:
            key = f"{self.figures.rounds}-{number}"
            body = {"conversation": self._conversation, "text": key, "human": True}
            try:
                answer = self._api("POST", "messages", json=body, headers={"Idempotency-Key": key})
            except requests.RequestException:
                return
            if answer.status_code == 202:
                self.figures.answers += 1
            number += 1

    def _take_everything(self) -> list[dict[str, Any]]:
        """All waiting events, acknowledged on the way."""
        events: list[dict[str, Any]] = []
        cursor = ""
        while True:
            batch = self._api("GET", "events", params={"after": cursor, "limit": 500}).json()
            if not batch["events"]:
                return events
            events += batch["events"]
            cursor = batch["cursor"]

    def _api(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", **more.pop("headers", {})}
        return requests.request(method, f"{self._gateway.address}/v1/{path}", headers=headers, timeout=60, **more)


def main() -> int:
    """Run many rounds and print the figures; the exit code is 1 if anything was lost, doubled, or invented."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    options.add_argument("--channel", choices=["facebook", "webchat"], default="facebook")
    chosen = options.parse_args()
    with contextlib.ExitStack() as at_the_end:
        url = ""
        if chosen.store == "postgres":
            cluster = Cluster()
            at_the_end.callback(cluster.remove)
            cluster.start()
            url = cluster.database()
        figures = run(chosen.rounds, url) if chosen.channel == "facebook" else webchat.run(chosen.rounds, url)
    print(f"{chosen.store}: {figures}")
    return 1 if figures.faults else 0


def run(rounds: int, database_url: str) -> Figures:
    """Many rounds with a gateway of their own."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as at_the_end:
        # The tests' fixture, used without pytest.
        platform = at_the_end.enter_context(contextlib.contextmanager(facebook.__wrapped__)())
        gateway = killable(Path(folder), platform, database_url)
        at_the_end.callback(gateway.stop)
        harness = Harness(gateway, platform)
        begun = time.monotonic()
        for number in range(rounds):
            harness.round(random.uniform(0.1, 1.0))
            if (number + 1) % 10 == 0:
                print(f"{time.monotonic() - begun:6.0f} s  {harness.figures}", flush=True)
        return harness.figures


if __name__ == "__main__":
    sys.exit(main())
