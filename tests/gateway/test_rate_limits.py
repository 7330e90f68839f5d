"""When and how much may be sent: one Page's trouble is not another's, and Facebook's word is kept."""

import pytest

from fbtool.gateway.rate_limits import SUSPICIOUS, RateLimits, Rates, SendPause

FLYING = Rates().in_flight
NOW = 1_800_000_000_000
MINUTE = 60_000
SHOP, OTHER = "11", "12"


@pytest.fixture
def pace() -> RateLimits:
    return RateLimits(spread=lambda: 1.0)


def one_goes(pace: RateLimits, now: int, page: str = SHOP) -> None:
    probe = pace.started(page, now)
    pace.went(page, now)
    pace.ended(page, probe=probe)


def fails(pace: RateLimits, now: int, conversation: bytes, page: str = SHOP) -> None:
    probe = pace.started(page, now)
    pace.trouble(page, conversation, now)
    pace.ended(page, probe=probe)


def test_a_page_has_so_many_calls_at_once_and_not_more(pace: RateLimits) -> None:
    for _ in range(FLYING):
        assert pace.room(SHOP, NOW)
        pace.started(SHOP, NOW)
    assert pace.room(SHOP, NOW) == 0
    assert pace.opens_at(SHOP, NOW) is None, "not before one of them ends"
    assert pace.room(OTHER, NOW) == FLYING


def test_no_more_than_300_a_second(pace: RateLimits) -> None:
    sent = 0
    while pace.room(SHOP, NOW):
        one_goes(pace, NOW)
        sent += 1
    assert sent == 300
    assert NOW < (pace.opens_at(SHOP, NOW) or 0) <= NOW + 10


def test_gateways_on_one_database_divide_it(pace: RateLimits) -> None:
    pace.shared_by(3)
    sent = 0
    while pace.room(SHOP, NOW):
        one_goes(pace, NOW)
        sent += 1
    assert sent == 100
    pace.used(SHOP, 85, 0, NOW)
    opens = pace.opens_at(SHOP, NOW) or 0
    assert opens >= NOW + 3000, "one message in a second, all of them together"
    assert pace.room(SHOP, opens) == 1


def test_audio_and_video_go_ten_in_a_second_and_nothing_else_waits_for_them(pace: RateLimits) -> None:
    turns = [pace.media_turn(SHOP, NOW) for _ in range(13)]
    assert turns == [NOW] * 10 + [NOW + 100, NOW + 200, NOW + 300]
    assert pace.room(SHOP, NOW) == FLYING
    assert pace.media_turn(OTHER, NOW) == NOW
    assert pace.media_turn(SHOP, NOW + 100) == NOW + 100, "its turn has come"
    pace.shared_by(2)
    assert [pace.media_turn(OTHER, NOW) for _ in range(6)] == [NOW] * 5 + [NOW + 200]


def test_one_customer_in_trouble_is_not_the_page_in_trouble(pace: RateLimits) -> None:
    for _ in range(10):
        fails(pace, NOW, b"one")
    assert pace.room(SHOP, NOW)


def test_several_in_a_row_close_the_page_and_one_probe_opens_it(pace: RateLimits) -> None:
    for number in range(SUSPICIOUS):
        fails(pace, NOW, bytes([number]))
    assert pace.room(SHOP, NOW) == 0
    assert pace.room(OTHER, NOW) == FLYING
    opens = pace.opens_at(SHOP, NOW)
    assert opens == NOW + 2000
    assert pace.room(SHOP, opens) == 1
    probe = pace.started(SHOP, opens)
    assert probe
    assert pace.room(SHOP, opens) == 0, "one probe at a time"
    pace.went(SHOP, opens)
    pace.ended(SHOP, probe=probe)
    assert pace.room(SHOP, opens) > 1


def test_a_probe_that_fails_doubles_the_pause_up_to_a_limit(pace: RateLimits) -> None:
    for number in range(SUSPICIOUS):
        fails(pace, NOW, bytes([number]))
    now, pauses = NOW, []
    for _ in range(10):
        opens = pace.opens_at(SHOP, now)
        assert opens is not None
        pauses.append((opens - now) // 1000)
        now = opens
        fails(pace, now, b"probe")
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_calls_under_way_when_it_closes_do_not_lengthen_the_pause(pace: RateLimits) -> None:
    probes = [pace.started(SHOP, NOW) for _ in range(20)]
    for number, probe in enumerate(probes):
        pace.trouble(SHOP, bytes([number]), NOW)
        pace.ended(SHOP, probe=probe)
    assert pace.opens_at(SHOP, NOW) == NOW + 2000


def test_a_probe_whose_link_died_does_not_shut_the_gate_for_ever(pace: RateLimits) -> None:
    pace.waits(SHOP, SendPause.THROTTLED, NOW)
    opens = pace.opens_at(SHOP, NOW) or 0
    pace.ended(SHOP, probe=pace.started(SHOP, opens))
    assert pace.room(SHOP, opens) == 1


@pytest.mark.parametrize(("percent", "wait_minutes"), [(100, 7), (5, 7), (104, 0)])
def test_a_used_up_limit_closes_this_page_only_and_as_long_as_is_said(
    pace: RateLimits, percent: int, wait_minutes: int
) -> None:
    pace.used(SHOP, percent, wait_minutes * MINUTE, NOW)
    opens = pace.opens_at(SHOP, NOW) or 0
    assert opens >= NOW + max(wait_minutes, 1) * MINUTE
    assert pace.room(SHOP, opens - 1) == 0
    assert pace.room(OTHER, NOW) == FLYING


def test_the_apps_limit_closes_all_pages(pace: RateLimits) -> None:
    pace.used("", 101, 0, NOW)
    assert pace.room(SHOP, NOW) == pace.room(OTHER, NOW) == 0


def test_near_a_limit_it_goes_slowly_and_later_fast_again(pace: RateLimits) -> None:
    pace.used(SHOP, 85, 0, NOW)
    one_goes(pace, NOW)
    assert pace.room(SHOP, NOW) == 0
    assert pace.room(SHOP, NOW + 1001) == 1
    pace.used(SHOP, 20, 0, NOW + 1001)
    assert pace.room(SHOP, NOW + 2001) > 1


def test_what_cannot_be_reached_stops_everything_and_one_page_probes_for_all(pace: RateLimits) -> None:
    pace.waits("", SendPause.UNREACHABLE, NOW)
    opens = pace.opens_at(SHOP, NOW) or 0
    assert pace.room(SHOP, opens) == 1
    pace.started(SHOP, opens)
    assert pace.room(OTHER, opens) == 0


def test_a_block_is_told_once_until_something_went_again(pace: RateLimits) -> None:
    assert pace.stopped(SHOP, NOW)
    assert not pace.stopped(SHOP, NOW)
    opens = pace.opens_at(SHOP, NOW) or 0
    assert opens == NOW + 60 * MINUTE
    one_goes(pace, opens)
    assert pace.stopped(SHOP, opens)
