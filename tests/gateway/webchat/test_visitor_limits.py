"""The limits of visitors, by a clock: nobody is refused for what others do, and nobody can do everything."""

import pytest

from fbtool.gateway.channels.webchat.problems import RateLimited
from fbtool.gateway.channels.webchat.visitor_limits import (
    GUARDED_FROM,
    POLLS_PER_NETWORK,
    Networks,
    NewConversations,
    OriginsSeen,
    PollPlaces,
    Rates,
    Recent,
)
from tests.gateway.conftest import Clock

NOW, SECOND, MINUTE, HOUR = 1_800_000_000_000, 1000, 60_000, 3_600_000


def beginnings() -> NewConversations:
    return NewConversations(Networks())


@pytest.mark.parametrize(("begun", "bits"), [(0, 0), (5, 0), (6, 17), (11, 17), (12, 18), (30, 21), (100, 21)])
def test_what_a_network_begins_within_ten_minutes_costs_more_and_more(begun: int, bits: int) -> None:
    counted = beginnings()
    for _ in range(begun):
        counted.began("shop", "192.0.2.1", NOW)
    assert counted.bits("shop", "192.0.2.1", NOW) == bits
    assert counted.bits("shop", "192.0.2.2", NOW) == 0


def test_what_it_begins_slowly_costs_work_from_the_twentieth_in_an_hour() -> None:
    counted = beginnings()
    for number in range(20):
        assert counted.bits("shop", "192.0.2.1", NOW + number * 2 * MINUTE) == 0
        counted.began("shop", "192.0.2.1", NOW + number * 2 * MINUTE)
    assert counted.bits("shop", "192.0.2.1", NOW + 40 * MINUTE) == 17
    assert counted.bits("shop", "192.0.2.1", NOW + 2 * HOUR) == 0


def test_what_was_no_beginning_is_taken_back() -> None:
    counted = beginnings()
    for _ in range(100):
        counted.began("shop", "192.0.2.1", NOW)()
    assert counted.bits("shop", "192.0.2.1", NOW) == 0


def test_an_account_that_is_flooded_is_guarded_for_ten_minutes() -> None:
    counted = beginnings()
    for number in range(GUARDED_FROM):
        assert counted.bits("shop", f"network {number}", NOW) == 0
        counted.began("shop", f"network {number}", NOW + number)
    assert counted.bits("shop", "another", NOW + MINUTE) == 17
    assert counted.bits("other shop", "another", NOW + MINUTE) == 0
    assert counted.bits("shop", "another", NOW + 11 * MINUTE) == 0


def test_many_conversations_in_a_day_are_no_flood() -> None:
    counted = beginnings()
    for number in range(3 * GUARDED_FROM):
        counted.began("shop", f"network {number}", NOW + number * SECOND)
    assert counted.bits("shop", "another", NOW + 3 * GUARDED_FROM * SECOND) == 0


def test_messages_come_in_a_burst_and_then_one_by_one() -> None:
    rates = Rates(10, 3, 200)
    for _ in range(10):
        rates.take(b"chat", NOW)
    with pytest.raises(RateLimited) as refused:
        rates.take(b"chat", NOW)
    assert refused.value.retry_after == 3
    rates.take(b"other chat", NOW)
    rates.take(b"chat", NOW + 3 * SECOND)
    with pytest.raises(RateLimited):
        rates.take(b"chat", NOW + 3 * SECOND)
    for _ in range(10):
        rates.take(b"chat", NOW + 5 * MINUTE)


def test_an_hour_has_its_own_limit() -> None:
    rates = Rates(10, 3, 200)
    for number in range(200):
        rates.take(b"chat", NOW + number * 3 * SECOND)
    with pytest.raises(RateLimited) as refused:
        rates.take(b"chat", NOW + 10 * MINUTE)
    assert refused.value.retry_after == 50 * 60
    rates.take(b"chat", NOW + HOUR)


def test_a_clock_that_goes_back_shuts_nobody_out_for_long() -> None:
    rates = Rates(10, 3, 200)
    for _ in range(10):
        rates.take(b"chat", NOW + HOUR)
    with pytest.raises(RateLimited):
        rates.take(b"chat", NOW)
    rates.take(b"chat", NOW + 3 * SECOND)


def test_a_network_has_so_many_polls_at_once() -> None:
    places = PollPlaces(Networks())
    held = [places.place("192.0.2.1", NOW) for _ in range(POLLS_PER_NETWORK)]
    for one in held:
        one.__enter__()
    with pytest.raises(RateLimited), places.place("192.0.2.1", NOW):
        pass
    with places.place("192.0.2.2", NOW):
        pass
    held[0].__exit__(None, None, None)
    with places.place("192.0.2.1", NOW):
        pass


def test_networks_are_known_for_an_hour_and_by_nobody_else() -> None:
    here, there = Networks(), Networks()
    first = here.hashed("192.0.2.1", NOW)
    assert here.hashed("192.0.2.1", NOW + HOUR - 1) == first
    assert here.hashed("192.0.2.1", NOW + HOUR) != first
    assert there.hashed("192.0.2.1", NOW) != first


def test_only_so_many_are_remembered() -> None:
    recent: Recent[int, list[int]] = Recent(list, most=3)
    for number in (1, 2, 3, 1, 4):
        recent[number].append(number)
    assert (recent[1], recent[3], recent[4]) == ([1, 1], [3], [4])
    assert recent[2] == [], "it was used longest ago"


def test_sites_are_shown_for_an_hour() -> None:
    clock = Clock()
    seen = OriginsSeen(clock)
    for origin in ("https://a.example", "null", "javascript:x", "https://b.example", "https://" + "x" * 300):
        seen.note("shop", origin)
    assert seen.of("shop") == ["https://b.example", "https://a.example"]
    clock.advance(3601)
    assert seen.of("shop") == []
