"""Data of every shape that ever was, as text; ``python -m tests.gateway.store.kept`` writes that of today's last step.

A shape that was part of a release is never written anew. What is in it: an account with a linked Page, an event that
waits, a customer who may be answered, and an answer on its way.
"""

import io
import json
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import apsw.shell

from fbtool.gateway.channels.facebook.store.tables import tables as facebook_tables
from fbtool.gateway.channels.webchat.store.tables import tables as webchat_tables
from fbtool.gateway.server import Gateway
from fbtool.gateway.store import schema
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, facebook, settings_for
from tests.gateway.messenger import deliver, delivery, message
from tests.postgres import Cluster

HERE = Path(__file__).with_name("shapes")
RELEASED = {schema.CORE: 1, "facebook": 1}
"""Up to these numbers, the steps of each owner stay as they are, and so do the shapes by the core's."""
WAITING, ANSWERED = "Wann haben Sie offen?", "Gern!"


def hashes() -> dict[str, list[str]]:
    """The steps of both databases, and of each owner, by their hash."""
    owners = (schema.core, facebook_tables, webchat_tables)
    return {
        f"{name} {every.owner}": [step.hash for step in every.steps]
        for name in ("sqlite", "postgres")
        for every in (owner(name) for owner in owners)
    }


def recorded() -> dict[str, list[str]]:
    """The same as it was written down."""
    known: dict[str, list[str]] = json.loads((HERE / "hashes.json").read_text())
    return known


def shapes() -> list[Path]:
    """The folder of each shape."""
    return sorted(HERE.glob("shape-*"), key=lambda folder: int(folder.name.removeprefix("shape-")))


def facts(shape: Path) -> dict[str, Any]:
    """When the data was written, and the token of its account."""
    told: dict[str, Any] = json.loads((shape / "facts.json").read_text())
    return told


def restore_file(shape: Path, folder: Path) -> None:
    """Make the data folder of the embedded store."""
    database = apsw.Connection(str(folder / "gateway.sqlite"))
    database.execute((shape / "gateway.sqlite.sql").read_text("utf-8"))
    database.close()


def restore_database(shape: Path, cluster: Cluster) -> str:
    """Make the shared database; returns its address."""
    url = cluster.database()
    script = cluster.folder / "shape.sql"
    script.write_text((shape / "postgres.sql").read_text("utf-8"), "utf-8")
    script.chmod(0o644)
    cluster.sql(name_of(url), f"\\i {script}")
    return url


def name_of(url: str) -> str:
    """The name in an address."""
    return url.split("@/")[1].split("?")[0]


def main() -> None:
    """Write hashes and data of the last step; the data of steps before it stays."""
    HERE.mkdir(exist_ok=True)
    for name, known in recorded().items():
        last = RELEASED.get(name.split()[1], 0)
        assert hashes()[name][:last] == known[:last], f"step {last} of {name} was released: write a new one"
    (HERE / "hashes.json").write_text(json.dumps(hashes(), indent=1) + "\n")
    number = len(schema.core("sqlite").steps)
    if number <= RELEASED[schema.CORE]:
        return  # its data stays as it is
    shape = HERE / f"shape-{number}"
    shape.mkdir(exist_ok=True)
    cluster = Cluster()
    try:
        cluster.start()
        with tempfile.TemporaryDirectory() as folder, contextmanager(facebook.__wrapped__)() as platform:
            told = _furnish(Path(folder), platform, "")
            (shape / "gateway.sqlite.sql").write_text(_dumped(Path(folder) / "gateway.sqlite"), "utf-8")
            url = cluster.database()
            told_there = _furnish(Path(folder), platform, url)
            (shape / "postgres.sql").write_text(_pg_dumped(cluster, name_of(url)), "utf-8")
        (shape / "facts.json").write_text(json.dumps({"sqlite": told, "postgres": told_there}, indent=1) + "\n")
    finally:
        cluster.remove()


def _furnish(folder: Path, platform: ScriptedFacebook, database_url: str) -> dict[str, Any]:
    """Fill a store by a gateway; returns its facts."""
    settings = settings_for(folder, platform, database_url=database_url)
    gateway = Gateway(settings, Clock())
    gateway.start()
    running = Running(settings, gateway, Clock())
    running.token = running.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    assert running.link().status_code == 201
    send = f"POST {PAGE}/messages"
    platform.error(send, 2)  # in trouble: the answer stays in the queue
    asked = len(platform.calls(send))
    body = delivery(message("m_1", WAITING))
    assert deliver(running.address, body) == 200
    event = running.api("GET", "events").json()["events"][0]
    answer = {"conversation": event["conversation"], "text": ANSWERED, "human": True}
    assert running.api("POST", "messages", json=answer, headers={"Idempotency-Key": "1"}).status_code == 202
    eventually(lambda: len(platform.calls(send)) > asked)
    gateway.stop()
    return {"written_ms": Clock()(), "token": running.token, "conversation": event["conversation"]}


def _dumped(file: Path) -> str:
    database = apsw.Connection(str(file))
    (version,) = next(iter(database.execute("PRAGMA user_version")))
    out = io.StringIO()
    apsw.shell.Shell(db=database, stdout=out).process_command(".dump")
    database.close()
    lines = [line for line in out.getvalue().splitlines() if not line.startswith("--")]
    return "\n".join([*lines, f"PRAGMA user_version={version};", ""])


def _pg_dumped(cluster: Cluster, name: str) -> str:
    options = ("--schema=fbtool", "--inserts", "--no-owner", "--no-privileges", "--username", "tests")
    printed = str(cluster._run("pg_dump", "--host", str(cluster.folder), *options, name).stdout)
    # Commands of psql, settings of single versions and comments make the text differ for nothing.
    kept = [
        line
        for line in printed.splitlines()
        if line and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config"))
    ]
    return "\n".join([*kept, ""])


if __name__ == "__main__":
    sys.exit(main())
