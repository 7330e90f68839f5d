"""A perfect endpoint passes; an endpoint with one flaw fails exactly the cases that show this flaw."""

from pathlib import Path
from typing import Any

import pytest

from fbtool.sandbox.conformance import report as words
from fbtool.sandbox.conformance.cases import CASES
from fbtool.sandbox.conformance.judging import CaseOutcome, Result
from fbtool.sandbox.conformance.probes import LogProbe
from fbtool.sandbox.conformance.run import Report
from fbtool.sandbox.conformance.settings import RunLimits

from . import endpoint as endpoints
from .conftest import QUICK, Judge, play, wrongs
from .endpoint import Endpoint, serving_at

FORGERIES = ("sha1-only", "wrong-signature", "changed-body", "missing-signature", "truncated-signature")
IMPATIENT = RunLimits(answer_within=1.0, patience=0.3, quiet=0.2)

FLAWS = {
    endpoints.FirstOfBatch: {
        "several-items": {"lost"},
        "repeated-regrouped": {"lost"},
        "broken-neighbour": {"lost"},
        "large-batch": {"lost"},
        "unknown-kinds": {"lost"},
    },
    endpoints.FirstEntry: {
        "several-entries": {"lost"},
        "several-pages": {"lost"},
        "large-batch": {"lost"},
        "without-messaging": {"lost"},
        "empty-entry": {"lost"},
        "standby": {"lost"},
        "changes": {"lost"},
    },
    endpoints.OnePage: {"several-pages": {"lost"}, "large-batch": {"lost"}},
    endpoints.Unsigned: {name: {"forged"} for name in FORGERIES},
    endpoints.SilentRefusal: {name: {"status"} for name in FORGERIES},
    endpoints.HangsUpOnForgeries: {name: {"no_answer"} for name in FORGERIES},
    endpoints.PrefixIsEnough: {"truncated-signature": {"forged"}},
    endpoints.Sha1Only: {"sha256-only": {"lost", "status"}, "sha1-only": {"forged"}},
    endpoints.OneSecret: {"earlier-secret": {"lost", "status"}},
    endpoints.Rewriting: {"escaped-text": {"lost", "status"}, "large-batch": {"lost", "status"}},
    endpoints.Latin1: {"escaped-text": {"damaged"}},
    endpoints.Forgetful: {
        "repeated": {"doubled"},
        "repeated-at-once": {"doubled"},
        "repeated-regrouped": {"doubled"},
    },
    endpoints.AnswersThenLoses: {"broken-neighbour": {"lost"}, "unknown-kinds": {"lost"}},
    endpoints.Reordering: {
        "several-items": {"reordered"},
        "repeated-regrouped": {"reordered"},
        "broken-neighbour": {"reordered"},
        "large-batch": {"reordered"},
        "unknown-kinds": {"reordered"},
    },
    endpoints.SmallBodies: {"large-batch": {"lost", "status"}},
    endpoints.Trusting: {
        "broken-neighbour": {"lost", "status"},
        "without-messaging": {"lost", "status"},
        "standby": {"lost", "status"},
        "changes": {"lost", "status"},
        "broken-json": {"status"},
    },
    endpoints.JsonTypeOnly: {"wrong-content-type": {"lost"}},
    endpoints.ConfirmsAnyToken: {"wrong-verify-token": {"challenge"}},
    endpoints.SaysOkToAnyToken: {"wrong-verify-token": {"status"}},
    endpoints.KnowsNoVerification: {"verification": {"status"}},
    endpoints.StumblesOverForgeries: {name: {"status"} for name in FORGERIES},
    endpoints.QuotesTheChallenge: {"verification": {"challenge"}},
    endpoints.DiesOfBrokenJson: {"broken-json": {"no_answer"}},
}


def outcome_of(report: Report, name: str) -> CaseOutcome:
    (found,) = (outcome for outcome in report.outcomes if outcome.case.name == name)
    return found


def test_a_perfect_endpoint_passes_every_case(judge: Judge) -> None:
    report = judge(Endpoint, limits=RunLimits())
    assert wrongs(report) == {}
    assert [outcome.result for outcome in report.outcomes] == [Result.PASSED] * len(CASES)


@pytest.mark.parametrize("kind", FLAWS, ids=lambda kind: kind.__name__)
def test_each_flaw_is_found_and_nothing_else(kind: type[Endpoint], judge: Judge) -> None:
    assert wrongs(judge(kind)) == FLAWS[kind]


def test_an_endpoint_that_checks_before_it_notes_doubles_what_comes_at_once(judge: Judge) -> None:
    names = ("both-signatures", "repeated", "repeated-at-once", "repeated-regrouped")
    assert wrongs(judge(endpoints.ChecksThenNotes, names)) == {"repeated-at-once": {"doubled"}}


def test_an_answer_after_the_limit_is_late(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints.Slow, "seconds", 1.3)
    names = ("verification", "both-signatures", "several-items")
    report = judge(endpoints.Slow, names, IMPATIENT)
    assert wrongs(report) == {"both-signatures": {"late"}, "several-items": {"late"}}
    assert (outcome_of(report, "both-signatures").milliseconds or 0) >= 1300


