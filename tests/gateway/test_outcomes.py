"""One table: what each answer of Facebook means for the message, and how far that reaches."""

import pytest

from fbtool.facebook.catalogue import known
from fbtool.facebook.errors import AnswerUnreadable, FacebookError, ProofRefused
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable
from fbtool.gateway.channels.facebook.outcomes import InQuestion, refusal_of
from fbtool.gateway.channels.facebook.page_tokens import concerns_app, needs_person
from fbtool.gateway.channels.port import Outcome, Refused, Scope
from fbtool.gateway.rate_limits import SendPause
from fbtool.meta.catalogue import Reaction
from fbtool.problem import Problem

F, S, C = Outcome, Scope, SendPause
IN_QUESTION = "a check of the link decides"
Row = tuple[Problem, Outcome | str, Scope, SendPause | None]
TABLE: list[Row] = [
    # (A) perhaps the token is dead or a permission is missing: a check of the link decides
    *((FacebookError(190, sub), IN_QUESTION, S.LINK, None) for sub in (None, 458, 459, 460, 463, 464, 467, 492)),
    *((FacebookError(code), IN_QUESTION, S.LINK, None) for code in (102, 10, 200, 230, 283, 299, 803)),
    *(
        (FacebookError(*code), IN_QUESTION, S.LINK, None)
        for code in ((415, 2859009), (100, 33), (10, 1), (200, 1893099))
    ),
    # (B) final for this customer, or too late
    *((FacebookError(*code), F.FAILED, S.CUSTOMER, None) for code in ((551, None), (551, 1545041), (200, 1545041))),
    *((FacebookError(*code), F.FAILED, S.CUSTOMER, None) for code in ((10, 2018108), (100, 2018001), (10, 2018278))),
    *((FacebookError(*code), F.FAILED, S.CUSTOMER, None) for code in ((10, 2018065), (10, 2534022))),
    *((FacebookError(code, 2018028), F.FAILED, S.CUSTOMER, None) for code in (10, 200)),
    # another app has the conversation: a person decides
    *((FacebookError(*code), F.FAILED, S.CUSTOMER, None) for code in ((10, 2018300), (2018300, None), (100, 2534037))),
    # (C) passes by itself
    *((FacebookError(code, status=500), F.LATER, S.MESSAGE, None) for code in (1, 2, 1200)),
    (FacebookError(100, 2018048), F.LATER, S.MESSAGE, None),
    (FacebookError(77777, status=503), F.LATER, S.MESSAGE, None),
    (AnswerUnreadable(status=503), F.LATER, S.MESSAGE, None),
    (FacebookUnreachable(), F.WAITS, S.APP, C.UNREACHABLE),
    # it may have gone out
    (FacebookError(1, 1357046), F.UNCLEAR, S.MESSAGE, None),
    (FacebookSilent(), F.UNCLEAR, S.MESSAGE, None),
    *((AnswerUnreadable(status=status), F.UNCLEAR, S.MESSAGE, None) for status in (200, 500, 502, 504)),
    # (D) limits: of the app, or of the Page
    *((FacebookError(code), F.WAITS, S.APP, C.THROTTLED) for code in (4, 341)),
    *((FacebookError(code), F.WAITS, S.SOURCE, C.THROTTLED) for code in (9, 17, 32, 613, 80001, 80002, 80006)),
    *((FacebookError(613, subcode), F.WAITS, S.SOURCE, C.THROTTLED) for subcode in (1996, 2018338, 2534040)),
    # (E) Facebook has blocked the Page
    *((FacebookError(*code), F.WAITS, S.SOURCE, C.STOPPED) for code in ((368, None), (10, 1893063))),
    # perhaps a slip of the operator: the app's secret or number is wrong
    *((FacebookError(code), IN_QUESTION, S.APP, None) for code in (101, 104)),
    (ProofRefused(100), IN_QUESTION, S.APP, None),
    # the app may not do this one thing
    (FacebookError(100, 1893061), F.FAILED, S.APP, None),
    # (F) content, set-up, defects
    *(
        (FacebookError(*code), F.FAILED, S.MESSAGE, None)
        for code in ((100, None), (100, 2018109), (100, 2018034), (3, None))
    ),
    (FacebookError(77777), F.FAILED, S.MESSAGE, None),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0].code)
def test_the_message_and_how_far_it_reaches(row: Row) -> None:
    problem, *expected = row
    refused = refusal_of(problem)
    found = [IN_QUESTION, refused.scope, None] if isinstance(refused, InQuestion) else told(refused)
    assert found == expected
    assert refused.problem is problem


def told(refused: Refused) -> list[object]:
    return [refused.outcome, refused.scope, refused.pause]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0].code)
def test_a_check_concludes_exactly_what_a_refused_message_puts_in_question(row: Row) -> None:
    problem, outcome, scope, _ = row
    assert needs_person(problem) is ((outcome, scope) == (IN_QUESTION, Scope.LINK))
    assert concerns_app(problem) is ((outcome, scope) == (IN_QUESTION, Scope.APP))


def test_every_known_code_has_a_fate_and_nothing_unclear_is_ever_tried_again() -> None:
    for code, subcode in known():
        error = FacebookError(code, subcode)
        refused = refusal_of(error)
        outcome = None if isinstance(refused, InQuestion) else refused.outcome
        assert (outcome is Outcome.UNCLEAR) == (error.reaction is Reaction.UNCLEAR)
        assert (outcome is Outcome.LATER) == (error.reaction is Reaction.RETRY)
