"""When a Page may write: 24 hours for anyone, seven days for a human, never first."""

import pytest

from fbtool.facebook.messaging_window import Closed, Envelope, deadlines, declare
from fbtool.facebook.permissions import missing_tasks

HOUR = 3600 * 1000
WROTE = 1_795_435_200_000
RESPONSE = Envelope("RESPONSE")
AS_HUMAN = Envelope("MESSAGE_TAG", "HUMAN_AGENT")


@pytest.mark.parametrize(
    ("after", "human", "answer"),
    [
        (0, True, RESPONSE),
        (0, False, RESPONSE),
        (24 * HOUR - 1, True, RESPONSE),
        (24 * HOUR - 1, False, RESPONSE),
        (24 * HOUR, True, AS_HUMAN),
        (24 * HOUR, False, Closed.AUTOMATIC_TOO_LATE),
        (7 * 24 * HOUR - 1, True, AS_HUMAN),
        (7 * 24 * HOUR, True, Closed.TOO_LATE),
        (7 * 24 * HOUR, False, Closed.TOO_LATE),
    ],
)
def test_the_window(after: int, human: bool, answer: Envelope | Closed) -> None:
    assert declare(WROTE, WROTE + after, human=human) == answer


@pytest.mark.parametrize("human", [True, False])
def test_a_business_never_opens_a_conversation(human: bool) -> None:
    assert declare(None, WROTE, human=human) is Closed.NEVER_WROTE


def test_the_deadlines_are_the_ends_of_the_windows() -> None:
    ends = deadlines(WROTE)
    assert declare(WROTE, ends.anyone - 1, human=False) == RESPONSE
    assert declare(WROTE, ends.anyone, human=False) is Closed.AUTOMATIC_TOO_LATE
    assert declare(WROTE, ends.human, human=True) is Closed.TOO_LATE


@pytest.mark.parametrize(
    ("tasks", "missing"),
    [
        (["MESSAGING", "MODERATE", "ANALYZE"], ()),
        (["MANAGE"], ()),
        (["PROFILE_PLUS_FULL_CONTROL"], ()),
        (["PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_MODERATE"], ()),
        (["MESSAGING"], ("MODERATE",)),
        (["MODERATE"], ("MESSAGING",)),
        (["ANALYZE", "ADVERTISE"], ("MESSAGING", "MODERATE")),
        (["SOMETHING_NEW"], ("MESSAGING", "MODERATE")),
        ([], ("MESSAGING", "MODERATE")),
    ],
)
def test_the_tasks_that_linking_needs(tasks: list[str], missing: tuple[str, ...]) -> None:
    assert missing_tasks(tasks) == missing
