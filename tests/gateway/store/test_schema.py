"""A database that an earlier version has written is brought to today's shape; a newer one is left alone."""

import asyncio
from pathlib import Path

import apsw
import pytest

from fbtool.gateway.store import schema
from fbtool.gateway.store.postgres import database
from fbtool.gateway.store.postgres.database import Database
from fbtool.gateway.store.sqlite.opening import StoreInUse, StoreUnreadable, opened
from tests.postgres import Cluster

FIRST = schema.Step(1, "CREATE TABLE pet (name TEXT)")
SECOND = schema.Step(2, "ALTER TABLE pet ADD COLUMN legs INTEGER NOT NULL DEFAULT 4")
BROKEN = schema.Step(2, "CREATE TABLE toy (name TEXT); SELECT nonsense")


def shape(*steps: schema.Step, owner: str = schema.CORE) -> list[schema.Tables]:
    return [schema.Tables(owner, steps)]


def contents(file: Path, query: str) -> list[tuple[object, ...]]:
    store = apsw.Connection(str(file))
    try:
        return list(store.execute(query))
    finally:
        store.close()


def old_file(folder: Path) -> Path:
    file = folder / "gateway.sqlite"
    store = opened(file, shape(FIRST))
    store.execute("INSERT INTO pet VALUES ('Bello')")
    store.close()
    return file


def test_an_old_file_is_brought_to_todays_shape_with_everything_in_it(tmp_path: Path) -> None:
    file = old_file(tmp_path)
    opened(file, shape(FIRST, SECOND)).close()
    assert contents(file, "SELECT * FROM pet") == [("Bello", 4)]
    assert contents(file, "PRAGMA user_version") == [(2,)]


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = old_file(tmp_path)
    with pytest.raises(StoreUnreadable):
        opened(file, shape(FIRST, BROKEN))
    assert contents(file, "SELECT name FROM sqlite_schema") == [("pet",), ("shape",)]
    assert contents(file, "PRAGMA user_version") == [(1,)]


def test_a_newer_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "gateway.sqlite"
    opened(file, shape(FIRST, SECOND)).close()
    with pytest.raises(schema.StoreTooNew) as refused:
        opened(file, shape(FIRST))
    assert "2" in refused.value.told("en").meaning
    assert contents(file, "PRAGMA user_version") == [(2,)]


def test_a_file_of_a_step_that_was_edited_is_refused_by_name_and_not_touched(tmp_path: Path) -> None:
    file = old_file(tmp_path)
    edited = schema.Step(1, "CREATE TABLE pet (name TEXT, legs INTEGER)")
    with pytest.raises(schema.StoreShapeUnknown) as refused:
        opened(file, shape(edited, SECOND))
    assert "step 1" in refused.value.told("en").meaning
    assert "Schritt 1" in refused.value.told("de").meaning
    assert contents(file, "SELECT * FROM pet") == [("Bello",)]


def test_a_file_from_before_steps_had_hashes_is_refused_by_name(tmp_path: Path) -> None:
    file = old_file(tmp_path)
    store = apsw.Connection(str(file))
    store.execute("DROP TABLE shape")
    store.close()
    with pytest.raises(schema.StoreShapeUnknown):
        opened(file, shape(FIRST, SECOND))


def test_comments_and_spaces_of_a_step_make_no_other_shape(tmp_path: Path) -> None:
    file = old_file(tmp_path)
    opened(file, shape(schema.Step(1, "-- Pets.\nCREATE TABLE  pet\n  (name TEXT) -- what we call it"))).close()


def test_a_shared_database_of_another_shape_is_refused_by_name_and_not_touched(cluster: Cluster) -> None:
    url = cluster.database()
    name = url.split("@/")[1].split("?")[0]

    def start(*steps: schema.Step) -> None:
        async def life() -> None:
            shared = Database(url, shape(*steps))
            await shared.open()
            await shared.close()

        asyncio.run(life())

    start(FIRST)
    start(FIRST, SECOND)
    with pytest.raises(schema.StoreTooNew):
        start(FIRST)
    with pytest.raises(schema.StoreShapeUnknown):
        start(FIRST, schema.Step(2, "ALTER TABLE pet ADD COLUMN tail text"))
    cluster.sql(name, "ALTER TABLE fbtool.shape DROP COLUMN hash")
    with pytest.raises(schema.StoreShapeUnknown):
        start(FIRST, SECOND)
    assert cluster.sql(name, "SELECT count(*) FROM fbtool.pet") == "0"


