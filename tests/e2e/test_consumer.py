"""The reference consumer of docs/crm does what its page says."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conditions import eventually
from tests.e2e.conftest import Stage
from tests.e2e.crm import Crm, linked_crm

SOURCE = Path(__file__).parents[2] / "docs/crm/consumer.py"
Start = Callable[[], "subprocess.Popen[bytes]"]
ANSWER = "Danke! Wir melden uns."


@pytest.fixture(scope="module")
def crm(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with linked_crm(stage, tmp_path_factory.mktemp("admin"), "Reference consumer") as linked:
        yield linked


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


@pytest.fixture
def start(crm: Crm, inbox: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        environment = {**os.environ, "GATEWAY": crm.gateway, "TOKEN": crm.token, "NO_PROXY": "*"}
        running.append(subprocess.Popen([sys.executable, str(SOURCE), str(inbox)], env=environment))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait(60)


def answers(crm: Crm, customer: str) -> int:
    return [bubble["text"] for bubble in crm.bubbles(customer)].count(ANSWER)


def test_it_is_short() -> None:
    assert len(SOURCE.read_text("utf-8").splitlines()) < 60


def test_it_stores_acknowledges_and_answers_once_even_if_it_is_killed(crm: Crm, start: Start, inbox: Path) -> None:
    crm.customer("aylin", "POST", "messages", json={"text": "Noch offen?"})
    first = start()
    eventually(lambda: answers(crm, "aylin") == 1, 90)
    first.kill()
    first.wait(60)
    crm.customer("aylin", "POST", "messages", json={"text": "Und morgen?"})
    start()
    eventually(lambda: answers(crm, "aylin") == 2, 90)
    stored = sqlite3.connect(inbox)
    try:
        eventually(lambda: kinds(stored).count("sent") >= 2, 90)
        assert kinds(stored).count("message") == 2
    finally:
        stored.close()


def kinds(stored: sqlite3.Connection) -> list[str]:
    return [kind for (kind,) in stored.execute("SELECT json_extract(event, '$.kind') FROM event")]
