"""When greeting and auto-replies are sent, by tables."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.channels.webchat.automatic_texts import (
    APART_MS,
    LATEST_MS,
    AutomaticText,
    Decision,
    first_due,
    next_text,
)
from fbtool.gateway.channels.webchat.settings import AutoReply, WidgetSettings
from fbtool.gateway.channels.webchat.store import Due, DueText

BEGUN = 1_790_000_000_000
SECOND = 1000
HELLO = "Guten Tag!"
NOBODY = 0
SOMEBODY = BEGUN + 10 * 3600 * SECOND


def settings(*seconds: int, also_offline: bool = False) -> WidgetSettings:
    replies = tuple(AutoReply(number, f"nach {number}") for number in seconds)
    return WidgetSettings(auto_replies=replies, also_offline=also_offline)


def planned(step: int, after: float, *, here: bool = True, last_after: float | None = None) -> DueText:
    """What was planned for so many seconds after the beginning."""
    last = 0 if last_after is None else at(last_after)
    return DueText("shop", b"conversation", "id", BEGUN, Due(step, at(after)), here, last)


def at(seconds: float) -> int:
    return BEGUN + round(seconds * SECOND)


def decided(text: str | None, following: tuple[int, float] | None) -> tuple[str | None, Due | None]:
    return text, Due(following[0], at(following[1])) if following else None


def outcome(decision: Decision) -> tuple[str | None, Due | None]:
    return decision.text.text if decision.text else None, decision.following


@pytest.mark.parametrize(
    ("greeting", "seconds", "first"),
    [
        ("", (), None),
        (HELLO, (), Due(0, BEGUN)),
        (HELLO, (5, 30), Due(0, BEGUN)),
        ("", (5, 30), Due(1, BEGUN + 5 * SECOND)),
    ],
)
def test_the_greeting_comes_at_once_and_otherwise_the_first_reply_after_its_seconds(
    greeting: str, seconds: tuple[int, ...], first: Due | None
) -> None:
    assert first_due(settings(*seconds), greeting, BEGUN) == first


@pytest.mark.parametrize(
    ("what", "step", "looked_after", "expected"),
    [
        ("the greeting at once, then the first reply", 0, 0, decided(HELLO, (1, 10))),
        ("a reply after its seconds", 1, 10, decided("nach 10", (2, 30))),
        ("a minute late it is still sent", 3, 200 + 60, decided("nach 200", None)),
        ("later it is skipped", 3, 200 + 60.001, decided(None, None)),
        ("a late greeting, and the reply that came due meanwhile keeps its distance", 0, 12, decided(HELLO, (1, 15))),
        ("of several overdue replies only the latest", 1, 31, decided("nach 30", (3, 200))),
        ("also if the first of them is too late", 1, 71, decided("nach 30", (3, 200))),
        ("too late for the greeting, not for a reply", 0, 61, decided("nach 30", (3, 200))),
        ("too late for all but the last", 0, 100, decided(None, (3, 200))),
        ("hours too late", 0, 7200, decided(None, None)),
        ("looked at too early", 2, 20, decided(None, (2, 30))),
    ],
)
def test_what_is_sent_and_what_follows(
    what: str, step: int, looked_after: float, expected: tuple[str | None, Due | None]
) -> None:
    decision = next_text(settings(10, 30, 200), HELLO, planned(step, 0), SOMEBODY, at(looked_after))
    assert outcome(decision) == expected, what


@pytest.mark.parametrize(
    ("available_until_ms", "also_offline", "here", "sent"),
    [
        (SOMEBODY, False, True, "nach 10"),
        (at(10), False, True, None),
        (at(10) + 1, False, True, "nach 10"),
        (NOBODY, False, True, None),
        (NOBODY, True, True, "nach 10"),
        (SOMEBODY, True, False, None),
    ],
)
def test_a_reply_needs_somebody_to_answer_and_somebody_to_read_it(
    available_until_ms: int, also_offline: bool, here: bool, sent: str | None
) -> None:
    texts = settings(10, 30, also_offline=also_offline)
    decision = next_text(texts, HELLO, planned(1, 10, here=here), available_until_ms, at(10))
    assert outcome(decision) == decided(sent, (2, 30)), "the next one keeps its own time, whatever became of this one"


def test_the_greeting_is_sent_although_nobody_is_there_to_answer() -> None:
    decision = next_text(settings(10), HELLO, planned(0, 0, here=False), NOBODY, BEGUN)
    assert outcome(decision) == decided(HELLO, (1, 10))


def test_two_automatic_texts_are_three_seconds_apart() -> None:
    texts = settings(10, 11)
    decision = next_text(texts, "", planned(1, 10), SOMEBODY, at(10))
    assert outcome(decision) == decided("nach 10", (2, 13))
    decision = next_text(texts, "", planned(2, 11, last_after=10), SOMEBODY, at(12.999))
    assert outcome(decision) == decided(None, (2, 13))
    decision = next_text(texts, "", planned(2, 13, last_after=10), SOMEBODY, at(13))
    assert outcome(decision) == decided("nach 11", None)


def test_settings_that_changed_meanwhile_count() -> None:
    assert next_text(settings(), "", planned(1, 10), SOMEBODY, at(10)) == Decision(None, None)
    assert next_text(settings(10), "", planned(0, 0), SOMEBODY, at(0)) == Decision(None, Due(1, at(10)))
    later = next_text(settings(20), "", planned(1, 10), SOMEBODY, at(10))
    assert outcome(later) == decided(None, (1, 20))


schedules = st.lists(st.integers(5, 3600), max_size=3, unique=True).map(sorted)


@given(
    seconds=schedules,
    greets=st.booleans(),
    pauses=st.lists(st.integers(0, 200_000), max_size=40),
    also_offline=st.booleans(),
    shift_ends=st.integers(0, 4_000_000),
)
def test_whenever_somebody_looks_each_text_is_sent_at_most_once_in_order_in_time_and_apart(
    seconds: list[int], greets: bool, pauses: list[int], also_offline: bool, shift_ends: int
) -> None:
    texts, greeting = settings(*seconds, also_offline=also_offline), HELLO if greets else ""
    due = first_due(texts, greeting, BEGUN)
    now, last = BEGUN, 0
    sent: list[tuple[int, AutomaticText]] = []
    for pause in [*pauses, *[3600 * SECOND] * 5]:
        if due is None:
            break
        now = max(now, due.at_ms) + pause
        one = DueText("shop", b"conversation", "id", BEGUN, due, True, last)
        text, following = next_text(texts, greeting, one, BEGUN + shift_ends, now)
        if text is not None:
            sent.append((now, text))
            last = now
        assert following is None or following.at_ms > now, "nobody looks again and again at the same moment"
        assert following is None or following.step >= due.step
        due = following
    assert due is None, "it comes to an end"
    steps = [text.step for _, text in sent]
    assert steps == sorted(set(steps))
    for (earlier, _), (later, _) in itertools.pairwise(sent):
        assert later - earlier >= APART_MS
    for when, text in sent:
        own = BEGUN + (seconds[text.step - 1] * SECOND if text.step else 0)
        assert own <= when <= own + LATEST_MS
        assert text.step == 0 or also_offline or when < BEGUN + shift_ends
