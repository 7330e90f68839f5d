"""The operator's commands where several gateways share a PostgreSQL database."""

import asyncio
import base64
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fbtool.gateway.channels.facebook.store.tables import tables
from fbtool.gateway.operation import database_checks
from fbtool.gateway.operation.core_settings import new_master_key
from fbtool.gateway.operation.key_rotation import Rotated, rotate_master_key
from fbtool.gateway.operation.settings import Settings
from fbtool.gateway.store.factory import data_key_of, store_for
from fbtool.gateway.store.postgres.inspection import DatabaseEmpty
from fbtool.gateway.vault import MasterKeyWrong, new_data_key
from fbtool.gateway.wakeups import Notifier
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.program import Program
from tests.gateway.test_backup_and_keys import command, events, stop
from tests.gateway.test_check import findings, registered
from tests.postgres import Cluster, serving

HANDBOOK = Path(__file__).parents[2] / "docs" / "operations" / "cluster.md"
Starts = Callable[..., Program]


@pytest.fixture(scope="module")
def careful() -> Iterator[Cluster]:
    """A server as an operator should have it, with every promise switched on."""
    with serving() as server:
        yield server


@pytest.fixture
def starts(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Starts]:
    """Starts a gateway of its own folder on a database; ``like`` has the master key it is to have too."""
    running: list[Program] = []

    def start(name: str, url: str, like: Program | None = None) -> Program:
        (tmp_path / name / "data").mkdir(parents=True, mode=0o700)
        if like:
            give_key(like, tmp_path / name / "data")
        running.append(Program(tmp_path / name, facebook, FBTOOL_DATABASE_URL=url))
        return running[-1]

    try:
        yield start
    finally:
        for program in running:
            program.close()


def give_key(giver: Program, folder: Path) -> None:
    (folder / "master.key").write_bytes((giver.data / "master.key").read_bytes())
    (folder / "master.key").chmod(0o600)


def name_of(url: str) -> str:
    return url.split("@/")[1].split("?")[0]


def test_accounts_and_holdings_are_the_same_while_it_runs_and_while_it_does_not(
    starts: Starts, cluster: Cluster
) -> None:
    here = starts("here", cluster.database())
    here.link()
    assert deliver(here.address, delivery(message("m_1"))) == 200
    held = command(here, "privacy")
    assert (held["events_waiting"], held["page_tokens"]) == (1, 1)
    stop(here)
    assert command(here, "privacy") == held
    command(here, "accounts", "add", "Support")
    assert [account["name"] for account in command(here, "accounts", "list")["accounts"]] == ["Shop", "Support"]
    assert command(here, "accounts", "remove", "Shop", "--yes", code=6)["problem"]["code"] == "account_has_sources"
    assert not list(here.data.glob("*.sqlite"))


def test_the_check_asks_the_server_and_counts_the_gateways(
    starts: Starts, careful: Cluster, facebook: ScriptedFacebook
) -> None:
    url = careful.database()
    here = starts("here", url)
    there = starts("there", url, like=here)
    registered(facebook, here.address)
    database = findings(here)["database"]
    assert database["health"] == "ok"
    version = careful.sql("postgres", "SHOW server_version").split()[0]
    assert f"PostgreSQL {version} at {careful.folder}/{name_of(url)}, shape 2, 2 gateways" in database["told"]
    stop(here)
    found = findings(here)
    assert found["database"]["told"].endswith("1 gateway connected")
    assert found["master_key"]["health"] == "ok"
    shown = there.computer.run("gateway", "check", FBTOOL_LANGUAGE="de")
    assert "✓ Datenbank: PostgreSQL" in shown.out


