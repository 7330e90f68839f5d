"""The account's greeting reaches each customer once, right after the first message."""

import asyncio
import json
from typing import Any

import pytest

from fbtool.gateway.channels.facebook.store.tables import tables
from fbtool.gateway.store.factory import store_for
from fbtool.gateway.vault import Vault, new_data_key
from fbtool.gateway.wakeups import Notifier
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Running, ScriptedFacebook
from tests.gateway.messenger import deliver, delivery, message, now_ms
from tests.gateway.parts import webhook_events_of
from tests.gateway.test_sending import echo_of, overdue_fate

SEND = f"POST {PAGE}/messages"
GREETING = "Guten Tag! Dies ist eine automatische Nachricht. Wir antworten gleich."


@pytest.fixture(autouse=True)
def greeting(running: Running) -> None:
    running.link()
    assert running.admin("PATCH", "accounts/Shop", json={"greeting": GREETING}).json()["greeting"] == GREETING


def texts(facebook: ScriptedFacebook) -> list[str]:
    return [json.loads(call["message"])["text"] for call in facebook.calls(SEND)]


def events(running: Running, count: int) -> list[dict[str, Any]]:
    """The waiting events, once there are so many."""
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        found[:] = running.api("GET", "events").json()["events"]
        return len(found) >= count

    eventually(enough)
    return found


def test_it_comes_after_the_first_message_and_the_crm_is_told(running: Running, facebook: ScriptedFacebook) -> None:
    deliver(running.address, delivery(message("m_1")))
    wrote, sent = events(running, 2)
    assert texts(facebook) == [GREETING]
    assert (wrote["kind"], sent["kind"], sent["conversation"]) == ("message", "sent", wrote["conversation"])
    assert sent["content"] == {
        "message_id": sent["content"]["message_id"],
        "mid": "m_sent",
        "automatic": True,
        "author": "greeting",
        "text": GREETING,
    }
    (call,) = facebook.calls(SEND)
    assert call["messaging_type"] == "RESPONSE"


def test_it_comes_once(running: Running, facebook: ScriptedFacebook) -> None:
    deliver(running.address, delivery(message("m_1"), message("m_2")))
    events(running, 3)
    running.restart()
    deliver(running.address, delivery(message("m_3")))
    deliver(running.address, delivery(message("m_4", customer="7300000000000099")))
    events(running, 6)
    assert texts(facebook) == [GREETING, GREETING]
    assert running.admin("GET", "holdings").json()["greeted"] == 2


def test_after_a_crash_right_after_the_message_it_still_comes_once(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.gateway.stop()

    async def store_and_die() -> None:
        """What a gateway has done when it dies right after its 200: the message is stored, nobody was greeted."""
        settings = running.settings
        store = store_for(settings.data_dir, settings.database_url, Notifier(), [tables])
        try:
            vault = Vault(settings.master_key, await store.start(new_data_key(settings.master_key)))
            webhooks = webhook_events_of(store, vault)
            assert (await webhooks.receive([delivery(message("m_1"))])).greetings_due
        finally:
            await store.stop()

    asyncio.run(store_and_die())
    running.restart()
    events(running, 2)
    running.restart()
    deliver(running.address, delivery(message("m_2")))
    events(running, 3)
    assert texts(facebook) == [GREETING]


def test_who_was_in_touch_before_the_greeting_was_set_is_not_greeted(
    running: Running, facebook: ScriptedFacebook
) -> None:
    running.admin("PATCH", "accounts/Shop", json={"greeting": ""})
    deliver(running.address, delivery(message("m_1")))
    running.admin("PATCH", "accounts/Shop", json={"greeting": GREETING})
    deliver(running.address, delivery(message("m_2")))
    deliver(running.address, delivery(message("m_3", customer="7300000000000099")))
    events(running, 4)
    assert len(texts(facebook)) == 1


def test_a_reading_or_an_echo_is_no_first_message(running: Running, facebook: ScriptedFacebook) -> None:
    item = message("m_1") | {"read": {"watermark": now_ms()}}
    del item["message"]
    deliver(running.address, delivery(item, echo_of("x")))
    events(running, 2)
    assert running.admin("GET", "holdings").json()["greeted"] == 0


def test_the_echo_of_a_greeting_is_told_as_automatic_too(running: Running, facebook: ScriptedFacebook) -> None:
    facebook.says(SEND, 0, b"")
    deliver(running.address, delivery(message("m_1")))
    events(running, 1)
    unclear = overdue_fate(running, 2)
    assert (unclear["kind"], unclear["content"]["text"]) == ("unclear", GREETING)
    (call,) = facebook.calls(SEND)
    metadata = json.loads(call["message"])["metadata"]
    echo = echo_of("x")
    echo["message"] |= {"metadata": metadata, "text": GREETING}
    deliver(running.address, delivery(echo))
    sent = events(running, 3)[2]
    assert sent["kind"] == "sent"
    assert (sent["content"]["automatic"], sent["content"]["text"]) == (True, GREETING)


def test_an_automatic_answer_of_the_crm_is_marked_without_its_text(running: Running) -> None:
    running.admin("PATCH", "accounts/Shop", json={"greeting": ""})
    deliver(running.address, delivery(message("m_1")))
    (wrote,) = events(running, 1)
    body = {"conversation": wrote["conversation"], "text": "Wir sind im Urlaub.", "human": False}
    running.api("POST", "messages", json=body, headers={"Idempotency-Key": "k"})
    content = events(running, 2)[1]["content"]
    assert content["automatic"] is True
    assert "text" not in content


@pytest.mark.parametrize(
    "change", [{"greeting": "x" * 2000}, {"greeting": "🌷" * 1000}, {"avatar_url": "http://x"}, {"name": ""}]
)
def test_what_an_account_cannot_have_is_refused(running: Running, change: dict[str, str]) -> None:
    answer = running.admin("PATCH", "accounts/Shop", json=change)
    assert (answer.status_code, answer.json()["code"]) == (422, "account_unfit")
    assert running.api("GET", "account").json()["greeting"] == GREETING


def test_an_account_can_be_renamed_but_not_to_a_name_in_use(running: Running) -> None:
    running.admin("POST", "accounts", json={"name": "Other", "avatar_url": "https://example.org/a.png"})
    taken = running.admin("PATCH", "accounts/Shop", json={"name": "Other"})
    assert (taken.status_code, taken.json()["code"]) == (409, "account_name_taken")
    assert running.admin("PATCH", "accounts/Shop", json={"name": "Laden"}).json()["greeting"] == GREETING
    assert running.api("GET", "account").json()["name"] == "Laden"
