"""The longer time for people is promised only as long as Facebook allows it; empty answers are never taken."""

from typing import Any

import pytest

from fbtool.gateway.channels.facebook.reply_window import ReplyWindow
from tests.gateway.conftest import Clock, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message
from tests.gateway.test_sending import DAY, SEND, fate, send

HOUR = DAY // 24


def writes(running: Running, customer: str, age_ms: int) -> dict[str, Any]:
    """The event of somebody's message; everything before it is acknowledged."""
    deliver(running.address, delivery(message(f"m_{customer}", customer=customer, age_ms=age_ms)))
    batch = running.api("GET", "events").json()
    running.api("GET", "events", params={"after": batch["cursor"]})
    return dict(batch["events"][-1])


def test_what_facebook_refused_the_app_is_not_promised_again_until_a_day_is_over(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.link()
    first = writes(running, "7300000000000031", age_ms=25 * HOUR)
    assert first["reply_until"]["human"] - first["reply_until"]["anyone"] == 6 * DAY
    facebook.error(SEND, 100, 1893061)
    assert send(running, first["conversation"], key="late").status_code == 202
    failed = fate(running)
    assert (failed["kind"], failed["content"]["problem"]["code"]) == ("failed", "facebook_100_1893061")
    assert "24 hours" in failed["content"]["problem"]["what"]
    assert "customer writes" in failed["content"]["problem"]["remedy"]
    assert failed["reply_until"]["human"] == failed["reply_until"]["anyone"]

    second = writes(running, "7300000000000032", age_ms=25 * HOUR)
    assert second["reply_until"]["human"] == second["reply_until"]["anyone"]
    assert send(running, second["conversation"], key="refused").json()["code"] == "window_closed"
    typing = running.api("POST", f"conversations/{second['conversation']}/typing")
    assert typing.json()["code"] == "window_closed"
    in_time = writes(running, "7300000000000033", age_ms=23 * HOUR)
    facebook.says(SEND, 200, {"message_id": "m_sent"})
    assert send(running, in_time["conversation"], key="in time").status_code == 202
    assert fate(running)["kind"] == "sent"

    running.clock.advance(24 * 3600)
    third = writes(running, "7300000000000034", age_ms=25 * HOUR)
    assert third["reply_until"]["human"] - third["reply_until"]["anyone"] == 6 * DAY
    assert send(running, third["conversation"], key="again").status_code == 202


def test_an_answer_that_went_in_the_longer_time_brings_it_back_at_once() -> None:
    clock = Clock()
    reply_window, last = ReplyWindow(clock), clock() - 25 * HOUR
    assert not reply_window.is_over(last, human=True)
    reply_window.refused()
    assert reply_window.is_over(last, human=True)
    reply_window.went()
    assert not reply_window.is_over(last, human=True)
    assert reply_window.is_over(last, human=False)
    assert reply_window.is_over(None, human=True)


@pytest.mark.parametrize(
    "text", [" ", "\n\t ", "\u00a0\u3000", "\u200b\u200d", "\ufeff", "\u2800", "\u3164", "\ufe0f", "\u202e \u2066"]
)
def test_an_answer_that_nobody_could_see_is_refused_by_name(running: Running, text: str) -> None:
    running.link()
    conversation = writes(running, "7300000000000031", age_ms=0)["conversation"]
    answer = send(running, conversation, text)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")
    assert "nothing that can be seen" in answer.json()["detail"]


@pytest.mark.parametrize("text", [".", " a ", "👍🏽", "❤\ufe0f", "\u200fشكرا", "\U0001fae8", "\ue000"])
def test_an_answer_with_anything_to_see_is_taken(running: Running, text: str) -> None:
    running.link()
    conversation = writes(running, "7300000000000031", age_ms=0)["conversation"]
    assert send(running, conversation, text).status_code == 202


def test_a_greeting_that_nobody_could_see_is_refused(running: Running) -> None:
    refused = running.admin("POST", "accounts", json={"name": "Other", "greeting": " \u200b"})
    assert (refused.status_code, refused.json()["code"]) == (422, "account_unfit")
