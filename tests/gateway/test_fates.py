"""One table: what each answer of Facebook means for the message and for the link."""

import pytest

from fbtool.facebook.catalogue import Reaction, known
from fbtool.facebook.errors import AnswerUnreadable, GraphError
from fbtool.gateway.answers.fates import Fate, fate_of
from fbtool.gateway.graph import FacebookSilent, FacebookUnreachable
from fbtool.gateway.linkage.proofs import needs_person
from fbtool.problem import Problem

F = Fate
TABLE: list[tuple[Problem, Fate]] = [
    # (A) the token is dead or a permission is missing: somebody has to sign in
    *((GraphError(190, subcode), F.PARKED) for subcode in (None, 458, 459, 460, 463, 464, 467, 492)),
    *((GraphError(code), F.PARKED) for code in (102, 10, 200, 230, 283, 299, 803)),
    (GraphError(415, 2859009), F.PARKED),
    (GraphError(100, 33), F.PARKED),
    # (B) final for this customer, or too late
    *((GraphError(*code), F.FAILED) for code in ((551, None), (551, 1545041), (200, 1545041), (10, 2018108))),
    *((GraphError(*code), F.FAILED) for code in ((100, 2018001), (10, 2018278), (10, 2018065), (10, 2534022))),
    # (C) passes by itself
    *((GraphError(code, status=500), F.LATER) for code in (1, 2, 1200)),
    (GraphError(77777, status=503), F.LATER),
    (AnswerUnreadable(status=503), F.LATER),
    (FacebookUnreachable(), F.UNREACHED),
    # it may have gone out
    (GraphError(1, 1357046), F.UNCLEAR),
    (FacebookSilent(), F.UNCLEAR),
    *((AnswerUnreadable(status=status), F.UNCLEAR) for status in (200, 500, 502, 504)),
    # (D) limits: of the app, or of the Page
    *((GraphError(code), F.APP_WAITS) for code in (4, 341)),
    *((GraphError(code), F.PAGE_WAITS) for code in (9, 17, 32, 613, 80001, 80002, 80006)),
    *((GraphError(613, subcode), F.PAGE_WAITS) for subcode in (1996, 2018338, 2534040)),
    # (E) Facebook has blocked the Page
    *((GraphError(*code), F.PAGE_STOPPED) for code in ((368, None), (10, 1893063))),
    # another app has the conversation: a person decides
    *((GraphError(*code), F.FAILED) for code in ((10, 2018300), (2018300, None), (100, 2534037))),
    # (F) content, set-up, defects
    *((GraphError(*code), F.FAILED) for code in ((100, None), (100, 2018109), (200, 2018028), (101, None), (3, None))),
    (GraphError(77777), F.FAILED),
]


def named(value: Problem | Fate) -> str:
    return value.name if isinstance(value, Fate) else value.code


@pytest.mark.parametrize(("problem", "fate"), TABLE, ids=named)
def test_the_message(problem: Problem, fate: Fate) -> None:
    assert fate_of(problem) is fate


@pytest.mark.parametrize(("problem", "fate"), TABLE, ids=named)
def test_the_link_needs_a_person_exactly_where_the_message_is_parked(problem: Problem, fate: Fate) -> None:
    assert needs_person(problem) is (fate is Fate.PARKED)


def test_every_known_code_has_a_fate_and_nothing_unclear_is_ever_tried_again() -> None:
    for code, subcode in known():
        error = GraphError(code, subcode)
        fate = fate_of(error)
        assert (fate is Fate.UNCLEAR) == (error.reaction is Reaction.UNCLEAR)
        assert (fate is Fate.LATER) == (error.reaction is Reaction.RETRY)
