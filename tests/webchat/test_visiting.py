"""Visitors at real browsers, a real gateway, an agent: what one writes the other reads, once, whatever happens."""

import itertools
from pathlib import Path

import pytest
import requests

from tests.conditions import eventually
from tests.gateway.webchat.browser import Browser as Browsing
from tests.webchat.browsers import Browser
from tests.webchat.conftest import Chat, Shop
from tests.webchat.visitor import Visitor

QUESTION, ANSWER = "Haben Sie auch Lindenhonig? 🍯", "Ja, seit gestern wieder."


def asks(visitor: Visitor, chat: Chat, question: str = QUESTION) -> dict[str, object]:
    """The visitor opens the chat and writes; the message as the agent got it."""
    visitor.opens_the_chat()
    visitor.writes(question)
    return chat.agent.hears(question)


def test_a_question_and_its_answer(visitor: Visitor, chat: Chat) -> None:
    visitor.visits("products/honey")
    message = asks(visitor, chat)
    assert message["content"]["page"].endswith("/shop/products/honey")
    assert message["content"]["available"] is True
    answer = chat.agent.answers(message, ANSWER, agent={"name": "Mia"})
    visitor.reads(QUESTION, ANSWER, "Mia")
    chat.agent.wait_for_kind("delivered", answer)
    chat.agent.wait_for_kind("read", answer)
    chat.agent.has_seen(message)
    visitor.reads("Read")


@pytest.mark.parametrize("kind", ["lost", "truncated", "cut", "unavailable", "bad-gateway"])
def test_no_lost_answer_of_any_call_loses_or_doubles_anything(
    visitor: Visitor, chat: Chat, shop: Shop, kind: str
) -> None:
    visitor.visits()
    for call in ("ticket", "messages", "events"):
        shop.trouble(kind, call)
    message = asks(visitor, chat)
    chat.agent.answers(message, ANSWER)
    visitor.reads(QUESTION, ANSWER)
    for call in ("messages", "events"):
        shop.trouble(kind, call)
    visitor.writes("Danke!")
    chat.agent.answers(chat.agent.hears("Danke!"), "Gern!")
    visitor.reads("Danke!", "Gern!")
    assert {call["call"] for call in shop.calls() if call["trouble"]} == {"ticket", "messages", "events"}
    assert chat.agent.has_heard() == [QUESTION, "Danke!"]
    assert [visitor.times_read(text) for text in (QUESTION, ANSWER, "Danke!", "Gern!")] == [1, 1, 1, 1]


@pytest.mark.parametrize("kind", ["lost", "cut", "unavailable"])
def test_a_chat_that_cannot_be_closed_at_once_is_closed_all_the_same(
    visitor: Visitor, chat: Chat, shop: Shop, kind: str
) -> None:
    visitor.visits()
    message = asks(visitor, chat)
    shop.trouble(kind, "close")
    visitor.presses("Menu")
    visitor.presses("End chat")
    told = chat.agent.wait_for(lambda event: event["kind"] == "closed")
    assert (told["conversation"], told["content"]["by"]) == (message["conversation"], "visitor")


@pytest.mark.parametrize("identify", ["off", "on"])
def test_a_reload_and_other_pages_lose_nothing(visitor: Visitor, chat: Chat, identify: str) -> None:
    chat.is_set_up(identify=identify)
    visitor.visits()
    message = asks(visitor, chat)
    visitor.tab.reloads()
    chat.agent.answers(message, ANSWER)
    visitor.opens_the_chat_again()
    visitor.reads(QUESTION, ANSWER)
    visitor.visits("cart")
    visitor.opens_the_chat_again()
    visitor.writes("Danke!")
    assert chat.agent.hears("Danke!")["conversation"] == message["conversation"]
    assert visitor.times_read(ANSWER) == 1


