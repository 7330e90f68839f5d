"""The writer of the embedded store: what waits at the same time is committed together, and nobody pays for another."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import apsw
import pytest

from fbtool.gateway.problems import AccountNameTaken
from fbtool.gateway.store.sqlite.writer import Writer


def life(file: Path, work: Callable[[Writer], Coroutine[Any, Any, None]]) -> None:
    """Let ``work`` use a writer on a database with one table."""

    async def whole() -> None:
        writer = Writer(lambda: _opened(file))
        await writer.start()
        await work(writer)
        await writer.stop()

    asyncio.run(whole())


def _opened(file: Path) -> apsw.Connection:
    database = apsw.Connection(str(file))
    database.execute("CREATE TABLE IF NOT EXISTS word (word TEXT UNIQUE)")
    return database


def words(file: Path) -> list[str]:
    return [row[0] for row in apsw.Connection(str(file)).execute("SELECT word FROM word ORDER BY rowid")]


def written(word: str) -> Callable[[apsw.Connection], str]:
    def job(database: apsw.Connection) -> str:
        database.execute("INSERT INTO word VALUES (?)", (word,))
        return word

    return job


def test_items_that_wait_at_the_same_time_are_handled_together_and_in_order(tmp_path: Path) -> None:
    groups: list[list[int]] = []

    def together(database: apsw.Connection, items: list[int]) -> list[int]:
        groups.append(items)
        return [item * 10 for item in items]

    async def work(writer: Writer) -> None:
        results = await asyncio.gather(*(writer.join(together, number) for number in range(100)))
        assert results == [number * 10 for number in range(100)]

    life(tmp_path / "words", work)
    assert groups == [list(range(100))]


def test_an_error_that_is_an_items_result_is_raised_to_the_one_who_waits_for_it(tmp_path: Path) -> None:
    def together(database: apsw.Connection, items: list[str]) -> list[str | Exception]:
        return [AccountNameTaken(name=item) if item == "bad" else item for item in items]

    async def work(writer: Writer) -> None:
        good, bad = await _outcomes(writer.join(together, "good"), writer.join(together, "bad"))
        assert good == "good"
        assert isinstance(bad, AccountNameTaken)

    life(tmp_path / "words", work)


def test_a_job_that_refuses_leaves_nothing_behind_and_the_others_are_done(tmp_path: Path) -> None:
    def refuses(database: apsw.Connection) -> None:
        written("half")(database)
        raise AccountNameTaken(name="half")

    async def work(writer: Writer) -> None:
        first, refused, last = await _outcomes(
            writer.run(written("first")), writer.run(refuses), writer.run(written("last"))
        )
        assert (first, last) == ("first", "last")
        assert isinstance(refused, AccountNameTaken)

    life(tmp_path / "words", work)
    assert words(tmp_path / "words") == ["first", "last"]


def without_bad_ones(database: apsw.Connection, items: list[str]) -> list[str]:
    """A shared job that has written something before it stumbles."""
    for item in items:
        written(item)(database)
        if item.endswith("bad"):
            raise RuntimeError(item)
    return items


def test_an_item_over_which_a_shared_job_stumbles_is_told_so_and_the_others_are_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(writer: Writer) -> None:
        good, bad, also, lone = await _outcomes(
            writer.join(without_bad_ones, "good"),
            writer.join(without_bad_ones, "secret bad"),
            writer.join(without_bad_ones, "also"),
            writer.run(written("lone")),
        )
        assert (good, also, lone) == ("good", "also", "lone")
        assert isinstance(bad, RuntimeError)
        assert await writer.run(written("later")) == "later", "the thread goes on"

    life(tmp_path / "words", work)
    assert words(tmp_path / "words") == ["good", "also", "lone", "later"]
    assert "RuntimeError" in caplog.text
    assert "without_bad_ones" in caplog.text, "where it happened"
    assert "secret" not in caplog.text


def test_a_shared_job_that_stumbles_over_everything_ends_nothing(tmp_path: Path) -> None:
    def stumbles(database: apsw.Connection, items: list[str]) -> list[str]:
        raise TypeError

    def forgets_one(database: apsw.Connection, items: list[str]) -> list[str]:
        return items[1:]

    async def work(writer: Writer) -> None:
        for broken in (stumbles, forgets_one):
            outcomes = await _outcomes(*(writer.join(broken, item) for item in ("one", "two")))
            assert all(isinstance(outcome, TypeError | ValueError) for outcome in outcomes)
        assert await writer.run(written("later")) == "later"

    life(tmp_path / "words", work)


def test_a_statement_that_the_database_does_not_understand_concerns_nobody_else(tmp_path: Path) -> None:
    async def work(writer: Writer) -> None:
        nonsense, good = await _outcomes(
            writer.run(lambda db: db.execute("SELECT nonsense")), writer.run(written("good"))
        )
        assert isinstance(nonsense, apsw.SQLError)
        assert good == "good"

    life(tmp_path / "words", work)


def test_what_waits_when_the_writer_stops_is_on_disk(tmp_path: Path) -> None:
    waiting: list[asyncio.Task[str]] = []

    async def work(writer: Writer) -> None:
        waiting.append(asyncio.create_task(writer.run(written("late"))))
        await asyncio.sleep(0)

    life(tmp_path / "words", work)
    assert words(tmp_path / "words") == ["late"]


def test_whoever_stops_waiting_harms_nobody(tmp_path: Path) -> None:
    async def work(writer: Writer) -> None:
        given_up = asyncio.create_task(writer.run(written("given up")))
        kept = asyncio.create_task(writer.run(written("kept")))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await kept == "kept"
        with pytest.raises(asyncio.CancelledError):
            await given_up

    life(tmp_path / "words", work)
    assert "kept" in words(tmp_path / "words")


async def _outcomes(*waiting: Awaitable[Any]) -> list[Any]:
    return list(await asyncio.gather(*waiting, return_exceptions=True))
