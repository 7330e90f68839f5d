"""Told to stop in the middle of its work, it finishes what it accepted, answers who waits, and ends well."""

import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.conditions import eventually
from tests.gateway.conftest import ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.program import Program

SENDERS = 6


@pytest.fixture
def program(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    running = Program(tmp_path, facebook)
    yield running
    running.close()


def deliver_until_it_ends(address: str, sender: int, accepted: list[str]) -> None:
    for number in range(100_000):
        mid = f"m_{sender}_{number:05d}"
        try:
            if deliver(address, delivery(message(mid))) == 200:
                accepted.append(mid)
        except requests.RequestException:
            return


def take_everything(program: Program) -> list[str]:
    taken: list[str] = []
    cursor = ""
    while True:
        batch = program.api("GET", "events", params={"after": cursor, "limit": 500}).json()
        if not batch["events"]:
            return taken
        taken += [event["content"]["mid"] for event in batch["events"] if event["kind"] == "message"]
        cursor = batch["cursor"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_under_load_it_finishes_what_it_accepted_and_ends_with_0(program: Program, number: signal.Signals) -> None:
    program.link()
    accepted: list[str] = []
    senders = [
        threading.Thread(target=deliver_until_it_ends, args=(program.address, sender, accepted))
        for sender in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    eventually(lambda: len(accepted) > 60, 120)
    program.signal(number)
    code = program.ended()
    for sender in senders:
        sender.join()
    assert code == 0, program.printed()
    program.start()
    taken = take_everything(program)
    assert set(accepted) <= set(taken), "something accepted was lost"
    assert len(taken) == len(set(taken))


def test_a_crm_that_waits_is_answered_at_once(program: Program) -> None:
    program.link()
    answers: list[requests.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(program.api("GET", "events", params={"wait": "50"})))
    waiting.start()
    metrics = {"Authorization": f"Bearer {program.admin_token}"}
    eventually(
        lambda: "gateway_crm_connections 1" in requests.get(
            f"{program.address}/metrics", headers=metrics, timeout=60).text,
        60,
    )  # fmt: skip
    program.signal(signal.SIGTERM)
    assert program.ended() == 0
    waiting.join()
    assert (answers[0].status_code, answers[0].json()["events"]) == (200, [])
    assert not (program.data / "running").exists()


def unfinished_delivery(program: Program) -> socket.socket:
    """A delivery of which the last byte is missing: the gateway waits for it."""
    parts = urlsplit(program.address)
    line = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)
    line.sendall(b"POST /facebook/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
    return line


def test_a_client_that_never_finishes_does_not_hold_it(program: Program) -> None:
    with unfinished_delivery(program):
        assert requests.get(f"{program.address}/healthz", timeout=60).status_code == 200
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def test_a_second_signal_ends_it_at_once(program: Program) -> None:
    with unfinished_delivery(program):
        assert requests.get(f"{program.address}/healthz", timeout=60).status_code == 200
        program.signal(signal.SIGTERM)
        refuses_connections(program)
        program.signal(signal.SIGTERM)
        assert program.ended() == 128 + signal.SIGTERM
    program.start()
    assert requests.get(f"{program.address}/readyz", timeout=60).text == "ready"


def refuses_connections(program: Program) -> None:
    parts = urlsplit(program.address)

    def refused() -> bool:
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5).close()
        except OSError:
            return True
        return False

    eventually(refused, 60)
