"""What a CRM waits for 500 receipts, against 500 messages, while webhooks come in beside it."""

import contextlib
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks import bodies, servers
from benchmarks.facebook import APP, page_id
from benchmarks.figures import Aim, Chapter, Table, ratios, spread
from benchmarks.servers import Served

AT_ONCE = 500
_BESIDE = 2
_SLOWER = (
    "A receipt is looked up by the fingerprint of its message; an index over more of them would have to be smaller."
)


def _deliver(http: requests.Session, served: Served, body: bytes) -> None:
    signed = {"X-Hub-Signature-256": "sha256=" + hmac.new(APP.secret.encode(), body, hashlib.sha256).hexdigest()}
    assert http.post(served.webhook, data=body, headers=signed, timeout=30).status_code == 200


def _body(kind: str, name: str) -> bytes:
    """One webhook with so many items of a kind, each of another customer."""
    now_ms = time.time_ns() // 1_000_000
    of_kind: dict[str, Any] = {
        "message": lambda mid: {"message": {"mid": mid, "text": "Hallo"}},
        "delivered": lambda mid: {"delivery": {"mids": [mid], "watermark": now_ms}},
        "read": lambda mid: {"read": {"watermark": now_ms}},
    }
    items = [
        {"sender": {"id": str(7_300_000_000_000_000 + number)}, "recipient": {"id": page_id(0)},
         "timestamp": now_ms, **of_kind[kind](f"m_{name}_{number}")}
        for number in range(AT_ONCE)
    ]  # fmt: skip
    return json.dumps({"object": "page", "entry": [{"id": page_id(0), "time": now_ms, "messaging": items}]}).encode()


@contextlib.contextmanager
def _webhooks(served: Served, name: str) -> Iterator[None]:
    """Deliver messages without a pause meanwhile."""
    over = threading.Event()

    def deliver(thread: int) -> None:
        with requests.Session() as http:
            for number in itertools.count():
                if over.is_set():
                    return
                _deliver(http, served, bodies.body(page_id(0), number, f"{name}{thread}", time.time_ns() // 1_000_000))

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(_BESIDE)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _taken_ms(served: Served, kind: str, name: str) -> float:
    with requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {served.token}"
        _deliver(http, served, _body(kind, name))
        with _webhooks(served, name):
            begun = time.perf_counter()
            answer = http.get(f"{served.address}/v1/events", params={"limit": str(AT_ONCE)}, timeout=60)
            took = time.perf_counter() - begun
        assert len(answer.json()["events"]) == AT_ONCE
    servers.drain(served)
    return took * 1000


def measure(workplace: Path, facebook: str, *, rounds: int, databases: dict[str, str]) -> Chapter:
    """Milliseconds for one request of the CRM.

    Args:
        workplace: for the data.
        facebook: the stand-in's address.
        rounds: how often.
        databases: name of a store → its address; an empty address is the embedded store.
    """
    chapter = Chapter("Receipts and messages")
    columns = ("store", "messages: ms", "delivered: ms", "read: ms", "delivered to messages", "read to messages")
    table = Table(f"{AT_ONCE} events in one answer, {_BESIDE} senders of webhooks beside it, {rounds} rounds", columns)
    for name, address in databases.items():
        environment = {"FBTOOL_DATABASE_URL": address} if address else {}
        folder = workplace / f"receipts-{len(table.rows)}"
        took: dict[str, list[float]] = {"message": [], "delivered": [], "read": []}
        with servers.gateway(name, folder, facebook, **environment) as served:
            for number, kind in itertools.product(range(rounds), took):
                took[kind].append(_taken_ms(served, kind, f"r{len(table.rows)}{kind[0]}{number}"))
        shares = [ratios(took[kind], took["message"]) for kind in ("delivered", "read")]
        cells = [spread(values).told() for values in took.values()] + [share.told(digits=2) for share in shares]
        table.rows.append((name, *cells))
        for what, share in zip(("delivered", "read"), shares, strict=True):
            aim = f"{AT_ONCE} “{what}” against as many messages, {name}"
            chapter.aims.append(Aim(aim, 2, share, at_least=False, if_short=_SLOWER))
    chapter.tables.append(table)
    return chapter