def test_an_answer_that_never_comes_is_given_up(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints.Slow, "seconds", 30)
    report = judge(endpoints.Slow, ("both-signatures", "still-alive"), RunLimits(give_up=0.6, patience=0.2, quiet=0.1))
    assert wrongs(report) == {"both-signatures": {"no_answer"}, "still-alive": {"no_answer"}}
    assert "no answer in time" in str(outcome_of(report, "still-alive").violations[0].told)


def test_an_endpoint_that_never_answers_is_not_asked_thirty_times(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints.Slow, "seconds", 30)
    names = ("both-signatures", "sha256-only", "several-items", "several-entries", "still-alive")
    report = judge(endpoints.Slow, names, RunLimits(give_up=0.6, patience=0.2, quiet=0.1))
    assert [outcome.result for outcome in report.outcomes] == [Result.FAILED] * 3 + [Result.SKIPPED] * 2


def test_a_server_that_serves_one_connection_after_the_other_lets_the_others_wait(judge: Judge) -> None:
    names = ("both-signatures", "slow-client", "still-alive")
    assert wrongs(judge(endpoints.OneAfterTheOther, names, IMPATIENT)) == {"slow-client": {"late"}}


def test_a_slow_client_costs_a_good_endpoint_less_than_the_limit(judge: Judge) -> None:
    report = judge(Endpoint, ("slow-client",), IMPATIENT)
    assert wrongs(report) == {}


def test_what_the_dead_endpoint_could_not_show_is_skipped_with_the_reason(judge: Judge) -> None:
    report = judge(endpoints.DiesOfBrokenJson, ("broken-json", "wrong-content-type", "still-alive"))
    after = [outcome_of(report, name) for name in ("wrong-content-type", "still-alive")]
    assert [outcome.result for outcome in after] == [Result.SKIPPED] * 2
    assert {str(outcome.reason) for outcome in after} == {"nothing answers there any more since “broken-json”"}


def test_without_a_probe_only_the_answers_are_judged(tmp_path: Path) -> None:
    endpoint = endpoints.FirstOfBatch(tmp_path / "log")
    with serving_at(endpoint) as address:
        report = play(address, None, ("several-items", "wrong-signature"))
    assert wrongs(report) == {}
    assert {outcome.arrivals for outcome in report.outcomes} == {None}
    assert any("Only the answers were judged" in str(sentence) for sentence in words.sentences(report))


def test_without_a_probe_a_taken_forgery_is_still_seen_by_its_answer(tmp_path: Path) -> None:
    endpoint = endpoints.Unsigned(tmp_path / "log")
    with serving_at(endpoint) as address:
        report = play(address, None, ("wrong-signature",))
    assert wrongs(report) == {"wrong-signature": {"status"}}
    assert "If it was taken, anybody on the internet can write" in str(report.outcomes[0].violations[0].told)


def test_what_is_not_given_is_skipped_visibly(tmp_path: Path) -> None:
    endpoint = Endpoint(tmp_path / "log")
    with serving_at(endpoint) as address:
        names = ("verification", "wrong-verify-token", "earlier-secret", "several-pages")
        report = play(address, LogProbe(endpoint.log), names, pages=("11",))
    reasons = {outcome.case.name: str(outcome.reason) for outcome in report.outcomes if outcome.reason}
    assert reasons == {
        "verification": "FBTOOL_VERIFY_TOKEN is not set",
        "earlier-secret": "FBTOOL_APP_SECRET_EARLIER is not set",
        "several-pages": "it needs a second Page (--page)",
    }
    said = [str(sentence) for sentence in words.sentences(report)]
    assert "– Not run: verification (FBTOOL_VERIFY_TOKEN is not set)" in said


def test_each_failure_says_what_it_means_for_the_business(judge: Judge) -> None:
    report = judge(endpoints.FirstOfBatch, ("several-items",))
    lines = [str(sentence) for sentence in words.sentences(report)]
    assert lines == [
        "✗ several-items: three messages of one customer in one entry",
        "  2 of 3 messages are lost: customers wait for answers that nobody will write.",
        "  → Facebook may put up to 1,000 updates into one POST; whoever reads only the first loses the others.",
    ]
    assert words.row(report.outcomes[0])[:4] == ("several-items", "✗ failed", "1 of 3, 2 lost", "200")


def test_what_arrives_after_its_case_is_not_lost(tmp_path: Path) -> None:
    """A queue may be slow, as long as nothing of it is missing at the end."""

    class Queueing(Endpoint):
        def __init__(self, log: Path) -> None:
            super().__init__(log)
            self.queue: list[Any] = []

        def write(self, message: Any) -> None:
            self.queue.append(message)
            if "still-alive" in message["mid"]:
                for waiting in self.queue:
                    super().write(waiting)

    endpoint = Queueing(tmp_path / "log")
    with serving_at(endpoint) as address:
        names = ("both-signatures", "several-items", "still-alive")
        report = play(address, LogProbe(endpoint.log), names, RunLimits(patience=0.1, quiet=0.1))
    assert wrongs(report) == {}


def test_the_quick_limits_keep_facebooks_time_to_answer() -> None:
    assert QUICK.answer_within == RunLimits().answer_within == 5
