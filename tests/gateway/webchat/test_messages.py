"""What visitors write reaches the CRM once, and only what a person at a page would send."""

import json
from typing import Any

import pytest
import requests

from tests.gateway.webchat.browser import Browser
from tests.gateway.webchat.conftest import Shop

DAY_S = 24 * 3600


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Its status and code; every page may read it."""
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_message_reaches_the_crm_with_what_the_page_tells(shop: Shop) -> None:
    visitor = shop.visitor()
    page = "https://shop.example/roses?session=secret#top"
    names = {"first": "Jonas", "last": "Weber"}
    event = shop.writes(visitor, "Haben Sie Rosen?", names=names, page=page, lang="de")
    assert event["channel"] == "webchat"
    assert event["source"] == {"id": f"webchat:{shop.id}", "name": "Shop"}
    assert event["content"] == {
        "text": "Haben Sie Rosen?",
        "names": {"first": "Jonas", "last": "Weber"},
        "page": "https://shop.example/roses",
        "lang": "de",
        "available": False,
        "first": True,
    }
    assert event["reply_until"]["anyone"] == event["reply_until"]["human"] == event["time"] + 7 * DAY_S * 1000


def test_the_next_message_goes_on_in_the_same_conversation(shop: Shop) -> None:
    visitor = shop.visitor()
    first = shop.writes(visitor, "Hallo", names={"first": "Jonas"})
    shop.available()
    second = shop.writes(visitor, "Ist jemand da?", names={"first": "Somebody else"})
    assert second["conversation"] == first["conversation"]
    assert second["content"] == {"text": "Ist jemand da?", "available": True, "first": False}
    other = shop.writes(shop.visitor(), "Hallo")
    assert other["conversation"] != first["conversation"]


def test_a_day_without_a_word_begins_an_episode(shop: Shop) -> None:
    shop.set_up(identify="on")
    visitor = shop.visitor()
    first = shop.writes(visitor, keeps=True)
    shop.clock.advance(25 * 3600)
    assert shop.writes(visitor, "Ich bin wieder da", id=shop_id(shop, visitor), keeps=True)["content"]["first"]
    assert shop.told("message")[-1]["text"] == "Ich bin wieder da"
    assert {one["conversation"] for one in shop.events if one["kind"] == "message"} == {first["conversation"]}


def shop_id(shop: Shop, visitor: Browser) -> str:
    """A message's id by the clock of the shop's gateway."""
    return visitor.message_id(-shop.clock.passed_ms)


def test_a_repeated_message_is_one_and_its_answer_is_the_same(shop: Shop) -> None:
    visitor = shop.visitor()
    sent = {"id": visitor.message_id(), "text": "Hallo", **visitor.ticket()}
    shop.clock.advance(3)
    answers = [visitor.call("messages", sent) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 200, 200]
    assert len({(one.json()["key"], one.json()["time"]) for one in answers}) == 1
    again = {"id": visitor.message_id(), "text": "Und?", "key": answers[0].json()["key"]}
    assert [visitor.call("messages", again).status_code for _ in range(2)] == [201, 200]
    assert [one["text"] for one in shop.told("message")] == ["Hallo", "Und?"]
    assert len({one["conversation"] for one in shop.events}) == 1
    assert not any(sent["id"] in str(one) for one in shop.events), "who knows the first id can ask for the key"


def test_an_id_names_one_message(shop: Shop) -> None:
    visitor = shop.visitor()
    sent = {"id": visitor.message_id(), "text": "Hallo", **visitor.ticket()}
    shop.clock.advance(3)
    assert visitor.call("messages", sent).status_code == 201
    assert refusal(visitor.call("messages", sent | {"text": "Tschüss"})) == (409, "message_id_reused")


def test_a_first_message_needs_a_ticket_of_this_page(shop: Shop) -> None:
    visitor, stranger = shop.visitor(), shop.visitor()
    needed = (403, "ticket_needed")
    assert refusal(visitor.send()) == needed
    assert refusal(visitor.send(ticket="made up")) == needed
    ticket = visitor.ticket()
    assert refusal(visitor.send(**ticket)) == needed, "nobody writes within two seconds"
    shop.clock.advance(3)
    assert refusal(stranger.send(**ticket)) == needed, "it is another network's"
    assert visitor.send(**ticket).status_code == 201
    visitor.key = ""
    shop.clock.advance(2 * 3600)
    assert refusal(visitor.send(id=shop_id(shop, visitor), **ticket)) == needed


@pytest.mark.parametrize(
    "content",
    [
        {"text": " \u200b\n"},
        {"text": "x", "id": "1"},
        {"text": "x", "id": f"{0:011x}-{0:032x}"},
        {"text": "x", "lang": "<b>"},
        {"text": "x", "lang": "de\n"},
        {"text": "x", "names": {"title": "Dr."}},
        {"text": "x", "page": 1},
        {"text": "a\0b"},
        {"text": 1},
    ],
    ids=str,
)
def test_what_is_no_message_is_refused(shop: Shop, content: dict[str, Any]) -> None:
    visitor = shop.visitor()
    ticket = visitor.ticket()
    shop.clock.advance(3)
    answer = visitor.call("messages", {"id": visitor.message_id(), **ticket, **content})
    assert refusal(answer) == (400, "request_invalid")


def test_a_message_from_another_week_is_refused(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    for age_s in (6 * DAY_S + 60, -11 * 60):
        assert refusal(visitor.send(id=visitor.message_id(age_s * 1000))) == (400, "request_invalid")
    assert visitor.send(id=visitor.message_id(5 * DAY_S * 1000)).status_code == 201


def test_a_first_message_whose_key_would_be_over_already_is_refused(shop: Shop) -> None:
    shop.set_up(identify_days=1)
    visitor = shop.visitor()
    ticket = visitor.ticket()
    shop.clock.advance(3)
    old = visitor.send(id=visitor.message_id((DAY_S + 60) * 1000), **ticket)
    assert refusal(old) == (400, "request_invalid"), "nobody could fetch its answers"
    assert visitor.send(id=visitor.message_id((DAY_S - 60) * 1000), **ticket).status_code == 201
    assert visitor.poll().status_code == 200


def test_a_text_has_its_limit_and_a_body_too(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    assert visitor.send("🌹" * 1000).status_code == 201
    assert refusal(visitor.send("🌹" * 1000 + "x")) == (413, "request_too_large")
    assert refusal(visitor.send("x", page="p" * 9000)) == (413, "request_too_large")


def test_what_a_reader_could_be_fooled_by_is_taken_out(shop: Shop) -> None:
    visitor = shop.visitor()
    event = shop.writes(
        visitor, "\u202eA\x1b[31mb\r\nc\u2066 👩\u200d🌾", names={"first": "\u202eJo\nnas", "last": " "}
    )
    assert event["content"]["text"] == "A[31mb\nc 👩\u200d🌾"
    assert event["content"]["names"] == {"first": "Jo nas"}
    half = json.dumps({"id": visitor.message_id(), "text": "\ud800", "key": visitor.key})
    answer = requests.post(f"{visitor.base}/messages", data=half, timeout=60)
    assert refusal(answer) == (400, "request_invalid")


def test_a_burst_has_to_wait_and_then_goes_on(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    answers = [visitor.send(f"Nachricht {number}") for number in range(12)]
    refused = [one for one in answers if not one.ok]
    assert {refusal(one) for one in refused} == {(429, "rate_limited")}
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 3
    shop.clock.advance(int(refused[-1].headers["Retry-After"]))
    assert visitor.send("weiter").status_code == 201


def test_many_new_conversations_of_one_network_cost_work(shop: Shop) -> None:
    bits = []
    for _ in range(8):
        visitor = Browser(shop.base, "203.0.113.7")
        bits.append(visitor.call("ticket", {}).json()["bits"])
        shop.writes(visitor)
    assert bits == [0, 0, 0, 0, 0, 0, 17, 17]
    idle = Browser(shop.base, "203.0.113.7")
    ticket = idle.call("ticket", {}).json()["ticket"]
    shop.clock.advance(3)
    assert refusal(idle.send(ticket=ticket, work="12")) == (403, "ticket_needed")


def test_work_counts_for_one_message(shop: Shop) -> None:
    for _ in range(6):
        shop.writes(Browser(shop.base, "203.0.113.8"))
    visitor = Browser(shop.base, "203.0.113.8")
    sent = {"id": visitor.message_id(), "text": "Hallo", **visitor.ticket()}
    shop.clock.advance(3)
    assert [visitor.call("messages", sent).status_code for _ in range(2)] == [201, 200]
    assert refusal(visitor.call("messages", sent | {"id": visitor.message_id()})) == (403, "ticket_needed")


def test_another_accounts_key_opens_nothing(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    other = shop.admin("POST", "accounts", name="Other", channel="webchat").json()["id"]
    stranger = Browser(f"{shop.gateway.address}/webchat/{other}")
    for key in (visitor.key, visitor.key[:-2] + "AA", "", "ä"):
        stranger.key = key
        assert refusal(stranger.poll()) == (410, "conversation_over")
    stranger.key = visitor.key
    assert refusal(stranger.send()) == (410, "conversation_over")


def test_a_key_ends_a_month_after_the_last_message(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    shop.clock.advance(29 * DAY_S)
    assert visitor.send(id=shop_id(shop, visitor)).status_code == 201, "it slides"
    shop.clock.advance(29 * DAY_S)
    assert visitor.poll().status_code == 200
    shop.clock.advance(2 * DAY_S)
    assert refusal(visitor.poll()) == (410, "conversation_over")


def test_an_account_that_is_none_or_switched_off_takes_nothing(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    nowhere = Browser(f"{shop.gateway.address}/webchat/aaaaaaaaaa")
    assert refusal(nowhere.call("ticket", {})) == (404, "not_found")
    shop.admin("POST", "accounts/Shop/disable")
    shop.clock.advance(4)
    assert refusal(visitor.send()) == (404, "not_found")
    assert refusal(visitor.call("ticket", {})) == (404, "not_found")


def test_a_list_of_sites_keeps_other_pages_out(shop: Shop) -> None:
    visitor = shop.visitor()
    shop.writes(visitor)
    shop.set_up(origins=["https://shop.example"])
    assert visitor.send("noch da").status_code == 201
    for origin in ("https://copied.example", "null"):
        other = Browser(shop.base, origin=origin)
        other.key = visitor.key
        for name, content in {"ticket": {}, "events": {"key": visitor.key}, "close": {"key": visitor.key}}.items():
            assert refusal(other.call(name, content)) == (403, "origin_not_allowed")
    seen = shop.api("GET", "webchat/settings", token=shop.widget_token).json()["origins_seen"]
    assert seen == ["https://shop.example"]


def test_the_address_is_told_once_and_only_where_the_shop_wants_it(shop: Shop) -> None:
    assert "ip" not in shop.writes(shop.visitor())["content"]
    shop.set_up(tell_ip=True)
    visitor = shop.visitor()
    assert shop.writes(visitor)["content"]["ip"] == "198.51.100.2"
    assert "ip" not in shop.writes(visitor)["content"]
