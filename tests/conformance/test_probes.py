"""How the suite sees what arrived: by log, by address; which arrivals count."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fbtool.sandbox.conformance import markers
from fbtool.sandbox.conformance.arrivals import ArrivalLog
from fbtool.sandbox.conformance.probes import LogProbe, ProbeSilent, UrlProbe
from fbtool.sandbox.conformance.problems import LogUnreadable, ProbeUnreadable

from . import endpoint as endpoints
from .conftest import play, wrongs
from .endpoint import Endpoint, serving_at

RUN = "0a1b2c3d"
ONE, TWO = markers.marker(RUN, "any", 1), markers.marker(RUN, "any", 2)


def seen(*records: str) -> ArrivalLog:
    sightings = ArrivalLog(RUN)
    for record in records:
        sightings.add(record)
    return sightings


def test_a_message_is_one_arrival_whether_its_id_its_text_or_both_are_shown() -> None:
    assert seen(f"got {ONE}").count(ONE) == 1
    assert seen(f"mid=m_{ONE}").count(ONE) == 1
    assert seen(f'{{"mid":"m_{ONE}","text":"{ONE}"}}').count(ONE) == 1
    assert seen(f"mid: m_{ONE}", f"text: {ONE}").count(ONE) == 1
    assert seen(f"mid: m_{ONE}", f"text: {ONE}", f"still {ONE}").count(ONE) == 1


def test_a_message_in_two_records_has_arrived_twice() -> None:
    assert seen(f"got {ONE}", f"got {ONE}").count(ONE) == 2
    assert seen(f"m_{ONE} {ONE}", f"m_{ONE} {ONE}").count(ONE) == 2


def test_another_run_and_a_longer_number_are_no_sighting() -> None:
    other = markers.marker("ffffffff", "any", 1)
    assert seen(other, ONE + "7").count(ONE) == 0
    assert markers.is_marked(other)
    assert not markers.is_marked("Habt ihr offen?")


def test_places_follow_the_order_within_and_between_records() -> None:
    together = seen(f"{TWO} {ONE}")
    assert together.place(TWO) < together.place(ONE)
    apart = seen(ONE, TWO)
    assert apart.place(ONE) < apart.place(TWO)


def looks(probe: LogProbe | UrlProbe, *between: Callable[[], object]) -> list[list[str]]:
    """What each look shows, with something done before each."""

    async def look() -> list[list[str]]:
        await probe.open()
        try:
            shown = []
            for act in between:
                act()
                shown.append(await probe.look())
            return shown
        finally:
            await probe.close()

    return asyncio.run(look())


def test_a_log_shows_whole_new_lines_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("from before\n")

    def add(text: str) -> Callable[[], object]:
        return lambda: log.write_text(log.read_text() + text)

    assert looks(LogProbe(log), add("one\ntw"), add("o\n"), add("")) == [["one"], ["two"], []]


def test_a_log_that_is_started_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("a long line from before\n")
    assert looks(LogProbe(log), lambda: log.write_text("new\n")) == [["new"]]


def test_a_log_that_vanishes_is_silent_for_the_moment(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    with pytest.raises(ProbeSilent):
        looks(LogProbe(log), log.unlink)


def test_a_log_that_is_not_there_is_a_problem_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable):
        looks(LogProbe(tmp_path / "none"))


class AsLines(Endpoint):
    def arrived(self) -> bytes:
        return b"".join(json.dumps(message).encode() + b"\n" for message in self.handed_on)


@pytest.mark.parametrize("kind", [Endpoint, AsLines])
def test_an_address_may_answer_with_a_list_or_with_lines(kind: type[Endpoint], tmp_path: Path) -> None:
    endpoint = kind(tmp_path / "log")
    with serving_at(endpoint) as address:
        report = play(address, UrlProbe(f"{address}/arrived"), ("several-items", "repeated", "escaped-text"))
    assert wrongs(report) == {}
    assert report.probe == "probe"


def test_an_address_shows_losses_and_doubles(tmp_path: Path) -> None:
    class Both(endpoints.FirstOfBatch, endpoints.Forgetful):
        """Loses and doubles."""

    endpoint = Both(tmp_path / "log")
    with serving_at(endpoint) as address:
        report = play(address, UrlProbe(f"{address}/arrived"), ("several-items", "repeated"))
    assert wrongs(report) == {"several-items": {"lost"}, "repeated": {"doubled"}}


def test_an_address_that_begins_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path / "log")
    endpoint.handed_on = ["a", "b"]
    with serving_at(endpoint) as address:
        shown = looks(
            UrlProbe(f"{address}/arrived"),
            lambda: endpoint.handed_on.append("c"),
            lambda: endpoint.handed_on.__setitem__(slice(None), ["d"]),
        )
    assert shown == [['"c"'], ['"d"']]


class Hiccuping(Endpoint):
    """Cannot always tell."""

    asked = 0

    def arrived(self) -> bytes:
        self.asked += 1
        return b"one moment, please" if self.asked % 2 == 0 else super().arrived()


def test_a_probe_that_is_silent_for_a_moment_loses_nothing(tmp_path: Path) -> None:
    endpoint = Hiccuping(tmp_path / "log")
    with serving_at(endpoint) as address:
        report = play(address, UrlProbe(f"{address}/arrived"), ("both-signatures", "several-items"))
    assert wrongs(report) == {}
    assert endpoint.asked > 2


class AsProse(Endpoint):
    def arrived(self) -> bytes:
        return b"<p>three messages</p>"


def test_an_address_that_tells_no_json_is_a_problem_before_anything_is_sent(tmp_path: Path) -> None:
    endpoint = AsProse(tmp_path / "log")
    with serving_at(endpoint) as address:
        with pytest.raises(ProbeUnreadable, match="no JSON"):
            play(address, UrlProbe(f"{address}/arrived"))
        with pytest.raises(ProbeUnreadable, match="HTTP 403"):
            play(address, UrlProbe(address))
    with pytest.raises(ProbeUnreadable):
        asyncio.run(UrlProbe(f"{address}/arrived").open())
    assert endpoint.handed_on == []
