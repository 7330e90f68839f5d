"""A deadline rings when nothing moved or cleared it in time, and for no other reason."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.edge.deadline import Deadline


class Clock:
    """An event loop of which only the time is there; a timer may ring a little early, as a real one does."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> "Timer":
        timer = Timer(when, callback)
        self.timers.append(timer)
        return timer

    def pass_until(self, moment: float) -> None:
        while due := [timer for timer in self.timers if timer.callback and timer.when <= moment]:
            first = min(due, key=lambda timer: timer.when)
            self.timers.remove(first)
            self.now = max(self.now, first.when)
            assert first.callback is not None
            first.callback()
        self.now = max(self.now, moment)


class Timer:
    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


STEPS = st.one_of(
    st.tuples(st.just("set"), st.integers(1, 10)),
    st.tuples(st.just("clear"), st.just(0)),
    st.tuples(st.just("end"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 6)),
)


@given(st.lists(STEPS, max_size=30))
def test_it_rings_exactly_when_a_plain_timer_for_each_deadline_would(steps: list[tuple[str, int]]) -> None:
    clock: Any = Clock()
    rung: list[float] = []
    deadline = Deadline(clock, lambda reason: rung.append(clock.now))
    expected: list[float] = []
    due: float | None = None
    for what, seconds in steps:
        if what == "set":
            deadline.set(seconds, "late")
            due = clock.now + seconds
        elif what == "wait":
            until = clock.now + seconds
            if due is not None and due <= until:
                expected.append(due)
                due = None
            clock.pass_until(until)
        else:
            getattr(deadline, what)()
            due = None
        assert deadline.is_set == (due is not None)
    assert rung == expected


def test_moving_it_starts_no_timer_as_long_as_the_first_one_runs() -> None:
    clock: Any = Clock()
    deadline = Deadline(clock, lambda reason: None)
    for _ in range(1000):
        deadline.set(5, "late")
        clock.pass_until(clock.now + 0.001)
        deadline.clear()
    assert len(clock.timers) == 1