def test_a_step_that_takes_long_is_waited_for_by_all_gateways(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMAND_SECONDS", 0.2)
    monkeypatch.setitem(database.SETTINGS, "lock_timeout", "200ms")
    url = cluster.database()
    name = url.split("@/")[1].split("?")[0]
    slow = schema.Step(1, "SELECT pg_sleep(0.6); CREATE TABLE pet (name TEXT)")

    async def life() -> None:
        one = Database(url, shape(slow))
        await one.open()
        await one.close()

    async def two() -> None:
        await asyncio.gather(life(), life())

    asyncio.run(two())
    assert cluster.sql(name, "SELECT count(*) FROM fbtool.shape") == "1"


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gateway.sqlite"
    foreign = apsw.Connection(str(file))
    foreign.execute("CREATE TABLE bookmarks (url TEXT)")
    foreign.close()
    with pytest.raises(StoreUnreadable) as refused:
        opened(file, shape(FIRST))
    assert "another program" in refused.value.told("en").meaning


def test_an_open_file_is_refused_to_a_second_one(tmp_path: Path) -> None:
    first = opened(tmp_path / "gateway.sqlite", shape(FIRST))
    try:
        with pytest.raises(StoreInUse):
            opened(tmp_path / "gateway.sqlite", shape(FIRST))
    finally:
        first.close()


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "gateway.sqlite").write_text("Liebes Tagebuch, " * 100)
    with pytest.raises(StoreUnreadable):
        opened(tmp_path / "gateway.sqlite", shape(FIRST))


def test_steps_are_numbered_without_a_gap(tmp_path: Path) -> None:
    for name in ("sqlite-1.sql", "sqlite-2.sql", "sqlite-4.sql", "postgres-1.sql"):
        (tmp_path / name).write_text(name)
    assert [step.number for step in schema.steps("sqlite", tmp_path)] == [1, 2]


def test_todays_steps_make_a_database(tmp_path: Path) -> None:
    opened(tmp_path / "gateway.sqlite", [schema.core("sqlite")]).close()
    assert ("inbox",) in contents(tmp_path / "gateway.sqlite", "SELECT name FROM sqlite_schema")


def test_a_channels_tables_are_made_when_it_comes_and_left_alone_when_it_has_gone(tmp_path: Path) -> None:
    file = tmp_path / "gateway.sqlite"
    toys = schema.Step(1, "CREATE TABLE toy (name TEXT)")
    opened(file, shape(FIRST)).close()
    opened(file, shape(FIRST) + shape(toys, owner="toys")).close()
    opened(file, shape(FIRST, SECOND)).close()
    taken = [("core", 1), ("core", 2), ("toys", 1)]
    assert contents(file, "SELECT owner, step FROM shape ORDER BY owner, step") == taken
    edited = schema.Step(1, "CREATE TABLE toy (name TEXT, age INTEGER)")
    with pytest.raises(schema.StoreShapeUnknown):
        opened(file, shape(FIRST, SECOND) + shape(edited, owner="toys"))


def test_the_same_in_a_shared_database(cluster: Cluster) -> None:
    url = cluster.database()
    toys = schema.Step(1, "CREATE TABLE toy (name text)")

    async def life(tables: list[schema.Tables]) -> None:
        shared = Database(url, tables)
        await shared.open()
        await shared.close()

    asyncio.run(life(shape(FIRST)))
    asyncio.run(life(shape(FIRST) + shape(toys, owner="toys")))
    asyncio.run(life(shape(FIRST, SECOND)))
    name = url.split("@/")[1].split("?")[0]
    assert cluster.sql(name, "SELECT owner FROM fbtool.shape ORDER BY owner, step").split() == ["core", "core", "toys"]
    with pytest.raises(schema.StoreShapeUnknown):
        asyncio.run(life(shape(FIRST, SECOND) + shape(schema.Step(1, "SELECT 1"), owner="toys")))
