"""What the shop answers reaches the visitor's browser once, and its fate is told."""

import asyncio
from itertools import pairwise

import pytest
import requests

from fbtool.gateway.channels.webchat.presence import Presence
from fbtool.gateway.channels.webchat.visitor_keys import Visitor
from fbtool.gateway.delivery import cursor
from tests.conditions import eventually
from tests.gateway.webchat.browser import Browser
from tests.gateway.webchat.conftest import Shop
from tests.gateway.webchat.test_messages import refusal, shop_id


def test_an_answer_is_sent_delivered_and_read(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    message_id = shop.sends(event, "Gern!", agent={"name": "Maria", "picture": "maria"})
    told = visitor.poll().json()
    assert told["events"] == [
        {
            "type": "message",
            "id": message_id,
            "text": "Gern!",
            "time": int(message_id[:11], 16),
            "name": "Maria",
            "picture": "maria",
        }
    ]
    assert not shop.told("delivered"), "it is not kept by the browser yet"
    visitor.poll(seen=message_id)
    delivered = shop.event(lambda one: one["kind"] == "delivered")
    read = shop.event(lambda one: one["kind"] == "read")
    for receipt in (delivered, read):
        assert receipt["content"]["message_ids"] == [message_id]
        assert receipt["conversation"] == event["conversation"]
    visitor.poll(seen=message_id)
    assert [len(shop.told(kind)) for kind in ("sent", "delivered", "read")] == [1, 1, 1]


def test_what_was_not_acknowledged_comes_again(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    for text in ("eins", "zwei"):
        shop.sends(event, text)
    first = visitor.poll().json()
    visitor.cursor = ""  # the browser was closed before it could keep them
    shop.sends(event, "drei")
    assert visitor.poll().json()["events"][:2] == first["events"]
    assert visitor.texts() == ["eins", "zwei", "drei"]
    assert visitor.poll().json()["events"] == []
    assert [len(one["message_ids"]) for one in shop.told("delivered")] == [3]


def test_a_poll_waits_for_an_answer(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    held = visitor.polling(25)
    shop.sends(event, "Gern!")
    assert held.result().json()["events"][0]["text"] == "Gern!"


def test_a_newer_poll_takes_the_place_of_an_older_one(shop: Shop) -> None:
    visitor, tab = shop.visitor(), shop.visitor()
    event = shop.writes(visitor)
    tab.key = visitor.key
    held = visitor.polling(25)
    newer: list[requests.Response] = []

    def has_replaced() -> bool:
        newer.append(tab.poll(0.2))
        return held.answer is not None

    eventually(has_replaced)
    assert refusal(held.result()) == (409, "poll_replaced")
    shop.sends(event, "Gern!")
    assert tab.poll(10).json()["events"][0]["text"] == "Gern!"


def test_typing_is_shown_to_who_waits_and_kept_nowhere(shop: Shop) -> None:
    visitor = shop.visitor()
    conversation = shop.writes(visitor)["conversation"]
    held = visitor.polling(25)
    typed = shop.api("POST", f"conversations/{conversation}/typing")
    assert typed.status_code == 204
    assert held.result().json()["events"] == [{"type": "typing"}]
    assert visitor.poll().json()["events"] == []


def test_that_an_agent_has_read_waits_for_the_visitor(shop: Shop) -> None:
    visitor = shop.visitor()
    conversation = shop.writes(visitor)["conversation"]
    for _ in range(2):
        assert shop.api("POST", f"conversations/{conversation}/seen").status_code == 204
    (seen,) = visitor.poll().json()["events"]
    assert seen["type"] == "seen"
    assert abs(seen["time"] - shop.clock()) < 60_000
    assert visitor.poll().json()["events"] == []


def test_that_somebody_is_there_is_told_at_once(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    assert visitor.poll().json()["available"] is False
    held = visitor.polling(25)
    shop.available()
    assert held.result().json()["available"] is True
    shop.available(False)
    assert visitor.poll(25).json()["available"] is False, "who was not there to hear it learns it at once"


def test_the_crm_ends_a_conversation_behind_its_last_answer(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    shop.sends(event, "Auf Wiedersehen")
    closed = shop.api("POST", f"conversations/{event['conversation']}/close", json={"note": True})
    assert closed.status_code == 204
    assert [one["type"] for one in visitor.poll().json()["events"]] == ["message", "closed"]
    assert visitor.events[-1] == {"type": "closed", "by": "crm"}
    shop.sends(event, "Gute Besserung!")
    shop.clock.advance(6 * 60)
    assert refusal_of_the_crm(shop.answers(event, "Noch etwas")) == (409, "conversation_over")
    shop.api("POST", f"conversations/{event['conversation']}/close")
    assert shop.told("closed") == [{"by": "crm", "note": True}], "it is told once"
    again = shop.writes(visitor, "Doch noch eine Frage", id=shop_id(shop, visitor))
    assert (again["conversation"], again["content"]["first"]) == (event["conversation"], True)
    shop.sends(again, "Ja?")


def refusal_of_the_crm(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_visitor_who_ends_a_conversation_is_not_known_any_more(shop: Shop) -> None:
    visitor = shop.visitor()
    sent = {"id": visitor.message_id(), "text": "Hallo", **visitor.ticket()}
    shop.clock.advance(3)
    visitor.key = visitor.call("messages", sent).json()["key"]
    event = shop.event(lambda one: one["kind"] == "message")
    message_id = shop.sends(event, "Gern!")
    assert visitor.close().status_code == 204
    for answer in (visitor.poll(), visitor.send(), visitor.close(), visitor.call("messages", sent)):
        assert refusal(answer) == (410, "conversation_over")
    assert shop.told("closed") == [{"by": "visitor"}]
    (failed,) = shop.told("failed")
    assert (failed["message_id"], failed["problem"]["code"]) == (message_id, "visitor_gone")
    assert not shop.answers(event, "Hallo?").ok


def test_a_visitor_whom_the_crm_erased_is_not_known_any_more(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    shop.sends(event, "Gern!")
    assert shop.api("DELETE", f"conversations/{event['conversation']}").status_code == 204
    assert refusal(visitor.poll()) == (410, "conversation_over")
    assert refusal(visitor.send()) == (410, "conversation_over")


def test_no_later_setting_brings_an_ended_conversation_back(shop: Shop) -> None:
    shop.set_up(identify_days=1)
    visitor = shop.visitor()
    shop.writes(visitor)
    assert visitor.close().status_code == 204
    shop.clock.advance(9 * 24 * 3600)
    shop.set_up(identify_days=90)
    assert refusal(visitor.poll()) == (410, "conversation_over")
    assert refusal(visitor.send(id=shop_id(shop, visitor))) == (410, "conversation_over")


def test_a_browser_that_waits_learns_at_once_that_it_was_erased(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    held = visitor.polling(25)
    assert shop.api("DELETE", f"conversations/{event['conversation']}").status_code == 204
    assert refusal(held.result()) == (410, "conversation_over")


def test_a_browser_whose_poll_begins_while_it_is_erased_learns_it_as_well(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    here = Presence.here

    async def erased_meanwhile(presence: Presence, who: Visitor) -> None:
        await asyncio.to_thread(shop.api, "DELETE", f"conversations/{event['conversation']}")
        await here(presence, who)

    monkeypatch.setattr(Presence, "here", erased_meanwhile)
    assert refusal(visitor.poll(25)) == (410, "conversation_over")


def test_an_answer_that_nobody_fetches_is_told_as_failed(shop: Shop) -> None:
    shop.set_up(identify="on")
    leaving, keeping = shop.visitor(), shop.visitor()
    gone, kept = shop.writes(leaving), shop.writes(keeping, keeps=True)
    lost, waiting = shop.sends(gone, "Sind Sie noch da?"), shop.sends(kept, "Bis morgen")
    shop.clock.advance(31 * 60)
    failed = shop.event(lambda one: one["kind"] == "failed")
    assert (failed["content"]["message_id"], failed["content"]["problem"]["code"]) == (lost, "visitor_gone")
    assert leaving.poll().json()["events"] == []
    assert keeping.poll().json()["events"][0]["id"] == waiting


def test_where_visitors_are_not_recognised_no_answer_waits_for_days(shop: Shop) -> None:
    visitor = shop.visitor()
    lost = shop.sends(shop.writes(visitor, keeps=True), "Sind Sie noch da?")
    shop.clock.advance(31 * 60)
    failed = shop.event(lambda one: one["kind"] == "failed")
    assert (failed["content"]["message_id"], failed["content"]["problem"]["code"]) == (lost, "visitor_gone")


def test_the_crm_hears_who_left_and_who_is_back(shop: Shop) -> None:
    visitor = shop.visitor()
    conversation = shop.writes(visitor)["conversation"]
    visitor.poll()
    shop.clock.advance(91)
    left = shop.event(lambda one: one["kind"] == "presence")
    assert (left["content"], left["conversation"]) == ({"here": False}, conversation)
    visitor.poll()
    shop.event(lambda one: one["kind"] == "presence" and one["content"]["here"])
    visitor.poll()
    assert [one["here"] for one in shop.told("presence")] == [False, True]


def test_a_restart_loses_nothing_and_tells_nobody_as_gone(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    shop.sends(event, "Gern!")
    shop.clock.advance(40)
    shop.restart()
    visitor.base = shop.base
    assert visitor.poll().json()["events"][0]["text"] == "Gern!"
    shop.clock.advance(40)
    visitor.poll()
    assert visitor.send("Danke", id=shop_id(shop, visitor)).status_code == 201
    assert shop.told("presence") == []


def test_too_many_answers_for_a_visitor_are_refused(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(visitor)
    answers = [shop.answers(event, f"Antwort {number}") for number in range(201)]
    assert [one.status_code for one in answers[:200]] == [202] * 200
    assert refusal_of_the_crm(answers[200]) == (409, "too_many_answers")
    eventually(lambda: len(shop.told("sent")) == 200)
    while visitor.poll().json()["events"]:
        pass
    assert visitor.texts() == [f"Antwort {number}" for number in range(200)]
    assert all(one["id"] < other["id"] or one["time"] <= other["time"] for one, other in pairwise(visitor.messages))


def test_the_greeting_comes_first_and_auto_replies_until_somebody_answers(shop: Shop) -> None:
    shop.admin("PATCH", "accounts/Shop", greeting="Willkommen")
    shop.set_up(auto_replies=[{"seconds": 10, "text": "Gleich!"}, {"seconds": 30, "text": "Noch einen Moment"}])
    shop.available()
    visitor = shop.visitor()
    event = shop.writes(visitor)
    assert visitor.poll(25).json()["events"][0]["automatic"] == "greeting"
    shop.clock.advance(10)
    shop.clock.advance(1)
    assert visitor.poll(25).json()["events"][0]["text"] == "Gleich!"
    shop.sends(event, "Hier bin ich")
    shop.clock.advance(40)
    assert visitor.poll().json()["events"][0]["text"] == "Hier bin ich"
    assert [(one["author"], one["text"]) for one in shop.told("sent") if one.get("automatic")] == [
        ("greeting", "Willkommen"),
        ("autoreply", "Gleich!"),
    ]


def test_running_chats_of_an_account_that_is_switched_off_end(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    shop.admin("POST", "accounts/Shop/disable")
    shop.clock.advance(4)
    assert visitor.poll().json()["events"] == [{"type": "closed", "by": "time"}]
    assert refusal(visitor.poll()) == (404, "not_found")


def test_they_end_each_time_it_is_switched_off(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    for _ in range(2):
        shop.admin("POST", "accounts/Shop/disable")
        shop.clock.advance(4)
        assert visitor.poll().json()["events"] == [{"type": "closed", "by": "time"}]
        shop.admin("POST", "accounts/Shop/enable")
        shop.clock.advance(4)
        assert visitor.poll().json()["events"] == []


def test_a_browser_that_asks_too_often_has_to_wait(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    answers = [visitor.poll() for _ in range(60)]
    refused = [one for one in answers if not one.ok]
    assert {refusal(one) for one in refused} == {(429, "rate_limited")}
    assert all(int(one.headers["Retry-After"]) >= 1 for one in refused)


def test_a_cursor_of_somebody_else_acknowledges_nothing(shop: Shop) -> None:
    visitor, other = shop.visitor(), shop.visitor()
    event = shop.writes(visitor)
    shop.writes(other)
    shop.sends(event, "Gern!")
    visitor.poll()
    other.cursor, visitor.cursor = visitor.cursor, ""
    assert other.poll().status_code == 200
    assert visitor.poll().json()["events"][0]["text"] == "Gern!"
    assert refusal(Browser.poll(other, after="made up")) == (400, "request_invalid")


def test_a_cursor_of_more_than_was_handed_out_is_refused(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    assert visitor.poll(after=cursor.pack(range(1, 51))).status_code == 200
    assert refusal(visitor.poll(after=cursor.pack(range(1, 5_000)))) == (400, "request_invalid")