@pytest.mark.parametrize("identify", ["off", "on"])
def test_a_second_tab_has_the_same_chat(visitor: Visitor, chat: Chat, identify: str) -> None:
    chat.is_set_up(identify=identify)
    visitor.visits()
    message = asks(visitor, chat)
    first = visitor.opens_another_tab("cart")
    visitor.opens_the_chat()
    visitor.reads(QUESTION)
    visitor.writes("Und Kleehonig?")
    assert chat.agent.hears("Und Kleehonig?")["conversation"] == message["conversation"]
    chat.agent.answers(message, ANSWER)
    visitor.reads(ANSWER)
    visitor.looks_at(first)
    visitor.reads(QUESTION, "Und Kleehonig?", ANSWER)
    assert [visitor.times_read(text) for text in (QUESTION, "Und Kleehonig?", ANSWER)] == [1, 1, 1]


def test_when_the_leading_tab_is_closed_the_next_one_goes_on(visitor: Visitor, chat: Chat) -> None:
    visitor.visits()
    message = asks(visitor, chat)
    first = visitor.opens_another_tab("cart")
    visitor.opens_the_chat()
    visitor.reads(QUESTION)
    visitor.closes_the_tab(then=first)
    chat.agent.answers(message, ANSWER)
    visitor.reads(ANSWER)
    visitor.writes("Danke!")
    assert chat.agent.hears("Danke!")["conversation"] == message["conversation"]


def test_nothing_is_stored_before_the_first_message(browser: Browser, chat: Chat, shop: Shop) -> None:
    found = {}
    every = itertools.product(["off", "on", "consent"], [False, True], [False, True], ["ask", "require", "no"])
    for identify, keep_open, embed, names in every:
        ids = {"toggle_id": "service", "status_id": "service-status"}
        chat.is_set_up(identify=identify, keep_open=keep_open, embed=embed, names=names, **ids)
        # Somebody new each time: a browser may keep the script for a minute.
        with Visitor(browser, shop.address) as visitor:
            visitor.visits(embed="1" if embed else "0")
            if not keep_open:
                visitor.follows("Customer service") if embed else visitor.opens_the_chat()
            visitor.types("Noch nicht gesendet")
            if stored := visitor.stored:
                found[identify, keep_open, embed, names] = stored
    assert found == {}
    assert chat.agent.has_heard() == []


def test_without_identify_nothing_is_left_after_the_last_tab(visitor: Visitor, chat: Chat) -> None:
    visitor.visits()
    asks(visitor, chat)
    visitor.closes_the_tab()
    visitor.visits()
    assert visitor.stored == {}
    visitor.opens_the_chat()
    assert QUESTION not in visitor.screen


def test_with_identify_the_chat_goes_on_after_the_last_tab(visitor: Visitor, chat: Chat) -> None:
    chat.is_set_up(identify="on")
    visitor.visits()
    message = asks(visitor, chat)
    visitor.closes_the_tab()
    chat.agent.answers(message, ANSWER)
    visitor.visits()
    visitor.opens_the_chat_again()
    visitor.reads(QUESTION, ANSWER)


@pytest.mark.parametrize("identify", ["off", "on"])
def test_duplicated_and_restored_tabs_go_on_in_the_same_chat(visitor: Visitor, chat: Chat, identify: str) -> None:
    chat.is_set_up(identify=identify)
    visitor.visits()
    message = asks(visitor, chat)
    first = visitor.duplicates_the_tab()
    visitor.opens_the_chat_again()
    visitor.reads(QUESTION)
    visitor.closes_the_tab(then=first)
    visitor.closes_and_restores_the_tab()
    visitor.opens_the_chat_again()
    chat.agent.answers(message, ANSWER)
    visitor.reads(QUESTION, ANSWER)
    visitor.writes("Danke!")
    assert chat.agent.hears("Danke!")["conversation"] == message["conversation"]
    assert [visitor.times_read(text) for text in (QUESTION, ANSWER, "Danke!")] == [1, 1, 1]
    assert chat.agent.has_heard() == [QUESTION, "Danke!"]


def test_a_deleted_chat_does_not_come_back_with_a_restored_tab(visitor: Visitor, chat: Chat) -> None:
    visitor.visits()
    message = asks(visitor, chat)
    remembered = visitor.keeps_the_tab_in_mind()
    visitor.presses("Menu")
    visitor.presses("Delete history")
    visitor.presses("Delete history in this browser?")
    assert chat.agent.wait_for(lambda event: event["kind"] == "closed")["conversation"] == message["conversation"]
    eventually(lambda: QUESTION not in visitor.screen)
    assert visitor.stored == {}
    visitor.restores(remembered)
    visitor.opens_the_chat_again()
    visitor.writes("Noch da?")
    assert chat.agent.hears("Noch da?")["conversation"] != message["conversation"]
    assert QUESTION not in str(visitor.stored)
    visitor.tab.reloads()
    visitor.reads("Noch da?")
    assert QUESTION not in visitor.screen