def test_what_is_wrong_with_the_database_is_said(tmp_path: Path, cluster: Cluster, facebook: ScriptedFacebook) -> None:
    url = cluster.database()
    name = name_of(url)
    settings = furnished(tmp_path, facebook, url)

    def told(address: str) -> str:
        database, *more = looked(replace(settings, database_url=address))
        assert all(finding["health"] == "ok" for finding in more), "one cause is told once"
        return f"{database['health']}: {database['told']} → {database['remedy']}"

    assert told(url).startswith("warning: At ")
    assert "fsync" in told(url)
    assert "there is no such database" in told(cluster.address("nowhere"))
    assert "does not answer" in told(f"postgresql://u:hush-hush@/x?host={tmp_path}")
    assert "hush-hush" not in told(f"postgresql://u:hush-hush@/x?host={tmp_path}")
    assert "is not one of PostgreSQL" in told("mysql://u:hush-hush@x")
    cluster.sql("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "can only be read" in told(url)
    cluster.sql("postgres", f"ALTER DATABASE {name} RESET default_transaction_read_only")
    cluster.sql(name, "INSERT INTO fbtool.shape VALUES ('core', 99, 'x')")
    assert "newer version" in told(url)


def test_a_look_makes_nothing_and_says_who_may_not(
    tmp_path: Path, cluster: Cluster, facebook: ScriptedFacebook
) -> None:
    url = cluster.database()
    settings = settings_for(tmp_path, facebook, database_url=url)
    assert "first start" in looked(settings)[1]["told"]
    assert cluster.sql(name_of(url), "SELECT to_regnamespace('fbtool')") == ""
    with data_key_of(tmp_path, url) as kept, pytest.raises(DatabaseEmpty):
        kept.wrapped()
    cluster.sql("postgres", "CREATE USER guest")
    guest = cluster.address(name_of(url), "guest")
    assert "may not make tables" in looked(replace(settings, database_url=guest))[0]["told"]


def test_the_key_of_the_next_start_is_what_counts(tmp_path: Path, cluster: Cluster, facebook: ScriptedFacebook) -> None:
    settings = furnished(tmp_path, facebook, cluster.database())
    assert looked(settings)[1]["health"] == "ok"
    (tmp_path / "master.key").write_text(new_master_key())
    assert looked(settings)[1]["health"] == "failed"
    (tmp_path / "master.key").unlink()
    assert "master key is missing" in looked(settings)[1]["told"]


def furnished(folder: Path, facebook: ScriptedFacebook, url: str) -> Settings:
    """The settings of a gateway that has used the database."""
    settings = settings_for(folder, facebook, database_url=url)
    (folder / "master.key").write_text(base64.b64encode(settings.master_key).decode())

    async def use() -> None:
        store = store_for(folder, url, Notifier(), [tables])
        await store.start(new_data_key(settings.master_key))
        await store.stop()

    asyncio.run(use())
    return settings


def looked(settings: Settings) -> list[dict[str, str]]:
    found = asyncio.run(database_checks.findings(settings))
    return [finding.as_json("en") for finding in found]


def test_a_new_master_key_while_all_gateways_run(starts: Starts, cluster: Cluster) -> None:
    url = cluster.database()
    here = starts("here", url)
    there = starts("there", url, like=here)
    here.link()
    assert deliver(here.address, delivery(message("m_1"))) == 200
    before = events(here)
    assert command(here, "rotate-key")["result"] == "rotated"
    assert events(here) == before, "those that run go on"
    assert (master_key(here), master_key(there)) == ("ok", "failed")
    late = command(there, "rotate-key", code=8)
    assert late["problem"]["code"] == "master_key_wrong"
    assert "another gateway" in late["problem"]["remedy"]
    assert sorted(file.name for file in there.data.glob("master.*")) == ["master.key"]
    give_key(here, there.data)
    assert master_key(there) == "ok"
    for program in (here, there):
        stop(program)
        program.start()
    there.token = here.token
    assert events(there) == before
    assert there.api("POST", f"facebook/pages/{PAGE}/check").status_code == 200


def master_key(program: Program) -> str:
    """Whether the key that the next start would take is the right one."""
    checks = program.computer.run("gateway", "check", "--json").json["checks"]
    return str(next(one["health"] for one in checks if one["check"] == "master_key"))


def test_a_rotation_that_lost_its_connection_is_finished_by_the_next(
    tmp_path: Path, cluster: Cluster, facebook: ScriptedFacebook
) -> None:
    settings = furnished(tmp_path, facebook, cluster.database())
    key, new, old = (tmp_path / name for name in ("master.key", "master.key.new", "master.key.old"))
    with data_key_of(tmp_path, settings.database_url) as kept:
        rotate_master_key(kept, key, settings.master_key)
        key.rename(new)  # the database has the new key, and nobody was told
        old.rename(key)
        assert rotate_master_key(kept, key, settings.master_key) is Rotated.FINISHED
    assert not new.exists()
    assert looked(settings)[1]["health"] == "ok"


def test_of_two_rotations_at_once_one_wins(tmp_path: Path, cluster: Cluster, facebook: ScriptedFacebook) -> None:
    settings = furnished(tmp_path, facebook, cluster.database())
    with data_key_of(tmp_path, settings.database_url) as kept:

        class Late:
            """Reads, and is overtaken before it writes."""

            replace = staticmethod(kept.replace)

            @staticmethod
            def wrapped() -> bytes:
                wrapped = kept.wrapped()
                assert kept.replace(wrapped, b"of the other one")
                return wrapped

        with pytest.raises(MasterKeyWrong):
            rotate_master_key(Late(), tmp_path / "master.key", settings.master_key)
        assert kept.wrapped() == b"of the other one"
    assert [file.name for file in tmp_path.glob("master.key*")] == ["master.key"]


def test_copies_are_made_by_postgresql(starts: Starts, cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.database()
    here = starts("here", url)
    saved = tmp_path / "saved"
    refused = command(here, "backup", str(saved), code=8)
    assert "pg_dump" in refused["problem"]["remedy"]
    only_the_gateway_knows = command(here, "backup", str(saved), code=8, FBTOOL_DATABASE_URL="")
    assert only_the_gateway_knows["problem"]["code"] == refused["problem"]["code"] == "data_in_postgres"
    saved.write_bytes(b"")
    assert command(here, "restore", str(saved), code=8)["problem"]["code"] == "data_in_postgres"


def test_a_copy_is_put_back_as_the_handbook_says(starts: Starts, cluster: Cluster, facebook: ScriptedFacebook) -> None:
    def calls() -> list[Any]:
        return facebook.calls(f"POST {PAGE}/messages")

    first, second = cluster.database(), cluster.database()
    here = starts("here", first)
    here.link()
    assert deliver(here.address, delivery(message("m_1", "Guten Tag"))) == 200
    conversation = events(here)[0]["conversation"]
    facebook.error(f"POST {PAGE}/messages", 2)  # in trouble: the answer stays in the queue
    body = {"conversation": conversation, "text": "Antwort", "human": True}
    assert here.api("POST", "messages", json=body, headers={"Idempotency-Key": "1"}).status_code == 202
    answers = "SELECT string_agg(state, ',') FROM fbtool.outbox"
    eventually(lambda: len(calls()) > 0 and cluster.sql(name_of(first), answers) == "queued", 60)

    dump, *restore = handbook_commands()
    as_written(cluster, dump, name_of(first))
    stop(here)
    asked = len(calls())
    for line in restore:
        as_written(cluster, line, name_of(second))
    there = starts("there", second, like=here)
    there.token = here.token
    eventually(lambda: cluster.sql(name_of(second), answers) == "unclear", 120)
    assert len(calls()) == asked, "an answer was sent twice"
    assert events(there)[0]["conversation"] == conversation
    assert there.api("POST", f"facebook/pages/{PAGE}/check").status_code == 200


def handbook_commands() -> list[str]:
    return re.findall(r"^(?:pg_dump|pg_restore|psql) .*$", HANDBOOK.read_text("utf-8"), re.MULTILINE)


def as_written(cluster: Cluster, line: str, database: str) -> None:
    """Carry out a command of the handbook on the tests' server."""
    program, *arguments = shlex.split(line)
    there = {"--dbname=fbtool": f"--dbname={database}", "fbtool.dump": str(cluster.folder / "fbtool.dump")}
    there["--file=fbtool.dump"] = f"--file={there['fbtool.dump']}"
    arguments = [there.get(argument, argument) for argument in arguments]
    cluster._run(program, "--host", str(cluster.folder), "--username", "tests", *arguments)
