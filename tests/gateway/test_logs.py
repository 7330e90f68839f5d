"""What is written: one JSON object a line if wanted, thrifty with repetitions, and never somebody else's words."""

import io
import json
import logging
from typing import Any

import pytest

from fbtool.gateway.telemetry import logs

OWN = logging.getLogger("fbtool.gateway.tests")


def lines_of(log_format: str, *, verbose: bool = False, write: Any) -> list[str]:
    stream = io.StringIO()
    with logs.written(log_format, verbose=verbose, stream=stream):
        write()
    return stream.getvalue().splitlines()


def test_json_lines_say_when_how_bad_who_and_what() -> None:
    (line,) = lines_of("json", write=lambda: OWN.warning("stored %d", 3, extra={"page": "ab12"}))
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "warning", "logger": "fbtool.gateway.tests", "event": "stored 3", "page": "ab12"}


def test_lines_for_people_carry_the_same() -> None:
    (line,) = lines_of("text", write=lambda: OWN.warning("stored %d", 3, extra={"page": "ab12"}))
    assert line.endswith("WARNING fbtool.gateway.tests: stored 3 page=ab12")


def test_deliveries_are_written_only_if_wanted() -> None:
    assert lines_of("text", write=lambda: OWN.info("x")) == []
    assert len(lines_of("text", verbose=True, write=lambda: OWN.info("x"))) == 1


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_the_words_of_libraries_and_exceptions_are_withheld(log_format: str) -> None:
    def write() -> None:
        logging.getLogger("asyncio").error("Task failed with ValueError('secret')")
        try:
            raise ValueError("secret")
        except ValueError:
            OWN.exception("a task failed")

    written = "\n".join(lines_of(log_format, write=write))
    assert "secret" not in written
    assert "ValueError" in written
    assert "asyncio" in written


def test_the_same_line_is_written_ten_times_a_minute_and_then_counted() -> None:
    thrift = logs._RepeatFilter()

    def record(at: float, text: str = "again") -> logging.LogRecord:
        made = logging.LogRecord("fbtool.x", logging.WARNING, "", 0, text, (), None)
        made.created = at
        return made

    kept = [thrift.filter(record(60.0)) for _ in range(15)]
    assert kept == [True] * 10 + [False] * 5
    assert thrift.filter(record(60.0, "another"))
    late = record(120.0)
    assert thrift.filter(late)
    assert late.__dict__["left_out"] == 5


def test_a_pseudonym_connects_lines_of_a_day_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    names = logs.Pseudonyms()
    monkeypatch.setattr("fbtool.gateway.telemetry.logs.time.time", lambda: 1_800_000_000.0)
    today = names.of("100")
    assert names.of("100") == today != names.of("101")
    assert logs.Pseudonyms().of("100") != today
    monkeypatch.setattr("fbtool.gateway.telemetry.logs.time.time", lambda: 1_800_090_000.0)
    assert names.of("100") != today