def test_messages_written_offline_are_sent_when_the_network_is_back(visitor: Visitor, chat: Chat) -> None:
    visitor.visits()
    message = asks(visitor, chat)
    visitor.is_offline()
    visitor.writes("Eins")
    visitor.writes("Zwei")
    visitor.reads("Eins", "Zwei", "No connection")
    chat.agent.answers(message, ANSWER)
    visitor.is_offline(False)
    visitor.reads(ANSWER)
    chat.agent.hears("Zwei")
    assert chat.agent.has_heard() == [QUESTION, "Eins", "Zwei"]


def test_a_closed_chat_costs_one_request_and_one_more_a_minute(visitor: Visitor, chat: Chat, shop: Shop) -> None:
    visitor.decides_over_time()
    visitor.visits("products/honey")
    eventually(lambda: visitor.has_a_chat)
    assert [call["call"] for call in shop.calls()] == ["script"]
    assert visitor.asked == []
    for minute in range(1, 4):
        visitor.skips(66)
        eventually(lambda so_far=minute: len(visitor.asked) == so_far)
    (asked,) = set(visitor.asked)
    assert asked.startswith("GET ")
    assert asked.endswith(f"/webchat/{chat.account}/status")
    assert {call["call"] for call in shop.calls()} == {"script", "status"}
    assert {(call["method"], call["cookies"], call["query"]) for call in shop.calls()} == {("GET", False, False)}


def test_a_silent_visitor_holds_no_socket(visitor: Visitor, chat: Chat) -> None:
    for path in (f"{chat.account}.js", f"{chat.account}/status"):
        assert requests.get(f"{chat.gateway}/webchat/{path}", timeout=30).headers["Connection"] == "close"
    visitor.visits(relay="0")
    eventually(lambda: visitor.has_a_chat)
    eventually(lambda: sockets_to(chat.gateway) == 0)


def test_whether_somebody_is_there_changes_under_way(visitor: Visitor, chat: Chat) -> None:
    visitor.decides_over_time()
    visitor.visits()
    eventually(lambda: "Online" in visitor.button)
    chat.agent.is_there(False)
    visitor.skips(66)
    eventually(lambda: "Nobody here right now" in visitor.button)


def test_a_strict_policy_has_nothing_to_report(visitor: Visitor, chat: Chat, shop: Shop) -> None:
    chat.is_set_up(identify="on")
    picture = requests.get(f"{shop.address}/sandbox/pictures/mia.jpg", timeout=30).content
    chat.agent.wears("mia", picture)
    visitor.visits(csp="strict")
    message = asks(visitor, chat)
    chat.agent.answers(message, f"{ANSWER} https://shop.example/honig", agent={"name": "Mia", "picture": "mia"})
    visitor.reads(ANSWER)
    eventually(lambda: bool(shop.calls("pictures")))
    visitor.presses("Menu")
    visitor.presses("End chat")
    visitor.tab.reloads()
    eventually(lambda: visitor.has_a_chat)
    assert shop.reports == []
    asked = {(call["method"], call["cookies"], call["query"]) for call in shop.calls()}
    assert asked == {("GET", False, False), ("POST", False, False)}


def test_a_crowd_from_one_network_makes_browsers_work_and_refuses_nobody(
    visitor: Visitor, chat: Chat, shop: Shop
) -> None:
    base = f"{chat.gateway}/webchat/{chat.account}"
    while requests.post(f"{base}/ticket", data="{}", timeout=30).json()["bits"] == 0:
        crowd = Browsing(base, "127.0.0.1")
        ticket = crowd.ticket()
        chat.clock.advance(3)
        message_id = crowd.message_id(-chat.clock.passed_ms)
        assert crowd.send("Auch hier", id=message_id, **ticket).status_code == 201
    visitor.visits(csp="strict")
    chat.agent.answers(asks(visitor, chat), ANSWER)
    visitor.reads(QUESTION, ANSWER)
    assert shop.reports == []


