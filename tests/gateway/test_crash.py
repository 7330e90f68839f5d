"""A gateway that is killed in the middle of its work has lost nothing of what it had accepted."""

import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conditions import eventually
from tests.e2e.processes import Background, Computer
from tests.gateway.conftest import APP, PAGE, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message

ROUNDS = 5
SENDERS = 8


class Killable:
    """A gateway in a process of its own that comes back on the same data."""

    def __init__(self, folder: Path, facebook: ScriptedFacebook) -> None:
        self.computer = Computer(folder, {"FBTOOL_DATA_DIR": str(folder / "data"), "FBTOOL_APP_SECRET": APP.secret})
        self._arguments = [
            "gateway",
            "run",
            "--port",
            "0",
            "--json",
            "--app-id",
            APP.id,
            "--facebook",
            facebook.address,
        ]
        self.start()

    def start(self) -> None:
        self.process: Background = self.computer.start(*self._arguments)
        self.address = self.process.wait_for(r'"address": "([^"]+)".*\}').group(1)

    def kill(self) -> None:
        self.process.stop(signal.SIGKILL)


@pytest.fixture
def gateway(tmp_path: Path, facebook: ScriptedFacebook):  # type: ignore[no-untyped-def]
    running = Killable(tmp_path, facebook)
    yield running
    running.process.stop()


def deliver_until_it_dies(address: str, sender: int, round_: int, accepted: list[str]) -> None:
    """Deliver one message after the other and write down each that was answered with 200."""
    number = 0
    while True:
        mid = f"m_{round_}_{sender}_{number:05d}"
        try:
            status = deliver(address, delivery(message(mid, customer=f"7300{sender}")))
        except requests.RequestException:
            return
        if status == 200:
            accepted.append(mid)
        number += 1


def take_everything(address: str, token: str) -> list[dict[str, Any]]:
    """All waiting events, acknowledged on the way."""
    events: list[dict[str, Any]] = []
    cursor = ""
    while True:
        params = {"after": cursor, "limit": 500}
        headers = {"Authorization": f"Bearer {token}"}
        batch = requests.get(f"{address}/v1/events", params=params, headers=headers, timeout=30).json()
        if not batch["events"]:
            return events
        events += batch["events"]
        cursor = batch["cursor"]


def test_what_was_answered_with_200_is_delivered_once_and_in_order(gateway: Killable) -> None:
    token = gateway.computer.run("gateway", "accounts", "add", "Shop", "--json").json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    linked = requests.put(
        f"{gateway.address}/v1/facebook/pages/{PAGE}", json={"page_token": "t"}, headers=headers, timeout=30
    )
    assert linked.status_code == 201
    for round_ in range(ROUNDS):
        accepted: list[str] = []
        senders = [
            threading.Thread(target=deliver_until_it_dies, args=(gateway.address, sender, round_, accepted))
            for sender in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        eventually(lambda enough=40 * (round_ + 1), accepted=accepted: len(accepted) >= enough)
        gateway.kill()
        for sender in senders:
            sender.join()
        gateway.start()
        delivered = [event["content"]["mid"] for event in take_everything(gateway.address, token)]
        assert set(accepted) <= set(delivered), "something accepted was lost"
        assert max(Counter(delivered).values()) == 1, "something was delivered twice"
        for sender in range(SENDERS):
            own = [mid for mid in delivered if mid.startswith(f"m_{round_}_{sender}_")]
            assert own == sorted(own), "the order within a conversation was lost"