@pytest.mark.parametrize("script", ["head", "end", "twice"])
def test_navigation_without_loading_pages_keeps_the_one_chat(visitor: Visitor, chat: Chat, script: str) -> None:
    visitor.visits("products/honey", turbo="1", script=script)
    message = asks(visitor, chat)
    visitor.tab.run("() => { window.kept = true; }")
    visitor.tab.run("() => document.querySelector('.cart').click()")
    eventually(lambda: visitor.tab.run("() => document.title").startswith("Your cart"))
    chat.agent.answers(message, ANSWER)
    visitor.reads(QUESTION, ANSWER)
    assert visitor.tab.run("() => [kept, document.querySelectorAll('fbtool-chat').length]") == [True, 1]
    visitor.writes("Danke!")
    chat.agent.hears("Danke!")
    assert chat.agent.has_heard() == [QUESTION, "Danke!"]


def test_a_sandboxed_frame_has_a_chat_in_memory(visitor: Visitor, chat: Chat) -> None:
    visitor.visits(frame="1")
    visitor.tab = visitor.tab.frame()
    message = asks(visitor, chat)
    chat.agent.answers(message, ANSWER)
    visitor.reads(QUESTION, ANSWER)


def test_the_pages_own_elements_open_the_chat_and_show_its_state(visitor: Visitor, chat: Chat) -> None:
    texts = {"online_text": "now reachable", "offline_text": "leave a message"}
    chat.is_set_up(embed=True, toggle_id="service", status_id="service-status", **texts)
    visitor.visits(embed="1")
    status = "() => document.getElementById('service-status').textContent"
    eventually(lambda: visitor.tab.run(status) == "now reachable")
    assert not visitor.has_a_chat
    visitor.follows("Customer service")
    eventually(lambda: visitor.screen != "")
    visitor.writes(QUESTION)
    chat.agent.hears(QUESTION)
    visitor.follows("Customer service")
    eventually(lambda: visitor.screen == "")


def test_consent_decides_what_outlives_the_tab(visitor: Visitor, chat: Chat) -> None:
    chat.is_set_up(identify="consent")
    visitor.visits(consent="1")
    message = asks(visitor, chat)
    eventually(lambda: bool(visitor.stored))
    assert visitor.tab.run("() => [document.cookie, localStorage.length]") == ["", 0]
    visitor.follows("Yes, remember it")
    cookie = f"fbt_chat_{chat.account}"
    eventually(lambda: cookie in visitor.tab.run("() => document.cookie"))
    visitor.closes_the_tab()
    visitor.visits(consent="1")
    chat.agent.answers(message, ANSWER)
    visitor.opens_the_chat_again()
    visitor.reads(QUESTION, ANSWER)


def test_consent_refused_keeps_nothing_beyond_the_tab(visitor: Visitor, chat: Chat) -> None:
    chat.is_set_up(identify="consent")
    visitor.visits(consent="1")
    visitor.follows("No")
    asks(visitor, chat)
    visitor.closes_the_tab()
    visitor.visits(consent="1")
    assert visitor.stored == {"shop_consent": "no"}


def test_a_closed_chat_begins_anew_with_the_next_message(visitor: Visitor, chat: Chat) -> None:
    visitor.visits()
    message = asks(visitor, chat)
    chat.agent.answers(message, ANSWER)
    visitor.reads(ANSWER)
    chat.agent.closes(message)
    visitor.reads("The chat has ended")
    visitor.writes("Doch noch etwas")
    again = chat.agent.hears("Doch noch etwas")
    assert (again["conversation"], again["content"]["first"]) == (message["conversation"], True)


def sockets_to(gateway: str) -> int:
    """How many connections to the gateway are open, of anybody (Linux)."""
    port = f":{int(gateway.rpartition(':')[2]):04X}"
    lines = (Path("/proc/net") / name for name in ("tcp", "tcp6"))
    rows = [line.split() for file in lines for line in file.read_text().splitlines()[1:]]
    return sum(row[1].endswith(port) and row[3] == "01" for row in rows)
